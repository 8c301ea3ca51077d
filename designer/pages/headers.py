"""Headers of every answer: what a page may load, who may frame it, what may be kept."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'{sockets}; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)
PRIVATE = ("/s/", "/embed/")


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        ancestors = getattr(response, "frame_ancestors", "'none'")
        if "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = POLICY.format(sockets=_sockets(request), ancestors=ancestors)
        response["X-Content-Type-Options"] = "nosniff"
        response["Referrer-Policy"] = "no-referrer" if request.path.startswith(PRIVATE) else "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        if ancestors == "'none'":
            response["X-Frame-Options"] = "DENY"
        if request.path.startswith(PRIVATE):
            response["X-Robots-Tag"] = "noindex, nofollow"
            response["Cache-Control"] = "no-store"
        elif request.path.startswith("/api/") and "Cache-Control" not in response:
            response["Cache-Control"] = "no-cache, private"
        if request.is_secure() and settings.BEHIND_PROXY:
            response["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return middleware


def _sockets(request: HttpRequest) -> str:
    """The page's own sockets, which older browsers do not count as 'self'."""
    try:
        host = request.get_host()
    except Exception:
        return ""
    return f" {'wss' if request.is_secure() else 'ws'}://{host}"
