"""Waiting where a balancer sees the queues, against balance equations and Mitzenmacher's limit."""

import numpy as np
import pytest

from simulation.analysis import analyze
from simulation.analysis.report import Latency
from simulation.analysis.time.waiting import at_replica
from simulation.topology.resolving import resolve
from simulation.topology.system import Component
from tests.analysis.documents import USERS, document, node, paths


def from_slots(slots: int) -> Component:
    """A server of so many slots."""
    web = node("web", "web_server", service_time_ms=10, concurrency=slots)
    return resolve(document([USERS, web], paths("users>web"))).component_by_id["web"]


def latency(algorithm: str, queues: int, rho: float) -> Latency:
    """Of a request to one of some servers of one slot and 10 ms."""
    lb = node("lb", "load_balancer", algorithm=algorithm, service_time_ms=1e-6, concurrency=1000)
    nodes = [USERS, lb, node("web", "web_server", queues, service_time_ms=10, concurrency=1)]
    return analyze(document(nodes, paths("users>lb>web"), 100 * queues * rho), max_order=1).flows[0].latency


def shorter_of_two(rho: float, most: int = 60) -> float:
    """Mean time in system, in service times, where each arrival joins the shorter of two M/M/1 queues: by value
    iteration on the balance equations, cut at `most` in either queue."""
    p = np.zeros((most, most))
    p[0, 0] = 1.0
    i, j = np.indices(p.shape)
    arrives = 2 * rho / (2 * rho + 2)
    to_first, to_second = p * 0 + (i < j) + 0.5 * (i == j), p * 0 + (j < i) + 0.5 * (i == j)
    for _ in range(6000):
        new = np.zeros_like(p)
        new[1:, :] += (arrives * to_first * p)[:-1, :]
        new[:, 1:] += (arrives * to_second * p)[:, :-1]
        half = (1 - arrives) / 2
        new[:-1, :] += half * p[1:, :]
        new[0, :] += half * p[0, :]
        new[:, :-1] += half * p[:, 1:]
        new[:, 0] += half * p[:, 0]
        p = new / new.sum()
    return float(((i + j) * p).sum() / (2 * rho))


def in_turn_by_phases(rho: float, servers: int, queues: int, most: int = 160) -> tuple[float, float]:
    """Probability of waiting, and mean wait in service times, where a queue gets every n-th of a Poisson stream: from
    the balance equations of (arrivals since its last one, requests there), cut at `most` requests."""
    size, rate = queues * (most + 1), rho * servers * queues
    flow = np.zeros((size, size))
    for phase in range(queues):
        for there in range(most + 1):
            here = phase * (most + 1) + there
            is_last = phase == queues - 1
            to = min(there + 1, most) if is_last else (phase + 1) * (most + 1) + there
            flow[here, to] += rate
            if there:
                flow[here, here - 1] += min(there, servers)
    np.fill_diagonal(flow, flow.diagonal() - flow.sum(axis=1))
    equations = flow.T.copy()
    equations[0] = 1.0
    found = np.linalg.solve(equations, np.eye(size)[0])[-(most + 1) :]
    met = found / found.sum()  # what an arrival finds
    ahead = np.arange(servers, most + 1) - servers + 1
    return float(met[servers:].sum()), float(met[servers:] @ ahead / servers)


@pytest.mark.parametrize(("servers", "queues"), [(1, 2), (1, 5), (4, 3)])
@pytest.mark.parametrize("rho", [0.3, 0.8, 0.9])
def test_queues_that_are_served_in_turn(rho: float, servers: int, queues: int) -> None:
    probability, wait = in_turn_by_phases(rho, servers, queues)
    found = at_replica(from_slots(servers), rho * servers / 10, 10, 1.0, "round_robin", queues)
    assert found.probability == pytest.approx(probability, rel=1e-6)
    assert found.mean == pytest.approx(10 * wait, rel=1e-6)


@pytest.mark.parametrize("scv", [0.0, 0.3, 4.0])
@pytest.mark.parametrize("rho", [1e-6, 0.2, 0.999])
def test_in_turn_is_never_worse_than_at_random(rho: float, scv: float) -> None:
    at = from_slots(2)
    in_turn = at_replica(at, rho * 2 / 10, 10, scv, "round_robin", 4).mean
    assert 0 <= in_turn <= at_replica(at, rho * 2 / 10, 10, scv, "random", 4).mean


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("algorithm", ["least_connections", "power_of_two"])
def test_of_two_queues_both_algorithms_take_the_shorter(algorithm: str, rho: float) -> None:
    assert latency(algorithm, 2, rho).mean_ms == pytest.approx(10 * shorter_of_two(rho), rel=0.005)


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_the_better_of_two_of_very_many(rho: float) -> None:
    limit = sum(rho ** (2**i - 2) for i in range(1, 12))
    assert latency("power_of_two", 2000, rho).mean_ms == pytest.approx(10 * limit, rel=0.002)


def test_fewer_to_choose_from_never_wait_less() -> None:
    means = [latency("power_of_two", n, 0.8).mean_ms or 0.0 for n in (2, 3, 5, 10, 100)]
    assert means == sorted(means, reverse=True)
    for queues in (2, 5, 10):
        best, chosen = latency("least_connections", queues, 0.8), latency("power_of_two", queues, 0.8)
        blind = latency("random", queues, 0.8)
        assert (best.mean_ms or 0) <= (chosen.mean_ms or 0) < (blind.mean_ms or 0)


@pytest.mark.parametrize("algorithm", ["least_connections", "power_of_two"])
@pytest.mark.parametrize("slots", [1, 4, 64])
@pytest.mark.parametrize("rho", [1e-9, 0.001, 0.1, 0.5, 0.99, 0.999999])
def test_who_waits_at_any_load_waits_no_longer_than_in_a_queue_that_nobody_chose(
    algorithm: str, slots: int, rho: float
) -> None:
    for queues in (2, 3, 50):
        component = from_slots(slots)
        wait = at_replica(component, slots * rho / 10, 10.0, 1.0, algorithm, queues)
        alone = at_replica(component, slots * rho / 10, 10.0, 1.0, "random", queues)
        assert 0 <= wait.probability <= 1
        assert wait.mean <= alone.mean * (1 + 1e-9)
        if wait.probability > 0:
            assert wait.law.mean <= 2 * alone.law.mean


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("slots", "rate"), [(4, 0.01), (16, 1.0), (16, 10.0), (64, 10.0)])
def test_where_next_to_nobody_waits_nobody_waits_long(slots: int, rate: float) -> None:
    """In turn over six servers of uneven times, far below what they carry."""
    servers = node("web", "service", 6, service_time_ms=5, concurrency=slots, distribution="lognormal", cv=3)
    nodes = [USERS, node("lb", "load_balancer", algorithm="round_robin"), servers]
    report = analyze(document(nodes, paths("users>lb>web"), rate))
    assert report.nodes[2].wait_ms == pytest.approx(0.0, abs=1e-9)
    assert report.flows[0].latency.p99_ms is not None
