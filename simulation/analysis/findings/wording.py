"""Numbers as a reader wants them in a sentence."""

import math
from collections.abc import Iterable

#: Names that a sentence spells out; a finding's `components` hold all of them.
_NAMED = 5


def enumerated(names: Iterable[str]) -> str:
    """Names in a row, the many after the first few as a number: web, db, cache, +14."""
    listed = list(names)
    more = [f"+{len(listed) - _NAMED}"] if len(listed) > _NAMED else []
    return ", ".join([*listed[:_NAMED], *more])


def share(value: float) -> str:
    """A share as a percentage with as many digits as it needs: 33 %, 0.4 %, 0.0025 %."""
    percent = value * 100
    if percent > 1e6:
        return "> 1,000,000 %"
    if percent == 0 or percent >= 10:
        return f"{percent:.0f} %"
    digits = 1 - math.floor(math.log10(abs(percent)))
    return f"{percent:.{digits}f}".rstrip("0").rstrip(".") + " %" if digits < 10 else f"{percent:.1e} %"


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


def duration(seconds: float) -> str:
    """A time in the largest fitting unit: 90 s, 45 min, 3.2 h, 12 d."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    if seconds < 7200:
        return f"{seconds / 60:.3g} min"
    if seconds < 172_800:
        return f"{seconds / 3600:.3g} h"
    return f"{seconds / 86400:,.3g} d"
