"""Losses of two at once: what no single loss shows."""

from typing import Any

import pytest

from simulation.analysis import Budget, analyze
from simulation.analysis.report import Contingency
from tests.analysis.documents import USERS, document, edge, node, paths


def pairs(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], rate: float = 100) -> dict[str, Contingency]:
    report = analyze(document([USERS, *nodes], edges, rate), pairs=True)
    assert not report.partial
    return {p.outage: p for p in report.pairs}


def test_they_come_only_on_request() -> None:
    topology = document([USERS, node("web", "web_server", 2)], paths("users>web"))
    assert analyze(topology).pairs == []
    assert [p.outage for p in analyze(topology, pairs=True).pairs] == ["web#1 + web#2"]


def test_two_of_five_servers_are_one_too_many() -> None:
    web = node("web", "web_server", 5, service_time_ms=20, concurrency=8)
    found = pairs([node("lb", "load_balancer", 3), web], paths("users>lb>web"), 1500)
    overload = [p for p in found.values() if p.verdict == "overload"]
    assert len(overload) == 10
    assert [p.shed_share for p in overload] == pytest.approx([0.2] * 10)
    assert [o.utilization for p in overload for o in p.overloaded] == pytest.approx([1.25] * 10)
    assert len(found) == 10


def test_a_primary_with_its_replica_and_a_zone_with_what_is_in_the_other() -> None:
    nodes = [node("az-a", "zone"), node("az-b", "zone"), node("db", "database", parent="az-a")]
    nodes += [node("db-r", "database", parent="az-b"), node("web", "web_server", 2, spread=["az-a", "az-b"])]
    edges = [*paths("users>web>db", "web>db-r"), edge("db>db-r", "replicate", mode="async")]
    found = pairs(nodes, edges)
    lost = {name for name, p in found.items() if p.verdict == "outage"}
    assert {"db + db-r", "web#1 + web#2", "az-a + az-b", "db-r + az-a", "db + az-b"} <= lost
    assert "db + web#1" not in lost


def test_what_is_in_a_zone_counts_once() -> None:
    nodes = [node("az-a", "zone"), node("az-b", "zone"), node("lb", "load_balancer", 2, spread=["az-a", "az-b"])]
    nodes.append(node("web", "web_server", 6, spread=["az-a", "az-b"], service_time_ms=10, concurrency=1))
    found = pairs(nodes, paths("users>lb>web"), 290)
    assert "web#1 + az-a" not in found  # web#1 stands in az-a
    both = found["web#2 + az-a"]
    assert {o.node: o.utilization for o in both.overloaded} == {"web": pytest.approx(290 / 200)}


def test_a_budget_that_ends_says_so() -> None:
    topology = document([USERS, node("web", "web_server", 6)], paths("users>web"))
    report = analyze(topology, pairs=True, budget=Budget(seconds=0))
    assert report.partial
    assert report.pairs == []
    assert any(g.pointer == "/pairs" for g in report.gaps)
