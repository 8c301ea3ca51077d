"""The cheapest document: against every document of a grid, and where one move alone does not help."""

from itertools import product
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.findings.examples import example, varied
from simulation.evaluation import evaluate
from simulation.evaluation.searching import Candidate, Search, judgeable, search
from simulation.topology.document import InvalidInput, Topology
from simulation.topology.parsing import from_object, to_object
from simulation.topology.patching import apply
from tests.advice.test_advice import SHOP

TWO_TIERS = example(
    "users > lb > web > api",
    rate_rps=900,
    users="client",
    lb={"kind": "load_balancer", "params": {"cost_per_month": 25, "availability": 0.9999}},
    web={
        "kind": "web_server",
        "params": {"service_time_ms": 20, "concurrency": 8, "cost_per_month": 70, "availability": 0.995},
    },
    api={
        "kind": "service",
        "params": {"service_time_ms": 10, "concurrency": 4, "cost_per_month": 55, "availability": 0.99},
    },
)


def patched(topology: Topology, candidate: Candidate) -> Topology:
    return from_object(apply(to_object(topology), candidate.patch))


def replicas(topology: Topology) -> dict[str, int]:
    return {n.id: n.replicas for n in topology.nodes}


@pytest.mark.parametrize(
    "thresholds",
    [
        ["availability >= 0.9999"],
        ["safe_capacity_rps >= 900", "spofs == 0"],
        ["p99_ms < 170", "contingency_failures == 0"],
        ["availability >= 0.99999", "p99_ms < 160", "utilization < 0.6"],
    ],
)
def test_no_document_of_the_grid_is_cheaper(thresholds: list[str]) -> None:
    """Replicas of three tiers, each from 1 to 6, judged one by one: what the search does, without searching."""
    start = from_object(TWO_TIERS)
    cheapest: float | None = None
    for lb, web, api in product(range(1, 4), range(1, 7), range(1, 7)):
        cost = 25 * lb + 70 * web + 55 * api
        if cheapest is not None and cost >= cheapest:
            continue
        there: dict[str, Any] = {"lb": {"replicas": lb}, "web": {"replicas": web}, "api": {"replicas": api}}
        if evaluate(from_object(varied(TWO_TIERS, **there)), thresholds).verdict == "pass":
            cheapest = cost
    found = search(start, thresholds, seconds=20)
    assert (found.verdict, found.partial) == ("pass", False)
    assert found.best.cost_per_month == cheapest
    assert evaluate(patched(start, found.best), thresholds).verdict == "pass"


def judged(topology: Topology, *thresholds: str) -> Search:
    found = search(topology, thresholds, seconds=20)
    assert found.verdict == evaluate(patched(topology, found.best), thresholds).verdict
    return found


def test_two_tiers_that_are_equally_short_grow_together() -> None:
    """More of either alone raises no capacity, and leaves no time below an overload."""
    twins = example("users > a > b", rate_rps=1000, users="client", a="service", b="service")
    slow = {"params": {"service_time_ms": 20, "concurrency": 8}}
    topology = from_object(varied(twins, a=slow, b=slow))
    for threshold in ("capacity_rps >= 1200", "p99_ms < 200"):
        found = judged(topology, threshold)
        assert found.verdict == "pass"
        assert replicas(patched(topology, found.best)) == {"users": 1, "a": 3, "b": 3}


def test_copies_are_moved_where_the_placement_is_what_is_wrong() -> None:
    """Nothing has to be bought: the replicas stand in one zone of two."""
    topology = from_object(
        example(
            "users > web",
            users="client",
            az_a="zone",
            az_b="zone",
            web={"kind": "web_server", "replicas": 2, "parent": "az_a"},
        )
    )
    found = judged(topology, "spofs == 0")
    assert found.verdict == "pass"
    assert found.best.cost_per_month == found.start.cost_per_month
    (web,) = (n for n in patched(topology, found.best).nodes if n.id == "web")
    assert sorted(web.spread) == ["az_a", "az_b"]


def test_a_larger_cache_is_found_where_it_is_what_helps() -> None:
    topology = from_object(
        example(
            "users > web > cache, web > db",
            rate_rps=900,
            users="client",
            web={"kind": "web_server", "replicas": 4},
            cache={
                "kind": "cache",
                "params": {"key_count": 100_000, "zipf_s": 1.0, "capacity_keys": 1000},
            },
            db={"kind": "database", "params": {"read_time_ms": 5, "concurrency": 2}},
        )
    )
    before = {n.id: n for n in topology.nodes}
    found = judged(topology, "capacity_rps >= 1000")
    assert found.verdict == "pass"
    after = {n.id: n for n in patched(topology, found.best).nodes}
    assert after["cache"].params["capacity_keys"] > before["cache"].params["capacity_keys"]
    assert after["db"].replicas == before["db"].replicas
    assert found.best.cost_per_month <= found.start.cost_per_month


def test_a_pool_of_slots_that_wait_is_widened() -> None:
    topology = from_object(
        example(
            "users > web > slow",
            rate_rps=100,
            users="client",
            web={"kind": "web_server", "params": {"service_time_ms": 1, "concurrency": 4, "holds_slot": True}},
            slow={"kind": "external_service", "params": {"service_time_ms": 100, "concurrency": 100}},
        )
    )
    found = judged(topology, "capacity_rps >= 300")
    assert found.verdict == "pass"
    (web,) = (n for n in patched(topology, found.best).nodes if n.id == "web")
    assert web.params["concurrency"] * web.replicas / 0.101 >= 300
    assert found.best.cost_per_month == found.start.cost_per_month


def test_a_shorter_queue_is_no_way_to_refuse_what_was_carried() -> None:
    topology = from_object(
        example(
            "users > web",
            rate_rps=390,
            users="client",
            web={"kind": "web_server", "params": {"service_time_ms": 20, "concurrency": 8, "queue_limit": 100}},
        )
    )
    found = judged(topology, "p99_ms < 93")
    flow = analyze(patched(topology, found.best)).flows[0]
    assert flow.carried_share == pytest.approx(1, abs=0.002)


def test_what_cannot_be_met_is_said_and_comes_near() -> None:
    topology = from_object(TWO_TIERS)
    found = judged(topology, "p99_ms < 1")
    assert found.verdict == "fail"
    assert not found.best.meets
    assert [o.holds for o in found.thresholds] == [False]
    assert found.best.p99_ms is not None


def test_the_front_is_of_documents_that_are_what_they_say() -> None:
    found = search(SHOP, ["spofs == 0"], seconds=20)
    assert [c.cost_per_month for c in found.front] == sorted(c.cost_per_month for c in found.front)
    for candidate in found.front[:: max(1, len(found.front) // 6)]:
        report = analyze(patched(SHOP, candidate))
        assert report.cost_per_month == pytest.approx(candidate.cost_per_month)
        assert len(report.spofs) == candidate.spofs
        assert (candidate.spofs == 0) == candidate.meets
        availability, latency = report.flows[0].availability, report.flows[0].latency
        assert availability == pytest.approx(candidate.availability, abs=1e-12)
        assert latency.p99_ms == pytest.approx(candidate.p99_ms)
    for one, other in product(found.front, repeat=2):
        beaten = one is not other and one.cost_per_month <= other.cost_per_month
        beaten = beaten and (one.p99_ms or 1e9) <= (other.p99_ms or 1e9)
        assert not (beaten and (one.availability or 0) >= (other.availability or 0)), (one.change, other.change)


@pytest.mark.parametrize(
    ("thresholds", "pointer"),
    [([], "/thresholds"), (["p98_ms < 1"], "/thresholds/0"), (["spofs == 0", "error_rate < 0.1"], "/thresholds/1")],
)
def test_what_cannot_be_judged_is_refused(thresholds: list[str], pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        judgeable(from_object(TWO_TIERS), thresholds)
    assert caught.value.problems[0].pointer == pointer


def test_every_figure_counts_that_an_evaluation_knows() -> None:
    """A threshold on findings is judged as in an evaluation, not passed over."""
    found = judged(SHOP, "finding_errors == 0")
    assert found.start.meets is False
    report = analyze(patched(SHOP, found.best))
    assert (sum(f.severity == "error" for f in report.findings) == 0) == (found.verdict == "pass")
