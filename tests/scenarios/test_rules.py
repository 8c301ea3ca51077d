"""Rules of what a request needs, by arithmetic: the analysis and both engines read them alike."""

from typing import Any

import pytest

from simulation.analysis import analyze
from tests.analysis.documents import USERS, document, edge, node, paths
from tests.scenarios.telling import at, event, run
from tests.traffic.models import value


def test_a_router_that_has_only_a_cache_fails_with_it() -> None:
    nodes = [USERS, node("cache", "cache", hit_ratio=0.5), node("db", "database")]
    topology = document(nodes, paths("users>cache>db"))
    assert {s.component for s in analyze(topology).spofs} == {"cache", "db"}
    assert run(topology, 20, event(10, "kill", "cache")).flows[0].failed == pytest.approx(1000, rel=0.15)


@pytest.mark.parametrize("way", ["users>web>cache>db", "users>cache>db"])
def test_writes_pass_a_cache_that_alone_leads_to_the_store(way: str) -> None:
    """Of 1,000 a second 300 are writes; the store gets them and the tenth of the reads that the cache has not."""
    nodes = [USERS, node("web", "web_server", 9), node("cache", "cache", hit_ratio=0.9), node("db", "database", 1)]
    nodes = [n for n in nodes if n["id"] in way]
    topology = document(nodes, paths(way), {"rate_rps": 1000, "mix": {"read": 0.7, "write": 0.3}})
    report = analyze(topology)
    shares = {s.component: s.loss_share for s in report.spofs}
    assert shares == pytest.approx({"cache": 1, "db": 0.3 + 0.07})
    assert next(n.arrival_rps for n in report.nodes if n.id == "db") == pytest.approx(370)
    result = run(topology, 40, event(20, "kill", "db"))
    assert value(at(result, "db").arrival_rps) == pytest.approx(185, rel=0.05)
    assert result.flows[0].failed == pytest.approx(7400, rel=0.05)


@pytest.mark.parametrize("engine", ["exact", "fluid"])
def test_every_replica_of_a_gateway_lets_its_own_number_pass(engine: str) -> None:
    """250 a second on 2 × 100, then on 1 × 100, then on 3 × 100."""
    gateway = node("gw", "api_gateway", 2, rate_limit_rps=100, burst=10)
    topology = document([USERS, gateway, node("web", "web_server", 2)], paths("users>gw>web"), 250)
    assert analyze(topology).flows[0].capacity_rps == pytest.approx(200)
    events = [event(40, "scale", "gw", replicas=1), event(80, "scale", "gw", replicas=3)]
    result = run(topology, 120, *events, engine=engine, frame_s=1)
    passed = [row["flows"][0]["throughput_rps"] for row in result.timeline]
    means = [sum(passed[at + 5 : at + 40]) / 35 for at in (0, 40, 80)]
    assert means == pytest.approx([200, 100, 250], rel=0.04)


def test_8_automation_that_covers_failovers_promotes_in_both_engines() -> None:
    found: dict[str, Any] = {}
    for covers in (["failover"], ["restart", "scale"]):
        nodes = [USERS, node("web", "web_server", 2), node("db", "database", failover="manual", failover_s=20)]
        nodes += [node("copy", "database"), node("robot", "automation", covers=covers)]
        topology = document(
            nodes,
            [*paths("users>web>db"), edge("db>copy", lag_ms=0), edge("robot>db")],
            {"rate_rps": 100, "mix": {"read": 0.5, "write": 0.5}},
        )
        report = analyze(topology)
        is_lost = "db" in {s.component for s in report.spofs}
        assert is_lost == ("TD403" in {f.code for f in report.findings})
        found[covers[0]] = is_lost, run(topology, 60, event(10, "kill", "db")).flows[0].failed
    assert found["failover"] == (False, pytest.approx(100 * 20, rel=0.06))
    assert found["restart"] == (True, pytest.approx(100 * 50, rel=0.06))


@pytest.mark.parametrize("engine", ["exact", "fluid"])
@pytest.mark.parametrize(("modes", "is_missed"), [(("sync", "sync"), True), (("sync", "async"), True),
                                                  (("semi_sync", "semi_sync"), False), (("semi_sync", "async"), True),
                                                  (("async", "async"), False)])  # fmt: skip
def test_8_a_write_wants_its_synchronous_replicas(modes: tuple[str, str], is_missed: bool, engine: str) -> None:
    """Of 1,000 a second 200 are writes; the first replica is away for 20 s. All read from the primary."""
    nodes = [USERS, node("web", "web_server", 4, service_time_ms=2), node("db", "database", concurrency=64)]
    nodes += [node("c0", "database"), node("c1", "database")]
    edges = [*paths("users>web>db"), *(edge(f"db>c{i}", mode=mode, lag_ms=1) for i, mode in enumerate(modes))]
    topology = document(nodes, edges, {"rate_rps": 1000, "mix": {"read": 0.8, "write": 0.2}})
    lost = {s.component: s.loss_share for s in analyze(topology).spofs}
    assert lost.get("c0", 0.0) == pytest.approx(0.2 if is_missed else 0)
    result = run(topology, 60, event(20, "kill", "c0"), event(40, "revive", "c0"), engine=engine)
    assert result.flows[0].failed == pytest.approx(20 * 200 if is_missed else 0, rel=0.05, abs=10)


@pytest.mark.parametrize("engine", ["exact", "fluid"])
@pytest.mark.parametrize(("looked_up", "read", "rate"), [(3, 3, 120), (3, 1, 40), (1, 3, 120), (0.5, 1, 120)])
def test_each_hit_spares_its_own_read(looked_up: float, read: float, rate: float, engine: str) -> None:
    """Of 200 requests a second; four of five look-ups hit. A request that does not look up reads."""
    nodes = [USERS, node("web", "web_server", 4, service_time_ms=1), node("cache", "cache", hit_ratio=0.8)]
    nodes.append(node("db", "database", 2))
    edges = [*paths("users>web"), edge("web>cache", calls=looked_up), edge("web>db", calls=read)]
    topology = document(nodes, edges, 200)
    assert analyze(topology).nodes[3].arrival_rps == pytest.approx(rate)
    assert value(at(run(topology, 60, engine=engine), "db").arrival_rps) == pytest.approx(rate, rel=0.05)
