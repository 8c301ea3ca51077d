"""Ways that lead nowhere, and calls that go round."""

from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.topology.document import Topology
from tests.analysis.documents import USERS, document, edge, node, paths


def test_a_dead_end_is_not_served() -> None:
    nodes = [USERS, node("lb", "load_balancer"), node("web", "web_server")]
    edges = [edge("users>lb"), edge("lb>web", ops=["read"])]
    report = analyze(document(nodes, edges, {"rate_rps": 10, "mix": {"read": 0.6, "write": 0.4}}))
    assert report.flows[0].availability is not None
    assert report.flows[0].availability < 0.6
    assert any(g.pointer == "/flows/0/availability" for g in report.gaps)


def test_a_dead_end_of_today_is_not_what_a_loss_changes() -> None:
    nodes = [USERS, node("lb", "load_balancer"), node("nowhere", "load_balancer"), node("log", "service", 2)]
    nodes.append(node("web", "web_server", service_time_ms=10, concurrency=1))
    edges = [*paths("users>lb>web>log", "lb>nowhere")]
    report = analyze(document(nodes, edges, 240))
    assert next(n.utilization for n in report.nodes if n.id == "web") == pytest.approx(1.2)
    lost = next(c for c in report.contingencies if c.outage == "log#1")
    assert {o.node: o.utilization for o in lost.overloaded} == pytest.approx({"web": 1.2})


def test_a_loop_of_balancers_serves_nobody_by_itself() -> None:
    nodes = [USERS, node("a", "load_balancer"), node("b", "load_balancer")]
    assert analyze(document(nodes, paths("users>a>b", "b>a"))).flows[0].availability == 0
    nodes.append(node("web", "web_server"))
    report = analyze(document(nodes, paths("users>a>b", "b>a", "b>web")))
    assert {s.component for s in report.spofs} == {"a", "b", "web"}


def test_a_cycle_of_calls_needs_all_its_members() -> None:
    nodes = [USERS, node("a", "service"), node("b", "service"), node("db", "database")]
    edges = [edge("users>a"), edge("a>b", calls=0.5), edge("b>a", calls=0.5), edge("b>db")]
    report = analyze(document(nodes, edges))
    assert {s.component for s in report.spofs} == {"a", "b", "db"}
    assert report.nodes[1].arrival_rps == pytest.approx(100 / (1 - 0.25))
    assert report.flows[0].latency.mean_ms is None


def test_a_cycle_that_multiplies_itself_has_no_load() -> None:
    nodes = [USERS, node("a", "service"), node("b", "service")]
    report = analyze(document(nodes, [*paths("users>a>b"), edge("b>a", calls=1)]))
    assert report.nodes[1].utilization is None
    assert report.flows[0].capacity_rps is None
    assert any("circle" in g.reason for g in report.gaps)


@pytest.mark.parametrize("again", [0.9, 0.999])
def test_a_loss_that_sends_calls_in_a_circle_is_solved_for(again: float) -> None:
    report = analyze(_spare_that_calls_back(again))
    after = {o.node: o.utilization for o in next(c for c in report.contingencies if c.outage == "web").overloaded}
    rate = 100 / (1 - again)  # web gone, every request asks the balancer 1 / (1 - again) times
    demand = {"spare": rate * 0.04 / 64, "db": 3 * rate * 0.002 / 64}
    assert {n: after[n] for n in after if n in demand} == pytest.approx({n: u for n, u in demand.items() if u > 1})


@pytest.mark.parametrize("again", [1, 1.001, 2, 10_000])
def test_a_loss_after_which_calls_multiply_without_end_has_no_figure(again: float) -> None:
    report = analyze(_spare_that_calls_back(again))
    position, lost = next((i, c) for i, c in enumerate(report.contingencies) if c.outage == "web")
    assert lost.verdict == "overload"
    assert lost.shed_share is None
    assert {o.node: o.utilization for o in lost.overloaded} == {"lb": None, "spare": None, "db": None}
    assert f"/contingencies/{position}/shed_share" in {g.pointer for g in report.gaps if g.code == "unstable"}
    assert report.flows[0].safe_capacity_rps == 0
    said = [f for f in report.findings if f.code == "TD004" and "web" in f.components]
    assert [f.severity for f in said] == ["error"]


def _spare_that_calls_back(again: float) -> Topology:
    """A spare that asks its balancer again: nothing goes round while `web` is up."""
    slots: dict[str, Any] = {"service_time_ms": 2, "concurrency": 64}
    nodes = [USERS, node("lb", "load_balancer"), node("web", "service", **slots)]
    nodes += [node("spare", "service", **slots | {"service_time_ms": 40}), node("db", "service", **slots)]
    edges = [edge("users>lb"), edge("lb>web", priority=0), edge("lb>spare", priority=1)]
    edges += [edge("spare>db", calls=3), edge("spare>lb", calls=again, required=False)]
    return document(nodes, edges)


@pytest.mark.parametrize("back", ["web>lb", "db>web", "log>web"])
def test_the_way_back_is_the_response(back: str) -> None:
    """Of two arrows between the same pair the one towards the client is no call, unless it says that it is."""
    nodes = [USERS, node("lb", "load_balancer", 2), node("web", "web_server", 2), node("db", "database")]
    one_way = paths("users>lb>web>db")
    if back == "log>web":
        nodes.append(node("log", "service", 2))
        one_way += paths("web>log")
    plain = analyze(document(nodes, one_way))
    drawn = analyze(document(nodes, [*one_way, edge(back)]))
    assert drawn.flows == plain.flows
    assert drawn.spofs == plain.spofs
    assert next(e.rate_rps for e in drawn.edges if e.id == back.replace(">", "-")) == 0
    asked = {f.code: f.components for f in drawn.findings}
    assert asked["TD003"][2] == back.replace(">", "-")
    assert "TD003" not in {f.code for f in plain.findings}
    meant = analyze(document(nodes, [*one_way, edge(back, ops=["read"])]))
    assert meant.flows != plain.flows


@pytest.mark.parametrize(("chains", "flagged"), [(("lb>a>d1", "lb>b>d2"), True), (("lb>a>d1", "lb>b>d1"), False)])
def test_a_dead_half_behind_a_balancer_is_flagged(chains: tuple[str, ...], flagged: bool) -> None:
    """Whether the balancer notices that a target's own database is gone is an assumption, and said."""
    nodes = [USERS, node("lb", "load_balancer", 2), *(node(n, "web_server") for n in "ab")]
    nodes += [node(n, "database") for n in ("d1", "d2")]
    report = analyze(document(nodes, paths("users>lb", *chains)))
    assert ("deep_checks" in {s.code for s in report.simplifications}) == flagged


def test_balancers_that_point_at_each_other_are_a_mesh() -> None:
    nodes = [USERS, *(node(n, "load_balancer") for n in ("a", "b", "c", "d")), node("web", "web_server")]
    edges = paths("users>a>b>web", "users>c>d>b", "b>d")
    assert {s.component for s in analyze(document(nodes, edges)).spofs} == {"b", "web"}
