"""What the document's thresholds ask of the analysis, and by how much a report misses it."""

import re
from collections.abc import Iterator

from simulation.analysis.report import Report, not_survived
from simulation.topology.document import Topology

_GOAL = re.compile(
    r"^\s*(\w+)\s*(?:\{\s*(flow|node)\s*=\s*([a-z0-9_-]+)\s*\})?\s*(<=|>=|==|!=|<|>)\s*([-+0-9.eE]+)\s*$"
)
_TIMES = ("mean_ms", "p50_ms", "p95_ms", "p99_ms")
#: What a goal weighs that has no value to compare: as much as one that is missed by all there is.
_UNKNOWN = 1.0


def goals(topology: Topology, metric: str) -> Iterator[tuple[str | None, str, float]]:
    """(flow or None for all, operator, number) of every threshold on a flow's metric."""
    for name, scope, element, sign, number in _parsed(topology):
        if name == metric and scope != "node":
            yield element, sign, number


def holds(value: float, sign: str, goal: float) -> bool:
    """Whether the value meets the goal."""
    match sign:
        case "<":
            return value < goal
        case "<=":
            return value <= goal
        case ">":
            return value > goal
        case ">=":
            return value >= goal
        case "==":
            return value == goal
        case _:
            return value != goal


def misses(topology: Topology, report: Report) -> float:
    """By how much the report misses the document's thresholds, each as a share of its goal; 0 where all hold.

    For availability the share of the unavailability that has to go. Thresholds that only a simulation
    answers are left out.
    """
    total = 0.0
    for name, scope, element, sign, goal in _parsed(topology):
        for value in _values(report, name, scope, element):
            if value is None:
                total += _UNKNOWN
            elif not holds(value, sign, goal):
                total += max(1e-9, _distance(name, value, goal))
    return total


def _distance(name: str, value: float, goal: float) -> float:
    if name.startswith("availability") and value < goal <= 1:
        return (goal - value) / (1 - value)
    return abs(value - goal) / (abs(goal) or 1.0)


def _parsed(topology: Topology) -> Iterator[tuple[str, str | None, str | None, str, float]]:
    for threshold in topology.thresholds:
        match = _GOAL.match(threshold)
        if match:
            yield match[1], match[2], match[3], match[4], float(match[5])


def _values(report: Report, name: str, scope: str | None, element: str | None) -> Iterator[float | None]:
    match name:
        case "spofs":
            yield float(len(report.spofs))
        case "cost_per_month":
            yield report.cost_per_month
        case "contingency_failures":
            yield float(len(not_survived(report.contingencies)))
        case _ if scope == "node" or (scope is None and report.nodes and not _of_flow(report, name)):
            for node in report.nodes:
                value = getattr(node, name, None)
                if element in (None, node.id) and (isinstance(value, float) or (element and hasattr(node, name))):
                    yield value
        case _:
            for flow in report.flows:
                holder = flow.latency if name in _TIMES else flow
                if element in (None, flow.id) and hasattr(holder, name):
                    yield getattr(holder, name)


def _of_flow(report: Report, name: str) -> bool:
    return name in _TIMES or bool(report.flows and hasattr(report.flows[0], name))
