"""The stories with other numbers, and drawn in other ways that mean the same; answers by arithmetic."""

import math
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.topology.document import Topology
from tests.analysis.documents import USERS, document, edge, node, paths
from tests.scenarios.telling import at, column, event, run
from tests.traffic.models import value


def tier(ways: str, count: int, **params: Any) -> list[dict[str, Any]]:
    """A web tier as replicas of one node or as nodes of their own."""
    if ways == "replicas":
        return [node("w", "web_server", count, **params)]
    return [node(f"w{i}", "web_server", **params) for i in range(count)]


@pytest.mark.parametrize("ways", ["replicas", "nodes"])
@pytest.mark.parametrize("front", ["client", "balancer"])
def test_2_five_boxes_behind_random_choice(front: str, ways: str) -> None:
    boxes = tier(ways, 5, service_time_ms=25, concurrency=1)
    way = "users>lb" if front == "balancer" else "users"
    nodes = [USERS, *([node("lb", "load_balancer", algorithm="random")] if front == "balancer" else []), *boxes]
    topology = document(nodes, paths(*(f"{way}>{b['id']}" for b in boxes)), 120)
    found = run(topology, 1500, warmup_s=20).flows[0]
    assert value(found.mean_ms) == pytest.approx(25 / (1 - 0.6), rel=0.03)
    assert analyze(topology).flows[0].latency.mean_ms == pytest.approx(62.5, rel=0.005)


@pytest.mark.parametrize("ways", ["replicas", "nodes"])
def test_6_one_of_five_is_lost(ways: str) -> None:
    servers = tier(ways, 5, service_time_ms=20, concurrency=4, queue_limit=40)
    topology = document(
        [USERS, node("lb", "load_balancer", health_check_interval_s=5), *servers],
        paths(*(f"users>lb>{s['id']}" for s in servers)), 900,
    )  # fmt: skip
    lost = "w#2" if ways == "replicas" else "w1"
    after = run(topology, 150, event(1, "kill", lost), warmup_s=30).flows[0]
    assert value(after.error_rate) == pytest.approx(1 - 800 / 900, abs=0.01)


@pytest.mark.parametrize("lost", ["w#2", "r2"])
@pytest.mark.parametrize("action", ["kill", "partition"])
def test_7_a_rack_goes_and_is_noticed(lost: str, action: str) -> None:
    racks = [node(f"r{i}", "rack") for i in (1, 2, 3)]
    lb = node("lb", "load_balancer", health_check_interval_s=10, failure_threshold=3)
    servers = node("w", "web_server", 3, spread=["r1", "r2", "r3"], service_time_ms=2)
    result = run(document([*racks, USERS, lb, servers], paths("users>lb>w"), 300), 100, event(15, action, lost))
    assert result.flows[0].failed == pytest.approx(30 * 100, rel=0.03)


@pytest.mark.parametrize("on", ["users", "lb"])
def test_7_a_retry_by_the_client_or_by_the_balancer(on: str) -> None:
    edges = [edge("users>lb", retries=int(on == "users")), edge("lb>w", retries=int(on == "lb"))]
    topology = document([USERS, node("lb", "load_balancer"), node("w", "web_server", 5, service_time_ms=2)], edges, 500)
    assert run(topology, 100, event(15, "kill", "w#4")).flows[0].failed < 30


def test_7_a_name_server_instead_of_a_balancer() -> None:
    """30 s × 3 until it is noticed, then answers run out over 60 s."""
    nodes = [USERS, node("dns", "dns", ttl_s=60, resolvers=1000), node("w", "web_server", 3, service_time_ms=2)]
    result = run(document(nodes, paths("users>dns>w"), 300), 200, event(15, "kill", "w#1"))
    assert result.flows[0].failed == pytest.approx(100 * 90 + 100 * 60 / 2, rel=0.04)


def _store(mode: str = "async", lag_ms: float = 500, *, reads: bool = True) -> Topology:
    nodes = [node("a", "zone"), node("b", "zone"), USERS, node("web", "web_server", 4, parent="b", service_time_ms=2)]
    nodes += [node("db", "database", parent="a", failover_s=30), node("copy", "database", parent="b")]
    edges = [*paths("users>web>db"), edge("db>copy", "replicate", mode=mode, lag_ms=lag_ms)]
    edges += [edge("web>copy")] if reads else []
    return document(nodes, edges, {"rate_rps": 1000, "mix": {"read": 0.8, "write": 0.2}})


@pytest.mark.parametrize(("action", "target"), [("kill", "db"), ("kill", "a"), ("partition", "db"), ("partition", "a")])
def test_8_the_primary_is_dead_or_cut_off(action: str, target: str) -> None:
    found = run(_store(), 100, event(20, action, target)).flows[0]
    assert found.failed == pytest.approx(30 * 200, rel=0.04)
    assert found.lost_writes == pytest.approx(0.5 * 200, rel=0.3)


def test_8_a_partition_that_heals_in_time_loses_nothing() -> None:
    found = run(_store(), 60, event(20, "partition", "db"), event(40, "heal", "db")).flows[0]
    assert found.failed == pytest.approx(20 * 200, rel=0.05)
    assert found.lost_writes == 0


def test_8_a_replica_that_is_cut_off_takes_nothing_over() -> None:
    result = run(_store(), 80, event(20, "partition", "copy"))
    assert all(e["event"] != "promoted" for row in result.timeline for e in row["events"])


def test_8_a_replica_that_nobody_reads_from_and_a_promotion_by_hand() -> None:
    everything = run(_store(reads=False), 80, event(20, "kill", "db")).flows[0]
    assert everything.failed == pytest.approx(30 * 1000, rel=0.02)
    by_hand = run(_store(), 80, event(20, "kill", "db"), event(30, "promote", "copy")).flows[0]
    assert by_hand.failed == pytest.approx(10 * 200, rel=0.06)


def test_9_reads_of_clients_without_a_web_tier() -> None:
    nodes = [USERS, node("db", "database", key_count=5000), node("copy", "database")]
    edges = [*paths("users>db", "users>copy"), edge("db>copy", lag_ms=2000)]
    flows = [{"rate_rps": 2000, "mix": {"read": 1}}, {"rate_rps": 100, "mix": {"write": 1}}]
    reads = run(document(nodes, edges, flows), 130, warmup_s=10).flows[0]
    assert reads.stale_reads / reads.completed == pytest.approx(1 - math.exp(-100 * 2 / 5000), rel=0.05)


@pytest.mark.parametrize("way", ["users>web>cache|web>db", "users>web>cache>db", "users>cache>db"])
def test_10_the_cache_is_emptied(way: str) -> None:
    """The store fills at its own 1,000 a second until it can keep up; then the rest in the manner of e^(−λt/N)."""
    keys, rate, store = 50_000, 4000.0, 1000.0
    pinned = keys * (1 - store / rate) / store
    nodes = [USERS, node("web", "web_server", 4, service_time_ms=1)]
    nodes += [node("cache", "cache", key_count=keys, zipf_s=0, capacity_keys=keys)]
    nodes += [node("db", "database", read_time_ms=8, concurrency=8, queue_limit=20)]
    topology = document([n for n in nodes if n["id"] in f"{way} "], paths(*way.split("|")), rate)
    result = run(topology, 80, event(10, "flush", "cache"), frame_s=0.5)
    assert result.flows[0].failed == pytest.approx(pinned * (rate - store) / 2, rel=0.03)
    hits = zip([row["t_s"] for row in result.timeline], column(result, "cache", "hit_ratio"), strict=True)
    again = pinned + keys / rate * math.log(store / rate / 0.1)
    assert next(t for t, hit in hits if t > 12 and hit > 0.9) - 10 == pytest.approx(again, abs=1.5)


def test_11_static_files_from_a_store_of_their_own() -> None:
    nodes = [USERS, node("cdn", "cdn", hit_ratio=0.9), node("files", "object_storage"), node("web", "web_server", 4)]
    edges = [edge("users>cdn", ops=["static"]), edge("users>web", ops=["read"]), edge("cdn>files")]
    topology = document(nodes, edges, {"rate_rps": 1000, "mix": {"static": 0.6, "read": 0.4}})
    result = run(topology, 62, event(60, "purge", "cdn"), frame_s=1)
    rates = column(result, "files", "arrival_rps")
    assert sum(rates[:60]) / 60 == pytest.approx(60, rel=0.06)
    assert rates[60] == pytest.approx(600, rel=0.15)


def test_12_sessions_that_nobody_counted_are_not_none() -> None:
    web = node("web", "web_server", 12, session="in_memory")
    said = run(document([USERS, web], paths("users>web")), 5)
    assert any(text.startswith("web: lost sessions") for text in said.not_modelled)
    assert any(text.startswith("web: 잃는 세션") for text in said.not_modelled_ko)
    web["params"]["sessions"] = 24_000
    counted = run(document([USERS, web], paths("users>web")), 5, event(2, "scale", "web", replicas=9))
    assert counted.flows[0].lost_sessions == 6000
    assert counted.not_modelled == []


@pytest.mark.parametrize("way", ["workers", "slots", "nodes", "service", "web"])
def test_13_a_burst_into_the_queue(way: str) -> None:
    """200/s for 300 s into 3 × 50/s, then 100/s: 15,000 wait, the last of them 100 s; gone 300 s later."""
    job: dict[str, Any] = {"service_time_ms": 20, "concurrency": 3 if way == "slots" else 1}
    workers = [node("wk", "service" if way == "service" else "worker", 1 if way == "slots" else 3, **job)]
    if way == "nodes":
        workers = [node(f"wk{i}", "worker", **job) for i in range(3)]
    first = "users>web>q" if way == "web" else "users>q"
    nodes = [USERS, *([node("web", "web_server", 2)] if way == "web" else []), node("q", "message_queue"), *workers]
    shape = {"kind": "spike", "at_s": 0, "for_s": 300, "to_rps": 200}
    topology = document(nodes, paths(*(f"{first}>{w['id']}" for w in workers)), {"rate_rps": 100, "shape": shape})
    result = run(topology, 700, frame_s=10)
    backlog = column(result, "q", "backlog")
    assert backlog[29] == pytest.approx(15_000, rel=0.05)
    assert at(result, "q").oldest_s == pytest.approx(100, rel=0.05)
    assert next(10 * (i + 1) for i, b in enumerate(backlog) if i > 30 and b < 100) == pytest.approx(600, abs=45)


@pytest.mark.parametrize("overflow", ["reject", "drop_oldest"])
def test_13_a_queue_that_overflows(overflow: str) -> None:
    nodes = [USERS, node("q", "message_queue", capacity_messages=3000, overflow=overflow)]
    nodes.append(node("wk", "worker", 3, service_time_ms=20, concurrency=1))
    found = run(document(nodes, paths("users>q>wk"), 200), 300).flows[0]
    gone = found.failed if overflow == "reject" else found.lost_messages
    assert gone == pytest.approx(50 * (300 - 60), rel=0.06)


@pytest.mark.parametrize("ways", ["shards", "nodes"])
def test_14_one_key_takes_a_fifth(ways: str) -> None:
    """5 shards of 500/s: the hot one has 0.2 + 0.8 / 5 of everything; over its 500/s all is refused."""
    web = node("web", "web_server", 10, service_time_ms=5)
    each: dict[str, Any] = {"read_time_ms": 2, "concurrency": 1, "queue_limit": 100}
    if ways == "shards":
        nodes = [USERS, web, node("db", "database", shards=5, hot_key_share=0.2, **each)]
        edges = paths("users>web>db")
    else:
        nodes = [USERS, web, *(node(f"d{i}", "database", **each) for i in range(5))]
        shares = [0.36, 0.16, 0.16, 0.16, 0.16]
        shard = {"pool": "store", "policy": "shard"}
        edges = [edge("users>web"), *(edge(f"web>d{i}", weight=s, **shard) for i, s in enumerate(shares))]
    topology = document(nodes, edges, 1600)
    assert analyze(topology).flows[0].capacity_rps == pytest.approx(500 / 0.36)
    refused = value(run(topology, 100, warmup_s=5).flows[0].error_rate)
    assert refused == pytest.approx((1600 * 0.36 - 500) / 1600, abs=0.005)


def _centers(way: str) -> Topology:
    """Two data centers of 3,000 requests a second, with 2,700 and 1,800 of their own."""
    checks: dict[str, Any] = {"ttl_s": 30, "health_check_interval_s": 10, "failure_threshold": 2, "resolvers": 1000}
    servers: dict[str, Any] = {"service_time_ms": 10, "concurrency": 3, "queue_limit": 30}
    kind = "datacenter" if way in ("data centers", "failover", "weights") else "region"
    outside = [node("a", kind), node("b", kind)]
    webs = [node(f"w{side}", "web_server", 10, parent=side, **servers) for side in "ab"]
    if way == "failover":
        users = [node("ua", "client"), node("ub", "client")]
        names = [node("da", "dns", policy="failover", **checks), node("db", "dns", policy="failover", **checks)]
        edges = paths("ua>da>wa", "da>wb", "ub>db>wb", "db>wa")  # in the order of preference
        flows = [{"source": "ua", "rate_rps": 2700}, {"source": "ub", "rate_rps": 1800}]
        return document([*outside, *users, *names, *webs], edges, flows)
    dns = node("dns", "dns", policy="weighted" if way == "weights" else "geo", **checks)
    edges = paths("users>dns>wa", "dns>wb")
    flows = [{"rate_rps": 2700, "regions": {"a": 1}}, {"rate_rps": 1800, "regions": {"b": 1}}]
    users = [USERS]
    if way == "weights":
        edges = [edge("users>dns"), edge("dns>wa", weight=3), edge("dns>wb", weight=2)]
        flows = [{"rate_rps": 4500}]
    elif way == "clients inside":
        users = [node("ua", "client", parent="a"), node("ub", "client", parent="b")]
        edges = paths("ua>dns", "ub>dns", "dns>wa", "dns>wb")
        flows = [{"source": "ua", "rate_rps": 2700}, {"source": "ub", "rate_rps": 1800}]
    elif way == "balancers inside":
        edges = paths("users>dns>la>wa", "dns>lb>wb")
        webs += [node(f"l{side}", "load_balancer", parent=side) for side in "ab"]
    return document([*outside, *users, dns, *webs], edges, flows)


@pytest.mark.parametrize("way", ["regions", "data centers", "failover", "weights", "clients inside",
                                 "balancers inside"])  # fmt: skip
def test_15_a_data_center_is_lost(way: str) -> None:
    """20 s of 1,800 failed a second; over 30 s more they come over; then 4,500 on 3,000."""
    result = run(_centers(way), 120, event(20, "kill", "b"), frame_s=1)
    failing = [sum(f["failed_rps"] for f in row["flows"]) for row in result.timeline]
    assert sum(failing[:20]) < 500
    assert sum(failing[20:40]) == pytest.approx(1800 * 20, rel=0.02)
    assert sum(failing[80:]) / 40 == pytest.approx(1500, rel=0.03)


def test_15_a_balancer_without_servers_is_found_out() -> None:
    """Both check: the balancer 2 × 5 s, the name server 10 s more; then answers run out over 20 s."""
    nodes = [USERS, node("dns", "dns", ttl_s=20, health_check_interval_s=10, failure_threshold=1)]
    nodes += [node(f"l{i}", "load_balancer", health_check_interval_s=5, failure_threshold=2) for i in "ab"]
    nodes += [node("wa", "web_server"), node("wb", "web_server")]
    topology = document(nodes, paths("users>dns>la>wa", "dns>lb>wb"), 200)
    result = run(topology, 160, event(20, "kill", "wb"), event(100, "revive", "wb"))
    assert result.flows[0].failed == pytest.approx(100 * 20 + 100 * 20 / 2, rel=0.08)
    assert column(result, "wb", "arrival_rps")[-1] == pytest.approx(100, rel=0.5)


@pytest.mark.parametrize("ways", ["limit", "budget", "neither"])
def test_16_the_retry_storm_with_a_web_tier_in_front(ways: str) -> None:
    """400 rps carry 300; after the spike of 1,500 only a limit, or a budget in time, ends the storm."""
    limit: dict[str, Any] = {"queue_limit": 80} if ways == "limit" else {}
    budget: dict[str, Any] = {"retry_budget": 0.1} if ways == "budget" else {}
    service = node("s", "service", service_time_ms=20, concurrency=8, **limit)
    call = edge("web>s", timeout_ms=300, retries=3, **budget)
    web = node("web", "web_server", 4, service_time_ms=1, concurrency=500)
    flow = {"rate_rps": 300, "shape": {"kind": "spike", "at_s": 20, "for_s": 5, "to_rps": 1500}}
    result = run(document([USERS, web, service], [edge("users>web"), call], flow), 240, frame_s=1)
    late = sum(row["flows"][0]["throughput_rps"] for row in result.timeline[220:]) / 20
    assert (late == pytest.approx(300, rel=0.05)) if ways != "neither" else (late < 20)


@pytest.mark.parametrize("how", ["shape", "rate", "factor"])
def test_17_the_autoscaler_counts(how: str) -> None:
    """4 × 200, a step from 400 to 2,500, 65 %: 2,500 / 130 → 20; 1,700 too many for 60 s + 90 s."""
    rule = {"min": 4, "max": 50, "target_utilization": 0.65, "boot_s": 90}
    web = node("w", "web_server", 4, service_time_ms=40, concurrency=8, queue_limit=20, autoscale=rule)
    flow: dict[str, Any] = {"rate_rps": 400}
    events = []
    if how == "shape":
        flow["shape"] = {"kind": "spike", "at_s": 30, "for_s": 1000, "to_rps": 2500}
    else:
        change = {"rate_rps": 2500} if how == "rate" else {"factor": 6.25}
        events.append(event(30, "traffic", "f" if how == "rate" else "users", **change))
    result = run(document([USERS, node("lb", "load_balancer"), web], paths("users>lb>w"), flow), 400, *events)
    assert at(result, "w").replicas == 20
    assert result.flows[0].failed == pytest.approx(1700 * 150, rel=0.05)


def test_17_chance_alone_adds_no_servers() -> None:
    """Exactly at its target for an hour: a count of arrivals is off by its root, which is no reason to grow."""
    web = node(
        "w", "web_server", 10, service_time_ms=40, concurrency=8, autoscale={"target_utilization": 0.7, "max": 50}
    )
    assert at(run(document([USERS, web], paths("users>w"), 1400), 1800), "w").replicas == 10


def test_18_the_nearest_of_the_others() -> None:
    far = [node("s", "region", rtt_ms={"v": 200, "e": 60}), node("v", "region", rtt_ms={"e": 90}), node("e", "region")]
    nodes = [*far, USERS, node("dns", "dns", policy="geo", lookup_ms=0), node("wv", "web_server", 4, parent="v")]
    nodes.append(node("we", "web_server", 4, parent="e"))
    flows = [{"rate_rps": 200, "regions": {"s": 1}}, {"rate_rps": 200, "regions": {"v": 1}}]
    topology = document(nodes, paths("users>dns>wv", "dns>we"), flows)
    simulated = [value(f.mean_ms) for f in run(topology, 100).flows]
    computed = [f.latency.mean_ms for f in analyze(topology).flows]
    assert simulated == pytest.approx([80, 20], rel=0.03)
    assert computed == pytest.approx([80, 20], rel=0.001)


def test_18_users_far_from_the_only_region() -> None:
    nodes = [node("s", "region", rtt_ms={"v": 200}), node("v", "region"), node("dc", "datacenter", parent="s"), USERS]
    nodes.append(node("w", "web_server", 4, parent="dc"))
    flows = [{"rate_rps": 200, "regions": {"s": 1}}, {"rate_rps": 200, "regions": {"v": 1}}]
    topology = document(nodes, paths("users>w"), flows)
    assert [value(f.mean_ms) for f in run(topology, 60).flows] == pytest.approx([20, 220], rel=0.03)
    assert [f.latency.mean_ms for f in analyze(topology).flows] == pytest.approx([20, 220], rel=0.001)


@pytest.mark.parametrize(
    ("metrics", "detected_s"),
    [(None, 120), (60, 60 + 15 / 2), (110, (110 + 120) / 2 * 10 / 15 + 120 * 5 / 15), (300, 120)],
)
def test_19_an_alert_before_the_automation(metrics: float | None, detected_s: float) -> None:
    nodes = [USERS, node("web", "web_server", mtbf_h=2000, mttr_h=5)]
    nodes.append(node("robot", "automation", detects_in_s=120, repairs_in_s=600))
    edges = [*paths("users>web"), edge("robot>web")]
    if metrics is not None:
        nodes.append(node("watch", "metrics", interval_s=15, alert_after_s=metrics))
        edges.append(edge("web>watch"))
    repair_h = (detected_s + 600) / 3600
    assert analyze(document(nodes, edges)).flows[0].availability == pytest.approx(2000 / (2000 + repair_h), abs=1e-10)
