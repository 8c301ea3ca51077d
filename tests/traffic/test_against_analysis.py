"""What the analysis says of time and load against the simulator, which knows nothing of its formulas."""

from dataclasses import dataclass
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.topology.document import Topology
from simulation.traffic import simulate
from tests.analysis.documents import USERS, document, edge, node, paths


def web(replicas: int = 1, **params: Any) -> dict[str, Any]:
    return node("web", "web_server", replicas, **{"service_time_ms": 10, "concurrency": 4, **params})


def balancer(algorithm: str) -> dict[str, Any]:
    return node("lb", "load_balancer", algorithm=algorithm)


def helpers() -> list[dict[str, Any]]:
    return [node(name, "service", service_time_ms=20, concurrency=16) for name in ("a", "b")]


def database(**params: Any) -> dict[str, Any]:
    return node("db", "database", **{"read_time_ms": 5, "write_time_ms": 8, "concurrency": 8, **params})


MIXED = {"rate_rps": 400, "mix": {"read": 0.8, "write": 0.2}}
TWO_REGIONS = [node("se", "region", rtt_ms={"vi": 180}), node("vi", "region")]


@dataclass(frozen=True)
class Story:
    """A document, and by how much the analysis may be off: more where it is an approximation by name."""

    topology: Topology
    off: float = 0.02


STORIES = {
    "random balancing": Story(document([USERS, balancer("random"), web(3)], paths("users>lb>web"), 900)),
    "one queue": Story(document([USERS, balancer("least_connections"), web(3)], paths("users>lb>web"), 900), 0.03),
    "round robin": Story(document([USERS, balancer("round_robin"), web(3)], paths("users>lb>web"), 900)),
    "fixed times in turn": Story(
        document([USERS, balancer("round_robin"), web(3, distribution="deterministic")], paths("users>lb>web"), 1080),
        0.04,
    ),
    "a cache": Story(
        document(
            [USERS, web(2), node("cache", "cache", hit_ratio=0.8), database(concurrency=2)],
            paths("users>web>cache", "web>db"),
            MIXED,
        )
    ),
    "a CDN": Story(
        document(
            [USERS, node("cdn", "cdn", hit_ratio=0.9, edge_time_ms=5), web(2)],
            paths("users>cdn>web"),
            {"rate_rps": 1000, "mix": {"static": 0.7, "read": 0.3}},
        )
    ),
    "all at once": Story(
        document(
            [USERS, web(3), *helpers()],
            [edge("users>web"), *(edge(f"web>{n}", pool="p", policy="all") for n in "ab")],
            500,
        )
    ),
    "one after another": Story(document([USERS, web(3), *helpers()], paths("users>web>a", "web>b"), 500)),
    "fixed times": Story(document([USERS, web(distribution="deterministic")], paths("users>web"), 320), 0.04),
    # M/G/c beyond its mean is an exponential wait with that mean.
    "heavy tails": Story(document([USERS, web(distribution="lognormal", cv=1.5)], paths("users>web"), 240), 0.12),
    "two calls": Story(document([USERS, web(2), database()], [edge("users>web"), edge("web>db", calls=2)], 250), 0.04),
    "the network": Story(document([USERS, web(2)], [edge("users>web", latency_ms=30)], 500)),
    "slots that wait": Story(
        document([USERS, web(2, holds_slot=True, concurrency=16), database()], paths("users>web>db"), 500)
    ),
    "slots that wait for a busy store": Story(
        document([USERS, web(2, holds_slot=True, concurrency=32), database()], paths("users>web>db"), 1350), 0.04
    ),
    "slots that wait for all": Story(
        document(
            [USERS, web(3, holds_slot=True, concurrency=16), *helpers()],
            [edge("users>web"), *(edge(f"web>{n}", pool="p", policy="all") for n in "ab")],
            500,
        ),
        0.03,
    ),
    "a narrow edge": Story(
        document([USERS, web(2), database()], [edge("users>web"), edge("web>db", bandwidth_mbps=50)], 450), 0.03
    ),
    "pools of unlike size": Story(
        document(
            [USERS, balancer("least_connections"), web(4), {**web(2), "id": "other"}],
            paths("users>lb>web", "lb>other"),
            1800,
        ),
        0.03,
    ),
    "a queue far away": Story(
        document(
            [*TWO_REGIONS, USERS, {**web(2), "parent": "se"}, {**node("q", "message_queue"), "parent": "vi"},
             node("job", "worker", 4, service_time_ms=10)],
            [*paths("users>web"), edge("web>q", "publish"), edge("q>job", "consume")],
            200,
        )
    ),
    "a synchronous copy": Story(
        document(
            [USERS, web(3), database(), node("r", "database", write_time_ms=8, concurrency=8)],
            [*paths("users>web>db"), edge("db>r", "replicate", mode="sync", lag_ms=20)],
            {"rate_rps": 200, "mix": {"write": 1.0}},
        )
    ),
    # What is lost on the way loads no target, and nothing that would have been asked after it.
    "a network that loses calls": Story(
        document(
            [USERS, web(2), *helpers(), database()],
            [edge("users>web", loss=0.1), edge("web>a", loss=0.2, retries=1), edge("web>b", loss=0.1, calls=2),
             edge("web>db")],
            400,
        )
    ),
    "several look-ups": Story(
        document(
            [USERS, web(2), node("cache", "cache", hit_ratio=0.7), database(concurrency=16)],
            [edge("users>web"), edge("web>cache", calls=3), edge("web>db", calls=3)],
            300,
        )
    ),
    "look-ups of an uneven number": Story(
        document(
            [USERS, web(2), node("cache", "cache", hit_ratio=0.7), database(concurrency=16)],
            [edge("users>web"), edge("web>cache", calls=2.4), edge("web>db", calls=2)],
            300,
        )
    ),
    "a rate limit that is closer than the slots": Story(
        document(
            [USERS, node("gw", "api_gateway", 2, rate_limit_rps=400, burst=200), web(concurrency=64)],
            paths("users>gw>web"),
            600,
        )
    ),
    "a bounded queue": Story(document([USERS, web(queue_limit=10)], paths("users>web"), 380), 0.03),
    "replicas in two regions": Story(
        document(
            [*TWO_REGIONS, node("users", "client", parent="se"), balancer("round_robin"),
             node("web", "web_server", 4, spread=["se", "vi"]), {**database(), "parent": "vi"}],
            paths("users>lb>web>db"),
            300,
        )
    ),
    "all of those in two regions": Story(
        document(
            [*TWO_REGIONS, node("users", "client", parent="se"), web(3),
             *({**n, "replicas": 3, "spread": ["se", "vi"]} for n in helpers())],
            [edge("users>web"), *(edge(f"web>{n}", pool="p", policy="all") for n in "ab")],
            300,
        )
    ),
    "workers far from their store that sometimes fail": Story(
        document(
            [*TWO_REGIONS, USERS, {**web(2), "parent": "se"}, node("q", "message_queue", parent="se", redelivery_s=0.5),
             {**node("job", "worker", 4, service_time_ms=10, failure_rate=0.2, concurrency=16), "parent": "vi"},
             {**database(), "parent": "se"}],
            [*paths("users>web"), edge("web>q", "publish"), edge("q>job", "consume", messages=2), edge("job>db")],
            100,
        )
    ),
    "two regions": Story(
        document(
            [*TWO_REGIONS, USERS, node("dns", "dns", policy="geo"), node("web", "web_server", 2, "se"),
             node("far", "web_server", 2, "vi"), {**database(), "parent": "se"}],
            paths("users>dns>web>db", "dns>far>db"),
            {"rate_rps": 300, "regions": {"se": 0.6, "vi": 0.4}},
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_time_and_load_are_what_the_simulator_measures(name: str) -> None:
    story = STORIES[name]
    report = analyze(story.topology)
    measured = simulate(
        story.topology, {"duration_s": 200, "warmup_s": 10, "seed": 3, "replications": 3, "engine": "exact"}
    )
    flow, seen = report.flows[0], measured.flows[0]
    for figure in ("mean_ms", "p50_ms", "p95_ms", "p99_ms"):
        said, found = getattr(flow.latency, figure), getattr(seen, figure)
        assert found.low is not None
        assert found.high is not None
        slack = story.off * found.value
        assert found.low - slack <= said <= found.high + slack, (figure, said, found)
    assert flow.carried_share == pytest.approx(seen.completed / seen.offered, abs=0.003)
    bounded = {n.id for n in story.topology.nodes if "queue_limit" in n.params}  # what is refused is no work
    loads = {n.id: n.utilization.value for n in measured.nodes if n.id not in bounded}
    for station in report.nodes:
        if station.utilization and loads.get(station.id) is not None:
            assert station.utilization == pytest.approx(loads[station.id], rel=0.03, abs=0.002), station.id


LOSSY = {
    "look-ups": [*paths("users>web", "web>db"), edge("web>cache", loss=0.3)],
    "calls to all of several": [
        edge("users>web"),
        *(
            edge(f"web>{n}", pool="p", policy="all", needed=2, loss=loss)
            for n, loss in zip("abc", (0.3, 0.2, 0), strict=True)
        ),
    ],
    "calls to one of all": [
        edge("users>web"),
        edge("web>a", pool="p", policy="all", loss=0.4),
        edge("web>b", pool="p", policy="all"),
        edge("web>db"),
    ],
}


@pytest.mark.parametrize("name", LOSSY)
def test_what_the_network_loses_is_missed_where_it_is_lost(name: str) -> None:
    """A lost look-up spares nothing, and of several that are asked at once as many must answer as are needed."""
    nodes = [USERS, web(2), *helpers(), {**helpers()[0], "id": "c"}, node("cache", "cache", hit_ratio=0.7), database()]
    used = {end for link in LOSSY[name] for end in (link["source"], link["target"])}
    topology = document([n for n in nodes if n["id"] in used], LOSSY[name], 200)
    report = analyze(topology)
    measured = simulate(topology, {"duration_s": 60, "warmup_s": 2, "seed": 3, "engine": "exact"})
    flow = measured.flows[0]
    assert report.flows[0].carried_share == pytest.approx(flow.completed / flow.offered, abs=0.015)
    for said, found in zip(report.nodes, measured.nodes, strict=True):
        assert said.arrival_rps == pytest.approx(found.arrival_rps.value, rel=0.05), said.id
    assert "lost_calls" in {s.code for s in report.simplifications}


def test_all_at_once_takes_as_long_as_the_longer_one() -> None:
    """Idle: the maximum of two exponential times of mean 20 ms is 30 ms in the mean, and two of three of it less."""
    fast = web(100, service_time_ms=1e-6)
    topology = document(
        [USERS, fast, *helpers()],
        [edge("users>web"), *(edge(f"web>{n}", pool="p", policy="all") for n in "ab")],
        0.01,
    )
    latency = analyze(topology).flows[0].latency
    assert latency.mean_ms == pytest.approx(20 * (1 + 1 / 2), rel=2e-3)
    assert latency.p50_ms == pytest.approx(24.56, rel=2e-3)  # (1 - e^(-t/20))^2 = 1/2
