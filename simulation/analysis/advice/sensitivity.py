"""The tornado: the numbers that the answer depends on most.

Each number is moved to the two ends of its band, alone, and the document is analysed at both. Which numbers
are worth two analyses is estimated first: by importance for failure times, by time at the node for service times.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from simulation.analysis.advice.figures import Figures, figures
from simulation.analysis.advice.judging import Judge
from simulation.analysis.report import Bar, NodeFigures, Report
from simulation.topology.catalogue.model import Param, Text
from simulation.topology.document import Topology
from simulation.topology.resolving import resolve
from simulation.topology.system import Component

_RATE = Param(
    "rate_rps", "number", Text("Rate", "요청률"), Text("Requests a second.", "초당 요청 수입니다."), unit="rps"
)
FIGURES = ("availability", "p99_ms", "capacity_rps")
_WORST_GROWTH = 10.0


@dataclass(frozen=True, slots=True)
class _Number:
    pointer: tuple[str, int]
    element: str
    param: Param
    value: float
    low: float
    high: float
    is_default: bool
    guess: float


def tornado(topology: Topology, report: Report, *, most: int = 5, judge: Judge | None = None) -> list[Bar]:
    """The numbers that availability, p99 and capacity depend on most, the strongest first."""
    judge = judge or Judge(seconds=5.0, most=48)
    base = figures(report)
    bars: list[Bar] = []
    for number in sorted(_numbers(topology, report), key=lambda n: -n.guess):
        if judge.spent(together=2):
            break
        ends = [judge.figures(_with(topology, number, value)) for value in (number.low, number.high)]
        if ends[0] is None or ends[1] is None:
            continue
        bars.append(_bar(number, base, ends[0], ends[1]))
    bars.sort(key=lambda b: (-b.swing, b.element, b.param))
    return [b for b in bars[:most] if b.swing > 0]


def _numbers(topology: Topology, report: Report) -> Iterator[_Number]:
    """Numbers that could move a figure, with an estimate of how much they do."""
    places = {n.id: i for i, n in enumerate(topology.nodes)}
    nodes = {n.id: n for n in report.nodes}
    for component in resolve(topology).components:
        figure = nodes.get(component.id)
        if figure is None:
            continue
        for param in component.kind.params:
            value = component.params.get(param.name)
            if param.type not in ("number", "integer") or not isinstance(value, int | float) or isinstance(value, bool):
                continue
            guess = _guess(component, param, figure, report)
            if guess > 0 and value > 0:
                low, high = _band(param, float(value))
                at = ("nodes", places[component.id])
                default = param.name not in component.given
                yield _Number(at, component.id, param, float(value), low, high, default, guess)
    for i, flow in enumerate(topology.flows):
        yield _Number(("flows", i), flow.id, _RATE, flow.rate_rps, flow.rate_rps / 2, flow.rate_rps * 2, False, 1.0)


def _guess(component: Component, param: Param, figure: NodeFigures, report: Report) -> float:
    """How much the number may matter, without an analysis: a share of the unavailability, time or load."""
    name = param.name
    if name in ("mtbf_h", "mttr_h", "availability"):
        if name != "availability" and component.params.get("availability") is not None:
            return 0.0
        return figure.importance.fussell_vesely if figure.importance else 0.0
    station = component.kind.station
    if station is None or not figure.arrival_rps:
        return 0.0
    busy = figure.utilization or 0.0
    time = max((f.latency.mean_ms or 0.0 for f in report.flows), default=0.0)
    part = (figure.time_ms or 0.0) / time if time else 0.0
    if name in station.time.values() or name == station.slots:
        return max(busy, min(1.0, part))
    if name in ("hit_ratio", "zipf_s", "key_count", "capacity_keys") and figure.hit_ratio is not None:
        return 0.5
    return 0.3 if name == "hot_key_share" else 0.0


def _band(param: Param, value: float) -> tuple[float, float]:
    """The catalogue's band where it holds the value, else half and twice of it, within what is accepted."""
    if param.name == "availability":
        return 1 - min(1.0, (1 - value) * 2), 1 - (1 - value) / 2
    if param.low is not None and param.high is not None and param.low <= value <= param.high:
        low, high = float(param.low), float(param.high)
    else:
        low, high = value / 2, value * 2
    if param.maximum is not None:
        high = min(high, float(param.maximum))
    low = max(low, float(param.minimum)) if param.minimum is not None else low
    return (float(max(1, math.floor(low))), float(math.ceil(high))) if param.type == "integer" else (low, high)


def _with(topology: Topology, number: _Number, value: float) -> Topology:
    part, index = number.pointer
    elements = list(getattr(topology, part))
    if part == "flows":
        elements[index] = msgspec.structs.replace(elements[index], rate_rps=value)
    else:
        stated: Any = int(value) if number.param.type == "integer" else value
        params = {**elements[index].params, number.param.name: stated}
        elements[index] = msgspec.structs.replace(elements[index], params=params)
    return msgspec.structs.replace(topology, **{part: elements})


def _bar(number: _Number, base: Figures, low: Figures, high: Figures) -> Bar:
    swings = {name: _swing(name, base, low, high) for name in FIGURES}
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
