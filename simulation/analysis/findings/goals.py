"""What the document's thresholds ask of a flow's availability and latency."""

import re
from collections.abc import Iterator

from simulation.topology.document import Topology

_GOAL = re.compile(r"^\s*(\w+)\s*(?:\{\s*flow\s*=\s*([a-z0-9_-]+)\s*\})?\s*(<=|>=|<|>)\s*([0-9.eE+-]+)\s*$")


def goals(topology: Topology, metric: str) -> Iterator[tuple[str | None, str, float]]:
    """(flow or None for all, operator, number) of every threshold on the metric."""
    for threshold in topology.thresholds:
        match = _GOAL.match(threshold)
        if match and match[1] == metric:
            yield match[2], match[3], float(match[4])


def holds(value: float, operator: str, goal: float) -> bool:
    """Whether the value meets the goal."""
    return {"<": value < goal, "<=": value <= goal, ">": value > goal, ">=": value >= goal}[operator]
