"""Laws that hold in every run, under every fault: conservation, bounds, determinism, indifference to frames."""

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from simulation.topology.document import Edge, Flow, InvalidInput, Node
from simulation.traffic import Session, simulate
from simulation.traffic import counters as laws
from simulation.traffic.result import EdgeResult, FlowResult, NodeResult
from tests.traffic.models import chain, flow, node, run, station, system, value
from tests.traffic.random_systems import random_events, random_system

SEEDS = range(40)


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
    things: list[FlowResult | NodeResult | EdgeResult] = [*whole.flows, *whole.nodes, *whole.edges]
    for thing in things:
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
