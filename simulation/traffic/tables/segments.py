"""The shape of a flow as segments in which its rate is a straight line."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from simulation.topology.catalogue.shapes import SHAPES
from simulation.topology.recordings import recorded

Segment = tuple[float, float, float, float]  # start s, rate 1/s, slope 1/s², end s
_STEPS = 360  # straight pieces of a sine's period; the rate is off by 4e-5 of the amplitude at most


def is_stamped(shape: Mapping[str, Any] | None) -> bool:
    """Whether the shape is a recording of single requests."""
    return bool(shape) and recorded(shape or {}).get("times_s") is not None


def binned(times: list[float]) -> tuple[list[Segment], float]:
    """Time stamps as rates for an engine without single requests, and the width of the bins in s.

    A bin is as wide as twenty requests take on average, and a tenth of a second at least.
    """
    width = max(0.1, 20.0 * times[-1] / len(times))
    counts = Counter(int(time / width) for time in times)
    pieces = [(k * width, counts[k] / width, 0.0, (k + 1) * width) for k in range(max(counts) + 1)]
    return [*pieces, ((max(counts) + 1) * width, 0.0, 0.0, math.inf)], width


def segments(rate: float, shape: Mapping[str, Any] | None, duration_s: float) -> list[Segment]:
    """Pieces from 0 to infinity for a flow of this rate (requests a second)."""
    kind = str(shape["kind"]) if shape else "steady"
    if shape is None or kind == "steady":
        return [(0.0, rate, 0.0, math.inf)]
    shape = recorded(shape)
    numbers = {p.name: shape.get(p.name, p.default) for p in SHAPES[kind].params}
    if kind == "ramp":
        start, over, to = float(numbers["start_s"]), float(numbers["over_s"]), float(numbers["to_rps"])
        pieces = [(0.0, rate, 0.0, start)] if start > 0 else []
        if over > 0:
            pieces.append((start, rate, (to - rate) / over, start + over))
        return [*pieces, (start + over, to, 0.0, math.inf)]
    if kind == "spike":
        start, end, to = float(numbers["at_s"]), float(numbers["at_s"] + numbers["for_s"]), float(numbers["to_rps"])
        before = [(0.0, rate, 0.0, start)] if start > 0 else []
        return [*before, (start, to, 0.0, end), (end, rate, 0.0, math.inf)]
    if kind == "diurnal":
        return _sine(
            rate, float(numbers["amplitude"]), float(numbers["period_s"]), float(numbers["peak_s"]), duration_s
        )
    if shape.get("times_s") is not None:
        return _stamps([float(t) for t in shape["times_s"]])
    points = [(float(t), float(r)) for t, r in shape["points"]]
    pieces = [(0.0, 0.0, 0.0, points[0][0])] if points[0][0] > 0 else []
    ends = [t for t, _ in points[1:]] + [math.inf]
    return pieces + [(t, r, 0.0, end) for (t, r), end in zip(points, ends, strict=True) if end > t]


def _sine(rate: float, amplitude: float, period: float, peak: float, duration_s: float) -> list[Segment]:
    step = period / _STEPS
    count = min(math.ceil(max(duration_s, period) / step) + 1, 200_000)

    def at(t: float) -> float:
        return rate * (1 + amplitude * math.cos(2 * math.pi * (t - peak) / period))

    pieces = [
        (i * step, at(i * step), (at((i + 1) * step) - at(i * step)) / step, (i + 1) * step) for i in range(count)
    ]
    return [*pieces, (count * step, at(count * step), 0.0, math.inf)]


def _stamps(times: list[float]) -> list[Segment]:
    """One arrival at the end of each piece."""
    pieces: list[Segment] = []
    last = 0.0
    for time in times:
        end = max(time, last + 1e-9)
        pieces.append((last, 1.0 / (end - last), 0.0, end))
        last = end
    return [*pieces, (last, 0.0, 0.0, math.inf)]
