"""Lists as cursor pages: newest first, stable while others are added."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from designer import limits
from simulation.topology.document import InvalidInput, Problem

PAGE_PARAMETERS = ("limit", "cursor")
PAGE_QUERY = {"limit": f"Items of a page, 1 to {limits.PAGE_SIZE_MAX}.", "cursor": "From the `next` of a page."}


def page(request: Request, rows: QuerySet[Any], by: str, shape: Callable[[Any], Any]) -> dict[str, Any]:
    """One page of the rows, by the moment `by` and the id, newest first. Raises InvalidInput (400)."""
    limit = _limit(request.query_params.get("limit", str(limits.PAGE_SIZE)))
    cursor = request.query_params.get("cursor")
    if cursor:
        moment, last = _decoded(cursor)
        rows = rows.filter(Q(**{f"{by}__lt": moment}) | Q(**{by: moment, "pk__gt": last}))
    found = list(rows.order_by(f"-{by}", "pk")[: limit + 1])
    following = None
    if len(found) > limit:
        final = found[limit - 1]
        query = urlencode({"limit": limit, "cursor": _encoded(getattr(final, by), str(final.pk))})
        following = f"{request.path}?{query}"
    return {"results": [shape(row) for row in found[:limit]], "next": following}


def _limit(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= limits.PAGE_SIZE_MAX:
        return int(text)
    raise InvalidInput([Problem("", f"limit={text[:80]!r} is not a number from 1 to {limits.PAGE_SIZE_MAX}")], 400)


def _encoded(moment: datetime, last: str) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {last}".encode()).decode()


def _decoded(cursor: str) -> tuple[datetime, str]:
    from uuid import UUID

    try:
        moment, last = base64.urlsafe_b64decode(cursor.encode("ascii")).decode().split(" ")
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None:
            raise ValueError
        return found, str(UUID(last))
    except ValueError:
        raise InvalidInput([Problem("", f"cursor={cursor[:80]!r} is none that a page gave")], 400) from None
