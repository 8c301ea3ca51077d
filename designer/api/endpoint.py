"""What every endpoint does before its own work: who asks, from where, how often, with which parameters."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from designer import limits
from designer.api.rendering import AlwaysJSON
from designer.sharing.access import Forbidden
from designer.sharing.models import User
from designer.sharing.principals import NOBODY, NotAuthentic, Principal, identify
from designer.sharing.services import new_guest
from simulation.topology.document import InvalidInput, Problem

SAFE = ("GET", "HEAD", "OPTIONS")


class Rate(SimpleRateThrottle):
    """Requests a minute, by credentials or, without any, by address."""

    RATES: ClassVar[dict[str, int]] = {
        "everything": limits.REQUESTS_PER_MINUTE,
        "computing": limits.COMPUTATIONS_PER_MINUTE,
        "sign-in": limits.SIGN_INS_PER_MINUTE,
    }

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.rate = f"{self.RATES[scope]}/min"
        super().__init__()

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = view.principal.key if view.principal and self.scope != "sign-in" else ""
        return f"rate:{self.scope}:{who or self.get_ident(request)}"


class Endpoint(APIView):
    """One address. `parameters` names the query parameters that are read; any other is refused."""

    content_negotiation_class = AlwaysJSON
    metadata_class = None
    http_method_names = ("get", "post", "put", "patch", "delete", "head")
    parameters: ClassVar[tuple[str, ...]] = ()
    rate: ClassVar[str] = "everything"
    principal: Principal = NOBODY

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.principal = NOBODY
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        if request.method is not None and request.method.lower() not in self.http_method_names:
            return
        self.principal = identify(
            request.headers.get("Authorization", ""), request.COOKIES, settings.SESSION_COOKIE_NAME
        )
        refuse_foreign_pages(request, self.principal)
        self.check_throttles(request)
        unknown = [name for name in request.query_params if name not in self.parameters]
        if unknown:
            accepted = ", ".join(self.parameters) or "none"
            problems = [Problem("", f"unknown query parameter {n[:80]!r}; accepted: {accepted}") for n in unknown]
            raise InvalidInput(problems, 400)

    def get_throttles(self) -> list[Any]:
        return [Rate("everything")] + ([Rate(self.rate)] if self.rate != "everything" else [])

    def user(self, request: Request) -> User:
        """The user who asks; a visitor becomes a guest, known by a session cookie from now on."""
        if self.principal.user is not None:
            return self.principal.user
        guest = new_guest()
        login(request._request, guest, backend="django.contrib.auth.backends.ModelBackend")
        return guest

    def signed_in(self) -> User:
        """The user who asks. Raises NotAuthentic for nobody."""
        if self.principal.user is None:
            raise NotAuthentic("This needs a token or a session; POST /api/v1/tokens makes one.")
        return self.principal.user

    def own_scope(self) -> None:
        """Refuse tokens that do not speak for all that the user owns. Raises Forbidden."""
        if self.principal.token is not None and self.principal.scope != "own":
            raise Forbidden(f"This needs a token of scope own; yours is {self.principal.scope}.")

    def editing_scope(self) -> None:
        """Refuse tokens that may only look or simulate. Raises Forbidden."""
        if self.principal.token is not None and self.principal.scope not in ("edit", "own"):
            raise Forbidden(f"This needs a token of scope edit; yours is {self.principal.scope}.")


def refuse_foreign_pages(request: Request, principal: Principal) -> None:
    """A page of another origin may not act with a visitor's cookies. Raises Forbidden."""
    if request.method in SAFE or request.headers.get("Authorization"):
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        raise Forbidden("Pages of other origins may not act here; use a token.")
    origin = request.headers.get("Origin")
    if origin and origin not in settings.CSRF_TRUSTED_ORIGINS and urlsplit(origin).netloc != request.get_host():
        raise Forbidden("Pages of other origins may not act here; use a token.")


def raw(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON that is written already."""
    return Response(body, status=status, headers=headers)
