"""Failures by chance: what breaks is repaired, and in the long run works as often as MTBF and MTTR say."""

import math
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.topology.document import Edge, Flow, InvalidInput, Node, Topology
from simulation.traffic import Session, simulate
from tests.traffic.models import chain, flow, run, system, value

SURE: dict[str, Any] = {"availability": 1.0}
SHORT = {"service_time_ms": 1, "concurrency": 1000}


def _web(replicas: int = 1, parent: str | None = None, **params: Any) -> Node:
    return Node("web", "web_server", parent=parent, replicas=replicas, params={**SHORT, **params})


def _simple(web: Node, *more: Node, edges: tuple[Edge, ...] = ()) -> Topology:
    nodes = [Node("users", "client"), web, *more]
    return system(nodes, [*chain("users", "web"), *edges], [Flow("f", "users", 0.05)])


def _zone() -> Topology:
    box = Node("zone", "zone", params={"mtbf_h": 2, "mttr_h": 0.2})
    return _simple(_web(parent="zone", mtbf_h=1, mttr_h=0.1), box)


def _repaired() -> Topology:
    """Automation needs 6 minutes where people need an hour."""
    robot = Node("robot", "automation", params={"detects_in_s": 120, "repairs_in_s": 240, **SURE})
    return _simple(_web(mtbf_h=1, mttr_h=1), robot, edges=(Edge("m", "robot", "web", "manage"),))


def _copied() -> Topology:
    """A primary that fails over at once to a replica, and back."""
    life = {"mtbf_h": 1, "mttr_h": 0.1, "failover_s": 0, "read_time_ms": 1}
    nodes = [Node("users", "client"), _web(**SURE), *(Node(d, "database", params=life) for d in ("db", "db-r"))]
    edges = [*chain("users", "web", "db"), Edge("r", "web", "db-r"), Edge("copy", "db", "db-r")]
    return system(nodes, edges, [Flow("f", "users", 0.05, {"write": 1.0})])


def _two_of_three() -> Topology:
    """Three members of a pool, of which two must answer."""
    nodes = [Node("users", "client"), _web(**SURE)]
    nodes += [Node(n, "object_storage", params={"mtbf_h": 1, "mttr_h": 0.1, "service_time_ms": 1}) for n in "abc"]
    edges = [Edge(n, "web", n, params={"pool": "p", "policy": "all", "needed": 2}) for n in "abc"]
    return system(nodes, [*chain("users", "web"), *edges], [Flow("f", "users", 0.05)])


A = 1 / 1.1
B, C = 1 / 1.02, 1 / 1.08  # a fifth of the failures in common, four fifths alone


@pytest.mark.parametrize(
    ("topology", "expected", "outages"),
    [
        (_simple(_web(mtbf_h=1, mttr_h=0.1)), A, 4500),
        (_simple(_web(availability=0.9, mttr_h=0.1)), 0.9, 5000),
        (_simple(_web(2, mtbf_h=1, mttr_h=0.1)), 1 - (1 - A) ** 2, 800),
        (_simple(_web(2, mtbf_h=1, mttr_h=0.1, common_cause_share=0.2)), B * (1 - (1 - C) ** 2), 1400),
        (_zone(), A * A, 4500),
        (_repaired(), A, 9000),
        (_copied(), 1 - (1 - A) ** 2, 800),
        (_two_of_three(), A**3 + 3 * A * A * (1 - A), 2200),
    ],
    ids=[
        "one",
        "stated",
        "two replicas",
        "two with a common cause",
        "zone",
        "automation",
        "primary and replica",
        "two of three",
    ],
)
def test_long_run_availability(topology: Topology, expected: float, outages: int) -> None:
    """Down times of n exponential outages sum to within 3 √(2/n) of their mean."""
    scenario = {"duration_s": 9e6, "warmup_s": 0, "frame_s": 9e4, "replications": 2, "failures": True}
    measured = value(flow(simulate(topology, scenario)).error_rate)
    assert measured == pytest.approx(1 - expected, rel=3 * math.sqrt(2 / outages))
    structural = analyze(topology).flows[0].availability
    assert structural == pytest.approx(expected, abs=1e-9)


def test_nothing_breaks_unless_the_scenario_says_so() -> None:
    topology = _simple(_web(mtbf_h=0.001, mttr_h=0.1))
    assert flow(run(topology, 1000)).failed == 0
    assert flow(run(topology, 1000, failures=True)).failed > 0
    with pytest.raises(InvalidInput, match="true and false"):
        run(topology, 10, failures=1)


def test_alerts_shorten_what_automation_repairs() -> None:
    """Metrics see a failure within 10 s and tell at once; the robot alone would need 300 s to notice."""
    nodes = [Node("metrics", "metrics", params={"interval_s": 10, "alert_after_s": 0, **SURE})]
    nodes.append(Node("robot", "automation", params={"detects_in_s": 300, "repairs_in_s": 60, **SURE}))
    edges = (Edge("o", "metrics", "web", "observe"), Edge("m", "robot", "web", "manage"))
    session = Session(_simple(_web(mtbf_h=1, mttr_h=5), *nodes, edges=edges), {"duration_s": 1e6, "failures": True})
    session.run_to(1e6)
    log = session.world.log
    broke = [e["t_s"] for e in log if e["event"] == "broke"]
    mended = [e["t_s"] for e in log if e["event"] == "repaired"]
    assert len(mended) > 200
    for a, b in zip(broke, mended, strict=False):
        assert b == pytest.approx(math.ceil(a / 10) * 10 + 60)


def test_a_container_brings_back_what_it_took_along() -> None:
    """A robot cannot restart what stands in a dark zone, and what is put there stays down as well."""
    robot = Node("robot", "automation", params={"detects_in_s": 1, "repairs_in_s": 1})
    edges = (Edge("m", "robot", "web", "manage"),)
    topology = _simple(_web(2, parent="zone"), Node("zone", "zone"), robot, edges=edges)
    session = Session(topology, {"duration_s": 100})
    session.apply({"action": "kill", "target": "zone"})
    session.run_to(50)
    session.apply({"action": "scale", "target": "web", "replicas": 3})
    up = session.world.tables.insts["up"]
    assert [int(up[i]) for i in session.world.instances(1)] == [0, 0, 0]
    session.apply({"action": "revive", "target": "zone"})
    up = session.world.tables.insts["up"]
    assert [int(up[i]) for i in session.world.instances(1)] == [1, 1, 1]


def test_reviving_repairs_what_broke_by_chance() -> None:
    session = Session(_simple(_web(mtbf_h=0.01, mttr_h=1e5)), {"duration_s": 1000, "failures": True})
    session.run_to(900)
    assert not session.world.tables.insts[session.world.instances(1)[0]]["up"]
    session.apply({"action": "revive", "target": "web"})
    assert session.world.tables.insts[session.world.instances(1)[0]]["up"]
