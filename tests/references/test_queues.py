"""Published and derived answers on load and time, by their id in the collection of references."""

import math
from collections.abc import Callable

import pytest

from simulation.analysis import analyze
from simulation.analysis.load import caches
from simulation.analysis.queueing import closed_forms
from simulation.analysis.queueing.laws import Law, Spectra
from tests.analysis.documents import USERS, document, edge, node, paths
from tests.references.cases import Case, close


@pytest.mark.parametrize("name", ["D01-hillier-s1", "D02-hillier-s2"])
def test_hospital(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    rate, mu, c = (case["input"][k] for k in ("lambda", "mu", "c"))
    wait = closed_forms.mean_wait(rate, 1 / mu, c)
    answer = {"L": rate * (wait + 1 / mu), "Lq": rate * wait, "W": wait + 1 / mu, "Wq": wait}
    assert answer == pytest.approx(case["expected"], abs=1e-9)


def test_erlang(cases: dict[str, Case]) -> None:
    case = cases["D03-erlang-b"]
    low, high = 0.0, 15.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        below = closed_forms.erlang_b(case["input"]["servers"], middle) < case["input"]["blocking"]
        low, high = (middle, high) if below else (low, middle)
    close(case, low)
    case = cases["D05-erlang-c"]
    close(case, closed_forms.erlang_c(case["input"]["c"], case["input"]["a"]))
    case = cases["D07-mm1k"]
    offered = case["input"]["lambda"] / case["input"]["mu"]
    close(case, closed_forms.blocking(offered, case["input"]["c"], case["input"]["K"] - case["input"]["c"]))
    case = cases["D09-md1"]
    given = case["input"]
    close(case, closed_forms.mean_wait(given["lambda"], given["es"], given["c"], given["ca2"], given["cs2"]))


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
        close(cases[name], closed_forms.blocking(offered, model["servers"], places))
    model = cases["mm8_pwait"]["model"]
    close(
        cases["mm8_pwait"], closed_forms.erlang_c(model["servers"], model["arrival"]["rate"] / model["service"]["rate"])
    )


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
        close(cases[name], closed_forms.power_of_two_time(cases[name]["model"]["lam"]))
