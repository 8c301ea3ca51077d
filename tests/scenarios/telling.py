"""Running a story, and reading its result."""

from typing import Any

from simulation.topology.document import Topology
from simulation.traffic import simulate
from simulation.traffic.result import NodeResult, Result


def run(topology: Topology, duration_s: float, *events: dict[str, Any], **scenario: Any) -> Result:
    return simulate(topology, {"duration_s": duration_s, "warmup_s": 0, "events": list(events), **scenario})


def event(at_s: float, action: str, target: str, **params: Any) -> dict[str, Any]:
    return {"at_s": at_s, "action": action, "target": target, **params}


def at(result: Result, name: str) -> NodeResult:
    return next(n for n in result.nodes if n.id == name)


def column(result: Result, name: str, figure: str) -> list[float]:
    """A node's figure over the timeline."""
    return [next(n for n in row["nodes"] if n["id"] == name)[figure] for row in result.timeline]
