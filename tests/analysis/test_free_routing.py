"""The capacity that the best split of free pools would reach, and what sets it."""

from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.report import FlowFigures
from tests.analysis.documents import USERS, document, edge, node, paths

BALANCER = node("lb", "load_balancer", service_time_ms=1e-6, concurrency=1000)


def server(name: str, rps: float) -> dict[str, Any]:
    """A server of so many requests a second."""
    return node(name, "web_server", service_time_ms=1000 / rps, concurrency=1)


def figures(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], rate: float = 100) -> FlowFigures:
    return analyze(document([USERS, *nodes], edges, rate)).flows[0]


def test_unequal_servers_carry_their_sum_when_split_freely() -> None:
    nodes = [BALANCER, server("big", 900), server("small", 100)]
    found = figures(nodes, paths("users>lb>big", "lb>small"))
    assert found.capacity_rps == pytest.approx(200)
    assert found.bottleneck == "small"
    assert found.capacity_free_rps == pytest.approx(1000)
    assert set(found.bottlenecks_free) == {"big", "small"}


def test_what_stands_behind_limits_a_free_split_too() -> None:
    nodes = [BALANCER, server("a", 900), server("b", 900), server("shared", 500), server("own", 200)]
    edges = [*paths("users>lb>a>shared", "lb>b>shared"), edge("b>own", calls=2)]
    found = figures(nodes, edges)
    assert found.capacity_rps == pytest.approx(200)
    assert found.capacity_free_rps == pytest.approx(500)
    assert found.bottlenecks_free == ["shared"]


@pytest.mark.parametrize("bound", ["weight", "algorithm"])
def test_stated_weights_and_keys_are_not_free(bound: str) -> None:
    balancer = BALANCER if bound == "weight" else {**BALANCER, "params": {"algorithm": "consistent_hash"}}
    nodes = [balancer, server("big", 900), server("small", 100)]
    params: dict[str, Any] = {"weight": 1} if bound == "weight" else {}
    found = figures(nodes, [edge("users>lb"), edge("lb>big", **params), edge("lb>small", **params)])
    assert found.capacity_free_rps == found.capacity_rps == pytest.approx(200)


def test_it_is_never_below_the_capacity_as_drawn() -> None:
    for sizes in ((100, 100, 100), (10, 500, 300), (1, 2, 4)):
        nodes = [BALANCER, *(server(f"w{i}", rps) for i, rps in enumerate(sizes)), server("db", sum(sizes) * 0.9)]
        found = figures(nodes, paths(*(f"users>lb>w{i}>db" for i in range(3))), 5)
        assert found.capacity_rps == pytest.approx(min(3 * min(sizes), 0.9 * sum(sizes)))
        assert found.capacity_free_rps == pytest.approx(0.9 * sum(sizes))
