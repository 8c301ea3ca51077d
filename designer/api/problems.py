"""Errors as `application/problem+json` (RFC 9457), also where Django itself answers."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

from designer.api.preconditions import PreconditionRequired
from designer.designs.services import Stale
from designer.sharing.access import Forbidden, Hidden
from designer.sharing.principals import NotAuthentic
from simulation.runs.computing import Busy, Overrun
from simulation.runs.services import TooMany
from simulation.topology.document import InvalidInput, Problem

log = logging.getLogger("linchpin.api")

TITLES = {
    "bad-request": (400, "The request cannot be read"),
    "not-authentic": (401, "The credentials are not valid"),
    "forbidden": (403, "You may see this, but not do that to it"),
    "not-found": (404, "There is no such thing, or none that you may see"),
    "method-not-allowed": (405, "This cannot be done here"),
    "not-acceptable": (406, "No such representation"),
    "conflict": (409, "In conflict with what is there"),
    "stale": (412, "It has changed since you read it"),
    "too-large": (413, "The request is too large"),
    "unsupported-media-type": (415, "This content type is not read here"),
    "invalid": (422, "The input cannot be used"),
    "over-budget": (422, "This takes longer than one computation may"),
    "precondition-required": (428, "Say which version you mean to change"),
    "too-many": (429, "Too many at once"),
    "internal": (500, "Something failed on the server"),
    "unavailable": (503, "The server is busy"),
}
BY_STATUS = {status: name for name, (status, _) in reversed(TITLES.items())} | {422: "invalid"}
MEDIA_TYPE = "application/problem+json"


def problem(
    name: str,
    detail: str,
    errors: Sequence[Problem] = (),
    status: int | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """A problem as a response; `type` is stable and names the kind of error."""
    own_status, title = TITLES[name]
    body = {
        "type": f"/problems/{name}",
        "title": title,
        "status": status or own_status,
        "detail": detail[:2000],
        "errors": [{"pointer": error.pointer, "detail": error.detail[:1000]} for error in errors],
    }
    text = msgspec.json.encode(body)
    response = HttpResponse(text, status=status or own_status, content_type=MEDIA_TYPE, headers=headers)
    response["Cache-Control"] = "no-store"
    return response


def problem_of(error: Exception) -> HttpResponse | None:
    """The problem that an exception means; None for one that nobody expected."""
    match error:
        case InvalidInput():
            name = BY_STATUS.get(error.status, "invalid")
            first = error.problems[0] if error.problems else Problem("", TITLES[name][1])
            where = f"{first.pointer}: " if first.pointer else ""
            more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
            return problem(name, f"{where}{first.detail}{more}", error.problems)
        case Hidden() | Http404():
            return problem("not-found", "Nothing is at this address for you.")
        case Forbidden() | exceptions.PermissionDenied():
            return problem("forbidden", str(error))
        case NotAuthentic():
            return problem("not-authentic", str(error), headers={"WWW-Authenticate": "Bearer"})
        case Stale():
            text = f"It is at version {error.version} now; read it again and repeat the change."
            return problem("stale", text, headers={"ETag": f'"{error.version}"'})
        case PreconditionRequired():
            return problem("precondition-required", "Send If-Match with the ETag of the version you mean to change.")
        case TooMany():
            return problem("too-many", str(error), headers={"Retry-After": "10"})
        case Overrun():
            text = f"The computation was {error}. Make the document smaller, or lower max_order or the duration."
            return problem("over-budget", text)
        case Busy():
            return problem("unavailable", "All computing is taken; try again.", headers={"Retry-After": "5"})
        case exceptions.Throttled():
            wait = max(1, int(getattr(error, "wait", None) or 1) + 1)
            text = f"Too many requests; try again in {wait} s."
            return problem("too-many", text, headers={"Retry-After": str(wait)})
        case exceptions.MethodNotAllowed():
            return problem("method-not-allowed", str(error.detail))
        case exceptions.UnsupportedMediaType():
            return problem("unsupported-media-type", str(error.detail))
        case exceptions.APIException():
            return problem(BY_STATUS.get(error.status_code, "bad-request"), str(error.detail))
        case RequestDataTooBig():
            return problem("too-large", "The body is larger than 5 MB.")
        case SuspiciousOperation() | BadRequest():
            return problem("bad-request", "The request is malformed.")
        case DatabaseError():
            log.error("database: %s", error)
            return problem("unavailable", "The database does not answer.", headers={"Retry-After": "5"})
    return None


def answer(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler."""
    found = problem_of(error)
    if found is None:
        log.exception("%s failed", context["request"].path, exc_info=error)
        found = problem("internal", "It has been logged. What was asked for was not done.")
    if isinstance(error, exceptions.MethodNotAllowed):
        found["Allow"] = ", ".join(context["view"].allowed_methods)
    return found


def problems_everywhere(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what Django answers with HTML of its own, under the API and beside it, becomes a problem."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        kind = response.get("Content-Type", "")
        api = request.path.startswith(("/api/", "/ws/"))
        if response.status_code < 400 or kind == MEDIA_TYPE or (kind.startswith("text/html") and not api):
            return response
        name = BY_STATUS.get(response.status_code, "bad-request" if response.status_code < 500 else "internal")
        text = "Nothing is at this address." if response.status_code == 404 else TITLES[name][1] + "."
        found = problem(name, text, status=response.status_code)
        if "Allow" in response:
            found["Allow"] = response["Allow"]
        return found

    return middleware


def page_problem(status: int) -> Callable[..., HttpResponse]:
    """A handler for Django's own errors (`handler404` and its like)."""

    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        found = problem_of(exception) if exception is not None else None
        return found or problem(BY_STATUS.get(status, "internal"), TITLES[BY_STATUS.get(status, "internal")][1] + ".")

    return handler
