"""What the document's thresholds ask of the analysis."""

import re
from collections.abc import Iterator

from simulation.analysis.success.reliability import HOURS_PER_YEAR
from simulation.topology.document import Topology

_GOAL = re.compile(
    r"^\s*(\w+)\s*(?:\{\s*(flow|node)\s*=\s*([a-z0-9_-]+)\s*\})?\s*(<=|>=|==|!=|<|>)\s*([-+0-9.eE]+)\s*$"
)


_TURNED = str.maketrans("<>", "><")


def goals(topology: Topology, metric: str) -> Iterator[tuple[str | None, str, float]]:
    """(flow or None for all, operator, number) of every threshold on a flow's metric."""
    for match in filter(None, map(_GOAL.match, topology.thresholds)):
        if match[1] == metric and match[2] != "node":
            yield match[3], match[4], float(match[5])


def availability_goals(topology: Topology) -> Iterator[tuple[str | None, str, float]]:
    """The same of a flow's availability, which may be stated as nines or as downtime too."""
    yield from goals(topology, "availability")
    for flow, sign, number in goals(topology, "nines"):
        yield flow, sign, 1 - 10**-number
    for flow, sign, number in goals(topology, "downtime_min_per_year"):
        yield flow, sign.translate(_TURNED), 1 - number / (HOURS_PER_YEAR * 60)


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
