"""Events come in the same order whether the queue is one heap or cut into buckets of time."""

import numpy as np

from simulation.topology.document import Edge, Flow, Node
from simulation.traffic import Session
from simulation.traffic.tables.layout import CROWD, LATER_N, PACE
from tests.traffic.models import system

EVENTS = [
    {"at_s": 1.0, "action": "traffic", "target": "f", "factor": 0.0005},  # hardly any: the queue is no longer cut
    {"at_s": 3.0, "action": "traffic", "target": "f", "factor": 3},
    {"at_s": 3.2, "action": "kill", "target": "web#1"},
    {"at_s": 3.4, "action": "traffic", "target": "f", "factor": 0.02},
]


def _session(*, buckets: bool, pieces: int) -> tuple[Session, int]:
    edge = Edge("e", "users", "web", params={"latency_ms": 20, "jitter_ms": 15, "timeout_ms": 60, "retries": 1})
    nodes = [Node("users", "client"), Node("web", "web_server", replicas=2, params={"concurrency": 200})]
    session = Session(system(nodes, [edge], [Flow("f", "users", 20_000.0)]), {"duration_s": 4, "events": EVENTS})
    control = session.world.tables.control
    if not buckets:
        control[CROWD] = 1 << 40
    most = 0
    for k in range(pieces):
        session.run_to(4.0 * (k + 1) / pieces)
        most = max(most, int(control[LATER_N]))
    return session, most


def test_buckets_change_nothing() -> None:
    plain, most = _session(buckets=False, pieces=1)
    assert most == 0
    for pieces in (1, 37, 400):
        cut, most = _session(buckets=True, pieces=pieces)
        assert most > 100 or pieces == 1
        for name in ("flows", "histogram", "edges", "insts"):
            assert np.array_equal(getattr(plain.world.tables, name), getattr(cut.world.tables, name)), (pieces, name)


def test_a_queue_with_few_events_is_a_heap_again() -> None:
    session, _ = _session(buckets=True, pieces=0)
    control = session.world.tables.control
    session.run_to(0.9)
    assert control[PACE] != 0
    session.run_to(2.9)
    assert control[PACE] == control[LATER_N] == 0
