"""The kernel and a second engine that shares nothing with it agree, request by request."""

import math

import pytest

from simulation.topology.document import Edge, Flow, Node
from simulation.traffic import Session
from tests.traffic.models import system
from tests.traffic.oracle import Oracle


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("replicas", "slots", "limit", "timeout_ms", "retries"),
    [
        (1, 1, None, None, 0),
        (1, 4, 3, None, 0),
        (3, 2, 10, None, 2),
        (2, 2, None, 30, 0),
        (3, 1, 5, 25, 3),
    ],
)
def test_two_engines_agree(
    seed: int, replicas: int, slots: int, limit: int | None, timeout_ms: float | None, retries: int
) -> None:
    rate = 90.0 * replicas * slots
    params = {"service_time_ms": 10, "concurrency": slots, "queue_limit": limit}
    edge = Edge("e", "users", "web", params={"timeout_ms": timeout_ms, "retries": retries})
    nodes = [Node("users", "client"), Node("web", "web_server", replicas=replicas, params=params)]
    session = Session(
        system(nodes, [edge], [Flow("f", "users", rate)]), {"duration_s": 40, "seed": seed, "warmup_s": 0}
    )
    session.run_to(40)
    timeout = math.inf if timeout_ms is None else timeout_ms / 1000
    oracle = Oracle(seed, rate, 0.01, replicas, slots, math.inf if limit is None else limit, timeout, retries)
    oracle.run(40.0)
    table = session.world.tables.flows[0]
    counted = oracle.counted
    assert (table["offered"], table["completed"], table["failed"]) == (
        counted.offered,
        counted.completed,
        counted.failed,
    )
    assert table["total"] == pytest.approx(counted.total, rel=1e-9)
    web = session.world.instances(1)
    insts = session.world.tables.insts
    assert [insts[i]["arrivals"] for i in web] == [s.arrivals for s in oracle.servers]
    assert [insts[i]["rejected"] for i in web] == [s.rejected for s in oracle.servers]
