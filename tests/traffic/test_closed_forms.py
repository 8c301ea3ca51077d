"""Closed forms of queueing theory and published tables, reached by simulation."""

import math
from typing import Any

import pytest

from simulation.topology.document import Edge, Flow, Node, Topology
from tests.traffic.formulas import mmc_mean
from tests.traffic.models import cached, chain, flow, node, run, station, system, tandem, value

#: Cases of the published references that describe one station, a cache, or a small network.
STATIONS = (
    "mm1_rho50", "mm1_rho80", "mm1_p99_rho80", "mm2_rho75", "mm8_rho90", "ciw_mm3", "md1_rho80", "mg1_erlang4",
    "mg1_logn", "mm1k_loss", "erlb_15",
)  # fmt: skip


def _station(model: dict[str, Any], unit: float) -> Topology:
    """A reference's station; its time unit becomes `unit` seconds."""
    service = model["service"]
    extra: dict[str, Any] = {}
    if service["dist"] == "det":
        extra["distribution"] = "deterministic"
    elif service["dist"] == "erlang":
        extra.update(distribution="gamma", cv=1 / math.sqrt(service["k"]))
    elif service["dist"] == "logn":
        extra.update(distribution="lognormal", cv=service["cv"])
    if "capacity_total" in model:
        extra["queue_limit"] = model["capacity_total"] - model["servers"]
    return station(model["arrival"]["rate"] / unit, 1000 * unit / service["rate"], model["servers"], **extra)


@pytest.mark.parametrize("name", STATIONS)
def test_published_stations(cases: dict[str, dict[str, Any]], name: str) -> None:
    case = cases[name]
    unit = 0.001
    model = case["model"]
    requests = 1_500_000
    topology = _station(model, unit)
    result = run(topology, requests * unit / model["arrival"]["rate"], warmup_s=2, seed=11)
    web, served = node(result, "web"), flow(result)
    measured = {
        "mean_sojourn": lambda: value(served.mean_ms) / 1000 / unit,
        "p99_sojourn": lambda: value(served.p99_ms) / 1000 / unit,
        "mean_wait": lambda: value(web.queue_mean) / value(web.arrival_rps) / unit,
        "p_loss": lambda: value(served.error_rate),
    }[case["metric"]]()
    assert measured == pytest.approx(case["expected"], rel=max(2 * case["tolerance_rel"], 0.03))


@pytest.mark.parametrize(("c", "load"), [(1, 0.5), (4, 0.8), (16, 0.9)])
def test_means_lie_in_the_interval(c: int, load: float) -> None:
    rate = c * load / 0.002
    result = run(station(rate, 2, c), 400_000 / rate, replications=6, warmup_s=2)
    mean = flow(result).mean_ms
    exact = 1000 * mmc_mean(rate, 0.002, c)
    assert mean.low is not None
    assert mean.high is not None
    half = (mean.high - mean.low) / 2
    assert abs(value(mean) - exact) < 2.5 * half


def test_queue_lengths_of_mmck() -> None:
    rate, service, c, k = 900.0, 0.01, 8, 20
    a = rate * service
    weights = [a**n / math.factorial(n) if n <= c else a**n / (math.factorial(c) * c ** (n - c)) for n in range(k + 1)]
    p = [w / sum(weights) for w in weights]
    result = run(station(rate, 10, c, queue_limit=k - c), 2000, warmup_s=5)
    assert value(flow(result).error_rate) == pytest.approx(p[k], rel=0.02)
    waiting = sum((n - c) * p[n] for n in range(c, k + 1))
    assert value(node(result, "web").queue_mean) == pytest.approx(waiting, rel=0.02)
    busy = sum(min(n, c) * p[n] for n in range(k + 1)) / c
    assert value(node(result, "web").utilization) == pytest.approx(busy, rel=0.005)


def test_jackson_tandem(cases: dict[str, dict[str, Any]]) -> None:
    case = cases["D13-tandem-percentile"]
    result = run(tandem([100, 150], [1, 1], 80), 8000, warmup_s=20)
    served = flow(result)
    for figure, exact in zip((served.p50_ms, served.p95_ms, served.p99_ms), case["expected"], strict=True):
        assert value(figure) / 1000 == pytest.approx(exact, rel=0.03)
    jackson = cases["jackson_tandem"]
    scaled = run(tandem([1250, 714.2857142857143], [1, 2], 1000), 600, warmup_s=5)
    assert value(flow(scaled).mean_ms) == pytest.approx(jackson["expected"], rel=0.03)


def test_fork_and_join(cases: dict[str, dict[str, Any]]) -> None:
    nodes = [
        Node("users", "client"),
        Node("web", "web_server", params={"service_time_ms": 0.0001, "concurrency": 1000}),
    ]
    edges = [Edge("u", "users", "web")]
    for k in "ab":
        nodes.append(Node(k, "service", params={"service_time_ms": 1, "concurrency": 1}))
        edges.append(Edge(f"e{k}", "web", k, params={"pool": "both", "policy": "all"}))
    result = run(system(nodes, edges, [Flow("f", "users", 800)]), 1500, warmup_s=5)
    assert value(flow(result).mean_ms) == pytest.approx(cases["forkjoin2"]["expected"], rel=0.03)


@pytest.mark.parametrize(("name", "algorithm"), [
    ("p2c_50", "power_of_two"), ("p2c_90", "power_of_two"), ("jsq2_70", "least_connections"),
])  # fmt: skip
def test_balancing_algorithms(cases: dict[str, dict[str, Any]], name: str, algorithm: str) -> None:
    model = cases[name]["model"]
    total = model["lam"] * (model["n"] if model["type"] == "supermarket" else 1) * 100
    nodes = [
        Node("users", "client"),
        Node("lb", "load_balancer", params={"algorithm": algorithm, "service_time_ms": 1e-6, "concurrency": 100_000}),
        Node("web", "web_server", replicas=model["n"], params={"service_time_ms": 10, "concurrency": 1}),
    ]
    result = run(system(nodes, chain("users", "lb", "web"), [Flow("f", "users", total)]), 1_000_000 / total, warmup_s=1)
    assert value(flow(result).mean_ms) / 10 == pytest.approx(cases[name]["expected"], rel=0.03)


def test_round_robin_thins_poisson_to_erlang(cases: dict[str, dict[str, Any]]) -> None:
    nodes = [
        Node("users", "client"),
        Node(
            "lb", "load_balancer", params={"algorithm": "round_robin", "service_time_ms": 1e-6, "concurrency": 10_000}
        ),
        Node("web", "web_server", replicas=4, params={"service_time_ms": 2, "concurrency": 4}),
    ]
    result = run(system(nodes, chain("users", "lb", "web"), [Flow("f", "users", 5600)]), 200, warmup_s=2)
    assert value(flow(result).mean_ms) / 1000 == pytest.approx(cases["rr_e4m4_rho70"]["expected"], rel=0.02)


@pytest.mark.parametrize("name", ["lru_1000_0.8_100", "lru_10000_0.8_1000", "lru_100000_0.9_5000"])
def test_lru_against_che(cases: dict[str, dict[str, Any]], name: str) -> None:
    m = cases[name]["model"]
    result = run(cached(m["keys"], m["slots"], m["zipf"], "lru"), 60, warmup_s=5)
    assert value(node(result, "cache").hit_ratio) == pytest.approx(cases[name]["expected"], rel=0.012)


def test_lru_exactly(cases: dict[str, dict[str, Any]]) -> None:
    result = run(cached(6, 3, 0.8, "lru"), 60)
    assert value(node(result, "cache").hit_ratio) == pytest.approx(cases["D15-lru-exact"]["expected"], abs=0.004)


def test_other_evictions() -> None:
    """FIFO and random hit alike (Gelenbe 1973); LFU holds the most popular keys."""
    ratio = {e: value(node(run(cached(1000, 100, 0.8, e), 60), "cache").hit_ratio) for e in ("fifo", "random", "lfu")}
    weights = [1 / k**0.8 for k in range(1, 1001)]
    best = sum(weights[:100]) / sum(weights)
    assert ratio["fifo"] == pytest.approx(ratio["random"], abs=0.005)
    assert best - 0.05 < ratio["lfu"] < best + 0.005


def test_expiry() -> None:
    result = run(cached(1000, 1000, 0.0, "lru", ttl_s=0.5), 100, warmup_s=5)
    assert value(node(result, "cache").hit_ratio) == pytest.approx(5 / 6, abs=0.003)


def test_name_server_load(cases: dict[str, dict[str, Any]]) -> None:
    dns = Node("dns", "dns", params={"ttl_s": 60, "resolvers": 1, "lookup_ms": 1})
    web = Node("web", "web_server", params={"service_time_ms": 1})
    result = run(
        system([Node("users", "client"), dns, web], chain("users", "dns", "web"), [Flow("f", "users", 1)]), 60_000
    )
    looked_up = node(result, "web").completed * (1 - cases["D17-ttl"]["expected"])
    measured = value(node(result, "dns").utilization)
    assert measured == 0.0  # a pure delay has no slots
    waits = value(flow(result).mean_ms)
    assert waits == pytest.approx(1 + 1 * looked_up / node(result, "web").completed, rel=0.05)
