"""What a step of the fluid engine costs, and how far its figures are from the exact engine or a closed form.

    python benchmarks/fluid.py [--speed | --accuracy]

A step's cost is CPU time without set-up and compilation, the best of three, while the rate swings and while it is
steady; it does not depend on the rate. Accuracy: mean and p99 of completed requests beside M/M/4 by its formula where
that is the model, else beside the exact engine with the half-width of its 95 % interval. Each row says its goal, and
whether it holds, and what the fluid result itself states about that run. Answers 1 when a goal is missed.
"""

import argparse
import math
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import Session, simulate
from simulation.traffic.fluid.layout import STEPS
from simulation.traffic.fluid.world import FluidWorld

#: µs a step by number of nodes.
SPEED = {100: 26.0, 1000: 213.0, 10_000: 2200.0}
STORM = {"kind": "spike", "at_s": 10, "for_s": 10, "to_rps": 3000}


def network(size: int, *, swings: bool, rate_factor: float = 1.0) -> Topology:
    """A balancer, servers, services and databases: the thousand nodes of benchmarks/models.py at any size."""
    servers, services = size // 5, size // 2
    stores = size - servers - services - 2
    nodes = [
        Node("u", "client"),
        Node(
            "lb", "load_balancer", params={"algorithm": "random", "service_time_ms": 0.02, "concurrency": 1000 * size}
        ),
    ]
    pairs = [("u", "lb")]
    for i in range(servers):
        nodes.append(Node(f"w{i}", "web_server", params={"service_time_ms": 5, "concurrency": 2}))
        pairs += [
            ("lb", f"w{i}"),
            (f"w{i}", f"s{i * 7 % services}"),
            (f"w{i}", f"s{(i * 13 + services // 2) % services}"),
        ]
    for i in range(services):
        nodes.append(Node(f"s{i}", "service", params={"service_time_ms": 1, "concurrency": 2}))
        pairs.append((f"s{i}", f"d{i * 3 % stores}"))
    nodes += [Node(f"d{i}", "database", params={"read_time_ms": 0.5, "concurrency": 2}) for i in range(stores)]
    edges = [Edge(f"e{i}", a, b) for i, (a, b) in enumerate(dict.fromkeys(pairs))]
    shape = {"kind": "diurnal", "amplitude": 0.5, "period_s": 10, "peak_s": 0} if swings else None
    return Topology(
        "linchpin/1", f"{size} nodes", nodes, edges, [Flow("f", "u", 20.0 * size * rate_factor, shape=shape)]
    )


def step_us(topology: Topology, steps: int) -> float:
    """CPU µs a step, looked at every 0.1 s as a live run does."""
    best = math.inf
    for _ in range(3):
        session = Session(topology, {"duration_s": 60, "engine": "fluid", "warmup_s": 0})
        session.records_rows = False
        session.run_to(0.2)
        world = session.world
        assert isinstance(world, FluidWorld)
        before, started = world.clock[STEPS], time.process_time()
        while world.clock[STEPS] - before < steps:
            session.run_to(session.now_s + 0.1)
        best = min(best, (time.process_time() - started) / (world.clock[STEPS] - before))
    return best * 1e6


def speed() -> int:
    """Print the table of costs; answers how many goals are missed."""
    missed = 0
    print(f"{'nodes':>7}{'rate':>10}{'µs a step':>12}{'goal':>8}  holds")
    for size, goal in SPEED.items():
        for name, swings, factor in (("steady", False, 1.0), ("swings", True, 1.0), ("swings ×2", True, 2.0)):
            found = step_us(network(size, swings=swings, rate_factor=factor), max(2_000_000 // size // 10, 20))
            holds = found <= goal
            missed += not holds
            print(f"{size:7,}{name:>10}{found:12.1f}{goal:8.0f}  {'yes' if holds else 'no'}", flush=True)
    return missed


def station(rate: float, shape: dict[str, Any] | None = None, edge: dict[str, Any] | None = None,
            **params: Any) -> Topology:  # fmt: skip
    """One server of 4 slots of 20 ms behind a client: 200 requests a second."""
    web = Node("web", "web_server", params={"service_time_ms": 20, "concurrency": 4, **params})
    edges = [Edge("e", "users", "web", params=edge or {})]
    return Topology(
        "linchpin/1", "station", [Node("users", "client"), web], edges, [Flow("f", "users", rate, shape=shape)]
    )


def balanced(rate: float, algorithm: str) -> Topology:
    """Four servers of one slot of 20 ms behind a balancer."""
    lb = Node("lb", "load_balancer", params={"algorithm": algorithm, "service_time_ms": 0.001, "concurrency": 1000})
    web = Node("web", "web_server", replicas=4, params={"service_time_ms": 20, "concurrency": 1})
    edges = [Edge("a", "users", "lb"), Edge("b", "lb", "web")]
    return Topology("linchpin/1", algorithm, [Node("users", "client"), lb, web], edges, [Flow("f", "users", rate)])


def storm(**edge: Any) -> Topology:
    """10 slots of 10 ms at 800/s, a caller that waits 200 ms, and ten seconds of 3,000/s."""
    limit = edge.pop("queue_limit", None)
    params = {"service_time_ms": 10, "concurrency": 10, "queue_limit": limit}
    edges = [Edge("e", "users", "web", params={"timeout_ms": 200, **edge})]
    nodes = [Node("users", "client"), Node("web", "web_server", params=params)]
    return Topology("linchpin/1", "storm", nodes, edges, [Flow("f", "users", 800, shape=STORM)])


def erlang(rate: float, slots: int = 4, s: float = 0.02) -> tuple[float, float]:
    """(mean, p99) of the time in an M/M/c, ms (Erlang C; the wait is exponential for those that wait)."""
    a, b = rate * s, 1.0
    for k in range(1, slots + 1):
        b = a * b / (k + a * b)
    waits = b / (1 - a / slots * (1 - b))
    mu, drain = 1 / s, slots / s - rate

    def above(t: float) -> float:
        both = (drain * math.exp(-mu * t) - mu * math.exp(-drain * t)) / (drain - mu)
        return (1 - waits) * math.exp(-mu * t) + waits * both

    low, high = 0.0, 1e4
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) > 0.01 else (low, middle)
    return (s + waits / drain) * 1e3, low * 1e3


def accuracy_cases() -> list[tuple[str, Topology, dict[str, Any], tuple[float, float] | None, float, float]]:
    """(name, document, scenario, closed form, goal of the mean, goal of p99): shares of the value."""
    burst = {"kind": "spike", "at_s": 0, "for_s": 20, "to_rps": 300}
    settled = {"duration_s": 4000, "warmup_s": 100}
    found: list[Any] = [
        (
            f"M/M/4 at {load}",
            station(200 * load),
            settled,
            erlang(200 * load),
            *((0.05, 0.02) if load <= 0.9 else (0.16, 0.16)),
        )
        for load in (0.5, 0.8, 0.9, 0.95, 0.99)
    ]
    found += [
        (f"{law} at 0.8", station(160, distribution=law, **more), settled, None, 0.05, p99)
        for law, more, p99 in (
            ("deterministic", dict[str, Any](), 0.17),
            ("lognormal", {"cv": 0.5}, 0.10),
            ("lognormal", {"cv": 1.5}, 0.15),
        )
    ]
    found += [(f"{a} at 0.8", balanced(160, a), settled, None, 0.10, 0.15)
              for a in ("random", "round_robin", "least_connections", "power_of_two")]  # fmt: skip
    found += [
        ("overload 1.5, then drain", station(100, burst), {"duration_s": 60, "warmup_s": 0}, None, 0.04, 0.09),
        ("full queue of 50 at 1.25", station(250, queue_limit=50), settled, None, 0.04, 0.15),
    ]
    life = {"duration_s": 60, "warmup_s": 0}
    found += [
        (f"storm: {name}", storm(**edge), life, None, 0.25, 0.25)
        for name, edge in (
            ("no retries", {}), ("2 retries", {"retries": 2}), ("budget 10 %", {"retries": 2, "retry_budget": 0.1}),
            ("queue limit 100", {"retries": 2, "queue_limit": 100}),
            ("breaker", {"breaker": {"error_rate": 0.5, "open_s": 5}}),
        )
    ]  # fmt: skip
    return found


def accuracy() -> int:
    """Print the table of errors; answers how many goals are missed."""
    missed = 0
    print(
        f"{'case':28}{'mean ms':>9}{'of':>9}{'±':>6}{'off':>8}{'p99 off':>9}{'done off':>9}"
        "  goals        states      holds"
    )
    for name, topology, scenario, closed, mean_goal, p99_goal in accuracy_cases():
        ours = simulate(topology, {**scenario, "engine": "fluid"})
        exact = simulate(topology, {**scenario, "engine": "exact", "replications": 4}) if closed is None else None
        a = ours.flows[0]
        if exact is None:
            assert closed is not None
            mean, p99, width, done = closed[0], closed[1], 0.0, float(a.completed)
        else:
            b = exact.flows[0]
            mean, p99, done = float(b.mean_ms.value or 0), float(b.p99_ms.value or 0), float(b.completed)
            width = ((b.mean_ms.high or mean) - (b.mean_ms.low or mean)) / 2
        off, off99 = float(a.mean_ms.value or 0) / mean - 1, float(a.p99_ms.value or 0) / p99 - 1
        said = ours.accuracy[0]
        holds = abs(off) <= mean_goal + width / mean and abs(off99) <= p99_goal + width / mean
        missed += not holds
        print(
            f"{name:28}{a.mean_ms.value or 0:9.2f}{mean:9.2f}{width:6.2f}{off:+8.1%}{off99:+9.1%}"
            f"{a.completed / done - 1:+9.1%}"
            f"  {mean_goal:4.0%} {p99_goal:4.0%}   {said.mean:6.1%} {said.p99:6.1%}  {'yes' if holds else 'no'}",
            flush=True,
        )
    return missed


def main() -> int:
    """Print what was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--speed", action="store_true")
    arguments.add_argument("--accuracy", action="store_true")
    given = arguments.parse_args()
    both = given.speed == given.accuracy
    missed = speed() if given.speed or both else 0
    missed += accuracy() if given.accuracy or both else 0
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
