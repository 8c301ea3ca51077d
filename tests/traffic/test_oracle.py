"""The kernel and a second engine that shares nothing with it agree, request by request."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.topology.parsing import from_object, to_object
from simulation.traffic import Session
from tests.traffic.documents import ALGORITHMS, Kill, small
from tests.traffic.models import system
from tests.traffic.oracle import Oracle
from tests.traffic.oracle.choosing import Choosing
from tests.traffic.oracle.contents import Cache, Keys
from tests.traffic.oracle.links import Link
from tests.traffic.oracle.queues import Queue

DURATION_S = 4.0


def by_kernel(topology: Topology, kills: list[Kill], seed: int, duration: float) -> dict[str, Any]:
    events = []
    for begin, end, node, number in kills:
        if begin >= duration:
            continue
        events.append({"at_s": begin, "action": "kill", "target": f"{node}#{number}"})
        if end < duration:
            events.append({"at_s": end, "action": "revive", "target": f"{node}#{number}"})
    session = Session(topology, {"duration_s": duration, "seed": seed, "events": events, "engine": "exact"})
    session.run_to(duration)
    world, t = session.world, session.world.tables
    found: dict[str, Any] = {}
    for s, row in zip(session.system.sources, t.flows, strict=True):
        for name in ("offered", "completed", "failed", "stale", "lost_messages"):
            found[f"{s.id} {name}"] = int(row[name])
        found[f"{s.id} total"] = float(row["total"])
    for link in session.system.links:
        for name in ("offered", "completed", "failed"):
            found[f"{link.id} {name}"] = int(t.edges[link.index][name])
    for inst, row in enumerate(t.insts):
        for name in ("arrivals", "completed", "failed", "rejected"):
            found[f"{world.name_of(inst)} {name}"] = int(row[name])
    for c in session.system.components:
        if c.kind.id in ("cache", "cdn"):
            found[f"{c.id} lookups"] = int(t.nodes[c.index]["lookups"])
            found[f"{c.id} hits"] = int(t.nodes[c.index]["hits"])
        if c.kind.id == "message_queue":
            found[f"{c.id} backlog"] = int(t.nodes[c.index]["backlog"])
    return found


def by_oracle(topology: Topology, kills: list[Kill], seed: int, duration: float) -> dict[str, Any]:
    oracle = Oracle(topology, seed)
    for t, node, number, do in sorted(
        [(begin, node, number, oracle.kill) for begin, _, node, number in kills]
        + [(end, node, number, oracle.revive) for _, end, node, number in kills],
        key=lambda event: event[0],
    ):
        oracle.at(t, partial(do, node, number))
    oracle.run(duration)
    found: dict[str, Any] = {}
    for f in topology.flows:
        counts = (oracle.offered, oracle.completed, oracle.failed, oracle.stale, oracle.lost)
        names = ("offered", "completed", "failed", "stale", "lost_messages")
        found.update({f"{f.id} {name}": count[f.id] for name, count in zip(names, counts, strict=True)})
        found[f"{f.id} total"] = float(oracle.total[f.id])
    for link in oracle.links.values():
        found.update({f"{link.edge.id} {n}": getattr(link, n) for n in ("offered", "completed", "failed")})
    for insts in oracle.insts.values():
        for inst in insts:
            found.update(
                {f"{inst.name} {n}": getattr(inst, n) for n in ("arrivals", "completed", "failed", "rejected")}
            )
    for node in oracle.contents:
        found[f"{node} lookups"], found[f"{node} hits"] = oracle.lookups[node], oracle.hits[node]
    for node, queue in oracle.queues.items():
        found[f"{node} backlog"] = len(queue)
    return found


def differences(topology: Topology, kills: list[Kill], seed: int, duration: float = DURATION_S) -> dict[str, Any]:
    ours, theirs = (count(topology, kills, seed, duration) for count in (by_kernel, by_oracle))
    assert ours.keys() == theirs.keys()
    return {
        name: (ours[name], theirs[name])
        for name in ours
        if ours[name] != (pytest.approx(theirs[name], rel=1e-9) if name.endswith("total") else theirs[name])
    }


@pytest.mark.parametrize("seed", range(48))
def test_two_engines_agree_on_small_documents(seed: int) -> None:
    topology, kills = small(seed)
    topology = from_object(to_object(topology))  # it is a valid document
    assert differences(topology, kills, seed) == {}


def _balanced(algorithm: str) -> Topology:
    """Retries among uneven targets, so that the second choice matters as well."""
    web = {"service_time_ms": 8, "concurrency": 2, "queue_limit": 0}
    lb = {"algorithm": algorithm, "service_time_ms": 0.1, "concurrency": 50}
    lb.update(health_check_interval_s=30, failure_threshold=2)
    nodes = [Node("users", "client"), Node("lb", "load_balancer", params=lb)]
    nodes += [Node(f"w{k}", "web_server", replicas=k, params=web) for k in (1, 2, 3)]
    edges = [Edge("in", "users", "lb")]
    edges += [Edge(f"to-{k}", "lb", f"w{k}", params={"weight": k * k, "retries": 2}) for k in (1, 2, 3)]
    return system(nodes, edges, [Flow("f", "users", 900)])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm(algorithm: str) -> None:
    assert differences(_balanced(algorithm), [], 7) == {}


def _second_choice(pool: Any, job: Any, need: Any, draws: Any, tries: int) -> int:
    first, second = int(draws.unit() * len(pool)), int(draws.unit() * (len(pool) - 1))
    return second if pool[second].inst.calls < pool[first].inst.calls else first


def _ties_to_the_last(pool: Any, job: Any, need: Any, draws: Any, tries: int) -> int:
    start = int(draws.unit() * len(pool))
    order = [(start + k) % len(pool) for k in reversed(range(len(pool)))]
    return min(order, key=lambda k: pool[k].inst.calls)


put, has, learn, deliver = Cache.put, Cache.has, Link.learn, Queue.deliver


def _move_when_renewed(self: Cache, key: int, now: float) -> None:
    put(self, key, now)
    self.expiry.move_to_end(key)


def _renew_on_hit(self: Cache, key: int, now: float) -> bool:
    hit = has(self, key, now)
    if hit:
        self.expiry[key] = now + self.ttl
    return hit


def _without_alias(self: Keys) -> int:
    return int(self.stream.unit() * self.count)


def _count_twice(self: Link, ok: bool, now: float) -> None:
    learn(self, ok, now)
    self._seen += 1


def _begin_with_the_first(self: Queue, oracle: Oracle, line: tuple[str, ...]) -> None:
    self._turn.clear()
    deliver(self, oracle, line)


MUTANTS: dict[str, tuple[type, str, Callable[..., Any], Callable[[], Topology]]] = {
    "power of two may choose the same twice": (
        Choosing,
        "_pick",
        lambda self, *a: _second_choice(*a),
        lambda: _balanced("power_of_two"),
    ),
    "least connections gives ties to the last": (
        Choosing,
        "_pick",
        lambda self, *a: _ties_to_the_last(*a),
        lambda: _balanced("least_connections"),
    ),
    "a renewed key moves to the young end": (Cache, "put", _move_when_renewed, lambda: _cached("fifo")),
    "a hit renews": (Cache, "has", _renew_on_hit, lambda: _cached("lru")),
    "the alias of a key is never taken": (Keys, "draw", _without_alias, lambda: _cached("lru")),
    "the retry budget is not spent": (Link, "may_retry", lambda self: True, lambda: _failing()),
    "the breaker counts twice": (Link, "learn", _count_twice, lambda: _failing()),
    "messages are handed out to the first that is free": (Queue, "deliver", _begin_with_the_first, lambda: _queued()),
}


def _cached(eviction: str) -> Topology:
    content = {"key_count": 60, "zipf_s": 0.8, "capacity_keys": 20, "ttl_s": 0.1, "eviction": eviction}
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 1, "concurrency": 9}),
        Node("cache", "cache", params={**content, "service_time_ms": 0.4, "concurrency": 5}),
        Node("db", "object_storage", params={"service_time_ms": 2, "concurrency": 9}),
    ]
    edges = [Edge("a", "users", "web"), Edge("b", "web", "cache"), Edge("c", "web", "db")]
    return system(nodes, edges, [Flow("f", "users", 300)])


def _failing() -> Topology:
    web = {"service_time_ms": 8, "concurrency": 2, "queue_limit": 0}
    edge = {"retries": 3, "retry_budget": 0.2, "breaker": {"error_rate": 0.3, "open_s": 0.2}}
    nodes = [Node("users", "client"), Node("web", "web_server", replicas=2, params=web)]
    return system(nodes, [Edge("e", "users", "web", params=edge)], [Flow("f", "users", 600)])


def _queued() -> Topology:
    queue = {"service_time_ms": 0.5, "concurrency": 10, "redelivery_s": 0.1, "max_deliveries": 3}
    worker = {"service_time_ms": 12, "concurrency": 2, "prefetch": 3, "failure_rate": 0.2}
    nodes = [Node("users", "client"), Node("q", "message_queue", params=queue)]
    nodes.append(Node("w", "worker", replicas=3, params=worker))
    return system(nodes, [Edge("p", "users", "q"), Edge("c", "q", "w")], [Flow("f", "users", 300)])


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_rule_does_not_go_unseen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Had one engine read a rule otherwise, the counts would tell; most of these leave every mean plausible."""
    owner, method, wrong, document = MUTANTS[name]
    assert differences(document(), [], 3) == {}
    monkeypatch.setattr(owner, method, wrong)
    assert differences(document(), [], 3) != {}
