"""What a template is, and short words to write its document with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from simulation.topology.catalogue.model import Text
from simulation.topology.document import FORMAT, Topology
from simulation.topology.layout import arranged
from simulation.topology.parsing import from_object

#: Drawers of the gallery, in their order.
GROUPS: dict[str, Text] = {
    "redundancy": Text("What falls with what", "무엇이 함께 멈추는가"),
    "load": Text("How much it carries", "얼마나 버티는가"),
    "data": Text("Where the data lives", "데이터가 사는 곳"),
    "growth": Text("All the way up", "끝까지 키우기"),
}


@dataclass(frozen=True, slots=True)
class Template:
    """A ready topology with its story. `group` is its drawer in the gallery, one of GROUPS."""

    id: str
    title: Text
    summary: Text
    topology: Topology
    order: int
    group: str = "redundancy"


def node(
    name: str,
    kind: str,
    replicas: int = 1,
    *,
    parent: str | None = None,
    spread: Sequence[str] = (),
    label: str | None = None,
    **params: Any,
) -> dict[str, Any]:
    """A node record."""
    found: dict[str, Any] = {"id": name, "kind": kind}
    if label:
        found["name"] = label
    if parent:
        found["parent"] = parent
    if spread:
        found["spread"] = list(spread)
    if replicas > 1:
        found["replicas"] = replicas
    if params:
        found["params"] = params
    return found


def edge(source: str, target: str, kind: str | None = None, **params: Any) -> dict[str, Any]:
    """An edge record, named by its ends."""
    found: dict[str, Any] = {"id": f"{source}-{target}", "source": source, "target": target}
    if kind:
        found["kind"] = kind
    if params:
        found["params"] = params
    return found


def path(*names: str) -> list[dict[str, Any]]:
    """Edges along a chain of nodes."""
    return [edge(a, b) for a, b in pairwise(names)]


def flow(source: str, rate_rps: float, mix: Mapping[str, float] | None = None, **members: Any) -> dict[str, Any]:
    """A flow record, named by its source."""
    found: dict[str, Any] = {"id": f"{source}-flow", "source": source, "rate_rps": rate_rps, **members}
    if mix:
        found["mix"] = dict(mix)
    return found


def topology(
    name: str,
    nodes: Sequence[Mapping[str, Any]],
    edges: Sequence[Mapping[str, Any]],
    flows: Sequence[Mapping[str, Any]],
    thresholds: Sequence[str] = (),
    scenario: Mapping[str, Any] | None = None,
    description: str | None = None,
) -> Topology:
    """The validated document, laid out."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "nodes": [dict(n) for n in nodes],
        "edges": [dict(e) for e in edges],
        "flows": [dict(f) for f in flows],
        "thresholds": list(thresholds),
    }
    if scenario is not None:
        document["scenario"] = dict(scenario)
    if description is not None:
        document["description"] = description
    return arranged(from_object(document))
