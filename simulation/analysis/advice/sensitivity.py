"""The tornado: the numbers that the answer depends on most.

Each number is moved to the two ends of its band, alone, and the document is analysed at both. Which numbers
are worth two analyses is estimated first.
"""

import math
from typing import Any

import msgspec

from simulation.analysis.advice.figures import Figures, figures
from simulation.analysis.advice.judging import Judge
from simulation.analysis.advice.numbers import Number, numbers
from simulation.analysis.report import Bar, Report
from simulation.topology.document import Topology

FIGURES = ("availability", "p99_ms", "capacity_rps")
_WORST_GROWTH = 10.0


def tornado(topology: Topology, report: Report, *, most: int = 5, judge: Judge | None = None) -> list[Bar]:
    """The numbers that availability, p99 and capacity depend on most, the strongest first."""
    judge = judge or Judge(seconds=5.0, most=48)
    base = figures(report)
    bars: list[tuple[float, Bar]] = []
    for number in sorted(numbers(topology, report), key=lambda n: -n.guess):
        if judge.spent(together=2):
            break
        ends = [judge.figures(_with(topology, number, value)) for value in (number.low, number.high)]
        if ends[0] is None or ends[1] is None:
            continue
        swings = {name: _swing(name, base, ends[0], ends[1]) for name in FIGURES}
        bars.append((sum(swings.values()), _bar(number, ends[0], ends[1], swings)))
    bars.sort(key=lambda b: (-b[1].swing, -b[0], b[1].element, b[1].param))
    return [bar for _, bar in bars[:most] if bar.swing > 0]


def _with(topology: Topology, number: Number, value: float) -> Topology:
    part, index = number.place
    elements = list(getattr(topology, part))
    if part == "flows":
        elements[index] = msgspec.structs.replace(elements[index], rate_rps=value)
    else:
        stated: Any = int(value) if number.param.type == "integer" else value
        params = {**elements[index].params, number.param.name: stated}
        elements[index] = msgspec.structs.replace(elements[index], params=params)
    return msgspec.structs.replace(topology, **{part: elements})


def _bar(number: Number, low: Figures, high: Figures, swings: dict[str, float]) -> Bar:
    moves = max(swings, key=lambda n: swings[n])
    return Bar(
        element=number.element,
        param=number.param.name,
        unit=number.param.unit,
        value=number.value,
        low=number.low,
        high=number.high,
        is_default=number.is_default,
        at_low={n: getattr(low, n) for n in FIGURES},
        at_high={n: getattr(high, n) for n in FIGURES},
        swing=swings[moves],
        moves=moves,
    )


def _swing(name: str, base: Figures, low: Figures, high: Figures) -> float:
    """The ratio of a figure between the ends, as a logarithm; no value (overload) counts as ten times as much."""
    ends = [getattr(f, name) for f in (low, high)]
    if all(e is None for e in ends):
        return 0.0
    if name == "availability":
        sizes = [1.0 if e is None else 1 - e for e in ends]
    else:
        middle = getattr(base, name) or next(e for e in ends if e is not None)
        sizes = [middle * _WORST_GROWTH if e is None else e for e in ends]
    if min(sizes) <= 0:
        return 0.0 if max(sizes) <= 0 else math.log(_WORST_GROWTH)
    return abs(math.log(sizes[1] / sizes[0]))
