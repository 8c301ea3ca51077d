"""What stands when a budget ends: sampled availability beside the exact one, and reports that say what is missing."""

import time

import pytest

from simulation.analysis import Budget, Report, analyze
from simulation.analysis.analyst import Analyst
from simulation.analysis.success.states import MOST_SELDOM
from simulation.analysis.time import timing
from simulation.evaluation.metrics import find
from simulation.evaluation.readings import from_report
from simulation.topology.document import InvalidInput, Topology
from simulation.topology.parsing import from_object, to_object
from tests.analysis.documents import USERS, document, edge, node, paths

SAMPLED = "sampled with cut sets as control"


def three_of_five() -> Topology:
    """The simplest losses that no cut set of two explains: only sampling sees them."""
    web = node("web", "web_server", 5, needed=3, availability=0.9)
    return document([USERS, node("lb", "load_balancer", 2, availability=0.99), web], paths("users>lb>web"))


def shop() -> Topology:
    """Two zones, a cache that spares reads, a database with a replica, two operations."""
    nodes = [node("az-a", "zone", availability=0.995), node("az-b", "zone", availability=0.995), USERS]
    nodes.append(node("lb", "load_balancer", 2, spread=["az-a", "az-b"], availability=0.97))
    nodes.append(node("web", "web_server", 4, spread=["az-a", "az-b"], availability=0.9, needed=2))
    nodes.append(node("cache", "cache", availability=0.95, hit_ratio=0.8))
    nodes.append(node("db", "database", parent="az-a", availability=0.97, failover_coverage=0.9))
    nodes.append(node("db-r", "database", parent="az-b", availability=0.97))
    edges = [*paths("users>lb>web>cache", "web>db", "web>db-r"), edge("db>db-r", "replicate", mode="async")]
    return document(nodes, edges, {"rate_rps": 10, "mix": {"read": 0.8, "write": 0.2}})


@pytest.mark.parametrize("topology", [three_of_five(), shop()], ids=["three of five", "shop"])
def test_sampling_agrees_with_the_exact_circuit(topology: Topology) -> None:
    exact = analyze(topology).flows[0]
    report = analyze(topology, budget=Budget(seconds=600, solver_nodes=1))
    found = report.flows[0]
    assert (exact.solver, found.solver, report.solver) == ("exact", SAMPLED, SAMPLED)
    for value in (exact, found):
        assert value.availability is not None
        assert value.availability_low is not None
        assert value.availability_high is not None
    missing, sampled = 1 - (exact.availability or 0), 1 - (found.availability or 0)
    assert sampled == pytest.approx(missing, rel=0.03)
    assert (found.availability_low or 1) <= (exact.availability or 0) <= (found.availability_high or 0)
    assert (found.availability_high or 0) - (found.availability_low or 0) < 0.1 * missing
    assert found.outages_per_year is None
    assert all(n.importance is None for n in report.nodes)
    said = {g.pointer for g in report.gaps if g.code == "sampled"}
    assert said >= {f"/flows/0/{name}" for name in ("availability", "availability_carried", "outages_per_year")}
    assert said >= {f"/nodes/{i}/importance" for i, n in enumerate(report.nodes) if n.id != "users"}
    assert report.partial
    metric = find("availability", "flow")
    assert metric is not None
    (reading,) = from_report(report, metric)
    assert (reading.low, reading.value, reading.high) == (
        found.availability_low, found.availability, found.availability_high,
    )  # fmt: skip


def test_what_no_sample_saw_is_rare_but_not_absent() -> None:
    """Seven of one in a thousand each: never seen, and still no availability of 100 %."""
    web = node("web", "web_server", 7, availability=0.999)
    flow = analyze(document([USERS, web], paths("users>web")), budget=Budget(seconds=600, solver_nodes=0)).flows[0]
    assert (flow.solver, flow.availability_high) == (SAMPLED, 1.0)
    assert flow.availability == flow.availability_low
    assert 0.9999 < (flow.availability or 0) < 1
    assert flow.downtime_min_per_year == pytest.approx((1 - (flow.availability or 0)) * 525_600)


def test_a_mesh_that_one_exact_solver_cannot_take_apart_is_easy_for_the_other() -> None:
    """Twelve balancers, each of which may send to every other: the circuit would take all the time there is."""
    names = [f"b{i}" for i in range(12)]
    nodes = [USERS, *(node(b, "load_balancer") for b in names), node("web", "web_server", 2)]
    chains = ["users>b0", "users>b1", *(f"{a}>{b}" for a in names for b in names if a != b), "b10>web", "b11>web"]
    begun = time.process_time()
    report = analyze(document(nodes, paths(*chains)), max_order=1, budget=Budget(seconds=600))
    assert report.solver == "exact, by a decision diagram"
    assert time.process_time() - begun < 15


def spent() -> Report:
    """The report of a budget that is spent before it begins."""
    return analyze(shop(), budget=Budget(seconds=0))


def test_a_spent_budget_says_what_is_missing() -> None:
    whole, found = analyze(shop()), spent()
    assert not whole.partial
    assert found.partial
    assert any(g.pointer == "/contingencies" and "budget" in g.reason for g in found.gaps)
    assert len(found.contingencies) < len(whole.contingencies)
    assert found.spofs == whole.spofs
    assert [n.utilization for n in found.nodes] == [n.utilization for n in whole.nodes]


def test_cut_sets_end_at_the_order_that_is_complete() -> None:
    found = analyze(shop(), max_order=3, budget=Budget(cut_sets=4))
    assert found.partial
    assert any(g.pointer == "/cut_sets" for g in found.gaps)
    assert max((len(c.components) for c in found.cut_sets), default=0) < 3


def test_times_that_a_budget_leaves_no_moment_for_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    held = document([USERS, node("web", "web_server", holds_slot=True), node("db", "database")], paths("users>web>db"))
    monkeypatch.setattr(timing, "_MOMENT_S", 0.0)
    found = analyze(held, budget=Budget(seconds=0))
    said = {gap.pointer for gap in found.gaps if gap.code == "out_of_budget"}
    assert found.partial
    assert found.flows[0].latency.p99_ms is None
    assert found.nodes[1].utilization is None
    assert {"/flows/0/latency", "/nodes/1/utilization", "/nodes/1/wait_ms"} <= said
    assert found.nodes[2].wait_ms is not None


def test_an_edit_has_a_budget_of_its_own_for_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "_MOMENT_S", 0.0)
    analyst, first = Analyst(), Budget()
    analyst.report(shop(), budget=first)
    first.seconds = 0
    slower = to_object(shop())
    slower["nodes"][4]["params"]["availability"] = 0.8
    assert not analyst.report(from_object(slower)).partial


def test_what_a_budget_cut_short_passes_no_threshold() -> None:
    metric = find("contingency_failures")
    assert metric is not None
    (reading,) = from_report(spent(), metric)
    assert reading.value is None
    assert "budget" in reading.reason


def test_more_gates_than_allowed_is_said_plainly() -> None:
    with pytest.raises(InvalidInput) as caught:
        analyze(shop(), budget=Budget(gates=10))
    assert "gates" in caught.value.problems[0].detail


def seldom(number: int) -> Report:
    """A server that calls so many services, each for half of its requests."""
    nodes = [USERS, node("web", "web_server"), *(node(f"s{i}", "service", availability=0.999) for i in range(number))]
    return analyze(document(nodes, [edge("users>web"), *(edge(f"web>s{i}", calls=0.5) for i in range(number))], 10))


def test_more_seldom_calls_than_can_be_counted_are_all_taken_to_be_made() -> None:
    counted, taken = seldom(MOST_SELDOM), seldom(MOST_SELDOM + 1)
    assert (counted.solver, taken.solver) == ("exact", "exact")
    assert "seldom_calls" not in [s.code for s in counted.simplifications]
    assert "seldom_calls" in [s.code for s in taken.simplifications]
    web = 1 - (taken.nodes[1].availability or 0)
    for report, each, number in ((counted, 0.0005, MOST_SELDOM), (taken, 0.001, MOST_SELDOM + 1)):
        assert report.flows[0].availability == pytest.approx((1 - web) * (1 - each) ** number, abs=1e-9)


def test_many_that_a_loss_overloads_are_shed_for_in_one_sweep() -> None:
    """400 services of half their capacity, one behind the other, each slower than the one before: the last sets it."""
    nodes = [node("a", "zone"), node("b", "zone"), USERS]
    nodes += [
        node(f"s{i}", "service", 2, spread=["a", "b"], service_time_ms=11 + i / 100, concurrency=1) for i in range(400)
    ]
    report = analyze(document(nodes, paths(">".join(["users", *(f"s{i}" for i in range(400))]))), max_order=1)
    lost = next(c for c in report.contingencies if c.outage == "a")
    assert len(lost.overloaded) == 400
    assert lost.shed_share == pytest.approx(1 - 1000 / (11 + 3.99) / 100, abs=1e-9)


def test_cut_sets_of_the_worst_and_the_luckiest_request_alone_are_said_to_be_that() -> None:
    few, many = seldom(4), seldom(5)
    said = [gap for gap in many.gaps if gap.code == "cut_sets_of_extremes"]
    assert [gap.pointer for gap in said] == ["/cut_sets"]
    assert "32 kinds" in said[0].reason
    assert "32가지" in said[0].reason_ko
    assert not many.partial
    assert few.gaps == []
