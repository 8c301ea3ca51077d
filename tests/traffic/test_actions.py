"""What an action comes to in the long run, against the analysis of the document that says the same."""

from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.topology.document import Topology
from simulation.traffic import simulate
from tests.analysis.documents import USERS, document, edge, node, paths

STORE: dict[str, Any] = {"read_time_ms": 8, "write_time_ms": 12, "concurrency": 8, "failover": "manual"}


def shop(rate: float = 150, **changes: dict[str, Any]) -> Topology:
    """Servers that read past a cache, write to a sharded store and send mail by workers; `changes` by node or edge."""
    nodes = [
        USERS,
        node("web", "service", service_time_ms=10, concurrency=8),
        node("cache", "cache", hit_ratio=0.6),
        node("db", "database", **{**STORE, "shards": 2, "key_count": 1000}),
        node("q", "message_queue", redelivery_s=0.1),
        node("mail", "worker", service_time_ms=5, concurrency=8, failure_rate=0.1),
    ]
    edges = [
        edge("users>web"),
        edge("web>cache"),
        edge("web>db"),
        edge("web>q", "publish", ops=["write"]),
        edge("q>mail", "consume"),
    ]
    for each in (*nodes, *edges):
        change = changes.get(each["id"].replace("-", "_"), {})
        each.update({k: v for k, v in change.items() if k == "replicas"})
        each["params"] = each.get("params", {}) | {k: v for k, v in change.items() if k != "replicas"}
    return document(nodes, edges, {"rate_rps": rate, "mix": {"read": 0.7, "write": 0.3}})


def copied(primary: str, copy: str, mode: str) -> Topology:
    """Two stores, of which one copies the other."""
    stores = [node(name, "database", **STORE) for name in ("a", "b")]
    edges = [*paths("users>web>a", "web>b"), edge(f"{primary}>{copy}", "replicate", mode=mode, lag_ms=5)]
    mix = {"rate_rps": 150, "mix": {"read": 0.6, "write": 0.4}}
    return document([USERS, node("web", "service", service_time_ms=1, concurrency=64), *stores], edges, mix)


#: The document, the action on it, and the document that says the same.
ACTIONS: dict[str, tuple[Topology, dict[str, Any], Topology]] = {
    "slow": (shop(), {"action": "slow", "target": "web", "factor": 3}, shop(web={"service_time_ms": 30})),
    "slow edge": (
        shop(web_db={"latency_ms": 5}),
        {"action": "slow", "target": "web-db", "factor": 8},
        shop(web_db={"latency_ms": 40}),
    ),
    "fail of a worker": (
        shop(),
        {"action": "fail", "target": "mail", "rate": 0.5},
        shop(mail={"failure_rate": 1 - 0.9 * 0.5}),
    ),
    "fail of an edge": (shop(), {"action": "fail", "target": "web-cache", "rate": 0.4}, shop(web_cache={"loss": 0.4})),
    "traffic": (shop(), {"action": "traffic", "target": "f", "factor": 2}, shop(300)),
    "scale": (shop(), {"action": "scale", "target": "web", "replicas": 2}, shop(web={"replicas": 2})),
    "reshard": (shop(), {"action": "reshard", "target": "db", "shards": 3}, shop(db={"shards": 3})),
    "promote": (copied("a", "b", "async"), {"action": "promote", "target": "b"}, copied("b", "a", "async")),
    "promote of one that writes wait for": (
        copied("a", "b", "sync"),
        {"action": "promote", "target": "b"},
        copied("b", "a", "sync"),
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_comes_to_what_the_document_that_says_the_same_does(name: str) -> None:
    before, action, after = ACTIONS[name]
    said = analyze(after)
    event = {"at_s": 1, **action}
    found = simulate(before, {"duration_s": 60, "warmup_s": 10, "seed": 2, "engine": "exact", "events": [event]})
    for node_said, node_found in zip(said.nodes, found.nodes, strict=True):
        assert node_found.arrival_rps.value == pytest.approx(node_said.arrival_rps, rel=0.06), node_said.id
        assert node_found.utilization.value == pytest.approx(node_said.utilization or 0.0, rel=0.08, abs=0.004)
    flow = found.flows[0]
    assert flow.completed / flow.offered == pytest.approx(said.flows[0].carried_share, abs=0.01)
    assert flow.mean_ms.value == pytest.approx(said.flows[0].latency.mean_ms, rel=0.06)


def test_nothing_is_worked_on_while_consumers_pause() -> None:
    """What is published then waits, and what it loads else is not loaded."""
    event = {"at_s": 1, "action": "pause_consumers", "target": "q"}
    found = simulate(shop(), {"duration_s": 41, "warmup_s": 1, "seed": 2, "engine": "exact", "events": [event]})
    loads = {n.id: n for n in found.nodes}
    assert loads["mail"].arrival_rps.value == 0
    assert loads["q"].backlog == pytest.approx(40 * 45, rel=0.1)
