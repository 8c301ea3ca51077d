"""What falls with what, in both directions."""

import pytest

from simulation.analysis import Budget, analyze
from simulation.topology.document import Topology
from tests.analysis.documents import USERS, document, edge, node, paths


def falls(topology: Topology) -> dict[str, dict[str, float]]:
    report = analyze(topology, falls=True)
    assert not report.partial
    return {fall.outage: fall.nodes for fall in report.falls}


def test_they_come_only_on_request() -> None:
    topology = document([USERS, node("web", "web_server"), node("db", "database")], paths("users>web>db"))
    assert analyze(topology).falls == []
    assert falls(topology)["db"] == {"web": 1.0}


def test_a_chain_falls_upwards_and_redundancy_holds() -> None:
    nodes = [USERS, node("lb", "load_balancer"), node("web", "web_server", 3), node("db", "database")]
    found = falls(document(nodes, paths("users>lb>web>db")))
    assert found["db"] == {"lb": 1.0, "web": 1.0}
    assert found["web"] == {"lb": 1.0}
    assert found["web-db"] == {"lb": 1.0, "web": 1.0}
    assert "web#1" not in found
    assert "lb" not in found


def test_a_share_falls_with_what_only_some_requests_need() -> None:
    nodes = [node("db-r", "database"), node("web", "web_server"), node("db", "database", failover="none")]
    edges = [*paths("users>web>db", "web>db-r"), edge("db>db-r", "replicate", mode="async")]
    mix = {"rate_rps": 100, "mix": {"read": 0.9, "write": 0.1}}
    assert falls(document([USERS, *nodes], edges, mix))["db"]["web"] == pytest.approx(0.1)


def test_a_cache_spares_its_share_and_a_shard_takes_its_own() -> None:
    nodes = [USERS, node("cdn", "cdn", hit_ratio=0.8), node("web", "web_server"), node("db", "database", shards=4)]
    static = {"rate_rps": 100, "mix": {"static": 1.0}}
    found = falls(document(nodes, paths("users>cdn>web>db"), static))
    assert found["web"]["cdn"] == pytest.approx(0.2)
    assert found["db#1"]["web"] == pytest.approx(0.25)
    assert found["db#1"]["cdn"] == pytest.approx(0.05)


def test_a_zone_takes_what_stands_only_there() -> None:
    nodes = [node("az-a", "zone"), node("az-b", "zone"), USERS, node("lb", "load_balancer", 2, spread=["az-a", "az-b"])]
    nodes += [node("web", "web_server", 2, spread=["az-a", "az-b"]), node("db", "database", parent="az-a")]
    found = falls(document(nodes, paths("users>lb>web>db")))
    assert found["az-a"] == {"lb": 1.0, "web": 1.0, "db": 1.0}
    assert "az-b" not in found


def test_a_budget_that_ends_says_so() -> None:
    topology = document([USERS, node("web", "web_server"), node("db", "database")], paths("users>web>db"))
    report = analyze(topology, falls=True, budget=Budget(seconds=0))
    assert report.partial
    assert report.falls == []
    assert any(g.pointer == "/falls" for g in report.gaps)
