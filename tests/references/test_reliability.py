"""Published and derived answers on what fails and what then stands, by their id in the collection of references."""

from typing import Any

import networkx as nx
import pytest

from simulation.analysis import analyze
from simulation.analysis.load.work import attempts_of
from simulation.analysis.report import Report
from simulation.analysis.success.gates import Gates
from simulation.analysis.success.networks import fault_tree, minimal_cut_sets, probability, two_terminal
from simulation.analysis.success.reliability import downtime_min_per_year
from tests.analysis.documents import USERS, document, edge, node, paths
from tests.references.cases import Case, close


def named(case: Case) -> list[tuple[str, str, str]]:
    """The links of an undirected network, named as given or by their place."""
    edges = case["input"]["undirected_edges"]
    names = case["input"].get("names") or [str(i) for i in range(len(edges))]
    return [(a, b, name) for (a, b), name in zip(edges, names, strict=True)]


def in_series(values: list[float], **figures: Any) -> Report:
    """Services that call one another, each with its availability."""
    services = [node(f"s{i}", "service", availability=a, **figures) for i, a in enumerate(values)]
    return analyze(document([USERS, *services], paths(">".join(["users", *(s["id"] for s in services)])), 1))


@pytest.mark.parametrize("name", ["A01-bridge", "A20-abilene-2t"])
def test_two_terminal_reliability(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    gates = Gates()
    root = two_terminal(gates, named(case), case["input"]["s"], case["input"]["t"])
    close(case, 1 - probability(gates, root, lambda _: 1 - case["input"]["p"]))


def test_cut_sets_of_the_bridge(cases: dict[str, Case]) -> None:
    case = cases["A02-bridge-cuts"]
    gates = Gates()
    root = two_terminal(gates, named(case), case["input"]["s"], case["input"]["t"])
    assert minimal_cut_sets(gates, root) == {frozenset(c) for c in case["expected"]}


def test_series(cases: dict[str, Case]) -> None:
    case = cases["A04-series"]
    close(case, in_series(case["input"]["series"]).flows[0].availability)
    case = cases["B02-aws-3deps"]
    close(case, in_series(case["input"]["series"]).flows[0].availability)


def test_k_of_n(cases: dict[str, Case]) -> None:
    case = cases["A06-2of3"]
    gates, (k, n, p) = Gates(), (case["input"][name] for name in ("k", "n", "p"))
    close(case, 1 - probability(gates, gates.at_least(k, [gates.var(i) for i in range(n)]), lambda _: 1 - p))
    web = node("web", "web_server", 3, availability=0.9, needed=2)
    close(case, analyze(document([USERS, web], paths("users>web"))).flows[0].availability)


@pytest.mark.parametrize("name", ["A08-two-train-prob", "A12-theatre"])
def test_fault_tree_probability(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    gates = Gates()
    root = fault_tree(gates, case["input"]["failure_gates"], case["input"]["top"])
    close(case, probability(gates, root, lambda event: case["input"]["q"][str(event)]))


def test_fault_tree_cut_sets(cases: dict[str, Case]) -> None:
    case = cases["A09-two-train-mcs"]
    gates = Gates()
    root = fault_tree(gates, case["input"]["failure_gates"], case["input"]["top"])
    assert minimal_cut_sets(gates, root) == {frozenset(c) for c in case["expected"]}


def test_frequency_of_outages_of_a_parallel_pair(cases: dict[str, Case]) -> None:
    case = cases["A23-parallel-frequency"]
    pair = node("web", "web_server", 2, mtbf_h=case["input"]["mtbf_h"], mttr_h=case["input"]["mttr_h"])
    flow = analyze(document([USERS, pair], paths("users>web"))).flows[0]
    assert flow.availability is not None
    assert flow.outages_per_year is not None
    assert flow.mean_outage_h is not None
    unavailable = 1 - flow.availability
    assert unavailable == pytest.approx(case["expected"]["U"], rel=1e-9)
    assert flow.mean_outage_h == pytest.approx(case["expected"]["MDT_h"], rel=1e-9)
    assert 8760 / flow.outages_per_year - flow.mean_outage_h == pytest.approx(case["expected"]["MUT_h"], rel=1e-9)


def test_redundant_pair(cases: dict[str, Case]) -> None:
    case = cases["B01-aws-2x99"]
    one, two = (node(f"w{i}", "web_server", availability=a) for i, a in enumerate(case["input"]["parallel"]))
    close(case, analyze(document([USERS, one, two], paths("users>w0", "users>w1"))).flows[0].availability)


def test_fallback_path(cases: dict[str, Case]) -> None:
    case = cases["B04-azure-fallback"]
    p = case["input"]["p"]
    nodes = [
        USERS,
        node("web", "web_server", availability=p["web"]),
        node("db", "database", availability=p["db"]),
        node("queue", "external_service", availability=p["queue"]),
    ]
    edges = [edge("users>web"), edge("web>db", pool="order"), edge("web>queue", pool="order", priority=1)]
    close(case, analyze(document(nodes, edges)).flows[0].availability)


def test_downtime(cases: dict[str, Case]) -> None:
    case = cases["B10-nines-table"]
    for availability, minutes in zip(case["input"]["availability"], case["expected"], strict=True):
        assert downtime_min_per_year(1 - availability) == pytest.approx(minutes, abs=case["tolerance"])
        assert in_series([availability]).flows[0].downtime_min_per_year == pytest.approx(minutes, abs=1e-6)


def test_retries_multiply_over_layers(cases: dict[str, Case]) -> None:
    case = cases["B12-retry-64"]
    r = case["input"]["retries"]
    assert attempts_of(case["input"]["failure_probability"], r) ** case["input"]["layers"] == case["expected"]
    nodes = [USERS, node("a", "service"), node("b", "service"), node("db", "service"), node("gone", "service")]
    edges = [edge("users>a", retries=r), edge("a>b", retries=r), edge("b>db", retries=r), edge("db>gone", loss=1)]
    report = analyze(document(nodes, edges, 1))
    assert {n.id: n.arrival_rps for n in report.nodes}["db"] == pytest.approx(case["expected"])


def test_instances_for_the_loss_of_a_zone(cases: dict[str, Case]) -> None:
    case = cases["B14-az-static-stability"]
    for zones in case["input"]["zones"]:
        load, enough = case["input"]["load_in_instances"], case["expected"][str(zones)]
        for instances in (enough, enough - 1):
            spread = [f"z{i}" for i in range(zones)]
            web = node("web", "web_server", instances, None, spread, service_time_ms=10, concurrency=1)
            places = [node(zone, "zone") for zone in spread]
            report = analyze(document([USERS, *places, web], paths("users>web"), 100 * load))
            safe = report.flows[0].safe_capacity_rps
            assert safe is not None
            assert (safe >= 100 * load) == (instances == enough)


def test_graph_algorithms_underneath(cases: dict[str, Case]) -> None:
    case = cases["C01-idom-boost"]
    found = nx.immediate_dominators(nx.DiGraph(case["input"]["edges"]), case["input"]["start"])
    assert {str(k): v for k, v in found.items() if k != case["input"]["start"]} == case["expected"]
    case = cases["C07-arpanet-1969"]
    network: nx.Graph[str] = nx.Graph(case["input"]["undirected_edges"])
    bridges = ["-".join(b) for b in nx.bridges(network)]
    assert [*nx.articulation_points(network), *bridges] == case["expected"]
    case = cases["C11-clrs-maxflow"]
    pipes: nx.DiGraph[str] = nx.DiGraph()
    pipes.add_weighted_edges_from([tuple(a) for a in case["input"]["arcs"]], weight="capacity")
    value, (side, _) = nx.minimum_cut(pipes, "s", "t")
    assert {"flow": value, "S": sorted(side)} == case["expected"]
