"""Every story and template in both engines: the fluid's figures within the accuracy that its own result states."""

from typing import Any

import pytest

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import simulate
from simulation.traffic.result import Estimate
from tests.traffic.models import chain, run, system, value
from tests.traffic.stories import stories


def _noise(figure: Estimate) -> float:
    """Width of the exact figure's interval: a single run scatters about as much around it."""
    return figure.high - figure.low if figure.high is not None and figure.low is not None else 0.0


@pytest.mark.parametrize(("topology", "scenario"), stories().values(), ids=stories().keys())
def test_the_fluid_is_as_accurate_as_it_says(topology: Topology, scenario: dict[str, Any]) -> None:
    _hold_it_to_what_it_says(topology, scenario)


@pytest.mark.parametrize("coalesce", [True, False])
@pytest.mark.parametrize("limit", [2, None])
def test_it_says_how_little_it_knows_of_a_cache_that_fills_before_a_busy_store(
    coalesce: bool, limit: int | None
) -> None:
    content = {"key_count": 2000, "zipf_s": 0.8, "capacity_keys": 500, "service_time_ms": 0.1, "coalesce": coalesce}
    store = {"read_time_ms": 20, "concurrency": 2, "queue_limit": limit}
    nodes = [Node("users", "client"), Node("web", "web_server", params={"service_time_ms": 1, "concurrency": 100})]
    nodes += [Node("cache", "cache", params=content), Node("db", "database", params=store)]
    topology = system(nodes, [*chain("users", "web", "cache"), Edge("w", "web", "db")], [Flow("f", "users", 500)])
    flush = [{"at_s": 5, "action": "flush", "target": "cache"}]
    _hold_it_to_what_it_says(topology, {"duration_s": 20, "warmup_s": 0, "events": flush})


def _hold_it_to_what_it_says(topology: Topology, scenario: dict[str, Any]) -> None:
    ours = simulate(topology, {**scenario, "seed": 5, "engine": "fluid"})
    exact = simulate(topology, {**scenario, "seed": 5, "engine": "exact", "replications": 3})
    for a, b, said in zip(ours.flows, exact.flows, ours.accuracy, strict=True):
        scatter = 4.0 * b.offered**0.5
        for count in ("offered", "completed", "failed"):
            assert abs(getattr(a, count) - getattr(b, count)) <= said.counts * b.offered + scatter, count
        if b.completed < 100:
            continue
        for figure, bound in (("mean_ms", said.mean), ("p99_ms", said.p99)):
            x, y = value(getattr(a, figure)), value(getattr(b, figure))
            print(f"{a.id} {figure}: fluid {x:.4g}, exact {y:.4g}, said {bound:.0%}")
            assert abs(x - y) <= bound * y + _noise(getattr(b, figure)), figure


def test_what_it_says_is_no_wider_than_needed() -> None:
    topology, scenario = stories()["1 at 160"]
    settled = simulate(topology, {**scenario, "engine": "fluid"}).accuracy[0]
    assert (settled.mean, settled.p99, settled.counts, settled.recovering_s) == (0.06, 0.12, 0.02, 0.0)
    topology, scenario = stories()["16 limit"]
    fed_back = simulate(topology, {**scenario, "engine": "fluid"}).accuracy[0]
    assert fed_back.mean <= 0.3
    assert fed_back.recovering_s == 2.0
    assert fed_back.regimes["recovering"] > 0.0


def test_an_open_breaker_is_closed_by_its_trial_alone() -> None:
    """Attempts that it refuses meanwhile tell nothing: both engines serve again soon after the spike."""
    topology, scenario = stories()["16 breaker"]
    for engine in ("exact", "fluid"):
        rows = simulate(topology, {**scenario, "engine": engine, "frame_s": 2}).timeline
        late = [row["flows"][0]["throughput_rps"] for row in rows if row["t_s"] > 28]
        assert sum(late) / len(late) == pytest.approx(800, rel=0.03), engine


@pytest.mark.parametrize(
    ("rate", "limit", "fails", "opens"), [(1300, 50, 0.0, True), (700, None, 0.3, True), (700, None, 0.15, False)]
)
def test_a_breaker_opens_before_half_of_the_calls_fail_when_they_scatter(
    rate: float, limit: int | None, fails: float, opens: bool
) -> None:
    """Refusals come in runs, failures one by one; the mean error rate of the calls stays below the limit of 0.5."""
    web = {"service_time_ms": 10, "concurrency": 10, "queue_limit": limit}
    nodes = [Node("users", "client"), Node("front", "service", params={"service_time_ms": 1, "concurrency": 100})]
    edges = chain("users", "front", "web", front_web={"breaker": {"error_rate": 0.5, "open_s": 5}})
    topology = system([*nodes, Node("web", "service", params=web)], edges, [Flow("f", "users", rate)])
    events = [{"at_s": 0, "action": "fail", "target": "web", "rate": fails}]
    ours, exact = (run(topology, 60, engine=e, events=events).flows[0].error_rate.value for e in ("fluid", "exact"))
    assert ours is not None
    assert ours == pytest.approx(exact, abs=0.06)
    assert (ours > 0.8) == opens


def test_the_same_things_fail_by_chance_at_the_same_times() -> None:
    life = {"mtbf_h": 0.02, "mttr_h": 0.005}
    nodes = [Node("zone", "zone", params={"mtbf_h": 0.05, "mttr_h": 0.003}), Node("users", "client")]
    nodes.append(Node("lb", "load_balancer", parent="zone", replicas=2, params={"health_check_interval_s": 2, **life}))
    web = {"service_time_ms": 10, "concurrency": 4, "queue_limit": 50, **life}
    nodes.append(Node("web", "web_server", parent="zone", replicas=4, params=web))
    topology = system(nodes, chain("users", "lb", "web"), [Flow("f", "users", 400)])
    found = [run(topology, 300, failures=True, engine=engine, seed=3) for engine in ("fluid", "exact")]
    broke = [[e for row in result.timeline for e in row["events"] if e["event"] == "broke"] for result in found]
    assert broke[0] == broke[1]
    assert len(broke[0]) > 10
    ours, exact = (result.flows[0] for result in found)
    assert value(exact.error_rate) > 0.05
    assert value(ours.error_rate) == pytest.approx(value(exact.error_rate), abs=0.01)
    assert value(ours.mean_ms) == pytest.approx(value(exact.mean_ms), rel=0.05)
