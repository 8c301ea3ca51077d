"""Little's law at every node of random systems, within its interval: L = λ W, each counted on its own.

L is an area over time (what waits, and busy slots), λ counts arrivals, and W comes from the latencies of clients that
ask each node directly: what they see there less what they see at the nodes that it calls on. Stations are exponential
and arrivals Poisson, so that every arrival meets the same queue (Jackson's networks).
"""

import random

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import simulate
from simulation.traffic.result import Result
from simulation.traffic.statistics import interval
from tests.traffic.models import flow, node, system, value

SYSTEMS, RUNS = 8, 5


def _random_system(seed: int) -> tuple[Topology, dict[str, list[str]]]:
    """Stations that call stations further on, each also asked by a client of its own; and who calls whom."""
    r = random.Random(seed)
    names = [f"s{k}" for k in range(r.randint(3, 6))]
    calls: dict[str, list[str]] = {}
    direct = {name: r.uniform(20, 60) for name in names}
    rate = dict(direct)
    for k, name in enumerate(names):
        calls[name] = sorted(r.sample(names[k + 1 :], r.randint(0, min(2, len(names) - k - 1))))
        for to in calls[name]:
            rate[to] += rate[name]
    nodes, edges, flows = [], [], []
    for name in names:
        slots, load = r.randint(1, 5), r.uniform(0.3, 0.85)
        params = {"service_time_ms": 1000 * load * slots / rate[name], "concurrency": slots}
        nodes += [Node(f"{name}-users", "client"), Node(name, "service", params=params)]
        edges += [Edge(f"{name}-in", f"{name}-users", name), *(Edge(f"{name}-{to}", name, to) for to in calls[name])]
        flows.append(Flow(name, f"{name}-users", direct[name]))
    return system(nodes, edges, flows), calls


def _gap(topology: Topology, result: Result, name: str, calls: list[str]) -> float:
    """L / (λ W) - 1 of one node in one run."""
    found = node(result, name)
    slots: int = next(n.params["concurrency"] for n in topology.nodes if n.id == name)
    inside = value(found.queue_mean) + slots * value(found.utilization)
    stay = value(flow(result, name).mean_ms) - sum(value(flow(result, to).mean_ms) for to in calls)
    return inside / (value(found.arrival_rps) * stay / 1000.0) - 1.0


def test_littles_law_at_every_node() -> None:
    outside, narrow, total = 0, 0, 0
    for seed in range(SYSTEMS):
        topology, calls = _random_system(seed)
        scenario = {"duration_s": 140, "warmup_s": 20}
        results = [simulate(topology, {**scenario, "seed": 100 * seed + k}) for k in range(RUNS)]
        for name in calls:
            gap = interval([_gap(topology, result, name, calls[name]) for result in results])
            assert gap.low is not None
            assert gap.high is not None
            total += 1
            outside += not gap.low <= 0.0 <= gap.high
            narrow += gap.high - gap.low < 0.2
    print(f"{total - outside} of {total} intervals of L / λW hold 1; {narrow} are narrower than 20 %")
    assert outside <= 0.05 * total + 3 * (total * 0.05 * 0.95) ** 0.5
    assert narrow >= 0.7 * total
