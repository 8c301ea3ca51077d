"""Stored designs, their revisions, analysis, comparison and export."""

import base64
import json
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer import limits
from designer.api import bodies, shapes
from designer.api.endpoint import Endpoint, raw
from designer.api.paging import PAGE_PARAMETERS, PAGE_QUERY, page
from designer.api.preconditions import expected_version, not_modified, with_etag
from designer.api.schema import operation, page_of
from designer.designs import patching, services
from designer.designs.models import Design, Revision
from designer.sharing.access import access_design, scope_on
from designer.sharing.principals import Principal
from simulation.runs.computing import compute
from simulation.topology import parsing
from simulation.topology.document import InvalidInput, Problem, Topology

NEW_MEMBERS = ("name", "topology", "template")


def summary(design: Design) -> shapes.DesignSummary:
    """A design as a list shows it."""
    return shapes.DesignSummary(
        id=design.pk,
        name=design.name,
        version=design.version,
        created_at=design.created_at,
        updated_at=design.updated_at,
    )


def whole(design: Design, principal: Principal) -> shapes.DesignAnswer:
    """A design with its document."""
    document = services.document_of(design)
    return shapes.DesignAnswer(
        **msgspec.structs.asdict(summary(design)),
        scope=scope_on(principal, design),  # type: ignore[arg-type]
        history=design.history,
        topology=document,
    )


def revision(found: Revision) -> shapes.RevisionSummary:
    """A revision as a list shows it."""
    author = found.author
    return shapes.RevisionSummary(
        number=found.number,
        version=found.version,
        created_at=found.created_at,
        author=None if author is None or author.guest else author.get_username(),
        reason=found.reason,
    )


def stored(value: Any) -> Topology:
    """The document of a body that stores one: the document itself, or an object that holds it and may name it."""
    if isinstance(value, dict) and "format" not in value:
        unknown = [name for name in value if name not in NEW_MEMBERS]
        if unknown:
            accepted = f"a document, or an object with {', '.join(NEW_MEMBERS)}"
            raise InvalidInput([Problem(f"/{name}", f"unknown member; accepted is {accepted}") for name in unknown])
        if "topology" in value and "template" in value:
            raise InvalidInput([Problem("/template", "give either topology or template")])
        topology = (
            bodies.topology_in(value)
            if "topology" in value or "template" in value
            else parsing.from_object({"format": "linchpin/1", "name": value.get("name", parsing.UNTITLED)})
        )
        return topology if "name" not in value else _named(topology, value["name"])
    return bodies.topology_in(value)


def _named(topology: Topology, name: Any) -> Topology:
    return parsing.from_object(parsing.to_object(topology) | {"name": name})


class Designs(Endpoint):
    """The designs of the user who asks."""

    parameters = PAGE_PARAMETERS

    @operation("listDesigns", "One's own designs", answers={200: page_of("DesignSummary")}, query=PAGE_QUERY)
    def get(self, request: Request) -> Response:
        user = self.principal.user
        rows = Design.objects.filter(owner=user) if user else Design.objects.none()
        return Response(page(request, rows.defer("document"), "updated_at", summary))

    @operation(
        "createDesign",
        "Store a design: a document, or `{name, topology}`, or `{template}`",
        body="Topology",
        bodies=("application/json", "application/yaml"),
        answers={201: "DesignAnswer"},
        headers=("Idempotency-Key",),
    )
    def post(self, request: Request) -> HttpResponse:
        self.editing_scope()
        value, _ = bodies.read(request, bodies.JSON_TYPES + bodies.YAML_TYPES)
        topology = stored(value)
        user = self.user(request)
        design = services.create(user, topology)
        response = Response(whole(design, Principal(user=user)), status=201)
        response["Location"] = f"/api/v1/designs/{design.pk}"
        return with_etag(response, design.version)


class DesignView(Endpoint):
    """One design."""

    @operation("getDesign", "A design with its document", answers={200: "DesignAnswer"})
    def get(self, request: Request, design: UUID) -> HttpResponse:
        found = access_design(self.principal, design)
        if not_modified(request, found.version):
            return with_etag(HttpResponse(status=304), found.version)
        answer = whole(found, self.principal)
        return with_etag(Response(answer), found.version)

    @operation(
        "replaceDesign",
        "Replace the document",
        body="Topology",
        bodies=("application/json", "application/yaml"),
        answers={200: "DesignAnswer"},
        headers=("If-Match",),
    )
    def put(self, request: Request, design: UUID) -> HttpResponse:
        access_design(self.principal, design, "edit")
        expected = expected_version(request, required=True)
        value, _ = bodies.read(request, bodies.JSON_TYPES + bodies.YAML_TYPES)
        found = services.replace(self.principal, design, stored(value), expected)
        return with_etag(Response(whole(found, self.principal)), found.version)

    @operation(
        "changeDesign",
        "Change the document by JSON Merge Patch or JSON Patch",
        body="DesignPatch",
        bodies=(bodies.MERGE_PATCH, bodies.JSON_PATCH, "application/json"),
        answers={200: "DesignAnswer"},
        headers=("If-Match",),
    )
    def patch(self, request: Request, design: UUID) -> HttpResponse:
        found = access_design(self.principal, design, "edit")
        expected = expected_version(request, required=True)
        if expected is not None and expected != found.version:
            raise services.Stale(found.version)
        patch, media = bodies.read(request, (bodies.MERGE_PATCH, bodies.JSON_PATCH, *bodies.JSON_TYPES))
        document = patched(services.document_of(found), patch, media)
        found = services.replace(self.principal, design, parsing.from_object(document), found.version, "changed")
        return with_etag(Response(whole(found, self.principal)), found.version)

    @operation("deleteDesign", "Delete a design with its history and links", answers={204: None})
    def delete(self, request: Request, design: UUID) -> HttpResponse:
        access_design(self.principal, design, "own")
        services.delete(self.principal, design, expected_version(request, required=False))
        return HttpResponse(status=204)


def patched(document: dict[str, Any], patch: Any, media: str) -> Any:
    """The document with the patch applied; paths may start at the design (`/topology/…`) or at the document."""
    if media == bodies.JSON_PATCH or (media in bodies.JSON_TYPES and isinstance(patch, list)):
        whole_design = isinstance(patch, list) and any(
            isinstance(step, dict) and str(step.get("path", "")).startswith("/topology") for step in patch
        )
        if whole_design:
            return patching.apply({"topology": document}, patch)["topology"]
        return patching.apply(document, patch)
    if not isinstance(patch, dict):
        raise InvalidInput([Problem("", "a merge patch of a design is an object")])
    if "topology" in patch:
        rest = {name: value for name, value in patch.items() if name != "topology"}
        document = patching.merge(document, patch["topology"])
        return patching.merge(document, rest)
    return patching.merge(document, patch)


class Revisions(Endpoint):
    """The history of a design."""

    parameters = PAGE_PARAMETERS

    @operation("listRevisions", "Revisions, newest first", answers={200: page_of("RevisionSummary")}, query=PAGE_QUERY)
    def get(self, request: Request, design: UUID) -> Response:
        found = access_design(self.principal, design)
        limit = int(request.query_params.get("limit", limits.PAGE_SIZE_MAX)) if _digits(request, "limit") else None
        before = int(request.query_params["cursor"]) if _digits(request, "cursor") else None
        rows = found.revisions.select_related("author").defer("document").order_by("-number")
        rows = rows.filter(number__lt=before) if before is not None else rows
        size = min(limit or limits.PAGE_SIZE_MAX, limits.PAGE_SIZE_MAX)
        listed = list(rows[: size + 1])
        following = f"{request.path}?limit={size}&cursor={listed[size - 1].number}" if len(listed) > size else None
        return Response({"results": [revision(row) for row in listed[:size]], "next": following})


def _digits(request: Request, name: str) -> bool:
    text = request.query_params.get(name)
    if text is None:
        return False
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0:
        return True
    raise InvalidInput([Problem("", f"{name}={text[:80]!r} is not a number from 1")], 400)


class RevisionView(Endpoint):
    """One revision."""

    @operation("getRevision", "A revision with its document", answers={200: "RevisionAnswer"})
    def get(self, request: Request, design: UUID, number: int) -> Response:
        found = services.revision_of(access_design(self.principal, design), number)
        known = msgspec.structs.asdict(revision(found))
        return Response(shapes.RevisionAnswer(**known, topology=json.loads(found.document)))


class Restore(Endpoint):
    """Going back to a revision, which is an edit like any other."""

    @operation("restoreRevision", "Restore this revision", answers={200: "DesignAnswer"}, headers=("If-Match",))
    def post(self, request: Request, design: UUID, number: int) -> HttpResponse:
        found = services.restore(self.principal, design, number, expected_version(request, required=False))
        return with_etag(Response(whole(found, self.principal)), found.version)


class RestoreNamed(Endpoint):
    """The same, with the revision's number in the body."""

    @operation(
        "restoreDesign", "Restore a revision", body="Restoration", answers={200: "DesignAnswer"}, headers=("If-Match",)
    )
    def post(self, request: Request, design: UUID) -> HttpResponse:
        access_design(self.principal, design, "edit")
        number = bodies.read_as(request, shapes.Restoration).revision
        found = services.restore(self.principal, design, number, expected_version(request, required=False))
        return with_etag(Response(whole(found, self.principal)), found.version)


#: What `max_order` says of itself in the description of the API.
ORDERS = "1 to 3; by default 3, and 2 where a design has more than 120 components"


#: What `pairs` says of itself.
PAIRS = "true: also losses of two at once that end worse than either alone; takes longer"

#: What `falls` says of itself.
FALLS = "true: also which nodes fall with every loss; takes longer"


class Analysis(Endpoint):
    """The report of a stored design."""

    parameters = ("max_order", "pairs", "falls")
    rate = "computing"

    @operation(
        "getAnalysis",
        "The analysis of a design",
        answers={200: "Report"},
        query={"max_order": ORDERS, "pairs": PAIRS, "falls": FALLS},
    )
    def get(self, request: Request, design: UUID) -> HttpResponse:
        found = access_design(self.principal, design)
        document = services.document_of(found)
        report = compute(
            "analyze",
            limits.INTERACTIVE_SECONDS,
            topology=document,
            max_order=max_order(request),
            pairs=asked(request, "pairs"),
            falls=asked(request, "falls"),
        )
        return with_etag(raw(report), found.version)


def max_order(request: Request) -> int | None:
    """The greatest size of cut sets that is asked for; None for the analysis's own choice. Raises InvalidInput."""
    text = request.query_params.get("max_order")
    if text is None:
        return None
    if text not in ("1", "2", "3"):
        raise InvalidInput([Problem("", f"max_order={text[:20]!r} is none of 1, 2, 3")], 400)
    return int(text)


def asked(request: Request, name: str) -> bool:
    """Whether a part of the report that comes on request is asked for. Raises InvalidInput."""
    text = request.query_params.get(name, "false")
    if text not in ("true", "false"):
        raise InvalidInput([Problem("", f"{name}={text[:20]!r} is neither true nor false")], 400)
    return text == "true"


class Compare(Endpoint):
    """What a change did to every figure."""

    parameters = ("from", "to")
    rate = "computing"

    @operation(
        "compareRevisions",
        "Two revisions compared, figure by figure",
        answers={200: {"type": "object"}},
        query={"from": "A revision's number.", "to": "A revision's number; without it the design as it stands."},
    )
    def get(self, request: Request, design: UUID) -> HttpResponse:
        found = access_design(self.principal, design)
        before, after = self._side(request, found, "from"), self._side(request, found, "to")
        return raw(compute("compare", limits.INTERACTIVE_SECONDS, before=before, after=after))

    def _side(self, request: Request, design: Design, name: str) -> Any:
        if request.query_params.get(name, "current") == "current" and name == "to":
            return services.document_of(design)
        if not _digits(request, name):
            raise InvalidInput([Problem("", f"{name} is missing; give the number of a revision")], 400)
        return json.loads(services.revision_of(design, int(request.query_params[name])).document)


class Export(Endpoint):
    """A design in another format, as a file."""

    parameters = ("format",)

    @operation(
        "exportDesign",
        "A design as a file",
        answers={200: {"type": "string", "format": "binary"}},
        query={"format": "linchpin, yaml, mermaid, drawio, svg, jsimg"},
    )
    def get(self, request: Request, design: UUID) -> HttpResponse:
        found = access_design(self.principal, design)
        wanted = request.query_params.get("format", "linchpin")
        exported = json.loads(compute("export", 30.0, topology=services.document_of(found), format=wanted))
        response = HttpResponse(base64.b64decode(exported["content"]), content_type=exported["media_type"])
        response["Content-Disposition"] = f'attachment; filename="{exported["filename"]}"'
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response
