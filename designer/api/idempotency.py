"""Idempotency-Key: a POST that is sent again is answered as the first time, and done once."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from designer import limits
from designer.api.models import KeptAnswer
from designer.api.problems import problem

KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Preference-Applied")


def replay_same_key(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for POSTs under the API that carry a key and credentials."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method != "POST" or not request.path.startswith("/api/v1/"):
            return get_response(request)
        if len(key) > 200 or not key.isprintable():
            return problem("bad-request", "Idempotency-Key is longer than 200 characters, or not printable.")
        credentials = _credentials(request)
        if not credentials:
            return get_response(request)
        return _once(request, key, credentials, get_response)

    return middleware


def _once(
    request: HttpRequest, key: str, credentials: str, get_response: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    fingerprint = _hash(
        request.get_full_path().encode(), request.headers.get("Content-Type", "").encode(), request.body
    )
    now = timezone.now()
    KeptAnswer.objects.filter(created_at__lt=now - limits.IDEMPOTENCY_LIFETIME).delete()
    try:
        with transaction.atomic():
            kept = KeptAnswer.objects.create(key=key, credentials=credentials, fingerprint=fingerprint)
    except IntegrityError:
        return _again(key, credentials, fingerprint)
    try:
        response = get_response(request)
    except BaseException:
        kept.delete()
        raise
    if response.status_code >= 500 or response.status_code == 429:
        kept.delete()
        return response
    kept.status, kept.body = response.status_code, response.content
    kept.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    kept.save()
    return response


def _again(key: str, credentials: str, fingerprint: str) -> HttpResponse:
    kept = KeptAnswer.objects.filter(key=key, credentials=credentials).first()
    if kept is None or kept.status == 0:
        return problem("conflict", "A request with this Idempotency-Key is in progress.", headers={"Retry-After": "1"})
    if kept.fingerprint != fingerprint:
        return problem("invalid", "This Idempotency-Key was used for another request; use a new one.")
    response = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    response["Idempotency-Replayed"] = "true"
    return response


def _credentials(request: HttpRequest) -> str:
    authorization = request.headers.get("Authorization", "")
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return _hash(authorization.encode(), session.encode()) if authorization or session else ""


def _hash(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
