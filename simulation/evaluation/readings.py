"""Reads a metric out of a report or a simulation's result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulation.analysis.report import FlowFigures, NodeFigures, Report, not_survived
from simulation.evaluation.metrics import Metric
from simulation.traffic.result import Estimate, Result

#: Lists of the report that figures of the design are counted from; an incomplete list has no count.
_LISTS = {"contingency_failures": "contingencies"}
_LATENCY = frozenset({"mean_ms", "p50_ms", "p95_ms", "p99_ms"})
_IMPORTANCE = {
    "importance": "birnbaum",
    "birnbaum": "birnbaum",
    "fussell_vesely": "fussell_vesely",
    "risk_achievement": "risk_achievement",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured at one element: None where there is no number, then `reason` says why.

    `overloaded` marks a figure that does not exist because more is offered than can be carried: a bound on
    it is broken, not unmeasured. `applies` is False where the element has no such figure at all.
    """

    element: str | None
    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    reason_ko: str = ""
    overloaded: bool = False
    applies: bool = True


def from_report(report: Report, metric: Metric) -> Iterator[Reading]:
    """The metric at every element of its scope, by the analysis."""
    reasons = {gap.pointer: gap for gap in report.gaps}
    if metric.scope == "design":
        missing = reasons.get(f"/{_LISTS.get(metric.name, metric.name)}")
        counted = _of_design(report, metric.name) if missing is None else None
        yield Reading(
            None, counted, reason=missing.reason if missing else "", reason_ko=missing.reason_ko if missing else ""
        )
        return
    elements: Sequence[FlowFigures | NodeFigures] = report.flows if metric.scope == "flow" else report.nodes
    for i, element in enumerate(elements):
        value, path = _of_element(element, metric.name)
        pointer = f"/{metric.scope}s/{i}/{path}"
        gap = next((reasons[p] for p in _upwards(pointer) if p in reasons), None)
        low, high = _interval(element, metric.name)
        yield Reading(
            element.id,
            value,
            low,
            high,
            reason=gap.reason if gap else "",
            reason_ko=gap.reason_ko if gap else "",
            overloaded=value is None and _is_overloaded(element),
            applies=value is not None or gap is not None or metric.scope == "flow",
        )


def from_result(result: Result, metric: Metric) -> Iterator[Reading]:
    """The metric at every element of its scope, by the simulation."""
    for element in result.flows if metric.scope == "flow" else result.nodes:
        figure: Any = getattr(element, metric.name)
        if isinstance(figure, Estimate):
            yield Reading(element.id, figure.value, figure.low, figure.high, applies=figure.value is not None)
        else:
            yield Reading(element.id, None if figure is None else float(figure), applies=figure is not None)


def _of_design(report: Report, name: str) -> float:
    open_findings = [f for f in report.findings if f.accepted is None]
    match name:
        case "contingency_failures":
            return float(len(not_survived(report.contingencies)))
        case "findings":
            return float(len(open_findings))
        case "finding_errors" | "finding_warnings":
            severity = name.removeprefix("finding_").removesuffix("s")
            return float(sum(f.severity == severity for f in open_findings))
        case "cost_per_month":
            return report.cost_per_month
        case _:
            return float(len(getattr(report, name)))


def _of_element(element: FlowFigures | NodeFigures, name: str) -> tuple[float | None, str]:
    """The figure, and its place below the element."""
    if name in _LATENCY and isinstance(element, FlowFigures):
        return getattr(element.latency, name), f"latency/{name}"
    if name in _IMPORTANCE and isinstance(element, NodeFigures):
        return getattr(element.importance, _IMPORTANCE[name], None), f"importance/{_IMPORTANCE[name]}"
    value: float | None = getattr(element, name)
    return value, name


def _interval(element: FlowFigures | NodeFigures, name: str) -> tuple[float | None, float | None]:
    """Of a figure that was sampled."""
    if name != "availability" or not isinstance(element, FlowFigures):
        return None, None
    low, high = element.availability_low, element.availability_high
    return (None, None) if low == high else (low, high)


def _is_overloaded(element: FlowFigures | NodeFigures) -> bool:
    if isinstance(element, FlowFigures):
        return element.headroom is not None and element.headroom <= 0
    return element.utilization is not None and element.utilization >= 1


def _upwards(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
