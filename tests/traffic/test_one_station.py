"""One flow at one station goes through a loop of its own, and nothing shows of it."""

from typing import Any

import numpy as np
import pytest

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import Session
from simulation.traffic.tables.layout import EVENTS, FREE_JOB
from tests.traffic.models import system

DURATION_S = 4.0

#: What a request that is under way must know; the rest is written before it is read.
KEPT = (
    "serial", "kind", "place", "waiting", "hit", "inst", "step", "gate", "gate_end", "parent", "edge", "cnode", "t0",
    "hits", "left", "attempt", "timer", "user", "answered", "node", "flow", "op", "where",
)  # fmt: skip

STATIONS: dict[str, tuple[float, dict[str, Any]]] = {
    "one slot": (800, {}),
    "eight slots": (7_200, {"concurrency": 8}),
    "more in service than a heap holds": (30_000, {"concurrency": 100, "service_time_ms": 3}),
    "overload": (1_300, {}),
    "a short line": (1_300, {"queue_limit": 3}),
    "constant service": (900, {"distribution": "deterministic"}),
    "lognormal service": (1_500, {"concurrency": 2, "distribution": "lognormal", "cv": 2.0}),
    "gamma service": (2_500, {"concurrency": 3, "distribution": "gamma", "cv": 0.5}),
    "all at the same times": (2_000, {"concurrency": 2, "distribution": "deterministic", "arrivals": "deterministic"}),
}

EVENTS_ON_THE_WAY = [
    {"at_s": 0.7, "action": "kill", "target": "web#1"},
    {"at_s": 0.9, "action": "revive", "target": "web#1"},
    {"at_s": 1.2, "action": "slow", "target": "web", "factor": 1.5},
    {"at_s": 1.6, "action": "traffic", "target": "f", "factor": 0.5},
    {"at_s": 2.0, "action": "scale", "target": "web", "replicas": 2},
    {"at_s": 2.6, "action": "scale", "target": "web", "replicas": 1},
    {"at_s": 2.9, "action": "fail", "target": "web", "rate": 0.3},
    {"at_s": 3.1, "action": "fail", "target": "web", "rate": 0},
]


def _station(rate: float, *, arrivals: str = "poisson", **params: Any) -> Topology:
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 1, "concurrency": 1, **params}),
    ]
    edges = [Edge("e", "users", "web", params={"retries": 1})]
    return system(nodes, edges, [Flow("f", "users", rate, arrivals=arrivals)])


def _with_another(topology: Topology) -> Topology:
    """The same beside a station that waits for its first request for ever."""
    nodes = [*topology.nodes, Node("others", "client"), Node("far", "web_server")]
    edges = [*topology.edges, Edge("e2", "others", "far")]
    flows = [*topology.flows, Flow("never", "others", 1.0, shape={"kind": "trace", "times_s": [1000.0]})]
    return system(nodes, edges, flows)


def _run(topology: Topology, events: list[dict[str, Any]], pieces: int = 1) -> Any:
    session = Session(topology, {"duration_s": DURATION_S, "events": events, "engine": "exact"})
    for k in range(pieces):
        session.run_to(DURATION_S * (k + 1) / pieces)
    return session.world.tables


def _went_alone(tables: Any) -> bool:
    """Whether the record that was freed last says as the short loop leaves it at which gate it was called."""
    job = tables.jobs[tables.control[FREE_JOB]]
    return bool(job["gate"] < tables.steps[job["step"]]["lo"])


def _assert_same(a: Any, b: Any) -> None:
    """The tables agree in all that both have."""
    for name in ("flows", "edges", "insts", "nodes"):
        own, more = getattr(a, name), getattr(b, name)
        rows = [b.places.index(place) for place in a.places] if name == "insts" else slice(len(own))
        for field in own.dtype.names:
            assert np.array_equal(own[field], more[field][rows]), (name, field)
    assert np.array_equal(a.histogram[0], b.histogram[0])
    assert a.control[EVENTS] == b.control[EVENTS]
    under_way = a.jobs["kind"] >= 0
    assert np.array_equal(under_way, b.jobs["kind"] >= 0)
    for field in KEPT:
        assert np.array_equal(a.jobs[under_way][field], b.jobs[under_way][field]), field


@pytest.mark.parametrize("events", [[], EVENTS_ON_THE_WAY], ids=["calm", "events"])
@pytest.mark.parametrize("station", STATIONS)
def test_nothing_shows_of_it(station: str, events: list[dict[str, Any]]) -> None:
    rate, params = STATIONS[station]
    topology = _station(rate, **params)
    alone, plain = _run(topology, events), _run(_with_another(topology), events)
    _assert_same(alone, plain)
    _assert_same(alone, _run(topology, events, pieces=53))
    is_short = station not in ("more in service than a heap holds", "a short line")
    assert not _went_alone(plain)
    assert _went_alone(alone) or not is_short


def test_others_in_line_are_served_as_what_they_are() -> None:
    """Writes that came in bursts before the last reads take longer, and wait in the same line."""
    nodes = [
        Node("users", "client"),
        Node("db", "database", params={"read_time_ms": 1, "write_time_ms": 3, "concurrency": 2}),
        Node("writers", "client"),
    ]
    edges = [Edge("e", "users", "db"), Edge("e1", "writers", "db")]
    times = [t + k * 1e-5 for t in (0.1, 0.5, 0.9) for k in range(40)]
    flows = [
        Flow("f", "users", 1_500.0),
        Flow("g", "writers", 1.0, {"write": 1.0}, shape={"kind": "trace", "times_s": times}),
    ]
    topology = system(nodes, edges, flows)
    alone, plain = _run(topology, []), _run(_with_another(topology), [])
    _assert_same(alone, plain)
    assert _went_alone(alone)
    assert not _went_alone(plain)
