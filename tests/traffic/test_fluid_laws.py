"""Laws of the fluid engine on random systems under faults, and its choice by `auto`."""

import random

import numpy as np
import pytest

from simulation.topology.document import Flow, InvalidInput
from simulation.topology.resolving import resolve
from simulation.traffic import Session, simulate
from simulation.traffic.fluid.totals import check
from simulation.traffic.fluid.world import FluidWorld
from simulation.traffic.governor import choose
from simulation.traffic.result import EdgeResult, FlowResult, NodeResult
from simulation.traffic.scenario import Scenario
from tests.analysis.documents import USERS, document, node, paths
from tests.traffic.models import chain, flow, run, station, system, value
from tests.traffic.random_systems import random_events, random_system


@pytest.mark.parametrize("seed", range(20))
def test_laws_on_random_systems_under_all_actions(seed: int) -> None:
    topology = random_system(seed)
    events = random_events(seed, topology, 5.0)
    scenario = {"duration_s": 5.0, "seed": seed, "events": events, "frame_s": 0.5, "engine": "fluid"}
    session = Session(topology, scenario)
    assert isinstance(session.world, FluidWorld)
    cut = random.Random(seed)
    while not session.done:
        frame = session.advance(cut.uniform(0.01, 0.7))
        check(session.world.stations, session.world.calls, session.world.flows)
        assert np.all((frame.nodes["utilization"] >= 0) & (frame.nodes["utilization"] <= 1))
    piecemeal, whole = session.result(), simulate(topology, scenario)
    assert piecemeal.digest == whole.digest
    assert piecemeal.timeline == whole.timeline
    things: list[FlowResult | NodeResult | EdgeResult] = [*whole.flows, *whole.nodes, *whole.edges]
    for thing in things:
        assert thing.offered == thing.completed + thing.failed + thing.in_flight
        assert min(thing.completed, thing.failed, thing.in_flight) >= 0


def test_auto_takes_what_can_keep_up_and_says_so() -> None:
    small, huge = resolve(station(100, 5, 1)), resolve(station(20_000_000, 5, 200_000))
    assert choose(small, Scenario()).engine == "exact"
    live = choose(huge, Scenario(), live_speed=1.0)
    assert live.engine == "fluid"
    assert "live" in live.reason
    batch = choose(huge, Scenario(duration_s=3600.0))
    assert batch.engine == "fluid"
    assert "CPU" in batch.reason
    with pytest.raises(InvalidInput, match="fluid"):
        choose(huge, Scenario(duration_s=3600.0, engine="exact"))


def test_recorded_time_stamps_are_taken_as_rates() -> None:
    topology = station(100, 5, 1)
    shape = {"kind": "trace", "times_s": [k / 100 for k in range(1, 501)]}
    stamped = system(topology.nodes, chain("users", "web"), [Flow("f", "users", 100, shape=shape)])
    result = run(stamped, 10, engine="fluid", load_factor=1.5)
    assert flow(result).offered == pytest.approx(750, abs=2)
    assert any("time stamps" in line for line in result.assumptions)


def test_what_is_in_flight_obeys_littles_law() -> None:
    result = run(station(180, 20, 4), 60, engine="fluid")
    inside = value(flow(result).throughput_rps) * value(flow(result).mean_ms) / 1000
    assert flow(result).in_flight == pytest.approx(inside, abs=1.5)


def test_a_line_longer_than_any_counter_of_single_requests_is_told_whole() -> None:
    web = node("web", "web_server", service_time_ms=20, concurrency=16)
    result = simulate(document([USERS, web], paths("users>web"), 1e9), {"duration_s": 10, "engine": "fluid"})
    waiting = next(n for n in result.nodes if n.id == "web")
    assert waiting.queue_max == pytest.approx(1e10, rel=0.01)
