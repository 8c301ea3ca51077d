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


def _document(rate: float, params: dict[str, Any], shape: dict[str, Any] | None, *, alone: bool) -> Topology:
    """The station; and beside it, where it is not alone, one that waits for its first request for ever."""
    web = {"service_time_ms": 1, "concurrency": 1, **params}
    nodes = [Node("users", "client"), Node("web", "web_server", params=web)]
    edges = [Edge("e", "users", "web", params={"retries": 1})]
    flows = [Flow("f", "users", rate, shape=shape)]
    if not alone:
        nodes += [Node("others", "client"), Node("far", "web_server")]
        edges.append(Edge("e2", "others", "far"))
        flows.append(Flow("g", "others", 1.0, shape={"kind": "trace", "times_s": [1000.0]}))
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
    alone, plain = (_run(_document(rate, params, None, alone=alone), events) for alone in (True, False))
    _assert_same(alone, plain)
    _assert_same(alone, _run(_document(rate, params, None, alone=True), events, pieces=53))
    is_short = station not in ("more in service than a heap holds", "a short line")
    assert not _went_alone(plain)
    assert _went_alone(alone) or not is_short
