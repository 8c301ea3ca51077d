"""One page for everything: the script reads the address. Sharing pages are the same for any secret, or none."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from designer.api.problems import page_problem
from designer.sharing.models import Credential, Link


def page(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page; what the visitor may see is decided by the API."""
    built = (settings.FRONTEND / ".vite" / "manifest.json").is_file()
    response = render(request, "pages/page.html", {"built": built}, status=200 if built else 503)
    response["Cache-Control"] = "no-cache"
    return response


def lost(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is at the address: people get the page, which says so and leads home; programs get a problem."""
    if request.path.startswith(("/api/", "/ws/")) or "text/html" not in request.headers.get("Accept", ""):
        return page_problem(404)(request, exception)
    response = page(request)
    response.status_code = max(404, response.status_code)
    return response


def embedded(request: HttpRequest, link: UUID) -> HttpResponse:
    """The page inside somebody else's, where the link allows it."""
    found = Link.objects.filter(Credential.valid_at(timezone.now()), pk=link, scope="view").first()
    response = page(request)
    response.frame_ancestors = found.frame_ancestors if found else "'none'"  # type: ignore[attr-defined]
    return response


def health(request: HttpRequest) -> JsonResponse:
    """Whether the server can do its work: it answers, and so does the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
