"""Stored designs and their documents."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer.api import answers, bodies
from designer.api.endpoint import Endpoint
from designer.api.paging import PAGE_PARAMETERS, PAGE_QUERY, page
from designer.api.preconditions import expected_version, not_modified, with_etag
from designer.api.schema import operation, page_of
from designer.designs import services
from designer.designs.models import Design
from designer.sharing.access import access_design, scope_on
from designer.sharing.principals import Principal
from simulation.topology import parsing, patching
from simulation.topology.document import InvalidInput, Problem, Topology

NEW_MEMBERS = ("name", "topology", "template")


def summary(design: Design) -> answers.DesignSummary:
    """A design as a list shows it."""
    return answers.DesignSummary(
        id=design.pk,
        name=design.name,
        version=design.version,
        created_at=design.created_at,
        updated_at=design.updated_at,
    )


def whole(design: Design, principal: Principal) -> answers.DesignAnswer:
    """A design with its document."""
    document = services.document_of(design)
    return answers.DesignAnswer(
        **msgspec.structs.asdict(summary(design)),
        scope=scope_on(principal, design),  # type: ignore[arg-type]
        history=design.history,
        topology=document,
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
