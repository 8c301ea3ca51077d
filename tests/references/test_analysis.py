"""Published and derived answers that the analysis gives, by their id in the collection of references."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from simulation.analysis import analyze
from simulation.analysis.load import caches
from simulation.analysis.load.work import attempts_of
from simulation.analysis.report import Report
from simulation.analysis.success.gates import Gates
from simulation.analysis.success.networks import fault_tree, minimal_cut_sets, probability, two_terminal
from simulation.analysis.success.reliability import downtime_min_per_year
from simulation.analysis.time import queueing
from simulation.analysis.time.laws import Law, Spectra
from tests.analysis.documents import USERS, document, edge, node, paths

Case = dict[str, Any]


@pytest.fixture(scope="session")
def cases(shared: Path) -> dict[str, Case]:
    """The references by id."""
    return {c["id"]: c for c in json.loads((shared / "references.json").read_text())["cases"]}


def close(case: Case, answer: object) -> None:
    """The answer is the expected one within the case's tolerance."""
    tolerance = case.get("tolerance")
    if "tolerance_rel" in case:
        assert answer == pytest.approx(case["expected"], rel=case["tolerance_rel"])
    else:
        assert answer == pytest.approx(case["expected"], abs=(tolerance or 0) + 1e-12)


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


@pytest.mark.parametrize("name", ["D01-hillier-s1", "D02-hillier-s2"])
def test_hospital(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    rate, mu, c = (case["input"][k] for k in ("lambda", "mu", "c"))
    wait = queueing.mean_wait(rate, 1 / mu, c)
    answer = {"L": rate * (wait + 1 / mu), "Lq": rate * wait, "W": wait + 1 / mu, "Wq": wait}
    assert answer == pytest.approx(case["expected"], abs=1e-9)


def test_erlang(cases: dict[str, Case]) -> None:
    case = cases["D03-erlang-b"]
    low, high = 0.0, 15.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        below = queueing.erlang_b(case["input"]["servers"], middle) < case["input"]["blocking"]
        low, high = (middle, high) if below else (low, middle)
    close(case, low)
    case = cases["D05-erlang-c"]
    close(case, queueing.erlang_c(case["input"]["c"], case["input"]["a"]))
    case = cases["D07-mm1k"]
    offered = case["input"]["lambda"] / case["input"]["mu"]
    close(case, queueing.blocking(offered, case["input"]["c"], case["input"]["K"] - case["input"]["c"]))
    case = cases["D09-md1"]
    given = case["input"]
    close(case, queueing.mean_wait(given["lambda"], given["es"], given["c"], given["ca2"], given["cs2"]))


def test_percentiles_of_a_tandem(cases: dict[str, Case]) -> None:
    case = cases["D13-tandem-percentile"]
    stations = case["input"]["tandem_mm1"]
    nodes = [node(f"s{i}", "service", service_time_ms=1000 / s["mu"], concurrency=1) for i, s in enumerate(stations)]
    report = analyze(document([USERS, *nodes], paths("users>s0>s1"), stations[0]["lambda"]))
    found = report.flows[0].latency
    for answer, expected in zip((found.p50_ms, found.p95_ms, found.p99_ms), case["expected"], strict=True):
        assert answer is not None
        assert answer / 1000 == pytest.approx(expected, abs=case["tolerance"])


def test_fan_out_sees_the_slow_one(cases: dict[str, Case]) -> None:
    case = cases["D14-p99-fanout"]
    n, slow = case["input"]["n"], case["input"]["single_slow_probability"]
    grid = Spectra(2000.0)
    one = grid.either(
        [(1 - slow, grid.stage(Law("deterministic", 10))), (slow, grid.stage(Law("deterministic", 1000)))]
    )
    mass = grid.mass(grid.join(n, [one] * n))
    close(case, float(mass[int(500 / grid.step) :].sum()))


def test_caches(cases: dict[str, Case]) -> None:
    case = cases["D15-lru-exact"]
    given = case["input"]
    close(case, caches.hit_ratio(given["n"], given["zipf_alpha"], given["C"]))
    case = cases["D17-ttl"]
    close(case, caches.hit_ratio(1, 0.0, 1, "lru", case["input"]["ttl_s"], case["input"]["rate_per_s"]))
    for name in ("lru_1000_0.8_100", "lru_10000_0.8_1000", "lru_100000_0.9_5000"):
        model = cases[name]["model"]
        close(cases[name], caches.hit_ratio(model["keys"], model["zipf"], model["slots"]))


def test_visit_ratios(cases: dict[str, Case]) -> None:
    case = cases["E03-visit-ratio"]
    nodes = [
        USERS,
        node("web", "web_server", service_time_ms=1000 / case["input"]["web_cap"], concurrency=1),
        node("db", "database", read_time_ms=1000 / case["input"]["db_cap"], concurrency=1),
    ]
    edges = [edge("users>web"), edge("web>db", calls=case["input"]["db_calls_per_request"])]
    flow = analyze(document(nodes, edges)).flows[0]
    assert flow.capacity_rps == pytest.approx(case["expected"]["rate"])
    assert flow.bottleneck == case["expected"]["bottleneck"]


def test_cache_cliff(cases: dict[str, Case]) -> None:
    case = cases["E04-cache-cliff"]
    given = case["input"]
    total = given["reads"] + given["writes"]
    nodes = [
        USERS,
        node("web", "web_server", 50),
        node("cache", "cache", hit_ratio=given["hit"]),
        node("db", "database", write_time_ms=1, concurrency=16),
        node("replica", "database", read_time_ms=1000 / given["db_replica_cap"], concurrency=1),
    ]
    edges = [
        *paths("users>web>cache", "web>db", "web>replica"),
        edge("db>replica", "replicate", mode="async"),
    ]
    mix = {"read": given["reads"] / total, "write": given["writes"] / total}
    report = analyze(document(nodes, edges, {"rate_rps": total, "mix": mix}))
    loads = {n.id: n.utilization for n in report.nodes}
    dead = next(c for c in report.contingencies if c.outage == "cache" and c.type == "node")
    answer = {"with": loads["replica"], "without": {o.node: o.utilization for o in dead.overloaded}["replica"]}
    assert answer == pytest.approx(case["expected"])
    assert dead.verdict in ("overload", "cascade")


@pytest.mark.parametrize(
    "name",
    [
        "mm1_rho50",
        "mm1_rho80",
        "mm1_p99_rho80",
        "mm2_rho75",
        "mm8_rho90",
        "ciw_mm3",
        "md1_rho80",
        "mg1_erlang4",
        "mg1_logn",
    ],
)
def test_stations(cases: dict[str, Case], name: str) -> None:
    """Rates are scaled to milliseconds: a service of one unit is one second."""
    case = cases[name]
    model = case["model"]
    service = model["service"]
    family = {"exp": "exponential", "det": "deterministic", "erlang": "gamma", "logn": "lognormal"}[service["dist"]]
    cv = service.get("cv", 1 / math.sqrt(service.get("k", 1)))
    params = {
        "service_time_ms": 1000 / service["rate"],
        "concurrency": model["servers"],
        "distribution": family,
        "cv": cv,
    }
    report = analyze(document([USERS, node("s", "service", **params)], paths("users>s"), model["arrival"]["rate"]))
    latency = report.flows[0].latency
    read: dict[str, Callable[[], float | None]] = {
        "mean_sojourn": lambda: latency.mean_ms,
        "p99_sojourn": lambda: latency.p99_ms,
        "mean_wait": lambda: report.nodes[1].wait_ms,
    }
    answer = read[case["metric"]]()
    assert answer is not None
    close(case, answer / 1000)


def test_stations_with_a_bound(cases: dict[str, Case]) -> None:
    for name in ("mm1k_loss", "erlb_15"):
        model = cases[name]["model"]
        offered = model["arrival"]["rate"] / model["service"]["rate"]
        places = model["capacity_total"] - model["servers"]
        close(cases[name], queueing.blocking(offered, model["servers"], places))
    model = cases["mm8_pwait"]["model"]
    close(cases["mm8_pwait"], queueing.erlang_c(model["servers"], model["arrival"]["rate"] / model["service"]["rate"]))


def test_networks_of_queues(cases: dict[str, Case]) -> None:
    model = cases["jackson_tandem"]["model"]
    stations = [
        node(f"s{i}", "service", service_time_ms=1000 / s["rate"], concurrency=s["servers"])
        for i, s in enumerate(model["stations"])
    ]
    report = analyze(document([USERS, *stations], paths("users>s0>s1"), model["arrival"]["rate"]))
    assert report.flows[0].latency.mean_ms is not None
    close(cases["jackson_tandem"], report.flows[0].latency.mean_ms / 1000)
    for name in ("p2c_50", "p2c_90"):
        close(cases[name], queueing.power_of_two_time(cases[name]["model"]["lam"]))
