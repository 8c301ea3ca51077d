"""Names and numbers as a reader wants them in a sentence."""

import math
from collections.abc import Callable, Iterable
from functools import lru_cache

from simulation.analysis.advice.wording import said, small
from simulation.topology.catalogue import EDGE_KINDS, KINDS
from simulation.topology.catalogue.model import Text

#: Names that a sentence spells out; a finding's `components` hold all of them.
_NAMED = 5


def label(kind: str, param: str) -> Text:
    """A param of a kind of node or edge as the page calls it: service time, 처리 시간."""
    found = (KINDS.get(kind) or EDGE_KINDS[kind]).param(param)
    assert found is not None
    return Text(small(found.title.en), found.title.ko)


def named(kind: str, param: str) -> Text:
    """The same with its name in the document, for whoever writes one: expiry (ttl_s), 만료(ttl_s)."""
    called = label(kind, param)
    return Text(called.en if called.en == param else f"{called.en} ({param})", f"{called.ko}({param})")


@lru_cache(maxsize=1024)  # most of a document's defaults are the same for many nodes
def stated(kind: str, param: str, value: float | str) -> Text:
    """A param with its value: capacity 10,000, eviction least recently used."""
    found, called = (KINDS.get(kind) or EDGE_KINDS[kind]).param(param), label(kind, param)
    told = said(value, found)
    return Text(f"{called.en} {told.en}", f"{called.ko} {told.ko}")


def enumerated(names: Iterable[str], told: Callable[[str], str] = str) -> str:
    """Names in a row, the many after the first few as a number: web, db, cache, +14."""
    listed = list(names)
    more = [f"+{len(listed) - _NAMED}"] if len(listed) > _NAMED else []
    return ", ".join([*map(told, listed[:_NAMED]), *more])


@lru_cache(maxsize=4096)  # most figures of a report are those of the report before
def share(value: float) -> str:
    """A share as a percentage with as many digits as it needs: 33%, 0.4%, 0.0025%."""
    percent = value * 100
    if percent > 1e6:
        return "> 1,000,000%"
    if percent == 0 or percent >= 10:
        return f"{percent:.0f}%"
    digits = 1 - math.floor(math.log10(abs(percent)))
    return f"{percent:.{digits}f}".rstrip("0").rstrip(".") + "%" if digits < 10 else f"{percent:.1e}%"


def availability(value: float, goal: float) -> str:
    """An availability with two digits of what is missing, or as many as set it apart from the goal: 0.9989."""
    missing = 1 - value
    digits = 4 if missing <= 0 else min(15, max(4, 1 - math.floor(math.log10(missing))))
    while digits < 15 and (float(f"{value:.{digits}f}") >= goal) != (value >= goal):
        digits += 1
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def rate(value: float) -> str:
    """Requests a second: 1,250 rps, 3.5 rps."""
    return f"{value:,.0f} rps" if value >= 10 else f"{value:.2g} rps"


def duration(seconds: float) -> Text:
    """A time in the largest fitting unit: 90 s, 45 min, 3.2 h, 12 d."""
    for most, size, en, ko in ((120, 1, "s", "초"), (7200, 60, "min", "분"), (172_800, 3600, "h", "시간")):
        if seconds < most:
            return Text(f"{seconds / size:.3g} {en}", f"{seconds / size:.3g}{ko}")
    return Text(f"{seconds / 86400:,.3g} d", f"{seconds / 86400:,.3g}일")
