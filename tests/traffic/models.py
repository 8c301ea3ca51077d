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


def tandem(rates: list[float], slots: list[int], arrival: float) -> Topology:
    """Servers one after another, each with a rate a slot."""
    names = [f"s{i}" for i in range(len(rates))]
    nodes = [Node("users", "client")]
    nodes += [
        Node(n, "web_server", params={"service_time_ms": 1000 / r, "concurrency": c})
        for n, r, c in zip(names, rates, slots, strict=True)
    ]
    return system(nodes, chain("users", *names), [Flow("f", "users", arrival)])


def cached(keys: int, slots: int, s: float, eviction: str, **params: Any) -> Topology:
    """A server that asks a cache of `slots` keys beside a database."""
    content = {"key_count": keys, "capacity_keys": slots, "zipf_s": s, "eviction": eviction, "service_time_ms": 0.001}
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 0.001, "concurrency": 100}),
        Node("cache", "cache", params={**content, **params}),
        Node("db", "database", params={"read_time_ms": 0.001, "concurrency": 1000}),
    ]
    return system(nodes, [*chain("users", "web", "cache"), Edge("d", "web", "db")], [Flow("f", "users", 10_000)])


def run(topology: Topology, duration_s: float, **scenario: Any) -> Result:
    return simulate(topology, {"duration_s": duration_s, "warmup_s": 0, **scenario})


def flow(result: Result, name: str = "f") -> FlowResult:
    return next(f for f in result.flows if f.id == name)


def node(result: Result, name: str) -> NodeResult:
    return next(n for n in result.nodes if n.id == name)


def value(figure: Any) -> float:
    assert figure.value is not None
    return float(figure.value)
