"""Which version of a design a request means: strong ETags and If-Match."""

from typing import TypeVar

from django.http import HttpResponse
from rest_framework.request import Request

R = TypeVar("R", bound=HttpResponse)


class PreconditionRequired(Exception):
    """A change of a whole document needs If-Match."""


def expected_version(request: Request, *, required: bool) -> int | None:
    """The version that If-Match names, None for `*` or none; -1 for what can never match.

    Raises PreconditionRequired when one is required and missing.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given and required:
        raise PreconditionRequired
    if given in ("", "*"):
        return None
    tags = [tag.strip() for tag in given.split(",")]
    versions = [tag[1:-1] for tag in tags if len(tag) > 2 and tag[0] == tag[-1] == '"']
    numbers = [int(version) for version in versions if version.isascii() and version.isdigit() and len(version) < 16]
    return numbers[0] if numbers else -1


def not_modified(request: Request, version: int) -> bool:
    """Whether the asker has this version already (If-None-Match)."""
    tags = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    return f'"{version}"' in tags


def with_etag(response: R, version: int) -> R:
    """The response with the version as its strong ETag."""
    response["ETag"] = f'"{version}"'
    return response
