"""The history of a design: revisions, going back to one, and what changed between two."""

import json
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer import limits
from designer.api import answers, bodies, questions
from designer.api.designs import whole
from designer.api.endpoint import Endpoint, raw
from designer.api.paging import PAGE_PARAMETERS, PAGE_QUERY
from designer.api.preconditions import expected_version, with_etag
from designer.api.schema import operation, page_of
from designer.designs import services
from designer.designs.models import Design, Revision
from designer.sharing.access import access_design
from simulation.runs.computing import compute
from simulation.topology.document import InvalidInput, Problem


def revision(found: Revision) -> answers.RevisionSummary:
    """A revision as a list shows it."""
    author = found.author
    return answers.RevisionSummary(
        number=found.number,
        version=found.version,
        created_at=found.created_at,
        author=None if author is None or author.guest else author.get_username(),
        reason=found.reason,
    )


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
        return Response(answers.RevisionAnswer(**known, topology=json.loads(found.document)))


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
        number = bodies.read_as(request, questions.Restoration).revision
        found = services.restore(self.principal, design, number, expected_version(request, required=False))
        return with_etag(Response(whole(found, self.principal)), found.version)


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
