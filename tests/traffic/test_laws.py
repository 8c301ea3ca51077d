"""Laws that hold in every run, under every fault: conservation, bounds, determinism, indifference to frames."""

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from simulation.topology.document import Edge, Flow, InvalidInput, Node, Topology
from simulation.traffic import Session, simulate
from simulation.traffic import counters as laws
from tests.traffic.models import chain, flow, node, run, station, system, value

SEEDS = range(40)


def random_system(seed: int) -> Topology:
    """Regions, routers, servers, caches, replicated and sharded stores, queues and workers, wired at random."""
    r = random.Random(seed)
    nodes = [
        Node("east", "region", params={"rtt_ms": {"west": 60}}),
        Node("west", "region"),
        Node("zone", "zone", parent="east"),
        Node("users", "client"),
    ]

    def place() -> str | None:
        return r.choice([None, "east", "west", "zone"])

    def call() -> dict[str, Any]:
        params: dict[str, Any] = {}
        if r.random() < 0.4:
            params["timeout_ms"] = r.choice([5, 20, 100])
        if r.random() < 0.4:
            params.update(retries=r.randint(1, 3), backoff_ms=r.choice([0, 2, 10]))
        if r.random() < 0.2:
            params["retry_budget"] = 0.2
        if r.random() < 0.2:
            params["breaker"] = {"error_rate": 0.3, "open_s": 0.5}
        if r.random() < 0.3:
            params.update(latency_ms=r.choice([0, 1, 5]), jitter_ms=r.choice([0, 1]))
        if r.random() < 0.2:
            params.update(loss=0.05)
        if r.random() < 0.2:
            params.update(bandwidth_mbps=100)
        if r.random() < 0.3:
            params["calls"] = r.choice([0.5, 1.5, 2])
        if r.random() < 0.2:
            params["required"] = False
        return params

    def server() -> dict[str, Any]:
        params: dict[str, Any] = {
            "service_time_ms": r.choice([0.5, 2, 5]),
            "concurrency": r.randint(1, 8),
            "distribution": r.choice(["exponential", "deterministic", "lognormal", "pareto", "gamma"]),
            "cv": r.choice([0.5, 1, 2]),
            "holds_slot": r.random() < 0.5,
        }
        if r.random() < 0.6:
            params["queue_limit"] = r.choice([0, 5, 50])
        if r.random() < 0.3:
            params.update(session="in_memory", sessions=1000)
        if r.random() < 0.2:
            params["autoscale"] = {"min": 1, "max": 6, "metric_s": 1, "boot_s": 1, "cooldown_s": 2}
        return params

    front = r.choice(["dns", "cdn", "load_balancer", "api_gateway"])
    extra: dict[str, Any] = {
        "dns": {"policy": r.choice(["simple", "geo", "failover", "weighted"]), "ttl_s": 1, "resolvers": 5},
        "cdn": {
            "key_count": 100,
            "capacity_keys": 20,
            "eviction": r.choice(["lru", "lfu", "fifo", "random"]),
            "coalesce": r.random() < 0.5,
        },
        "load_balancer": {"sticky": r.random() < 0.3},
        "api_gateway": {"rate_limit_rps": 300, "burst": 20},
    }[front]
    if front in ("load_balancer", "api_gateway"):
        choices = ["random", "round_robin", "least_connections", "power_of_two", "weighted", "consistent_hash"]
        extra["algorithm"] = r.choice(choices)
    if front != "cdn":
        extra.update(health_check_interval_s=0.5, failure_threshold=2)
    nodes.append(Node("front", front, replicas=r.randint(1, 2), params=extra))
    edges = [Edge("in", "users", "front", params=call())]
    for k in range(r.randint(1, 3)):
        web = f"web{k}"
        nodes.append(Node(web, "web_server", parent=place(), replicas=r.randint(1, 3), params=server()))
        edges.append(Edge(f"front-{web}", "front", web, params={**call(), "weight": r.choice([1, 2])}))
        edges.append(Edge(f"{web}-db", web, "db", params=call()))
        if r.random() < 0.6:
            edges.append(Edge(f"{web}-cache", web, "cache"))
        if r.random() < 0.6:
            edges.append(Edge(f"{web}-q", web, "q", kind="publish", params={"messages": r.choice([0.5, 1, 3])}))
        if r.random() < 0.5:
            edges += [
                Edge(f"{web}-{s}", web, s, params={"pool": "both", "policy": r.choice(["all", "shard"])})
                for s in ("s1", "s2")
            ]
    nodes += [Node(s, "service", parent=place(), params=server()) for s in ("s1", "s2")]
    nodes.append(
        Node(
            "cache",
            "cache",
            replicas=r.randint(1, 2),
            params={
                "key_count": 200,
                "capacity_keys": 50,
                "eviction": r.choice(["lru", "lfu", "fifo", "random"]),
                "ttl_s": r.choice([None, 1]),
                "cold_start": r.random() < 0.5,
                "coalesce": r.random() < 0.5,
            },
        )
    )
    if r.random() < 0.3:
        nodes[-1] = Node("cache", "cache", params={"hit_ratio": 0.7, "coalesce": r.random() < 0.5})
    nodes.append(
        Node(
            "db",
            "database",
            parent=place(),
            replicas=r.randint(1, 2),
            params={
                "failover_s": 1,
                "shards": r.choice([1, 3]),
                "hot_key_share": r.choice([0, 0.3]),
                "queue_limit": 50,
            },
        )
    )
    nodes.append(Node("db-r", "database", parent=place()))
    edges.append(Edge("copy", "db", "db-r", params={"mode": r.choice(["sync", "semi_sync", "async"]), "lag_ms": 20}))
    edges.append(Edge("front-web0-reads", "web0", "db-r", params={"ops": ["read"]}))
    nodes.append(
        Node(
            "q",
            "message_queue",
            params={
                "capacity_messages": r.choice([None, 20]),
                "overflow": r.choice(["reject", "drop_oldest"]),
                "delivery": r.choice(["at_most_once", "at_least_once"]),
                "redelivery_s": 0.2,
                "max_deliveries": r.choice([None, 3]),
                "durable": r.random() < 0.5,
            },
        )
    )
    nodes.append(
        Node(
            "worker",
            "worker",
            replicas=2,
            params={
                "service_time_ms": 5,
                "concurrency": 2,
                "prefetch": r.choice([1, 5]),
                "failure_rate": r.choice([0, 0.2]),
            },
        )
    )
    edges += [
        Edge("take", "q", "worker", params={"messages": r.choice([0.5, 1, 2.5])}),
        Edge("worker-db", "worker", "db"),
    ]
    mix = {"read": 0.6, "write": 0.2, "static": 0.2}
    regions = {"east": 0.5, "west": 0.5} if r.random() < 0.5 else {}
    shape = r.choice(
        [
            None,
            {"kind": "ramp", "to_rps": 600, "over_s": 3},
            {"kind": "spike", "at_s": 1, "for_s": 1, "to_rps": 1500},
            {"kind": "diurnal", "amplitude": 0.9, "period_s": 4, "peak_s": 1},
        ]
    )
    flows = [Flow("f", "users", 300, mix, regions, shape), Flow("g", "users", 50, arrivals="deterministic")]
    return system(nodes, edges, flows)


def random_events(seed: int, topology: Topology, duration: float) -> list[dict[str, Any]]:
    r = random.Random(seed + 1000)
    events: list[dict[str, Any]] = []
    things = [n.id for n in topology.nodes if n.kind != "client"] + [
        e.id for e in topology.edges if e.kind is None and e.id != "copy"
    ]
    things += ["web0#1", "db#1", "worker#2"]
    for _ in range(12):
        at = round(r.uniform(0, duration), 2)
        target = r.choice(things)
        pair = r.choice([("kill", "revive"), ("partition", "heal"), ("slow", "slow"), ("fail", "fail")])
        first: dict[str, Any] = {"at_s": at, "action": pair[0], "target": target}
        second: dict[str, Any] = {"at_s": min(at + r.uniform(0, 2), duration), "action": pair[1], "target": target}
        if pair[0] == "slow":
            first["factor"], second["factor"] = 5, 1
        if pair[0] == "fail":
            first["rate"], second["rate"] = 0.5, 0
        events += [first, second]
    events += [
        {"at_s": 1.0, "action": "scale", "target": "web0", "replicas": r.randint(1, 5)},
        {"at_s": 2.0, "action": "deploy", "target": "web0", "batch_share": 0.5},
        {"at_s": 2.5, "action": "reshard", "target": "db", "shards": r.randint(1, 5)},
        {"at_s": 1.5, "action": "pause_consumers", "target": "q"},
        {"at_s": 2.2, "action": "resume_consumers", "target": "q"},
        {"at_s": 3.0, "action": "purge", "target": "q"},
        {"at_s": 2.1, "action": "traffic", "target": "f", "factor": 2},
        {"at_s": 3.1, "action": "traffic", "target": "users", "rate_rps": 100},
        {"at_s": 3.3, "action": "promote", "target": "db-r"},
    ]
    return events


@pytest.mark.parametrize("seed", SEEDS)
def test_laws_on_random_systems_under_faults(seed: int) -> None:
    topology = random_system(seed)
    events = random_events(seed, topology, 5.0)
    scenario = {"duration_s": 5.0, "seed": seed, "events": events, "frame_s": 0.5}
    session = Session(topology, scenario)
    cut = random.Random(seed)
    frames = []
    while not session.done:
        frames.append(session.advance(cut.uniform(0.01, 0.7)))
        laws.check(session.world)
    piecemeal = session.result()
    whole = simulate(topology, scenario)
    assert piecemeal.digest == whole.digest
    assert piecemeal.timeline == whole.timeline
    for thing in (*whole.flows, *whole.nodes, *whole.edges):
        assert thing.offered == thing.completed + thing.failed + thing.in_flight
        assert min(thing.completed, thing.failed, thing.in_flight) >= 0
    for f in frames:
        assert np.all((f.nodes["utilization"] >= 0) & (f.nodes["utilization"] <= 1))
    assert whole.flows[0].offered > 500


def test_other_seeds_give_other_digests() -> None:
    topology = random_system(1)
    assert len({simulate(topology, {"duration_s": 1, "seed": s}).digest for s in range(5)}) == 5


def test_killing_twice_changes_nothing() -> None:
    topology = random_system(3)
    once = [{"at_s": 1.0, "action": "kill", "target": "web0"}, {"at_s": 2.0, "action": "revive", "target": "web0"}]
    twice = [once[0], {**once[0], "at_s": 1.2}, once[1], {**once[1], "at_s": 2.5}]
    digests = {simulate(topology, {"duration_s": 4, "events": e}).digest for e in (once, twice)}
    assert len(digests) == 1


def test_littles_law() -> None:
    result = run(station(180, 20, 4), 4000, warmup_s=100, replications=4)
    rate, mean = value(flow(result).throughput_rps), value(flow(result).mean_ms) / 1000
    web = node(result, "web")
    inside = value(web.queue_mean) + 4 * value(web.utilization)
    assert rate * mean == pytest.approx(inside, rel=0.01)


@pytest.mark.parametrize("seed", range(12))
def test_more_servers_never_raise_the_wait(seed: int) -> None:
    """First come, first served, the same arrivals with the same work: then no single wait grows, so no mean does."""
    r = random.Random(seed)
    law = {"distribution": r.choice(["exponential", "deterministic", "lognormal", "pareto", "gamma"]), "cv": 2}
    slots, load = r.randint(1, 4), r.uniform(0.5, 1.3)
    waits = []
    for more in (0, 1, 2, 5):
        result = run(station(100 * slots * load, 10, slots + more, **law), 20, seed=seed)
        waits.append(value(node(result, "web").queue_mean))
    assert all(a >= b for a, b in pairwise(waits)), waits
    assert waits[0] > waits[-1]


def test_replications_run_in_parallel_and_repeat() -> None:
    results = [run(station(100, 5, 1), 50, replications=4, seed=9) for _ in range(2)]
    assert results[0].digest == results[1].digest
    assert flow(results[0]).mean_ms.low is not None


def test_a_run_that_cannot_settle_is_called_unstable() -> None:
    assert run(station(250, 20, 4), 300).stationary == "no"
    assert run(station(160, 20, 4), 2000).stationary == "yes"
    growing = Node("w", "worker", params={"service_time_ms": 1, "concurrency": 1})
    queue = system([Node("users", "client"), Node("q", "message_queue"), growing], chain("users", "q", "w"),
                   [Flow("f", "users", 1100)])  # fmt: skip
    assert run(queue, 20).stationary == "no"


@pytest.mark.parametrize(("load", "verdicts"), [(0.95, {"yes", "unknown"}), (1.0, {"no"}), (1.02, {"no"})])
def test_the_brink_is_told_from_beyond_it(load: float, verdicts: set[str]) -> None:
    """A queue at load 1 grows without end, but so slowly that its length alone does not tell."""
    assert {run(station(1000 * load, 1, 1), 5, seed=s).stationary for s in range(15)} <= verdicts


@pytest.mark.parametrize(
    ("scenario", "pointer"),
    [
        ({"duration_s": -1}, "/duration_s"),
        ({"duration_s": float("nan")}, "/duration_s"),
        ({"seed": 2**60}, "/seed"),
        ({"nonsense": 1}, "/nonsense"),
        ({"engine": "quantum"}, "/engine"),
        ({"events": [{"at_s": 1, "action": "kill", "target": "nobody"}]}, "/events/0/target"),
        ({"events": [{"at_s": 1, "action": "explode", "target": "web"}]}, "/events/0/action"),
        ({"events": [{"at_s": 1, "action": "flush", "target": "web"}]}, "/events/0/target"),
        ({"events": [{"at_s": 1, "action": "slow", "target": "web", "factor": -1}]}, "/events/0/factor"),
        ({"events": [{"at_s": 1, "action": "kill", "target": "web#2"}]}, "/events/0/target"),
        ({"events": [{"at_s": 99, "action": "kill", "target": "web"}]}, "/events/0/at_s"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(scenario: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        simulate(station(100, 5, 1), {"duration_s": 10, **scenario})
    assert caught.value.problems[0].pointer == pointer


def test_calls_without_end_are_refused() -> None:
    nodes = [Node("users", "client"), *(Node(name, "service") for name in "abc")]
    edges = [*chain("users", "a", "b", "c"), Edge("round", "c", "a")]
    with pytest.raises(InvalidInput, match="without end"):
        simulate(system(nodes, edges, [Flow("f", "users", 1)]))


def test_the_most_that_waited_is_counted_over_all_replicas() -> None:
    """8 servers refuse nobody for 10 s at twice their rate: about 8,000 wait, a thousand before each."""
    web = Node("web", "web_server", replicas=8, params={"service_time_ms": 10, "concurrency": 1})
    result = run(system([Node("users", "client"), web], chain("users", "web"), [Flow("f", "users", 1600)]), 10)
    waiting = node(result, "web")
    assert waiting.queue_max == pytest.approx(8000, rel=0.05)
    assert value(waiting.queue_mean) == pytest.approx(waiting.queue_max / 2, rel=0.05)
    killed = run(
        system([Node("users", "client"), web], chain("users", "web"), [Flow("f", "users", 1600)]), 10,
        events=[{"at_s": 5, "action": "kill", "target": "web"}, {"at_s": 6, "action": "revive", "target": "web"}],
    )  # fmt: skip
    assert node(killed, "web").queue_max == pytest.approx(4000, rel=0.08)
