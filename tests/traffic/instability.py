"""How often a load of 1 and beyond is called unstable, and one below it not: `python -m tests.traffic.instability`.

A number behind it says how many random systems are tried at every load, instead of 400 (about two minutes of CPU).
The systems have endless queues and one bottleneck whose load follows from the document by arithmetic: slots, a
service of any law, any way of balancing, behind a queue, behind a cache (then chance says how much comes), or holding
its slots while it waits (then how long is measured).
"""

import random
import sys
from collections import Counter
from typing import Any

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import simulate
from tests.traffic.models import chain

#: Loads that must be called unstable, and loads that must not.
BEYOND, BELOW = (1.0, 1.001, 1.01, 1.1, 1.5, 3.0), (0.3, 0.6, 0.8)
#: Requests of a run.
REQUESTS = 20_000

STORIES = ("station", "queue", "cache", "holding")
_ALGORITHMS = ("random", "round_robin", "least_connections", "power_of_two")


def loaded(seed: int, load: float) -> Topology:
    """A random system whose bottleneck has this load."""
    r = random.Random(seed)
    ms, slots, replicas = r.choice([1.0, 5.0, 40.0]), r.randint(1, 6), r.randint(1, 4)
    law: dict[str, Any] = {"distribution": r.choice(["exponential", "deterministic", "lognormal", "gamma"]), "cv": 1.5}
    narrow = {"service_time_ms": ms, "concurrency": slots, **law}
    capacity = replicas * slots * 1000.0 / ms
    story = r.choice(STORIES)
    users = Node("users", "client")
    balancer = Node("lb", "load_balancer", params={"algorithm": r.choice(_ALGORITHMS)})
    if story == "queue":
        nodes = [users, Node("q", "message_queue"), Node("w", "worker", replicas=replicas, params=narrow)]
        return _named(story, nodes, chain("users", "q", "w"), [Flow("f", "users", load * capacity)])
    if story == "holding":  # what it calls never waits, so a slot is taken for both times
        back = Node("back", "service", params={"service_time_ms": 2 * ms, "concurrency": 10_000, **law})
        web = Node("web", "web_server", replicas=replicas, params={**narrow, "holds_slot": True})
        edges = chain("users", "lb", "web", "back")
        return _named(story, [users, balancer, web, back], edges, [Flow("f", "users", load * capacity / 3)])
    if story == "station":
        web = Node("web", "web_server", replicas=replicas, params=narrow)
        return _named(story, [users, balancer, web], chain("users", "lb", "web"), [Flow("f", "users", load * capacity)])
    missed = r.choice([0.1, 0.5, 0.8])
    cache = Node("cache", "cache", params={"hit_ratio": 1 - missed, "concurrency": 10_000})
    app = Node("app", "service", params={"service_time_ms": 1, "concurrency": 10_000})
    db = Node("db", "database", params={"read_time_ms": ms, "concurrency": slots})
    edges = [Edge("a", "users", "app"), Edge("b", "app", "cache"), Edge("c", "app", "db")]
    rate = load * slots * 1000.0 / ms / missed
    return _named(story, [users, app, cache, db], edges, [Flow("f", "users", rate)])


def _named(name: str, nodes: list[Node], edges: list[Edge], flows: list[Flow]) -> Topology:
    return Topology(format="linchpin/1", name=name, nodes=nodes, edges=edges, flows=flows)


def verdicts(load: float, count: int) -> dict[str, Counter[str]]:
    """What so many random systems at this load are called, by story."""
    found: dict[str, Counter[str]] = {story: Counter() for story in STORIES}
    for seed in range(count):
        topology = loaded(seed, load)
        duration = REQUESTS / topology.flows[0].rate_rps
        found[topology.name][simulate(topology, {"duration_s": duration, "seed": seed}).stationary] += 1
    return found


if __name__ == "__main__":
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"{tries} random systems of {REQUESTS} requests at each load: called unstable / unknown / stable")
    for rho in (*BELOW, *BEYOND):
        parts = []
        for story, said in verdicts(rho, tries).items():
            shares = " / ".join(f"{said[word] / max(said.total(), 1):.1%}" for word in ("no", "unknown", "yes"))
            parts.append(f"{story} {shares}")
        print(f"  load {rho:5g}: " + "; ".join(parts), flush=True)
