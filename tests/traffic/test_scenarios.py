"""The stories with known answers: numbers from arithmetic and queueing theory, not from our own code."""

import math
from itertools import pairwise
from typing import Any

import pytest

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import Session
from tests.traffic.models import chain, flow, node, run, station, system, value
from tests.traffic.stories import burst, cdn, celebrity, cold, replicated, storm, two_centers


@pytest.mark.parametrize(("rate", "mean", "p99"), [(100, 21.7, 95), (160, 34.9, 138), (180, 59.4, 244)])
def test_one_server_saturates(rate: float, mean: float, p99: float) -> None:
    result = run(station(rate, 20, 4), 3000, warmup_s=100, replications=4)
    assert value(flow(result).mean_ms) == pytest.approx(mean, rel=0.03)
    assert value(flow(result).p99_ms) == pytest.approx(p99, rel=0.05)


def test_a_full_queue_refuses_the_rest() -> None:
    result = run(station(250, 20, 4, queue_limit=50), 500, warmup_s=20)
    assert value(flow(result).throughput_rps) == pytest.approx(200, rel=0.01)
    assert value(flow(result).error_rate) == pytest.approx(0.2, abs=0.01)


def test_a_bigger_box_or_more_boxes() -> None:
    big = run(station(100, 5, 1), 2000)
    assert value(flow(big).mean_ms) == pytest.approx(10.0, rel=0.04)
    boxes = Node("web", "web_server", replicas=4, params={"service_time_ms": 20, "concurrency": 1})
    lb = Node("lb", "load_balancer", params={"algorithm": "random", "service_time_ms": 0.001, "concurrency": 1000})
    four = system([Node("users", "client"), lb, boxes], chain("users", "lb", "web"), [Flow("f", "users", 100)])
    assert value(flow(run(four, 2000)).mean_ms) == pytest.approx(40.0, rel=0.04)


def test_the_balancer_takes_time_to_notice() -> None:
    def targets(**edge: Any) -> Topology:
        web = Node("web", "web_server", replicas=4, params={"service_time_ms": 1})
        lb = Node("lb", "load_balancer", params={"health_check_interval_s": 30, "failure_threshold": 2})
        edges = [Edge("a", "users", "lb"), Edge("b", "lb", "web", params=edge)]
        return system([Node("users", "client"), lb, web], edges, [Flow("f", "users", 1000)])

    kill = [{"at_s": 20, "action": "kill", "target": "web#2"}]
    slow = run(targets(), 120, events=kill)
    assert flow(slow).failed == pytest.approx(15_000, rel=0.03)
    late = [row for row in slow.timeline if row["t_s"] > 81]
    assert sum(row["flows"][0]["error_rate"] for row in late) == 0
    assert flow(run(targets(retries=1), 120, events=kill)).failed < 20


def test_the_master_dies() -> None:
    kill = [{"at_s": 20, "action": "kill", "target": "db"}]
    lagging = flow(run(replicated("async", 1000), 120, events=kill))
    assert lagging.failed == pytest.approx(12_000, rel=0.04)
    assert lagging.lost_writes == pytest.approx(200, rel=0.25)
    sync = flow(run(replicated("sync", 10), 120, events=kill))
    assert sync.lost_writes == 0
    alone = flow(run(replicated(None, 0), 120, events=kill))
    assert alone.failed == pytest.approx(2000 * 100, rel=0.02)
    revived = [*kill, {"at_s": 70, "action": "revive", "target": "db"}]
    assert flow(run(replicated(None, 0), 120, events=revived)).failed == pytest.approx(2000 * 50, rel=0.02)


def test_a_synchronous_write_waits_for_the_round_trip() -> None:
    topology = replicated("sync", 40)
    writes = system(topology.nodes, topology.edges, [Flow("f", "users", 100, {"write": 1.0})])
    without = replicated(None, 0)
    alone = system(without.nodes, without.edges, [Flow("f", "users", 100, {"write": 1.0})])
    slower = value(flow(run(writes, 100)).mean_ms) - value(flow(run(alone, 100)).mean_ms)
    assert slower == pytest.approx(40, abs=0.5)


def test_stale_reads() -> None:
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 0.1, "concurrency": 100}),
        Node("db", "database", params={"key_count": 10_000, "read_time_ms": 0.1, "write_time_ms": 0.1}),
        Node("db-r", "database", params={"read_time_ms": 0.1}),
    ]
    edges = [*chain("users", "web", "db"), Edge("w-r", "web", "db-r")]
    edges.append(Edge("r", "db", "db-r", params={"mode": "async", "lag_ms": 500}))
    flows = [Flow("reads", "users", 5000, {"read": 1.0}), Flow("writes", "users", 200, {"write": 1.0})]
    reads = flow(run(system(nodes, edges, flows), 120, warmup_s=20), "reads")
    assert reads.stale_reads / reads.completed == pytest.approx(1 - math.exp(-0.01), rel=0.05)


def test_the_cache_restarts_cold() -> None:
    result = run(cold(), 80)
    assert flow(result).failed == pytest.approx(160_000, rel=0.03)
    ratio = [(row["t_s"], row["nodes"][2]["hit_ratio"]) for row in result.timeline]
    assert next(t for t, hit in ratio if hit > 0.9) == pytest.approx(46.9, abs=1.5)


def test_the_cdn_is_purged() -> None:
    events = [{"at_s": 100, "action": "purge", "target": "cdn"}]
    result = run(cdn(), 102, events=events, frame_s=1)
    before = sum(row["nodes"][2]["arrival_rps"] for row in result.timeline[:100]) / 100
    assert before == pytest.approx(240, rel=0.03)
    assert result.timeline[100]["nodes"][2]["arrival_rps"] == pytest.approx(1000, rel=0.1)


@pytest.mark.parametrize(
    ("session", "action", "lost"),
    [
        ("in_memory", {"action": "scale", "target": "web", "replicas": 8}, 4000),
        ("in_memory", {"action": "kill", "target": "web#3"}, 2000),
        ("shared", {"action": "kill", "target": "web#3"}, 0),
        ("token", {"action": "scale", "target": "web", "replicas": 8}, 0),
    ],
)
def test_sessions_on_the_web_servers(session: str, action: dict[str, Any], lost: int) -> None:
    web = Node("web", "web_server", replicas=10, params={"session": session, "sessions": 20_000})
    lb = Node("lb", "load_balancer")
    topology = system([Node("users", "client"), lb, web], chain("users", "lb", "web"), [Flow("f", "users", 100)])
    assert flow(run(topology, 10, events=[{"at_s": 5, **action}])).lost_sessions == lost


def test_a_burst_into_the_queue() -> None:
    result = run(burst(), 1400, frame_s=10)
    backlog = {row["t_s"]: row["nodes"][1]["backlog"] for row in result.timeline}
    assert backlog[600.0] == pytest.approx(60_000, rel=0.04)
    queue = node(result, "q")
    assert queue.queue_max == pytest.approx(60_000, rel=0.04)
    assert value(queue.queue_mean) == pytest.approx(60_000 * 1200 / 2 / 1400, rel=0.05)
    assert backlog[900.0] == pytest.approx(30_000, rel=0.08)
    assert next(t for t in sorted(backlog) if t > 600 and backlog[t] < 200) == pytest.approx(1200, abs=40)
    assert node(result, "q").oldest_s == pytest.approx(150, rel=0.04)
    session = Session(burst(), {"duration_s": 1400, "warmup_s": 0})
    session.run_to(600)
    assert session.result().nodes[1].oldest_s == pytest.approx(120, rel=0.04)
    session.apply({"action": "scale", "target": "worker", "replicas": 8})
    session.run_to(700)
    assert session.world.tables.nodes[1]["backlog"] == pytest.approx(10_000, rel=0.15)
    full = run(burst(10_000), 300, frame_s=10)
    overflow = next(row["t_s"] for row in full.timeline if row["nodes"][1]["rejected_rps"] > 50)
    assert overflow == pytest.approx(110, abs=15)


@pytest.mark.parametrize(("shards", "limit"), [(4, 2105), (8, 2581), (16, 2909)])
def test_the_celebrity(shards: int, limit: float) -> None:
    for rate, busy in ((limit * 0.95, 0.95), (limit * 1.1, 1.0)):
        session = Session(celebrity(rate, shards), {"duration_s": 60})
        session.run_to(60)
        world = session.world
        hot = world.members[1][0][0]
        world.account(hot)
        assert world.tables.insts[hot]["busy_area"] / 60 == pytest.approx(busy, abs=0.02)


def test_moved_keys() -> None:
    nodes = [Node("users", "client"), Node("db", "database", params={"shards": 4, "shard_by": "modulo"})]
    session = Session(system(nodes, chain("users", "db"), [Flow("f", "users", 100)]), {"duration_s": 60})
    session.run_to(10)
    session.apply({"action": "reshard", "target": "db", "shards": 5})
    session.run_to(60)
    assert session.world.log[-1]["moved_share"] == pytest.approx(0.8)
    assert len(session.world.members[1]) == 5
    assert flow(session.result()).failed == 0


def test_a_data_center_is_lost() -> None:
    result = run(two_centers(), 300, events=[{"at_s": 20, "action": "kill", "target": "west"}], frame_s=1)
    second = [row["flows"][1] for row in result.timeline]
    until = [f["error_rate"] * 3600 for f in second[20:110]]
    assert sum(until) == pytest.approx(324_000, rel=0.01)
    rates = [row["nodes"][3]["arrival_rps"] for row in result.timeline]
    half_way = sum(second[i]["error_rate"] for i in range(135, 145)) / 10
    assert 0.5 < half_way < 0.8
    assert sum(rates[280:]) / 20 == 0
    served = sum(row["flows"][0]["throughput_rps"] + row["flows"][1]["throughput_rps"] for row in result.timeline[200:])
    assert served / 100 == pytest.approx(6000, rel=0.01)


@pytest.mark.parametrize(
    ("edge", "recovers"),
    [
        ({"retries": 2}, False),
        ({"retries": 0}, True),
        ({"retries": 2, "retry_budget": 0.1}, True),
        ({"retries": 2, "queue_limit": 100}, True),
    ],
)
def test_the_retry_storm_stays(edge: dict[str, Any], recovers: bool) -> None:
    result = run(storm(**edge), 240, frame_s=1)
    late = [row["flows"][0]["throughput_rps"] for row in result.timeline[220:]]
    assert (sum(late) / len(late) > 780) if recovers else (sum(late) / len(late) < 50)
    if "queue_limit" in edge:
        assert result.timeline[25]["flows"][0]["throughput_rps"] > 700


def test_autoscaling_comes_late() -> None:
    rule = {"min": 5, "max": 50, "target_utilization": 0.7, "metric_s": 60, "boot_s": 120, "cooldown_s": 300}
    params = {"service_time_ms": 40, "concurrency": 10, "queue_limit": 10, "autoscale": rule}
    nodes = [Node("users", "client"), Node("lb", "load_balancer"), Node("web", "web_server", replicas=5, params=params)]
    shape = {"kind": "spike", "at_s": 10, "for_s": 1000, "to_rps": 3000}
    topology = system(nodes, chain("users", "lb", "web"), [Flow("f", "users", 1000, shape=shape)])
    result = run(topology, 400, frame_s=1)
    assert flow(result).failed == pytest.approx(315_000, rel=0.05)
    assert node(result, "web").replicas == 18


def test_geo_routing() -> None:
    nodes = [
        Node("seoul", "region", params={"rtt_ms": {"virginia": 180}}),
        Node("virginia", "region"),
        Node("users", "client"),
        Node(
            "dns",
            "dns",
            params={
                "policy": "geo",
                "ttl_s": 10,
                "lookup_ms": 0.001,
                "health_check_interval_s": 10,
                "failure_threshold": 1,
            },
        ),
        Node("web-s", "web_server", parent="seoul", params={"service_time_ms": 10, "concurrency": 50}),
        Node("web-v", "web_server", parent="virginia", params={"service_time_ms": 10, "concurrency": 50}),
    ]
    edges = [Edge("u", "users", "dns"), Edge("s", "dns", "web-s"), Edge("v", "dns", "web-v")]
    flows = [Flow("s", "users", 200, regions={"seoul": 1.0}), Flow("v", "users", 200, regions={"virginia": 1.0})]
    topology = system(nodes, edges, flows)
    result = run(topology, 100)
    assert value(flow(result, "s").mean_ms) == pytest.approx(10, rel=0.05)
    assert value(flow(result, "v").mean_ms) == pytest.approx(10, rel=0.05)
    gone = run(topology, 200, events=[{"at_s": 10, "action": "kill", "target": "virginia"}], warmup_s=50)
    assert value(flow(gone, "v").mean_ms) == pytest.approx(190, rel=0.02)
    assert value(flow(gone, "s").mean_ms) == pytest.approx(10, rel=0.05)
    assert flow(gone, "v").failed == 0


def test_loss_of_one_of_three() -> None:
    web = Node("web", "web_server", replicas=3, params={"service_time_ms": 20, "concurrency": 8, "queue_limit": 20})
    lb = Node("lb", "load_balancer", params={"algorithm": "least_connections", "health_check_interval_s": 1})
    topology = system([Node("users", "client"), lb, web], chain("users", "lb", "web"), [Flow("f", "users", 1000)])
    assert value(node(run(topology, 60), "web").utilization) == pytest.approx(0.833, abs=0.01)
    lost = run(topology, 120, events=[{"at_s": 1, "action": "kill", "target": "web#1"}], warmup_s=20)
    assert value(flow(lost).error_rate) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(("replicas", "params", "lost"), [(1, {}, 20_000), (2, {}, 0), (1, {"persistent": True}, 0)])
def test_sessions_in_a_shared_store(replicas: int, params: dict[str, Any], lost: int) -> None:
    web = Node("web", "web_server", replicas=10, params={"session": "shared", "sessions": 20_000})
    store = Node("store", "session_store", replicas=replicas, params=params)
    nodes = [Node("users", "client"), web, store]
    topology = system(nodes, chain("users", "web", "store"), [Flow("f", "users", 100)])
    events = [{"at_s": 5, "action": "kill", "target": "store#1"}]
    assert flow(run(topology, 10, events=events)).lost_sessions == lost


def _watched(alert_after_s: float, *, automation: bool) -> Topology:
    nodes = [Node("users", "client"), Node("web", "web_server")]
    nodes.append(Node("metrics", "metrics", params={"interval_s": 15, "alert_after_s": alert_after_s}))
    edges = [*chain("users", "web"), Edge("o", "metrics", "web", "observe")]
    if automation:
        nodes.append(Node("robot", "automation", params={"detects_in_s": 60, "repairs_in_s": 30}))
        edges.append(Edge("m", "robot", "web", "manage"))
    return system(nodes, edges, [Flow("f", "users", 100)])


@pytest.mark.parametrize(("alert_after_s", "repaired_s"), [(10, 70.0), (200, 110.0)])
def test_an_alert_shortens_the_repair(alert_after_s: float, repaired_s: float) -> None:
    """Killed at 20 s, seen at 30 s; automation alone notices at 80 s and works 30 s."""
    events = [{"at_s": 20, "action": "kill", "target": "web"}]
    result = run(_watched(alert_after_s, automation=True), 150, events=events)
    log = [event for row in result.timeline for event in row["events"]]
    assert [e["t_s"] for e in log if e["event"] == "repaired"] == [repaired_s]
    told = run(_watched(alert_after_s, automation=False), 150, events=events)
    alerts = [e["t_s"] for row in told.timeline for e in row["events"] if e["event"] == "alerted"]
    assert alerts == ([40.0] if alert_after_s == 10 else [])


def test_failing_at_will_leaves_the_own_failure_rate() -> None:
    worker = Node("w", "worker", params={"failure_rate": 0.5, "service_time_ms": 1})
    nodes = [Node("users", "client"), Node("q", "message_queue", params={"max_deliveries": 1}), worker]
    edges = [Edge("p", "users", "q"), Edge("c", "q", "w")]
    events = [{"at_s": 50, "action": "fail", "target": "w", "rate": 0.5}]
    events.append({"at_s": 100, "action": "fail", "target": "w", "rate": 0})
    session = Session(system(nodes, edges, [Flow("f", "users", 200)]), {"duration_s": 150, "events": events})
    lost = [0]
    for t in (50, 100, 150):
        session.run_to(t)
        lost.append(int(session.world.tables.flows[0]["lost_messages"]))
    shares = [(b - a) / 10_000 for a, b in pairwise(lost)]
    assert shares == pytest.approx([0.5, 0.75, 0.5], abs=0.03)
