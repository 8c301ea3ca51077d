"""The stories with known answers that the analysis tells without simulating, with the numbers varied."""

import math

import pytest

from simulation.analysis import analyze
from simulation.analysis.report import Contingency, Report
from simulation.evaluation import evaluate
from tests.analysis.documents import USERS, document, edge, node, paths


def loss(report: Report, outage: str, type: str | None = None) -> Contingency:
    """The verdict on one loss."""
    return next(c for c in report.contingencies if c.outage == outage and type in (None, c.type))


@pytest.mark.parametrize(
    ("rate", "mean", "p99"), [(100, 21.7, 95), (160, 34.9, 138), (180, 59.4, 244), (190, 109, 471)]
)
def test_1_one_server_saturates(rate: float, mean: float, p99: float) -> None:
    web = node("web", "web_server", service_time_ms=20, concurrency=4)
    found = analyze(document([USERS, web], paths("users>web"), rate)).flows[0]
    assert found.latency.mean_ms == pytest.approx(mean, rel=0.005)
    assert found.latency.p99_ms == pytest.approx(p99, rel=0.005)
    assert found.capacity_rps == pytest.approx(200)


def test_1_overload_has_no_time_but_a_reason_and_a_bound_refuses() -> None:
    web = node("web", "web_server", service_time_ms=20, concurrency=4)
    report = analyze(document([USERS, web], paths("users>web"), 250))
    assert report.flows[0].latency.mean_ms is None
    assert any(g.pointer == "/flows/0/latency" and "web" in g.reason for g in report.gaps)
    web["params"]["queue_limit"] = 50
    found = analyze(document([USERS, web], paths("users>web"), 250)).flows[0]
    weights = [math.prod(5 / min(i, 4) for i in range(1, n + 1)) for n in range(55)]  # 5 Erlang on 4 slots, 50 wait
    number = sum(n * w for n, w in enumerate(weights)) / sum(weights)
    accepted = 250 * (1 - weights[-1] / sum(weights))
    assert found.carried_share == pytest.approx(accepted / 250)
    assert found.carried_share == pytest.approx(0.8, abs=1e-5)
    assert found.latency.mean_ms == pytest.approx(1000 * number / accepted, rel=1e-3)


def test_2_a_bigger_box_or_more_boxes() -> None:
    def mean(kind: str, **params: object) -> float | None:
        nodes = [USERS, node("lb", "load_balancer", algorithm="random", service_time_ms=1e-6, concurrency=1000)]
        nodes.append({"id": "web", "kind": kind, "replicas": params.pop("replicas", 1), "params": params})
        report = analyze(document(nodes, paths("users>lb>web"), 100))
        return report.flows[0].latency.mean_ms

    assert mean("web_server", service_time_ms=5, concurrency=1) == pytest.approx(10.0, rel=1e-3)
    assert mean("web_server", service_time_ms=20, concurrency=1, replicas=4) == pytest.approx(40.0, rel=1e-3)
    assert mean("web_server", service_time_ms=20, concurrency=4) == pytest.approx(21.7, rel=2e-3)


def test_3_who_is_a_spof() -> None:
    nodes = [USERS, node("dns", "dns"), node("lb", "load_balancer"), node("db", "database")]
    nodes += [node(f"w{i}", "web_server") for i in (1, 2, 3)]
    nodes += [node("session", "session_store"), node("metrics", "metrics")]
    edges = paths("users>dns>lb", *(f"lb>w{i}>db" for i in (1, 2, 3)), *(f"w{i}>session" for i in (1, 2, 3)))
    report = analyze(document(nodes, [*edges, edge("w1>metrics", "observe")]))
    assert {s.component: s.loss_share for s in report.spofs} == {"dns": 1, "lb": 1, "db": 1, "session": 1}
    assert [c.components for c in report.cut_sets if len(c.components) == 3] == [["w1", "w2", "w3"]]
    assert all(len(c.components) != 2 for c in report.cut_sets)
    path = next(s.path for s in report.spofs if s.component == "session")
    assert path[:3] == ["users", "dns", "lb"]
    assert path[-1] == "session"


@pytest.mark.parametrize(("other", "expected"), [("az-a", ["az-a"]), ("az-b", [])])
def test_4_hidden_common_cause(other: str, expected: list[str]) -> None:
    nodes = [node("az-a", "zone"), node("az-b", "zone"), USERS]
    nodes += [node("lb1", "load_balancer", parent="az-a"), node("lb2", "load_balancer", parent=other)]
    nodes += [node("db", "database", parent="az-a"), node("standby", "database", parent=other)]
    edges = [*paths("users>lb1>db", "users>lb2>db"), edge("db>standby", "replicate")]
    report = analyze(document(nodes, edges))
    assert [(s.component, s.type, s.hidden) for s in report.spofs] == [(c, "container", True) for c in expected]


@pytest.mark.parametrize(("replicas", "rate", "expected"), [
    (3, 390, 0.999400), (3, 790, 0.999325), (3, 1190, 0.984484), (4, 1190, 0.999251), (5, 1190, 0.999399),
])  # fmt: skip
def test_5_redundancy_counts_only_if_it_carries_the_load(replicas: int, rate: float, expected: float) -> None:
    nodes = [
        USERS,
        node("lb", "load_balancer", availability=0.9999),
        node("web", "web_server", replicas, availability=0.995, service_time_ms=20, concurrency=8),
        node("db", "database", availability=0.9995),
    ]
    found = analyze(document(nodes, paths("users>lb>web>db"), rate)).flows[0]
    assert found.availability_carried == pytest.approx(expected, abs=6e-7)
    nodes[2]["params"]["needed"] = -(-rate // 400)
    found = analyze(document(nodes, paths("users>lb>web>db"), 1)).flows[0]
    assert found.availability == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize("as_one_node", [True, False])
def test_6_loss_of_one(as_one_node: bool) -> None:
    def report(servers: int) -> Report:
        if as_one_node:
            tier = [node("web", "web_server", servers, service_time_ms=20, concurrency=8)]
        else:
            tier = [node(f"web{i}", "web_server", service_time_ms=20, concurrency=8) for i in range(servers)]
        chains = [f"users>lb>{n['id']}" for n in tier]
        return analyze(document([USERS, node("lb", "load_balancer"), *tier], paths(*chains), 1000))

    three = report(3)
    assert next(n.utilization for n in three.nodes if n.id.startswith("web")) == pytest.approx(5 / 6)
    lost = loss(three, "web#1" if as_one_node else "web0")
    assert lost.verdict == "overload"
    assert lost.loss_share == 0
    assert lost.shed_share == pytest.approx(0.2)
    assert {o.utilization for o in lost.overloaded} == {1.25}
    assert three.flows[0].safe_capacity_rps == pytest.approx(800)
    four = report(4)
    assert loss(four, "web#1" if as_one_node else "web0").verdict == "ok"
    assert four.flows[0].safe_capacity_rps == pytest.approx(1200)


@pytest.mark.parametrize(("servers", "rate", "verdict"), [(4, 1000, "pass"), (3, 1000, "fail"), (3, 790, "pass")])
def test_6_no_single_loss_fails(servers: int, rate: float, verdict: str) -> None:
    web = node("web", "web_server", servers, service_time_ms=20, concurrency=8)
    topology = document([USERS, node("lb", "load_balancer", 2), web], paths("users>lb>web"), rate)
    found = evaluate(topology, ["contingency_failures == 0"])
    assert found.verdict == verdict
    assert found.thresholds[0].value == (0 if verdict == "pass" else servers)
    listed = {(c.outage, c.type) for c in analyze(topology).contingencies if c.verdict == "outage"}
    assert listed == {("lb", "node"), ("web", "node"), ("users-lb", "edge"), ("lb-web", "edge")}


def test_6_a_lone_node_and_a_container_are_single_losses() -> None:
    nodes = [node("az", "zone"), USERS, node("lb", "load_balancer"), node("web", "web_server", 2, parent="az")]
    found = evaluate(document(nodes, paths("users>lb>web")), ["contingency_failures == 0"])
    assert found.thresholds[0].value == 2


@pytest.mark.parametrize(("static", "hit", "origin"), [(0.8, 0.95, 0.24), (0.5, 0.9, 0.55)])
def test_11_the_cdn_is_purged(static: float, hit: float, origin: float) -> None:
    nodes = [USERS, node("cdn", "cdn", hit_ratio=hit), node("web", "web_server", service_time_ms=1, concurrency=1)]
    flow = {"rate_rps": 2000, "mix": {"static": static, "read": 1 - static}}
    report = analyze(document(nodes, paths("users>cdn>web"), flow))
    assert next(n.arrival_rps for n in report.nodes if n.id == "web") == pytest.approx(2000 * origin)
    cold = loss(report, "cdn", "cold_cache")
    assert {o.node: o.utilization for o in cold.overloaded} == pytest.approx({"web": 2.0})
    assert cold.shed_share == pytest.approx(0.5)


@pytest.mark.parametrize(("shards", "limit"), [(4, 2105), (8, 2581), (16, 2909), (100, 3257)])
def test_14_the_celebrity(shards: int, limit: float) -> None:
    db = node("db", "database", shards=shards, hot_key_share=0.3, read_time_ms=16, concurrency=16)
    web = node("web", "web_server", 500)
    found = analyze(document([USERS, web, db], paths("users>web>db"), 1500)).flows[0]
    assert found.capacity_rps == pytest.approx(limit, rel=5e-4)
    assert found.bottleneck == "db"


def test_15_the_other_data_center_sheds_a_third() -> None:
    nodes = [node(r, "region") for r in ("east", "west")]
    nodes += [USERS, node("dns", "dns", policy="geo")]
    nodes += [node(f"{r}-lb", "load_balancer", parent=r) for r in ("east", "west")]
    nodes += [node(f"{r}-web", "web_server", 6, parent=r, service_time_ms=10, concurrency=10) for r in ("east", "west")]
    flow = {"rate_rps": 9000, "regions": {"east": 0.6, "west": 0.4}}
    report = analyze(document(nodes, paths("users>dns>east-lb>east-web", "dns>west-lb>west-web"), flow))
    loads = {n.id: n.utilization for n in report.nodes}
    assert loads["east-web"] == pytest.approx(0.9)
    assert loads["west-web"] == pytest.approx(0.6)
    lost = loss(report, "west")
    assert lost.loss_share == 0
    assert lost.shed_share == pytest.approx(1 / 3)
    assert lost.verdict == "overload"


def test_19_how_often_it_breaks() -> None:
    web = node("web", "web_server", mtbf_h=1000, mttr_h=4)
    automation = node("robot", "automation", detects_in_s=60, repairs_in_s=300)
    plain = analyze(document([USERS, web], paths("users>web"))).flows[0]
    helped = analyze(document([USERS, web, automation], [*paths("users>web"), edge("robot>web", "manage")])).flows[0]
    assert plain.availability == pytest.approx(1000 / 1004)
    assert helped.availability == pytest.approx(1000 / 1000.1)
    assert helped.mean_outage_h == pytest.approx(0.1)
