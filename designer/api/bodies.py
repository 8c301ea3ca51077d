"""Reading requests: one strict reader in front of everything, which names what is wrong and where."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from django.utils import timezone
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from designer import limits
from simulation.topology import parsing, strict_json, strict_yaml
from simulation.topology.document import InvalidInput, Problem, Topology
from simulation.topology.templates import TEMPLATES

T = TypeVar("T")

JSON_TYPES = ("application/json",)
YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml")
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
_MEMBER = re.compile(r"^Object (?:contains unknown|missing required) field `(.*?)`(?= - at |$)")
_PLACE = re.compile(r" - at `(\$[^`]*)`$")


def read(request: Request, accepted: tuple[str, ...] = JSON_TYPES) -> tuple[Any, str]:
    """The body as a plain value, and its media type. Raises InvalidInput (400, 413) or UnsupportedMediaType."""
    given = request.headers.get("Content-Type", "")
    if not given and not request._request.body:
        raise InvalidInput([Problem("", f"the body is empty; send {accepted[0]}")], 400)
    media, _, rest = given.partition(";")
    media = media.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", rest, re.IGNORECASE)
    if media not in accepted or (charset and charset[1].lower() not in ("utf-8", "utf8")):
        raise UnsupportedMediaType(given, f"{given[:100]!r} is not read here; send {', '.join(accepted)} as UTF-8.")
    if int(request.headers.get("Content-Length") or 0) > limits.BODY_BYTES:
        raise InvalidInput([Problem("", f"the body is larger than {limits.BODY_BYTES:,} bytes")], 413)
    body = request._request.body
    if len(body) > limits.BODY_BYTES:
        raise InvalidInput([Problem("", f"the body is larger than {limits.BODY_BYTES:,} bytes")], 413)
    value = (strict_yaml if media in YAML_TYPES else strict_json).loads(body)
    strict_json.refuse_unstorable(value)
    return value, media


def read_as(request: Request, shape: type[T]) -> T:
    """The body as the shape. Raises InvalidInput with the place of what does not fit."""
    value, _ = read(request)
    return fit(value, shape)


def fit(value: Any, shape: type[T], pointer: str = "") -> T:
    """A plain value as the shape. Raises InvalidInput with the place of what does not fit."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        text = str(error)
        place = _PLACE.search(text)
        where = re.sub(r"\[(\d+)\]|\[\.\.\.\]", r".\1", place[1][1:]).replace(".", "/") if place else ""
        if member := _MEMBER.search(text):
            where += "/" + member[1].replace("~", "~0").replace("/", "~1")
        raise InvalidInput([Problem(pointer + where, _PLACE.sub("", text))]) from None


def topology_in(value: Any) -> Topology:
    """The document that a body is, or holds as its `topology`, or names by `template`.

    Raises InvalidInput, with pointers into the body.
    """
    if isinstance(value, Mapping) and "topology" in value:
        return nested(value["topology"], "/topology")
    if isinstance(value, Mapping) and "template" in value:
        template = TEMPLATES.get(value["template"]) if isinstance(value["template"], str) else None
        if template is None:
            raise InvalidInput([Problem("/template", f"{value['template']!r} is none of {', '.join(TEMPLATES)}")])
        return template.topology
    return parsing.from_object(value)


def nested(value: Any, pointer: str) -> Topology:
    """A document that stands at a place inside the body."""
    try:
        return parsing.from_object(value)
    except InvalidInput as error:
        problems = [Problem(pointer + problem.pointer, problem.detail) for problem in error.problems]
        raise InvalidInput(problems, error.status) from None


@contextmanager
def of_topology() -> Iterator[None]:
    """Places in a document, where a computation finds fault with it, as places in a body that has it as `topology`."""
    try:
        yield
    except InvalidInput as error:
        inside = ("/nodes", "/edges", "/flows")
        problems = [
            Problem(f"/topology{p.pointer}" if p.pointer.startswith(inside) else p.pointer, p.detail)
            for p in error.problems
        ]
        raise InvalidInput(problems, error.status) from None


@contextmanager
def of_text(pointer: str, *others: str) -> Iterator[None]:
    """Places in a text as that of the member that holds it: no pointer leads into a text. `others` stay."""
    try:
        yield
    except InvalidInput as error:
        problems = [
            p if p.pointer in (pointer, *others) else Problem(pointer, f"{p.pointer}: {p.detail}".removeprefix(": "))
            for p in error.problems
        ]
        raise InvalidInput(problems, error.status) from None


def future(moment: datetime | None, pointer: str) -> datetime | None:
    """A moment that is still to come, or None. Raises InvalidInput."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise InvalidInput(
            [Problem(pointer, f"{moment.isoformat()} has no time zone; write e.g. 2030-01-31T12:00:00Z")]
        )
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput([Problem(pointer, f"{moment.isoformat()} is no moment of the years 1 to 9999")]) from None
    if moment <= timezone.now():
        raise InvalidInput([Problem(pointer, f"{moment.isoformat()} is in the past")])
    return moment
