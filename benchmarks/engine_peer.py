"""Runs one model in another engine: `python -m benchmarks.engine_peer ENGINE REQUESTS < network.json`.

Prints CPU s, mean s, requests.
"""

# mypy: allow-subclassing-any

import json
import random
import sys
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

Network = dict[str, Any]
#: (station, mean seconds) visits, and in the end whether a cache had the answer.
Steps = Generator[tuple[int, float], None, bool]
#: CPU seconds, mean seconds of a request, requests.
Outcome = tuple[float, float, int]


class Walk:
    """What a request does, step by step; the same for every engine."""

    def __init__(self, net: Network, rng: random.Random, spawn: Callable[[Steps], object]) -> None:
        self.net, self.random, self.spawn = net, rng, spawn

    def go(self, component: int, op: str) -> Steps:
        visit = self.net["visits"][f"{component} {op}"]
        if visit["mean"]:
            yield self.random.choice(self.net["places"][component]), visit["mean"]
        for worker in visit["workers"][:1]:
            self.spawn(self.go(worker, op))
        if visit["hit"] and self.random.random() < visit["hit"]:
            return True
        hits: set[int] = set()
        for k, gate in enumerate(visit["gates"]):
            if hits.intersection(gate["behind"]) or not gate["members"]:
                continue
            whole = int(gate["calls"])
            for _ in range(whole + (self.random.random() < gate["calls"] - whole)):
                chosen = gate["members"]
                if len(chosen) > 1 and not gate["all"]:
                    chosen = self.random.choices(chosen, [len(self.net["places"][m]) for m in chosen])
                for member in chosen:
                    if (yield from self.go(member, op)) and gate["lookup"]:
                        hits.add(k)
        return False

    def operation(self, flow: dict[str, Any]) -> str:
        ops, shares = zip(*flow["mix"], strict=True)
        return str(self.random.choices(ops, shares)[0])


def simpy_run(net: Network, duration: float) -> Outcome:
    import simpy

    env, rng = simpy.Environment(), random.Random(1)
    spent: list[float] = []
    stations = [None if slots is None else simpy.Resource(env, slots) for slots in net["stations"]]

    def request(steps: Steps, counts: bool) -> Iterator[object]:
        start = env.now
        for place, mean in steps:
            station = stations[place]
            if station is None:
                yield env.timeout(rng.expovariate(1 / mean))
                continue
            with station.request() as slot:
                yield slot
                yield env.timeout(rng.expovariate(1 / mean))
        if counts:
            spent.append(env.now - start)

    walk = Walk(net, rng, lambda steps: env.process(request(steps, False)))

    def source(flow: dict[str, Any]) -> Iterator[object]:
        while True:
            yield env.timeout(rng.expovariate(flow["rate"]))
            env.process(request(walk.go(flow["client"], walk.operation(flow)), True))

    for flow in net["flows"]:
        env.process(source(flow))
    started = time.process_time()
    env.run(until=duration)
    cpu = time.process_time() - started
    return cpu, sum(spent) / len(spent), len(spent)


def salabim_run(net: Network, duration: float) -> Outcome:
    import salabim as sim

    sim.yieldless(False)
    env, rng = sim.Environment(trace=False), random.Random(1)
    spent: list[float] = []
    stations = [None if s is None else sim.Resource(capacity=s, monitor=False) for s in net["stations"]]

    class Request(sim.Component):
        def process(self, steps: Steps, counts: bool) -> Iterator[object]:
            start = env.now()
            for place, mean in steps:
                station = stations[place]
                if station is not None:
                    yield self.request(station)
                yield self.hold(rng.expovariate(1 / mean))
                if station is not None:
                    self.release(station)
            if counts:
                spent.append(env.now() - start)

    walk = Walk(net, rng, lambda steps: Request(steps=steps, counts=False))

    class Source(sim.Component):
        def process(self, flow: dict[str, Any]) -> Iterator[object]:
            while True:
                yield self.hold(rng.expovariate(flow["rate"]))
                Request(steps=walk.go(flow["client"], walk.operation(flow)), counts=True)

    for flow in net["flows"]:
        Source(flow=flow)
    started = time.process_time()
    env.run(till=duration)
    cpu = time.process_time() - started
    return cpu, sum(spent) / len(spent), len(spent)


def ciw_run(net: Network, duration: float) -> Outcome:
    """One station only: a network's calls in order are no routing matrix."""
    import ciw

    rate, mean, slots = _only(net)
    exponential = ciw.dists.Exponential
    ciw.seed(1)
    simulation = ciw.Simulation(
        ciw.create_network(
            arrival_distributions=[exponential(rate=rate)],
            service_distributions=[exponential(rate=1 / mean)],
            number_of_servers=[slots],
        )
    )
    started = time.process_time()
    simulation.simulate_until_max_time(duration)
    cpu = time.process_time() - started
    spent = [r.exit_date - r.arrival_date for r in simulation.get_all_records()]
    return cpu, sum(spent) / len(spent), len(spent)


def _only(net: Network) -> tuple[float, float, int]:
    """(rate, mean service s, slots) of a network with one station."""
    (flow,) = net["flows"]
    used = [c for c in range(len(net["places"])) if net["visits"][f"{c} {flow['mix'][0][0]}"]["mean"]]
    if len(used) != 1 or len(net["places"][used[0]]) != 1:
        raise ValueError("the network has more than one station")
    mean = net["visits"][f"{used[0]} {flow['mix'][0][0]}"]["mean"]
    return flow["rate"], mean, net["stations"][net["places"][used[0]][0]]


def cimba_run(net: Network, duration: float) -> Outcome:
    """One station only: its processes are written by hand and compiled."""
    import cimba

    from benchmarks.single_station import station

    rate, mean, slots = _only(net)
    model = station(rate, mean, slots)

    def simulate(seconds: float) -> Outcome:
        window = cimba.Window(warmup=0, duration=seconds)
        started = time.process_time()
        found = cimba.Experiment(model, replications=1, window=window, seed=1).run()[model]
        cpu = time.process_time() - started
        return cpu, float(found.total.values[0, 0]), int(found.done.values[0, 0])

    simulate(10.0)  # compiles
    cpu, total, done = simulate(duration)
    return cpu, total / done, done


def asyncflow_run(net: Network, duration: float) -> Outcome:
    """One station only, with a constant service: a step of its servers takes the same time always."""
    from asyncflow import AsyncFlow, SimulationRunner
    from asyncflow.components import Client, Edge, Endpoint, Server
    from asyncflow.settings import SimulationSettings
    from asyncflow.workload import RqsGenerator

    rate, mean, slots = _only(net)
    users = 100
    flow = (
        AsyncFlow()
        .add_generator(
            RqsGenerator(
                id="g",
                avg_active_users={"mean": users, "distribution": "normal", "variance": 0},
                avg_request_per_minute_per_user={"mean": 60 * rate / users},
                user_sampling_window=60,
            )
        )
        .add_client(Client(id="c"))
        .add_servers(
            Server(
                id="s",
                server_resources={"cpu_cores": slots, "ram_mb": 1024},
                endpoints=[
                    Endpoint(
                        endpoint_name="e", steps=[{"kind": "cpu_bound_operation", "step_operation": {"cpu_time": mean}}]
                    )
                ],
            )
        )
        .add_edges(
            *(
                Edge(id=f"{a}{b}", source=a, target=b, latency={"mean": 1e-9, "distribution": "exponential"},
                     dropout_rate=0.0)
                for a, b in ("gc", "cs", "sc")
            )
        )
    )  # fmt: skip
    settings = SimulationSettings(total_simulation_time=max(int(duration), 5), sample_period_s=0.1)
    import simpy

    runner = SimulationRunner(
        env=simpy.Environment(), simulation_input=flow.add_simulation_settings(settings).build_payload()
    )
    started = time.process_time()
    runner.run()
    cpu = time.process_time() - started
    (client,) = runner._client_runtime.values()
    spent = [clock.finish - clock.start for clock in client.rqs_clock]
    return cpu, sum(spent) / len(spent), len(spent)


RUNS = {"simpy": simpy_run, "salabim": salabim_run, "ciw": ciw_run, "cimba": cimba_run, "asyncflow": asyncflow_run}

if __name__ == "__main__":
    network = json.load(sys.stdin)
    seconds = float(sys.argv[2]) / sum(flow["rate"] for flow in network["flows"])
    print(json.dumps(RUNS[sys.argv[1]](network, seconds)))
