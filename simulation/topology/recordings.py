"""Recorded traffic as CSV: rows of time and rate, or of time stamps, one a request.

Fields are parted by commas, semicolons or tabs; one line of names may come first. Times are seconds, or dates as ISO
8601 writes them; dates, and seconds so large that they must be a clock's, count from the first row.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.limits import MAX_TRACE
from simulation.topology.values import shown

_CLOCK_S = 1e7  # longer than any scenario: seconds of a clock, not of a run


def recorded(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """The shape with its points or time stamps, read from its `csv` where it has that."""
    return read(shape["csv"]) if shape.get("kind") == "trace" and shape.get("csv") is not None else shape


def read(text: str, pointer: str = "") -> dict[str, Any]:
    """The shape `trace` that a CSV describes: `points` of two columns, `times_s` of one.

    Raises InvalidInput with the line for what is no number or time, goes back in time, or is too much.
    """
    rows = [(number, line) for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1) if line.strip()]
    mark = next((m for m in (",", ";", "\t") if rows and m in rows[0][1]), ",")
    fields = [(number, [field.strip().strip('"') for field in line.split(mark)]) for number, line in rows]
    if fields and _seconds(fields[0][1][0]) is None:
        del fields[0]
    if not 1 <= len(fields) <= MAX_TRACE:
        raise InvalidInput([Problem(pointer, f"{len(fields):,} rows; 1 to {MAX_TRACE:,} are accepted")])
    width = len(fields[0][1])
    if width not in (1, 2):
        raise InvalidInput([Problem(pointer, f"{width} columns; one (time stamps) or two (time, rate) are accepted")])
    times: list[float] = []
    rates: list[float] = []
    for number, row in fields:
        time = _seconds(row[0])
        if len(row) != width or time is None:
            wanted = "a time in s or ISO 8601" + (" and a rate" if width == 2 else "")
            raise InvalidInput(
                [Problem(pointer, f"line {number}: {shown(mark.join(row))} is refused; accepted: {wanted}")]
            )
        if time < (times[-1] if times else 0.0):
            raise InvalidInput(
                [Problem(pointer, f"line {number}: {shown(row[0])} lies before the row above, or before 0")]
            )
        times.append(time)
        if width == 2:
            rates.append(_rate(row[1], number, pointer))
    if times[0] >= _CLOCK_S:
        times = [round(time - times[0], 6) for time in times]
    if width == 1:
        return {"kind": "trace", "times_s": times}
    return {"kind": "trace", "points": [[time, rate] for time, rate in zip(times, rates, strict=True)]}


def mean_rate(shape: Mapping[str, Any]) -> float:
    """Requests a second, on average from the start to the last row."""
    if shape.get("times_s"):
        times = shape["times_s"]
        return len(times) / max(float(times[-1]), 1e-9)
    points = shape["points"]
    ends = [time for time, _ in points[1:]]
    requests = sum(rate * (end - time) for (time, rate), end in zip(points, ends, strict=False))
    return float(requests / points[-1][0]) if points[-1][0] > 0 and requests > 0 else float(points[-1][1])


def _seconds(text: str) -> float | None:
    try:
        number = float(text)
        return number if number - number == 0.0 else None
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _rate(text: str, number: int, pointer: str) -> float:
    rate = _seconds(text) if text[:5].count("-") == 0 else None
    if rate is None or not 0.0 <= rate <= 1e9:
        raise InvalidInput([Problem(pointer, f"line {number}: {shown(text)} is no rate from 0 to 1e9")])
    return rate
