"""How fast workers that wait for what they call get done, against mean value analysis of the closed system."""

import pytest

from simulation.analysis import analyze
from simulation.analysis.report import NodeFigures
from simulation.topology.document import Topology
from tests.analysis.documents import USERS, document, edge, node, paths


def worked(rate_rps: float, replicas: int, slots: int, store_ms: float) -> Topology:
    worker = node("w", "worker", replicas, service_time_ms=10, concurrency=slots)
    nodes = [USERS, node("q", "message_queue"), worker, node("db", "database", read_time_ms=store_ms, concurrency=1)]
    return document(nodes, [*paths("users>q"), edge("q>w", "consume"), edge("w>db")], rate_rps)


def closed_rps(number: int, work_ms: float, store_ms: float) -> float:
    """Exact throughput of so many messages that go round between workers of their own and one store (Reiser, Lavenberg
    1980)."""
    queued = done = 0.0
    for n in range(1, number + 1):
        response = store_ms * (1 + queued)
        done = n / (work_ms + response)
        queued = done * response
    return 1000 * done


def worker(topology: Topology) -> NodeFigures:
    return next(n for n in analyze(topology).nodes if n.id == "w")


@pytest.mark.parametrize(("replicas", "slots"), [(1, 1), (2, 2), (4, 4)])
@pytest.mark.parametrize("store_ms", [1, 4, 8])
def test_workers_drain_as_fast_as_the_closed_system_goes_round(replicas: int, slots: int, store_ms: float) -> None:
    truth = closed_rps(replicas * slots, 10, store_ms)
    found = worker(worked(20, replicas, slots, store_ms))
    assert found.backlog is not None
    assert found.backlog.drain_rps == pytest.approx(truth, rel=0.1)
    assert found.backlog.growth_rps == 0


def test_a_backlog_grows_where_the_store_keeps_the_workers_waiting() -> None:
    """They could do 222 a second if the store never queued; the closed system does 121."""
    found = worker(worked(200, 2, 2, 8))
    assert found.backlog is not None
    assert found.backlog.growth_rps == pytest.approx(200 - closed_rps(4, 10, 8), rel=0.1)
    assert found.utilization is not None
    assert found.utilization > 1
