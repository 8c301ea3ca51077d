"""Systems and faults at random, for laws that hold in all of them."""

import random
from typing import Any

from simulation.topology.document import Edge, Flow, Node, Topology
from tests.traffic.models import system


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
    fronts: dict[str, dict[str, Any]] = {
        "dns": {"policy": r.choice(["simple", "geo", "failover", "weighted"]), "ttl_s": 1, "resolvers": 5},
        "cdn": {
            "key_count": 100,
            "capacity_keys": 20,
            "eviction": r.choice(["lru", "lfu", "fifo", "random"]),
            "coalesce": r.random() < 0.5,
        },
        "load_balancer": {"sticky": r.random() < 0.3},
        "api_gateway": {"rate_limit_rps": 300, "burst": 20},
    }
    extra = fronts[front]
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
