"""The stories with known answers as documents, and all of them and the templates with scenarios for both engines."""

from itertools import pairwise
from typing import Any

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.topology.templates import TEMPLATES
from tests.traffic.models import chain, station, system


def _kill(at_s: float, target: str) -> dict[str, Any]:
    return {"at_s": at_s, "action": "kill", "target": target}


def behind(algorithm: str, rate: float, edge: dict[str, Any] | None = None, **web: Any) -> Topology:
    params = {"algorithm": algorithm, "service_time_ms": 0.001, "concurrency": 1000, "health_check_interval_s": 10}
    nodes = [Node("users", "client"), Node("lb", "load_balancer", params=params)]
    nodes.append(Node("web", "web_server", replicas=4, params={"service_time_ms": 20, "concurrency": 1, **web}))
    return system(
        nodes, [Edge("a", "users", "lb"), Edge("b", "lb", "web", params=edge or {})], [Flow("f", "users", rate)]
    )


def replicated(mode: str | None, lag_ms: float) -> Topology:
    nodes = [Node("users", "client"), Node("web", "web_server", params={"service_time_ms": 1, "concurrency": 100})]
    nodes.append(Node("db", "database", params={"failover_s": 60, "read_time_ms": 1, "write_time_ms": 1}))
    edges = [*chain("users", "web", "db")]
    if mode:
        nodes.append(Node("db-r", "database", params={"read_time_ms": 1, "write_time_ms": 1}))
        edges += [Edge("w-r", "web", "db-r"), Edge("r", "db", "db-r", params={"mode": mode, "lag_ms": lag_ms})]
    return system(nodes, edges, [Flow("f", "users", 2000, {"read": 0.9, "write": 0.1})])


def burst(capacity: int | None = None) -> Topology:
    nodes = [
        Node("users", "client"),
        Node("q", "message_queue", params={"capacity_messages": capacity}),
        Node("worker", "worker", replicas=4, params={"service_time_ms": 10, "concurrency": 1, "prefetch": 1}),
    ]
    shape = {"kind": "spike", "at_s": 0, "for_s": 600, "to_rps": 500}
    edges = [Edge("p", "users", "q"), Edge("c", "q", "worker")]
    return system(nodes, edges, [Flow("f", "users", 300, shape=shape)])


def two_centers() -> Topology:
    nodes = [
        Node("east", "region"),
        Node("west", "region"),
        Node("users", "client"),
        Node(
            "dns",
            "dns",
            params={
                "policy": "geo",
                "ttl_s": 60,
                "health_check_interval_s": 30,
                "failure_threshold": 3,
                "lookup_ms": 0.001,
                "resolvers": 1000,
            },
        ),
    ]
    edges = [Edge("u", "users", "dns")]
    for side in ("east", "west"):
        params = {"service_time_ms": 10, "concurrency": 60, "queue_limit": 60}
        nodes.append(Node(f"web-{side}", "web_server", parent=side, params=params))
        edges.append(Edge(f"d-{side}", "dns", f"web-{side}"))
    flows = [Flow("a", "users", 5400, regions={"east": 1.0}), Flow("b", "users", 3600, regions={"west": 1.0})]
    return system(nodes, edges, flows)


def storm(**edge: Any) -> Topology:
    limit = edge.pop("queue_limit", None)
    web = Node("web", "web_server", params={"service_time_ms": 10, "concurrency": 10, "queue_limit": limit})
    edges = [Edge("e", "users", "web", params={"timeout_ms": 200, **edge})]
    shape = {"kind": "spike", "at_s": 10, "for_s": 10, "to_rps": 3000}
    return system([Node("users", "client"), web], edges, [Flow("f", "users", 800, shape=shape)])


def cold() -> Topology:
    cache = {"key_count": 100_000, "zipf_s": 0, "capacity_keys": 100_000, "cold_start": True, "service_time_ms": 0.01}
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 0.01, "concurrency": 1000}),
        Node("cache", "cache", params=cache),
        Node("db", "database", params={"read_time_ms": 5, "concurrency": 10, "queue_limit": 10}),
    ]
    return system(nodes, [*chain("users", "web", "cache"), Edge("w", "web", "db")], [Flow("f", "users", 10_000)])


def cdn() -> Topology:
    nodes = [Node("users", "client"), Node("cdn", "cdn", params={"hit_ratio": 0.95})]
    nodes.append(Node("web", "web_server", params={"service_time_ms": 1, "concurrency": 100}))
    return system(nodes, chain("users", "cdn", "web"), [Flow("f", "users", 1000, {"static": 0.8, "read": 0.2})])


def celebrity(rate: float, shards: int = 4) -> Topology:
    params = {"shards": shards, "hot_key_share": 0.3, "read_time_ms": 1, "concurrency": 1}
    nodes = [Node("users", "client"), Node("db", "database", params=params)]
    return system(nodes, chain("users", "db"), [Flow("f", "users", rate)])


def late() -> Topology:
    rule = {"min": 5, "max": 50, "target_utilization": 0.7, "metric_s": 20, "boot_s": 40, "cooldown_s": 300}
    params = {"service_time_ms": 40, "concurrency": 10, "queue_limit": 10, "autoscale": rule}
    nodes = [Node("users", "client"), Node("lb", "load_balancer"), Node("web", "web_server", replicas=5, params=params)]
    shape = {"kind": "spike", "at_s": 10, "for_s": 1000, "to_rps": 3000}
    return system(nodes, chain("users", "lb", "web"), [Flow("f", "users", 1000, shape=shape)])


def held() -> Topology:
    """Slots held downstream: a web tier waits for a database at its limit, and its callers give up."""
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 2, "concurrency": 50, "holds_slot": True}),
        Node("db", "database", params={"read_time_ms": 10, "concurrency": 4}),
    ]
    shape = {"kind": "spike", "at_s": 10, "for_s": 10, "to_rps": 600}
    edges = chain("users", "web", "db", users_web={"timeout_ms": 1000})
    return system(nodes, edges, [Flow("f", "users", 200, shape=shape)])


def deep(tiers: int, holds: bool, to_rps: float, edge: dict[str, Any]) -> Topology:
    """A spike through tiers of 2 ms of which the last takes 10 ms, with the same call from each to the next."""
    nodes = [Node("users", "client")]
    for i in range(tiers):
        is_last = i == tiers - 1
        slots = 60 if holds and not is_last else 10
        params = {"service_time_ms": 10 if is_last else 2, "concurrency": slots, "holds_slot": holds}
        nodes.append(Node(f"tier-{i}", "service", params=params))
    ids = ["users", *(f"tier-{i}" for i in range(tiers))]
    edges = [Edge(f"to-{b}", a, b, params=edge) for a, b in pairwise(ids)]
    shape = {"kind": "spike", "at_s": 10, "for_s": 10, "to_rps": to_rps}
    return system(nodes, edges, [Flow("f", "users", 700, shape=shape)])


def stories() -> dict[str, tuple[Topology, dict[str, Any]]]:
    """Document and scenario by name: each number of the stories that has traffic, then every template."""
    long, trips = {"duration_s": 400, "warmup_s": 20}, {"error_rate": 0.5, "open_s": 5}
    found: dict[str, tuple[Topology, dict[str, Any]]] = {
        "1 at 160": (station(160, 20, 4), long),
        "1 at 190": (station(190, 20, 4), {"duration_s": 4000, "warmup_s": 100}),
        "1 full": (station(250, 20, 4, queue_limit=50), long),
        "2 big": (station(100, 5, 1), long),
        "2 four": (behind("random", 100), long),
        "6 loss of one": (behind("least_connections", 180, queue_limit=20),
                          {"duration_s": 120, "events": [_kill(1, "web#1")], "warmup_s": 20}),
        "7 noticed": (behind("round_robin", 100), {"duration_s": 60, "warmup_s": 0, "events": [_kill(20, "web#2")]}),
        "7 retried": (behind("round_robin", 100, {"retries": 1}),
                      {"duration_s": 60, "warmup_s": 0, "events": [_kill(20, "web#2")]}),
        "8 async": (replicated("async", 1000), {"duration_s": 60, "warmup_s": 0, "events": [_kill(20, "db")]}),
        "8 sync": (replicated("sync", 10), {"duration_s": 60, "warmup_s": 0, "events": [_kill(20, "db")]}),
        "10 cold": (cold(), {"duration_s": 60, "warmup_s": 0}),
        "11 purged": (cdn(), {"duration_s": 60, "warmup_s": 0,
                               "events": [{"at_s": 30, "action": "purge", "target": "cdn"}]}),
        "13 burst": (burst(), {"duration_s": 100, "warmup_s": 0}),
        "13 overflow": (burst(2000), {"duration_s": 60, "warmup_s": 0}),
        "14 below": (celebrity(1900), long),
        "14 above": (celebrity(2300), {"duration_s": 60, "warmup_s": 0}),
        "15 lost": (two_centers(), {"duration_s": 120, "warmup_s": 0, "events": [_kill(10, "west")]}),
        "16 no retries": (storm(), {"duration_s": 60, "warmup_s": 0}),
        "16 retries": (storm(retries=2), {"duration_s": 60, "warmup_s": 0}),
        "16 budget": (storm(retries=2, retry_budget=0.1), {"duration_s": 60, "warmup_s": 0}),
        "16 limit": (storm(retries=2, queue_limit=100), {"duration_s": 60, "warmup_s": 0}),
        "16 breaker": (storm(breaker={"error_rate": 0.5, "open_s": 5}), {"duration_s": 60, "warmup_s": 0}),
        "16 slots held": (held(), {"duration_s": 60, "warmup_s": 0}),
        "16 three tiers, budget": (deep(3, True, 1300, {"timeout_ms": 200, "retries": 2, "retry_budget": 0.1}),
                                   {"duration_s": 60, "warmup_s": 0}),
        "16 four tiers, retries": (deep(4, False, 1300, {"timeout_ms": 200, "retries": 2}),
                                   {"duration_s": 60, "warmup_s": 0}),
        "16 four tiers, breakers": (deep(4, True, 1300, {"timeout_ms": 200, "breaker": trips}),
                                    {"duration_s": 60, "warmup_s": 0}),
        "17 late": (late(), {"duration_s": 120, "warmup_s": 0}),
    }  # fmt: skip
    found |= {f"template {name}": (t.topology, {"duration_s": 30, "warmup_s": 10}) for name, t in TEMPLATES.items()}
    return found
