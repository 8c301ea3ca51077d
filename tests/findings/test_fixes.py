"""What a finding proposes goes as far as it says: the patched document no longer has it, or the finding says why."""

from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.advice.ranking import advise
from simulation.analysis.report import Finding, Report
from simulation.topology.document import Topology
from simulation.topology.parsing import from_object, to_object
from simulation.topology.patching import apply
from tests.analysis.documents import USERS, document, edge, node, paths


def goal(topology: Topology, *thresholds: str) -> Topology:
    return from_object({**to_object(topology), "thresholds": list(thresholds)})


def found(report: Report, code: str) -> list[Finding]:
    return [f for f in report.findings if f.code == code]


def patched(topology: Topology, finding: Finding) -> Report:
    assert finding.patch is not None
    return analyze(from_object(apply(to_object(topology), finding.patch)))


def with_edges(topology: Topology, edges: list[tuple[str, str, str]], without: str = "") -> Topology:
    """The same with more edges, and without those of these ends."""
    told = to_object(topology)
    told["edges"] = [e for e in told["edges"] if f"{e['source']}>{e['target']}" != without]
    told["edges"] += [edge(f"{source}>{target}", kind) for source, target, kind in edges]
    return from_object(told)


def shop(**web: Any) -> Topology:
    nodes = [USERS, node("lb", "load_balancer"), node("web", "web_server", 3, **web), node("db", "database")]
    nodes += [node("sessions", "session_store")]
    return document(nodes, paths("users>lb>web>db", "web>sessions"))


def test_copies_of_all_that_is_needed_reach_the_goal() -> None:
    topology = goal(shop(), "availability >= 0.9999")
    (missed,) = found(analyze(topology), "TD603")
    after = patched(topology, missed)
    assert found(after, "TD603") == []
    assert "together they bring f to about" in (missed.fix or "")


def test_a_goal_for_each_flow_is_met_by_copies_on_its_way() -> None:
    nodes = [USERS, node("a", "service", availability=0.99), node("b", "service", availability=0.999)]
    flows = [{"id": "x", "rate_rps": 10, "mix": {"look": 1}}, {"id": "y", "rate_rps": 1000, "mix": {"buy": 1}}]
    edges = [edge("users>a", ops=["look"]), edge("users>b", ops=["buy"])]
    topology = goal(document(nodes, edges, flows), "availability{flow=x} >= 0.99999", "availability{flow=y} > 0.9999")
    for missed in found(analyze(topology), "TD603"):
        left = [f.components[0] for f in found(patched(topology, missed), "TD603")]
        assert missed.components[0] not in left


def test_what_no_copy_mends_is_said() -> None:
    nodes = [node("a", "zone", availability=0.99), USERS, node("web", "web_server", 2, parent="a")]
    topology = goal(document(nodes, paths("users>web")), "availability >= 0.9999")
    nodes[2] = node("web", "web_server", 1, parent="a")
    for each in (topology, goal(document(nodes, paths("users>web")), "availability >= 0.9999")):
        for missed in found(analyze(each), "TD603"):
            assert missed.patch is None or "short of 0.9999: the rest comes from a" in (missed.fix or "")


def test_two_that_only_fail_together_do_not_each_take_the_whole_away() -> None:
    pair = [node("one", "service", availability=0.99), node("two", "service", availability=0.99)]
    rest = node("lb", "load_balancer", availability=0.99995)
    topology = document([USERS, rest, *pair], paths("users>lb>one", "lb>two"))
    topology = goal(topology, "availability >= 0.9999")
    (missed,) = found(analyze(topology), "TD603")
    assert found(patched(topology, missed), "TD603") == []


def test_an_availability_beside_its_goal_is_told_apart_from_it() -> None:
    topology = goal(document([USERS, node("web", "web_server", availability=0.9998999)], paths("users>web")))
    topology = goal(topology, "availability >= 0.9999")
    (missed,) = found(analyze(topology), "TD603")
    assert "available 0.9998999 of the time" in missed.message


def test_the_only_copy_of_data_gets_a_standby_not_a_second_primary() -> None:
    topology = document(
        [USERS, node("web", "web_server", 2), node("db", "database", backup=True)], paths("users>web>db")
    )
    (single,) = found(analyze(topology), "TD101")
    assert single.patch is not None
    changed = from_object(apply(to_object(topology), single.patch))
    assert [(e.source, e.kind) for e in changed.edges if e.kind == "replicate"] == [("db", "replicate")]
    assert analyze(changed).spofs == []


@pytest.mark.parametrize("replicas", [2, 3, 5])
def test_a_site_that_holds_more_than_its_part_leaves_enough(replicas: int) -> None:
    """Replicas dealt over two zones of one site and one of the other: a third of them is left."""
    boxes = [node("east", "datacenter"), node("west", "datacenter")]
    boxes += [node("e1", "zone", parent="east"), node("w1", "zone", parent="west"), node("e2", "zone", parent="east")]
    web = node("web", "web_server", replicas, spread=["e1", "w1", "e2"], service_time_ms=10, concurrency=1)
    topology = document([*boxes, USERS, node("lb", "load_balancer", 2), web], paths("users>lb>web"), replicas * 90)
    (site,) = (f for f in found(analyze(topology), "TD409") if f.components[0] == "east")
    assert [f for f in found(patched(topology, site), "TD409") if f.components[0] == "east"] == []


def test_a_site_within_a_site_is_spoken_of_once() -> None:
    boxes = [node(f"r{i}", "region") for i in (1, 2)] + [node(f"d{i}", "datacenter", parent=f"r{i}") for i in (1, 2)]
    webs = [node(f"w{i}", "web_server", parent=f"d{i}", service_time_ms=10, concurrency=10) for i in (1, 2)]
    names = node("dns", "dns", 2, policy="geo")
    topology = document([*boxes, USERS, names, *webs], paths("users>dns>w1", "dns>w2"), 1500)
    assert sorted(f.components[0] for f in found(analyze(topology), "TD409")) == ["d1", "d2"]


def test_an_edge_to_a_cache_is_no_other_matter_than_the_cache() -> None:
    nodes = [USERS, node("web", "web_server", 4), node("cache", "cache", hit_ratio=0.9)]
    nodes += [node("db", "database", 2, read_time_ms=20, concurrency=8)]
    report = analyze(document(nodes, paths("users>web>cache", "web>db"), {"rate_rps": 1000, "mix": {"read": 1}}))
    assert [f.components for f in found(report, "TD303")] == [["cache", "db"]]
    assert found(report, "TD102") == []


def test_copies_that_are_spread_over_one_container_move_too() -> None:
    boxes = [node("a", "zone"), node("b", "zone")]
    web, queue = node("web", "web_server", 2, spread=["a"]), node("queue", "message_queue", 2, spread=["a"])
    topology = document([*boxes, USERS, web, queue, node("job", "worker")], paths("users>web>queue>job"))
    (common,) = (f for f in found(analyze(topology), "TD106") if f.components[0] == "a")
    assert found(patched(topology, common), "TD106") == []


def store(*more: str, rate_rps: float = 20_000, write: float = 0.02, db: dict[str, Any] | None = None) -> Topology:
    """Servers over one database in one of two zones; 1 ms a read, 5 ms a write, 16 slots."""
    web = node("web", "web_server", 100)
    copies = [node("copy", "database", parent="b")] if any("copy" in path for path in more) else []
    cache = [node("cache", "cache", 4, hit_ratio=0.9)] if any("cache" in path for path in more) else []
    nodes = [node("a", "zone"), node("b", "zone"), USERS, web, node("db", "database", parent="a", **(db or {}))]
    flow = {"rate_rps": rate_rps, "mix": {"read": 1 - write, "write": write}}
    return document([*nodes, *copies, *cache], paths("users>web>db", *more), flow)


def busy(report: Report) -> dict[str, float]:
    return {n.id: round(n.utilization or 0.0, 4) for n in report.nodes if n.id not in ("users", "web")}


def test_an_overloaded_database_that_is_mostly_read_gets_copies_to_read_from() -> None:
    """20,000 rps, 98% reads: reads keep 1.225 of it busy, writes 0.125."""
    topology = store()
    (over,) = found(analyze(topology), "TD601")
    assert over.fix == (
        "Let web read from 2 read replicas of db (+$400 a month), which may be a little behind: then they are at "
        "most 61% busy, and db, with its writes alone, 12%."
    )
    after = patched(topology, over)
    assert busy(after) == {"db": 0.125, "db-replica": 0.6125}
    assert after.cost_per_month == analyze(topology).cost_per_month + 400
    assert found(after, "TD601") == found(after, "TD602") == []
    assert [s.component for s in after.spofs] == []  # the copy takes over, too


def test_readers_turn_to_a_copy_that_stands_by() -> None:
    topology = with_edges(store("web>copy"), [("db", "copy", "replicate")], without="web>copy")
    (over,) = found(analyze(topology), "TD601")
    assert "Let web read from copy with 2 replicas (+$200 a month)" in (over.fix or "")
    assert busy(patched(topology, over)) == {"db": 0.125, "copy": 0.6125}


def test_a_copy_that_is_read_from_gets_more_replicas() -> None:
    topology = with_edges(store("web>copy"), [("db", "copy", "replicate")])
    (over,) = found(analyze(topology), "TD601")
    assert over.components == ["copy"]
    assert busy(patched(topology, over)) == {"db": 0.125, "copy": 0.6125}


def test_a_database_whose_writes_alone_are_too_much_is_split_into_shards() -> None:
    """6,000 rps, 90% writes: 1.6875 of it busy with writes, 0.0375 with reads."""
    topology = store(rate_rps=6_000, write=0.9)
    (over,) = found(analyze(topology), "TD601")
    assert "Split db into 3 shards (+$400 a month)" in (over.fix or "")
    assert "Then the busiest shard is at most 57% busy" in (over.fix or "")
    assert busy(patched(topology, over)) == {"db": 0.575}


def test_a_key_that_alone_is_too_much_is_in_no_shard() -> None:
    topology = store(rate_rps=6_000, write=0.9, db={"hot_key_share": 0.6})
    (over,) = found(analyze(topology), "TD601")
    assert "shards" not in (over.fix or "")
    topology = store(rate_rps=6_000, write=0.9, db={"hot_key_share": 0.2})
    (over,) = found(analyze(topology), "TD601")
    assert "Split db into" in (over.fix or "")
    assert found(patched(topology, over), "TD601") == found(patched(topology, over), "TD602") == []


def test_who_chooses_where_to_read_is_not_sent_elsewhere() -> None:
    """An edge that states its pool, or weights, would share the reads otherwise."""
    told = to_object(store(write=0.001))
    told["edges"][1]["params"] = {"pool": "stores"}
    (over,) = found(analyze(from_object(told)), "TD601")
    assert "read from" not in (over.fix or "")


def test_reads_that_a_cache_spares_fall_on_copies_when_it_is_lost() -> None:
    """The cache spares what its edge names; the copies are in front of nothing else."""
    told = to_object(store("web>cache"))
    told["edges"][-1]["params"] = {"fronts": ["db"]}
    topology = from_object(told)
    (lost,) = found(analyze(topology), "TD303")
    assert "2 read replicas of db" in (lost.fix or "")
    after = patched(topology, lost)
    assert busy(after) == {"db": 0.125, "cache": busy(analyze(topology))["cache"], "db-replica": 0.0612}
    assert found(after, "TD303") == found(after, "TD102") == []


def test_a_database_that_is_too_much_for_what_a_lost_replica_leaves_is_read_from_copies() -> None:
    """Two equals, 68% busy: one alone could not, but for the writes, which are few."""
    told = to_object(store())
    told["nodes"][4]["replicas"] = 2
    topology = from_object(told)
    lost = next(f for f in found(analyze(topology), "TD102") if f.components == ["db"])
    assert "2 read replicas of db" in (lost.fix or "")
    after = patched(topology, lost)
    assert [f for f in found(after, "TD102") if f.components[0] == "db" and "db#" in f.message] == []


def test_a_copy_that_is_split_otherwise_is_sized_by_its_own_shards() -> None:
    """The primary's busiest shard gets half of the reads, the copy's only one gets all."""
    topology = with_edges(
        store("web>copy", db={"shards": 2}, rate_rps=30_000), [("db", "copy", "replicate")], "web>copy"
    )
    (over,) = found(analyze(topology), "TD601") or found(analyze(topology), "TD602")
    assert "at most 61% busy" in (over.fix or "")
    assert busy(patched(topology, over))["copy"] == 0.6125


def test_advice_tells_what_copies_to_read_from_buy_and_cost() -> None:
    topology = store()
    report = analyze(topology)
    (advice,) = (a for a in advise(topology, report) if a.codes == ["TD601"])
    assert advice.title == "2 read replicas of db in b and a (db-replica)"
    assert advice.cost_per_month == 400
    capacity = patched(topology, found(report, "TD601")[0]).flows[0].capacity_rps
    assert advice.buys["capacity_rps"] == pytest.approx((capacity or 0.0) - (report.flows[0].capacity_rps or 0.0))
    assert advice.buys["spofs"] == -2  # the zone, and the database within


def test_all_that_stand_in_for_each_other_leave_a_zone_together() -> None:
    """Two servers, and a primary with its synchronous copy, in one zone: to move one of these groups buys nothing."""
    nodes = [node("az", "zone"), USERS, node("lb", "load_balancer", 2)]
    nodes += [node("w0", "web_server", 2, parent="az"), node("w1", "web_server", 2, parent="az")]
    nodes += [node("db", "database", parent="az"), node("db-r", "database", 2, parent="az")]
    edges = paths("users>lb", "lb>w0", "lb>w1", "w0>db", "w1>db", "w0>db-r", "w1>db-r")
    edges.append(edge("db>db-r", "replicate", mode="sync"))
    topology = document(nodes, edges, {"rate_rps": 20, "mix": {"read": 0.9, "write": 0.1}})
    (common,) = found(analyze(topology), "TD106")
    assert common.components == ["az", "w0", "w1", "db", "db-r"]
    after = patched(topology, common)
    assert found(after, "TD106") == []
    assert after.spofs == []
