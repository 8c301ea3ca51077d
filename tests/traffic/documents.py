"""Small documents at random, of all that the second engine knows, and what happens to them."""

import random
from typing import Any

from simulation.topology.document import Edge, Flow, Node, Topology
from tests.traffic.models import system

ALGORITHMS = ("round_robin", "random", "least_connections", "power_of_two", "weighted", "consistent_hash")
Kill = tuple[float, float, str, int]  # from, until, node, number of the instance


class _Dice(random.Random):
    def some(self, share: float) -> bool:
        return self.random() < share


def small(seed: int) -> tuple[Topology, list[Kill]]:
    """A document and the times at which an instance is down."""
    draw = _Dice(seed)
    kills: list[Kill] = []
    retries = 0 if draw.some(0.4) else draw.randint(1, 3)

    def call(**more: Any) -> dict[str, Any]:
        params: dict[str, Any] = {"retries": retries, "backoff_ms": draw.choice([0, 7.3])}
        if draw.some(0.4):
            params["timeout_ms"] = draw.choice([11.7, 33.1])
        if draw.some(0.2):
            params["retry_budget"] = 0.3
        if draw.some(0.25):
            params["breaker"] = {"error_rate": draw.choice([0.1, 0.4]), "open_s": 0.31}
        if draw.some(0.3):
            params.update(latency_ms=draw.choice([0, 1.3]), jitter_ms=draw.choice([0, 0.7]))
        if draw.some(0.2):
            params["loss"] = 0.07
        if draw.some(0.15):
            params["bandwidth_mbps"] = 50
        if draw.some(0.3):
            params["calls"] = draw.choice([0.6, 1.4, 2])
        return {**params, **more}

    def work() -> dict[str, Any]:
        return {
            "service_time_ms": draw.choice([2, 5]),
            "distribution": draw.choice(["exponential", "exponential", "lognormal", "pareto", "gamma"]),
            "cv": draw.choice([0.6, 1.5]),
            "concurrency": draw.randint(1, 4),
            "queue_limit": draw.choice([None, 0, 3, 20]),
            "holds_slot": draw.some(0.5),
        }

    health = {"health_check_interval_s": 0.4, "failure_threshold": 2}
    nodes = [Node("users", "client")]
    front = draw.choice(["load_balancer", "api_gateway", "dns", "none"])
    if front == "dns":
        params = {"policy": draw.choice(["simple", "failover"]), "ttl_s": 0.9, "resolvers": 7, "lookup_ms": 3, **health}
        nodes.append(Node("front", "dns", params=params))
    elif front != "none":
        params = {"algorithm": draw.choice(ALGORITHMS), "sticky": draw.some(0.15), **health}
        params |= {"service_time_ms": 0.3, "concurrency": 3}
        if front == "api_gateway":
            params.update(rate_limit_rps=150, burst=12)
        nodes.append(Node("front", front, params=params))
    entry = "users" if front == "none" else "front"
    edges = [] if front == "none" else [Edge("in", "users", "front", params=call())]
    webs = [f"web{k}" for k in range(draw.randint(1, 2))]
    for web in webs:
        nodes.append(Node(web, "web_server", replicas=draw.randint(1, 3), params=work()))
        more: dict[str, Any] = {"weight": draw.choice([1, 1, 3]), "balance": draw.choice(ALGORITHMS[:4])}
        if front == "dns" and draw.some(0.5):
            more["priority"] = len(edges)
        edges.append(Edge(f"to-{web}", entry, web, params=call(**more)))
        if draw.some(0.5):
            kills.append((draw.uniform(0.5, 2), draw.uniform(2, 4), web, 1))
    for web in webs:
        edges += _behind(draw, web, call)
    nodes += _stores(draw, work)
    used = {e.target for e in edges} | {"users"}
    nodes = [n for n in nodes if n.id in used or n.id in ("db-r", "worker", "origin")]
    names = {n.id for n in nodes}
    if "db" in names:
        mode = draw.choice(["sync", "semi_sync", "async"])
        edges.append(Edge("copy", "db", "db-r", "replicate", params={"mode": mode, "lag_ms": 30}))
    if "q" in names:
        edges.append(Edge("take", "q", "worker", params={"messages": draw.choice([0.4, 1, 1.7])}))
    if "through" in names:
        edges.append(Edge("fetch", "through", "origin", params=call()))
    nodes = [n for n in nodes if n.id in {e.source for e in edges} | {e.target for e in edges}]
    mix = draw.choice([{"read": 1.0}, {"read": 0.6, "write": 0.3, "static": 0.1}])
    if retries:
        kills = []  # the order in which equal times are retried is the kernel's own
    return system(nodes, edges, [Flow("f", "users", 120, mix), Flow("g", "users", 40)]), kills


def _behind(draw: _Dice, web: str, call: Any) -> list[Edge]:
    edges = []
    if draw.some(0.7):
        edges.append(Edge(f"{web}-db", web, "db", params=call(balance=draw.choice(ALGORITHMS[:4]))))
        if draw.some(0.6):
            edges.append(Edge(f"{web}-r", web, "db-r", params=call(balance=draw.choice(ALGORITHMS[:4]))))
        if draw.some(0.6):
            edges.append(Edge(f"{web}-aside", web, "aside", params=call(calls=1)))
    if draw.some(0.4):
        edges.append(Edge(f"{web}-through", web, "through", params=call(calls=1)))
    if draw.some(0.4):
        policy = draw.choice(["all", "shard"])
        edges += [
            Edge(f"{web}-{s}", web, s, params=call(pool="p", policy=policy, weight=w)) for s, w in (("a", 1), ("b", 2))
        ]
    if draw.some(0.4):
        edges.append(Edge(f"{web}-q", web, "q", params={"messages": draw.choice([0.5, 1, 2.3])}))
    if draw.some(0.3):
        edges.append(Edge(f"{web}-c", web, "c", params=call(required=False)))
    return edges


def _stores(draw: _Dice, work: Any) -> list[Node]:
    def cache() -> dict[str, Any]:
        own: dict[str, Any] = {"service_time_ms": 0.4, "concurrency": 5, "cold_start": draw.some(0.5)}
        if draw.some(0.2):
            return {**own, "hit_ratio": 0.7, "key_count": 50}
        eviction = draw.choice(["lru", "lfu", "fifo", "random"])
        own.update(key_count=60, zipf_s=draw.choice([0, 1.1]), capacity_keys=draw.choice([5, 20]), eviction=eviction)
        return {**own, "ttl_s": draw.choice([None, 0.8])}

    shards = draw.choice([1, 1, 3])
    db: dict[str, Any] = {
        "read_time_ms": 3,
        "write_time_ms": 4,
        "concurrency": 3,
        "key_count": 40,
        "zipf_s": draw.choice([0, 0.9]),
    }
    db.update(shards=shards, hot_key_share=draw.choice([0, 0.4]), queue_limit=draw.choice([None, 4]))
    queue = {
        "service_time_ms": 0.5,
        "concurrency": 10,
        "capacity_messages": draw.choice([None, 8]),
        "overflow": draw.choice(["reject", "drop_oldest"]),
        "delivery": draw.choice(["at_most_once", "at_least_once"]),
        "redelivery_s": 0.11,
        "max_deliveries": draw.choice([None, 2]),
    }
    worker = {"service_time_ms": 12, "distribution": "exponential", "concurrency": 2, "failure_rate": 0.3}
    return [
        Node("db", "database", replicas=draw.randint(1, 2), params=db),
        Node("db-r", "database", replicas=draw.randint(1, 2), params=db),
        Node("aside", "cache", params=cache()),
        Node("through", "cache", replicas=draw.randint(1, 2), params=cache()),
        Node("origin", "object_storage", params={"service_time_ms": 6, "concurrency": 4}),
        Node("a", "service", replicas=2, params=work()),
        Node("b", "service", params=work()),
        Node("c", "service", params=work()),
        Node("q", "message_queue", params=queue),
        Node("worker", "worker", replicas=2, params={**worker, "prefetch": draw.choice([1, 4])}),
    ]
