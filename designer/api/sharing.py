"""Share links, and what they open."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from designer.api import answers, bodies, questions
from designer.api.endpoint import Endpoint
from designer.api.runs import run_summary
from designer.api.schema import operation, page_of
from designer.designs import services as designs
from designer.sharing import services
from designer.sharing.access import Hidden, access_design
from designer.sharing.models import Link
from designer.sharing.principals import LINK_COOKIE
from simulation.runs.services import newest_live


def link_answer(link: Link, secret: str | None = None) -> answers.LinkAnswer:
    """A link, with its secret and addresses once."""
    return answers.LinkAnswer(
        id=link.pk,
        design=link.design_id,
        scope=link.scope,  # type: ignore[arg-type]
        label=link.label,
        created_at=link.created_at,
        expires_at=link.expires_at,
        secret=secret,
        url=f"/s/{link.pk}#{secret}" if secret else None,
        embed_url=f"/embed/{link.pk}#{secret}" if secret and link.scope == "view" else None,
    )


class Links(Endpoint):
    """The share links of a design."""

    @operation("listLinks", "Links that count", answers={200: page_of("LinkAnswer")})
    def get(self, request: Request, design: UUID) -> Response:
        found = access_design(self.principal, design, "own")
        return Response({"results": [link_answer(link) for link in services.links_on(found)], "next": None})

    @operation("createLink", "A share link; its secret is shown once", body="NewLink", answers={201: "LinkAnswer"})
    def post(self, request: Request, design: UUID) -> Response:
        found = access_design(self.principal, design, "own")
        given = bodies.read_as(request, questions.NewLink)
        expires = bodies.future(given.expires_at, "/expires_at")
        link, secret = services.make_link(found, given.scope, given.label, expires, given.frame_ancestors)
        response = Response(link_answer(link, secret), status=201)
        response["Location"] = f"/api/v1/links/{link.pk}"
        response["Cache-Control"] = "no-store"
        return response


class LinkView(Endpoint):
    """One link."""

    @operation("revokeLink", "Revoke a link; its sockets close", answers={204: None})
    def delete(self, request: Request, link: UUID) -> HttpResponse:
        services.revoke_link(self.principal, link)
        return HttpResponse(status=204)


class Shared(Endpoint):
    """What a link opens, for whoever holds its secret."""

    @operation("getShared", "The design of a link", answers={200: "SharedAnswer"})
    def get(self, request: Request, shared: UUID) -> Response:
        for link in self.principal.links:
            if shared in (link.pk, link.design_id):
                return Response(self._answer(link), headers={"Cache-Control": "no-store"})
        raise Hidden("link")

    def _answer(self, link: Link) -> answers.SharedAnswer:
        design = access_design(self.principal, link.design_id)
        run = newest_live(design.pk)
        document = designs.document_of(design)
        return answers.SharedAnswer(
            id=link.pk,
            design=answers.SharedDesign(design.pk, design.name, document, design.version),
            scope=link.scope,  # type: ignore[arg-type]
            label=link.label,
            expires_at=link.expires_at,
            run=run_summary(run) if run else None,
        )


class OpenShared(Endpoint):
    """Handing a link's secret over once, for a cookie that scripts of the page cannot read."""

    rate = "sign-in"

    @operation("openShared", "Exchange a link's secret for a cookie", body="Opening", answers={200: "LinkAnswer"})
    def post(self, request: Request, shared: UUID) -> HttpResponse:
        secret = bodies.read_as(request, questions.Opening).secret
        link = services.link_for(secret, shared)
        response = Response(link_answer(link), headers={"Cache-Control": "no-store"})
        left = (link.expires_at - timezone.now()) if link.expires_at else None
        secure = request.is_secure()
        response.set_cookie(
            f"{LINK_COOKIE}{link.pk.hex}",
            secret,
            max_age=int(left.total_seconds()) if left else None,
            httponly=True,
            secure=secure,
            samesite="None" if secure else "Lax",  # an embedded page lies in somebody else's
        )
        return response
