"""Params one by one, each against the number that follows from what it says."""

import math
from typing import Any

import pytest

from simulation.topology.document import Edge, Flow, InvalidInput, Node, Topology
from tests.traffic.models import chain, flow, node, run, system, value

BOTH = pytest.mark.parametrize("engine", ["exact", "fluid"])


def _one_key(through: bool, **cache: Any) -> Topology:
    """1,000 requests a second for one key that lives a second and takes 0.1 s to fetch."""
    content = {"key_count": 1, "capacity_keys": 1, "ttl_s": 1, "cold_start": True, "service_time_ms": 0.001}
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 0.001, "concurrency": 1000}),
        Node("cache", "cache", params={**content, **cache}),
        Node("store", "service", params={"service_time_ms": 100, "concurrency": 1000, "distribution": "deterministic"}),
    ]
    behind = Edge("fetch", "cache" if through else "web", "store")
    edges = [*chain("users", "web"), Edge("look", "web", "cache", params={"fronts": ["store"]}), behind]
    return system(nodes, edges, [Flow("f", "users", 1000, arrivals="deterministic")])


@BOTH
@pytest.mark.parametrize("through", [True, False])
def test_coalesced_misses_ask_once(through: bool, engine: str) -> None:
    """A cycle is 1 s held, 1 ms until somebody asks, 0.1 s of fetching for which 100 wait."""
    result = run(_one_key(through, coalesce=True), 110.1, engine=engine)
    assert node(result, "store").completed == pytest.approx(100, abs=1 if engine == "exact" else 3)
    assert value(node(result, "cache").hit_ratio) == pytest.approx(1000 / 1101, abs=0.003)
    assert value(flow(result).mean_ms) == pytest.approx(101 * 50.5 / 1101, rel=0.03)
    assert result.not_modelled == []
    if engine == "fluid":
        return
    alone = run(_one_key(through), 110.1)  # the last of the 101 fetches puts it in 0.1 s later
    assert node(alone, "store").completed == pytest.approx(101 * 110.1 / 1.2, rel=0.02)


@pytest.mark.parametrize("through", [True, False])
def test_who_waits_for_a_fetch_that_fails(through: bool) -> None:
    """Through the cache all share the failure; beside the store one after the other tries for itself."""
    topology = _one_key(through, coalesce=True)
    events = [
        {"at_s": 0.05, "action": "fail", "target": "store", "rate": 1},
        {"at_s": 0.15, "action": "fail", "target": "store", "rate": 0},
    ]
    result = run(topology, 1.0505, events=events)
    assert flow(result).failed == (100 if through else 1)
    assert flow(result).in_flight == 0


def test_a_dead_fetcher_lets_the_next_one_fetch() -> None:
    topology = _one_key(False, coalesce=True)
    nodes = [n if n.id != "web" else Node("web", "web_server", replicas=2, params=n.params) for n in topology.nodes]
    events = [{"at_s": 0.05, "action": "kill", "target": "web"}, {"at_s": 0.06, "action": "revive", "target": "web"}]
    result = run(system(nodes, topology.edges, topology.flows), 2, events=events)
    assert flow(result).failed == pytest.approx(60, abs=1)
    assert node(result, "store").completed == 3  # that of the dead goes on unheard; then one a cycle


def test_a_caller_fills_every_cache_that_it_asks() -> None:
    nodes = [Node("users", "client"), Node("web", "web_server", params={"concurrency": 1000})]
    content = {"key_count": 10, "capacity_keys": 10, "cold_start": True}
    nodes += [Node(c, "cache", params=content) for c in ("a", "b")]
    nodes += [Node(s, "object_storage", params={"concurrency": 1000}) for s in ("x", "y")]
    edges = [*chain("users", "web"), Edge("wx", "web", "x"), Edge("wy", "web", "y")]
    edges += [Edge("wa", "web", "a", params={"fronts": ["x"]}), Edge("wb", "web", "b", params={"fronts": ["y"]})]
    result = run(system(nodes, edges, [Flow("f", "users", 100)]), 100)
    assert value(node(result, "a").hit_ratio) > 0.99
    assert value(node(result, "b").hit_ratio) > 0.99


@BOTH
@pytest.mark.parametrize("messages", [0.25, 1, 2.5])
def test_a_message_makes_so_much_work(messages: float, engine: str) -> None:
    nodes = [Node("users", "client"), Node("q", "message_queue"), Node("w", "worker", params={"service_time_ms": 1})]
    edges = [Edge("p", "users", "q"), Edge("c", "q", "w", params={"messages": messages})]
    result = run(system(nodes, edges, [Flow("f", "users", 500)]), 100, engine=engine)
    assert node(result, "w").completed == pytest.approx(50_000 * messages, rel=0.02)
    taken = next(e for e in result.edges if e.id == "c")
    assert taken.completed == pytest.approx(50_000, rel=0.02)


def _stamped(times: list[float], **scenario: Any) -> list[float]:
    """Arrivals a tenth of a second."""
    nodes = [Node("users", "client"), Node("web", "web_server", params={"service_time_ms": 0.1})]
    shape = {"kind": "trace", "times_s": times}
    topology = system(nodes, chain("users", "web"), [Flow("f", "users", 1, shape=shape)])
    result = run(topology, 10, frame_s=0.1, **scenario)
    return [round(row["flows"][0]["offered_rps"] * 0.1, 6) for row in result.timeline]


def test_time_stamps_are_repeated_or_left_out() -> None:
    times = [0.05 + 0.1 * i for i in range(100) if i % 3 == 0]
    assert _stamped(times) == [1.0 if i % 3 == 0 else 0.0 for i in range(100)]
    assert _stamped(times, load_factor=2) == [2.0 if i % 3 == 0 else 0.0 for i in range(100)]
    thin = [_stamped(times, load_factor=0.5, seed=seed) for seed in range(30)]
    assert all(x in (0.0, 1.0) and (x == 0.0 or i % 3 == 0) for row in thin for i, x in enumerate(row))
    assert sum(map(sum, thin)) == pytest.approx(0.5 * 30 * len(times), rel=0.15)
    some = [_stamped(times, load_factor=1.5, seed=seed) for seed in range(30)]
    assert {x for row in some for i, x in enumerate(row) if i % 3 == 0} == {1.0, 2.0}
    assert sum(map(sum, some)) == pytest.approx(1.5 * 30 * len(times), rel=0.06)


def test_a_change_of_traffic_keeps_to_the_time_stamps() -> None:
    times = [0.05 + 0.1 * i for i in range(100)]
    events = [
        {"at_s": 2.02, "action": "traffic", "target": "f", "factor": 0},
        {"at_s": 4.07, "action": "traffic", "target": "f", "factor": 3},
        {"at_s": 6.0, "action": "traffic", "target": "f", "factor": 1},
    ]
    expected = [1.0] * 20 + [0.0] * 21 + [3.0] * 19 + [1.0] * 40
    assert _stamped(times, events=events) == expected


@pytest.mark.parametrize(("drain_s", "failed"), [(300, 0), (2, 8)])
def test_what_is_taken_out_is_cut_off_in_the_end(drain_s: float, failed: int) -> None:
    """Four of eight servers go while each works on two requests of ten seconds."""
    web = {"service_time_ms": 10_000, "distribution": "deterministic", "concurrency": 4}
    nodes = [Node("users", "client"), Node("lb", "load_balancer", params={"drain_s": drain_s, "service_time_ms": 0.01})]
    nodes.append(Node("web", "web_server", replicas=8, params=web))
    shape = {"kind": "trace", "times_s": [0.1 * i for i in range(16)]}
    topology = system(nodes, chain("users", "lb", "web"), [Flow("f", "users", 1, shape=shape)])
    result = run(topology, 20, events=[{"at_s": 5, "action": "scale", "target": "web", "replicas": 4}])
    assert (flow(result).failed, flow(result).in_flight) == (failed, 0)


def test_idle_sessions_expire_and_take_memory() -> None:
    """1,000 users, 10 requests a second, 100 s of patience: a user is there with probability 1 - e^-1."""
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"session": "shared", "sessions": 1000, "service_time_ms": 1}),
        Node("store", "session_store", params={"ttl_s": 100, "session_kb": 4}),
    ]
    result = run(system(nodes, chain("users", "web", "store"), [Flow("f", "users", 10)]), 5000, warmup_s=200)
    store = node(result, "store")
    there = 1 - math.exp(-1)
    assert value(store.hit_ratio) == pytest.approx(there, abs=0.01)
    assert store.sessions == pytest.approx(1000 * there, abs=50)
    assert store.sessions is not None
    assert store.memory_mb == pytest.approx(store.sessions * 0.004)
    assert result.not_modelled == []
    unknown = Node("web", "web_server", params={"session": "shared"})
    result = run(system([nodes[0], unknown, nodes[2]], chain("users", "web", "store"), [Flow("f", "users", 10)]), 5)
    assert node(result, "store").sessions is None


def test_a_dead_store_loses_the_sessions_that_it_still_has() -> None:
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"session": "shared", "sessions": 1000}),
        Node("store", "session_store", params={"ttl_s": 50}),
    ]
    topology = system(nodes, chain("users", "web", "store"), [Flow("f", "users", 10)])
    result = run(topology, 101, events=[{"at_s": 100, "action": "kill", "target": "store"}])
    assert flow(result).lost_sessions == pytest.approx(1000 * (1 - math.exp(-0.5)), abs=50)
    assert node(result, "store").sessions == 0


def test_a_breaker_closes_when_its_trial_works() -> None:
    """While one call is tried the others are refused at once, and that says nothing about the target."""
    web = {"service_time_ms": 20, "concurrency": 100}
    edges = [Edge("e", "users", "web", params={"breaker": {"error_rate": 0.5, "open_s": 2}})]
    topology = system(
        [Node("users", "client"), Node("web", "web_server", params=web)], edges, [Flow("f", "users", 500)]
    )
    events = [{"at_s": 5, "action": "fail", "target": "web", "rate": 1}]
    events.append({"at_s": 10, "action": "fail", "target": "web", "rate": 0})
    result = run(topology, 20, frame_s=1, events=events)
    rates = [row["flows"][0]["error_rate"] for row in result.timeline]
    assert max(rates[:5]) == 0
    assert min(rates[6:10]) > 0.99
    assert max(rates[13:]) == 0
    assert node(result, "web").failed < 100


def test_each_loss_is_noticed_in_its_own_time() -> None:
    """Two of four die a second apart: who checks every 2 s twice notices each 4 s later."""
    web = Node("web", "web_server", replicas=4, params={"service_time_ms": 1})
    lb = Node("lb", "load_balancer", params={"health_check_interval_s": 2, "failure_threshold": 2})
    topology = system([Node("users", "client"), lb, web], chain("users", "lb", "web"), [Flow("f", "users", 400)])
    events = [{"at_s": 10 + k, "action": "kill", "target": f"web#{k}"} for k in (1, 2)]
    result = run(topology, 30, events=events)
    noticed = [(e["t_s"], e["target"]) for row in result.timeline for e in row["events"] if e["event"] == "noticed"]
    assert noticed == [(15.0, "web#1"), (16.0, "web#2")]
    assert flow(result).failed == pytest.approx(2 * 4 * 100, rel=0.05)


def test_a_share_of_what_a_consume_edge_hands_out_fails() -> None:
    nodes = [Node("users", "client"), Node("q", "message_queue", params={"delivery": "at_most_once"})]
    nodes.append(Node("w", "worker", params={"service_time_ms": 1}))
    edges = [Edge("p", "users", "q"), Edge("c", "q", "w")]
    events = [{"at_s": 0, "action": "fail", "target": "c", "rate": 0.25}]
    result = run(system(nodes, edges, [Flow("f", "users", 500)]), 100, events=events)
    assert flow(result).lost_messages == pytest.approx(12_500, rel=0.03)


def test_a_slow_copy_lags_behind() -> None:
    db = {"key_count": 1000, "read_time_ms": 0.1, "write_time_ms": 0.1}
    nodes = [Node("users", "client"), Node("web", "web_server", params={"service_time_ms": 0.1, "concurrency": 100})]
    nodes += [Node("db", "database", params=db), Node("db-r", "database", params=db)]
    edges = [*chain("users", "web", "db"), Edge("r", "web", "db-r")]
    edges.append(Edge("copy", "db", "db-r", params={"lag_ms": 50}))
    flows = [Flow("reads", "users", 2000), Flow("writes", "users", 200, {"write": 1.0})]
    events = [{"at_s": 0, "action": "slow", "target": "copy", "factor": 10}]
    reads = flow(run(system(nodes, edges, flows), 60, warmup_s=10, events=events), "reads")
    assert reads.stale_reads / reads.completed == pytest.approx(1 - math.exp(-0.1), rel=0.05)


def test_what_nobody_sees_is_not_repaired() -> None:
    nodes = [Node("users", "client"), Node("web", "web_server")]
    nodes.append(Node("robot", "automation", params={"detects_in_s": 1, "repairs_in_s": 1}))
    topology = system(nodes, [*chain("users", "web"), Edge("m", "robot", "web")], [Flow("f", "users", 10)])
    kill = {"at_s": 2, "action": "kill", "target": "web"}
    assert flow(run(topology, 20, events=[kill])).failed < 40
    assert flow(run(topology, 20, events=[{"at_s": 1, "action": "kill", "target": "m"}, kill])).failed > 120


@pytest.mark.parametrize(
    ("action", "target", "says"),
    [
        ("kill", "copy", "slow was expected"),
        ("fail", "m", "no request takes"),
        ("deploy", "users", "does no work"),
    ],
)
def test_what_an_action_cannot_mean_is_refused(action: str, target: str, says: str) -> None:
    nodes = [Node("users", "client"), *(Node(d, "database") for d in ("db", "db-r")), Node("robot", "automation")]
    edges = [Edge("e", "users", "db"), Edge("copy", "db", "db-r"), Edge("m", "robot", "db")]
    with pytest.raises(InvalidInput, match=says):
        run(system(nodes, edges, [Flow("f", "users", 1)]), 1, events=[{"at_s": 0, "action": action, "target": target}])
