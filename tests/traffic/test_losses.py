"""What a single loss costs in the long run: the analysis against the simulator, which kills and counts."""

from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.topology.document import Topology
from simulation.traffic import simulate
from tests.analysis.documents import USERS, document, edge, node, paths

FAST: dict[str, Any] = {"service_time_ms": 1, "concurrency": 50}
STORE = {"read_time_ms": 1, "write_time_ms": 1, "concurrency": 50}


def web(id: str = "web") -> dict[str, Any]:
    return node(id, "service", **FAST)


def database(id: str = "db", **params: Any) -> dict[str, Any]:
    return node(id, "database", **{**STORE, **params})


def cache(**params: Any) -> dict[str, Any]:
    return node("cache", "cache", **{"hit_ratio": 0.6, **FAST, **params})


def two_ways_to_shards(**params: Any) -> Topology:
    """Two services that ask one store for the key of the request."""
    return document([USERS, web(), web("other"), database(**params)], paths("users>web>db", "web>other>db"), 400)


POOLS = [
    edge("users>web"),
    edge("web>other"),
    *(edge(f"web>{name}", pool="p", policy="shard", weight=w) for name, w in (("a", 1), ("b", 3))),
    *(edge(f"other>{name}", pool="q", policy="shard", weight=w) for name, w in (("b", 3), ("a", 1))),
]
SHARDED_COPY = [*paths("users>web>db"), edge("db>copy", "replicate", mode="sync", lag_ms=5)]
WRITES = {"rate_rps": 400, "mix": {"write": 1.0}}


def looked_up(calls: float, kind: str = "service", **params: Any) -> Topology:
    """A store behind a cache that a request asks so often."""
    return document(
        [USERS, node("web", kind, **FAST), cache(**params), database()],
        [edge("users>web"), edge("web>cache", calls=calls), edge("web>db", calls=calls)],
        400,
    )


def two_sides(first: dict[str, Any], second: dict[str, Any], **params: Any) -> Topology:
    """Two servers behind a balancer, each with a cache of its own before one store."""
    nodes = [USERS, node("lb", "load_balancer"), *map(web, "ab"), {**cache(), "id": "ca"}, {**cache(), "id": "cb"}]
    nodes[-2]["params"].update(first)
    nodes[-1]["params"].update(second)
    edges = [*paths("users>lb>a>ca", "lb>b>cb"), edge("a>db", **params), edge("b>db", **params)]
    return document([*nodes, database()], edges, 400)


LOSSES: dict[str, tuple[Topology, str]] = {
    "a shard asked twice": (two_ways_to_shards(shards=4), "db#2"),
    "the hot shard asked twice": (two_ways_to_shards(shards=4, hot_key_share=0.3), "db#1"),
    "a pool of shards in two orders": (document([USERS, *map(web, ("web", "other", "a", "b"))], POOLS, 400), "a"),
    "a shard behind a cache that asks through": (
        document([USERS, web(), cache(), database(shards=4)], paths("users>web>cache>db", "web>db"), 400),
        "db#2",
    ),
    "a shard of a synchronous copy": (
        document([USERS, web(), database(shards=4), database("copy", shards=4)], SHARDED_COPY, WRITES),
        "copy#3",
    ),
    "the store behind two look-ups": (looked_up(2), "db"),
    "the store behind look-ups of an uneven number": (looked_up(2.5), "db"),
    "the store behind more look-ups than are told apart": (looked_up(20, hit_ratio=0.97), "db"),
    "the store behind more look-ups than there are calls to it": (
        document([USERS, web(), cache(), database()], [*paths("users>web>db"), edge("web>cache", calls=3)], 400),
        "db",
    ),
    "the store behind a look-up by some requests": (looked_up(0.5), "db"),
    "the origin of a cache that is asked thrice": (
        document(
            [USERS, web(), cache(), database()], [edge("users>web"), edge("web>cache", calls=3), edge("cache>db")]
        ),
        "db",
    ),
    "the origin of a cache that a service asks that is called twice": (
        document(
            [USERS, web(), web("other"), cache(), database()],
            [edge("users>web"), edge("web>other", calls=2), *paths("other>cache>db")],
        ),
        "db",
    ),
    "the origin of a cache that is asked an uneven number of times, and its way past it": (
        document(
            [USERS, web(), cache(), database()],
            [edge("users>web"), edge("web>cache", calls=1.5), *paths("cache>db", "web>db")],
            400,
        ),
        "db",
    ),
    "a call that is seldom made, by a service that is called twice": (
        document(
            [USERS, web(), web("other"), database()],
            [edge("users>web"), edge("web>other", calls=2), edge("other>db", calls=0.3)],
        ),
        "db",
    ),
    "a store before which two services on the way ask one cache": (
        document(
            [USERS, web(), web("other"), cache(), database()],
            paths("users>web>cache", "web>other>cache", "web>db", "other>db"),
            400,
        ),
        "db",
    ),
    "a store of one of two services that ask one cache": (
        document(
            [USERS, web(), web("other"), cache(), database(), database("own")],
            paths("users>web>cache", "web>other>cache", "web>db", "other>own"),
            400,
        ),
        "own",
    ),
    # A balancer does not choose by who will be lucky.
    "a store that either side looks up in one cache, once or twice": (
        document(
            [USERS, node("lb", "load_balancer", algorithm="weighted"), *map(web, "ab"), cache(), database()],
            [
                edge("users>lb"),
                edge("lb>a", weight=3),
                edge("lb>b"),
                *paths("a>cache", "a>db"),
                edge("b>cache", calls=2),
                edge("b>db", calls=2),
            ],
            400,
        ),
        "db",
    ),
    "a store behind two caches side by side": (two_sides({}, {}), "db"),
    "a store behind two unlike caches side by side": (two_sides({"hit_ratio": 0.9}, {"hit_ratio": 0.5}), "db"),
    "a store that either side seldom asks": (two_sides({"hit_ratio": 0}, {"hit_ratio": 0}, calls=0.4), "db"),
    "a synchronous copy": (
        document([USERS, web(), database(shards=2), database("copy", shards=2)], SHARDED_COPY, WRITES),
        "copy",
    ),
}


BUSY = {"service_time_ms": 20, "concurrency": 2, "queue_limit": 10}


def in_two_regions() -> Topology:
    """Servers in one region and in two behind balancers in both: what one leaves comes to the others from either."""
    regions = [node("se", "region", rtt_ms={"vi": 40}), node("vi", "region")]
    servers = [node("web", "service", 3, "se", **FAST), node("other", "service", 2, None, ["se", "vi"], **BUSY)]
    balancer = node("lb", "load_balancer", 2, None, ["se", "vi"], algorithm="random", health_check_interval_s=0.2)
    flow = {"rate_rps": 300, "regions": {"se": 0.7, "vi": 0.3}}
    return document([*regions, USERS, balancer, *servers], paths("users>lb>web", "lb>other"), flow)


def a_zone_with_the_primary() -> Topology:
    """What cannot be written any more comes to the server that is left all the same, and fails behind it."""
    servers = node("web", "service", 2, None, ["a", "b"], **{**BUSY, "concurrency": 4, "queue_limit": 20})
    stores = [{**database(failover="manual"), "parent": "b"}, {**database("copy"), "parent": "a"}]
    nodes = [node("a", "zone"), node("b", "zone"), USERS, servers, *stores]
    edges = [*paths("users>web>db", "web>copy"), edge("db>copy", "replicate")]
    return document(nodes, edges, {"rate_rps": 300, "mix": {"read": 0.6, "write": 0.4}})


def a_zone_with_a_primary_of_two_copies() -> Topology:
    """Whoever is promoted has the writes copied to the other, of which half is gone too."""
    busy = {"read_time_ms": 20, "write_time_ms": 20, "concurrency": 8, "queue_limit": 20}
    stores = [{**database(failover="automatic", failover_s=0.2), "parent": "b"}, database("first")]
    stores.append(node("second", "database", 2, None, ["a", "b"], **busy))
    edges = [*paths("users>web>db", "web>second")]
    edges += [edge(f"db>{name}", "replicate", mode="sync", lag_ms=1) for name in ("first", "second")]
    nodes = [node("a", "zone"), node("b", "zone"), USERS, web(), *stores]
    return document(nodes, edges, {"rate_rps": 600, "mix": {"read": 0.7, "write": 0.3}})


def a_store_that_workers_share() -> Topology:
    """Half of its work is for messages, for which nobody waits."""
    queue = node("q", "message_queue", delivery="at_most_once")
    worker = node("job", "worker", service_time_ms=500, concurrency=400)
    store = database(read_time_ms=20, concurrency=6, queue_limit=20) | {"replicas": 2}
    edges = [edge("web>q", "publish"), edge("q>job", "consume"), *paths("users>web>db", "job>db")]
    return document([USERS, web(), queue, worker, store], edges, 240)


#: Losses after which others are offered more than they can do.
TOO_MUCH: dict[str, tuple[Topology, str]] = {
    "servers in one of two regions": (in_two_regions(), "web"),
    "a zone with a primary of two copies": (a_zone_with_a_primary_of_two_copies(), "b"),
    "one of two replicas of a store that workers share": (a_store_that_workers_share(), "db#1"),
    "a zone with the primary and a server": (a_zone_with_the_primary(), "b"),
    "one of two replicas of a shard": (
        document(
            [USERS, web(), database(shards=3, read_time_ms=20, concurrency=1, queue_limit=50) | {"replicas": 2}],
            paths("users>web>db"),
            180,
        ),
        "db#1",
    ),
    "a cache before a store that is asked twice": (
        document(
            [
                USERS,
                web(),
                cache(hit_ratio=0.6),
                node("db", "database", read_time_ms=20, concurrency=4, queue_limit=10),
            ],
            [*paths("users>web>cache"), edge("web>db", calls=2)],
            180,
        ),
        "cache",
    ),
}


@pytest.mark.parametrize("name", [*LOSSES, *TOO_MUCH])
def test_a_loss_costs_what_the_analysis_says(name: str) -> None:
    topology, target = (LOSSES | TOO_MUCH)[name]
    said = next(c for c in analyze(topology).contingencies if c.outage == target and c.type != "cold_cache")
    scenario = {"duration_s": 40, "warmup_s": 2, "seed": 5, "engine": "exact"}
    found = simulate(topology, {**scenario, "events": [{"at_s": 1, "action": "kill", "target": target}]})
    assert said.loss_share is not None
    assert said.shed_share is not None
    failed = sum(f.failed for f in found.flows) / sum(f.offered for f in found.flows)
    assert failed == pytest.approx(said.loss_share + said.shed_share, abs=0.015)
