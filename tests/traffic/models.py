"""Small documents that the traffic tests share."""

from itertools import pairwise
from typing import Any

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import simulate
from simulation.traffic.result import FlowResult, NodeResult, Result


def system(nodes: list[Node], edges: list[Edge], flows: list[Flow]) -> Topology:
    return Topology(format="linchpin/1", name="test", nodes=nodes, edges=edges, flows=flows)


def chain(*ids: str, **params: dict[str, Any]) -> list[Edge]:
    """Edges from each node to the next, named a-b."""
    return [Edge(f"{a}-{b}", a, b, params=params.get(f"{a}_{b}", {})) for a, b in pairwise(ids)]


def station(rate: float, ms: float, slots: int, **params: Any) -> Topology:
    """One server behind a client."""
    web = Node("web", "web_server", params={"service_time_ms": ms, "concurrency": slots, **params})
    return system([Node("users", "client"), web], chain("users", "web"), [Flow("f", "users", rate)])


def run(topology: Topology, duration_s: float, **scenario: Any) -> Result:
    return simulate(topology, {"duration_s": duration_s, "warmup_s": 0, **scenario})


def flow(result: Result, name: str = "f") -> FlowResult:
    return next(f for f in result.flows if f.id == name)


def node(result: Result, name: str) -> NodeResult:
    return next(n for n in result.nodes if n.id == name)


def value(figure: Any) -> float:
    assert figure.value is not None
    return float(figure.value)
