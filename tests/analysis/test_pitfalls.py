"""What other tools get wrong, one test each."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis import Budget, analyze
from simulation.analysis.networkx_view import graph
from simulation.analysis.report import Report
from simulation.topology.parsing import from_object
from tests.analysis.documents import USERS, document, edge, node, paths

CALL = edge("users>web")


def unavailable(report: Report) -> float:
    availability = report.flows[0].availability
    assert availability is not None
    return 1 - availability


def test_retries_are_a_fixed_point() -> None:
    web = node("web", "web_server", service_time_ms=1, concurrency=1)
    report = analyze(document([USERS, web], [edge("users>web", retries=3)], 1100))
    attempts = report.nodes[1].arrival_rps
    assert attempts is not None
    assert attempts == pytest.approx(2218, abs=1)
    assert 1 - 1000 / attempts == pytest.approx(0.55, abs=0.005)


@pytest.mark.parametrize("rate", [1000.5, 1001, 1100, 3000])
@pytest.mark.parametrize(("first", "second"), [(1, 0), (3, 0), (10, 0), (3, 3)])
def test_just_beyond_the_capacity_retries_settle_where_what_fails_is_what_is_too_much(
    rate: float, first: int, second: int
) -> None:
    """All attempts of a call fail with p^(attempts): that share is what 1,000 rps cannot carry."""
    nodes = [USERS, node("api", "service", service_time_ms=0.001)]
    nodes.append(node("web", "web_server", service_time_ms=1, concurrency=1))
    edges = [edge("users>api", retries=first), edge("api>web", retries=second)]
    report = analyze(document(nodes, edges, rate))
    p = (1 - 1000 / rate) ** (1 / ((first + 1) * (second + 1)))
    assert report.nodes[2].arrival_rps == pytest.approx(1000 / (1 - p), rel=1e-6)
    assert report.flows[0].carried_share == pytest.approx(1000 / rate, rel=1e-6)


@pytest.mark.parametrize(("budget", "attempts"), [(0, 1100), (0.1, 1210), (0.5, 1650), (2, 2217.789)])
def test_a_retry_budget_carries_no_more_than_there_is(budget: float, attempts: float) -> None:
    web = node("web", "web_server", service_time_ms=1, concurrency=1)
    report = analyze(document([USERS, web], [edge("users>web", retries=3, retry_budget=budget)], 1100))
    assert report.nodes[1].arrival_rps == pytest.approx(attempts)
    assert report.flows[0].carried_share == pytest.approx(1000 / 1100)


def test_failures_in_common_make_a_pair_fifty_times_worse() -> None:
    alone, some, all_of_them = (
        analyze(document([USERS, node("web", "web_server", 2, availability=0.999, common_cause_share=share)], [CALL]))
        for share in (0.0, 0.05, 1.0)
    )
    assert unavailable(alone) == pytest.approx(1e-6)
    assert unavailable(some) / unavailable(alone) == pytest.approx(51, abs=0.2)
    assert unavailable(all_of_them) == pytest.approx(0.001)
    assert {tuple(cut.components) for cut in some.cut_sets} == {("common:web",), ("web#1", "web#2")}
    assert some.spofs == []  # nothing that one could take away


def test_a_document_without_flows_or_nodes_is_analyzed() -> None:
    for nodes in ([], [USERS, node("web", "web_server")]):
        report = analyze(from_object({"format": "linchpin/1", "nodes": nodes}))
        assert (report.flows, report.spofs) == ([], [])
        assert any(g.pointer == "/flows" for g in report.gaps)


def test_dead_and_cold_caches_are_two_losses() -> None:
    nodes = [USERS, node("web", "web_server", 9), node("cache", "cache", hit_ratio=0.9)]
    nodes.append(node("db", "database", read_time_ms=1, concurrency=1))
    report = analyze(document(nodes, paths("users>web>cache", "web>db"), 2000))
    verdicts = {c.type: c for c in report.contingencies if c.outage == "cache"}
    assert set(verdicts) == {"node", "cold_cache"}
    assert verdicts["node"].verdict == verdicts["cold_cache"].verdict == "overload"
    assert verdicts["node"].collapse_share == verdicts["cold_cache"].collapse_share == 1  # nothing is there to be hit
    db = next(s for s in report.spofs if s.component == "db")
    assert db.loss_share == pytest.approx(0.1)
    assert report.flows[0].safe_capacity_rps == pytest.approx(1000)


def test_slow_consumers_delay_and_do_not_lose() -> None:
    nodes = [USERS, node("web", "web_server", 9), node("q", "message_queue", capacity_messages=10_000)]
    nodes.append(node("job", "worker", 4, service_time_ms=10, concurrency=1))
    edges = [*paths("users>web"), edge("web>q", "publish"), edge("q>job", "consume")]
    report = analyze(document(nodes, edges, 500))
    assert report.flows[0].carried_share == pytest.approx(1.0)
    backlog = report.nodes[3].backlog
    assert backlog is not None
    assert backlog.growth_rps == pytest.approx(100)
    assert backlog.full_after_s == pytest.approx(100)
    flow = report.flows[0]
    assert flow.bottleneck == "web"
    assert flow.capacity_rps == pytest.approx(9 * 800)
    assert flow.safe_capacity_rps == pytest.approx(8 * 800)
    assert "job" not in {s.component for s in report.spofs}
    verdicts = {c.outage: c for c in report.contingencies}
    assert [verdicts[name].verdict for name in ("web#1", "job#1", "web")] == ["ok", "degraded", "outage"]
    (late,) = verdicts["web#1"].overloaded  # as today, and not by this loss
    assert late.node == "job"
    assert late.utilization == pytest.approx(1.25)


def test_a_worker_does_not_wait_for_what_is_behind_its_own_queue() -> None:
    """Two stages of jobs: the second is slower, and its queue grows, not the first one's."""
    nodes = [
        USERS,
        node("q", "message_queue", service_time_ms=0.001),
        node("resize", "worker", 4, service_time_ms=10, concurrency=1),
    ]
    nodes += [node("q2", "message_queue", service_time_ms=0.001, capacity_messages=5000)]
    nodes += [node("mail", "worker", service_time_ms=5, concurrency=1)]
    edges = [edge("users>q", "publish", messages=2), edge("q>resize", "consume"), edge("resize>q2", "publish")]
    first, second = (
        analyze(document(nodes, [*edges, edge("q2>mail", "consume")], 150)).nodes[i].backlog for i in (2, 4)
    )
    assert first is not None
    assert second is not None
    assert [first.growth_rps, first.drain_rps] == pytest.approx([0, 400], rel=1e-3)
    assert [second.growth_rps, second.full_after_s] == pytest.approx([100, 50])


def test_a_worker_holds_its_slot_while_it_waits_for_what_it_calls() -> None:
    nodes = [USERS, node("q", "message_queue"), node("job", "worker", 2, service_time_ms=100, concurrency=4)]
    nodes.append(node("mail", "external_service", service_time_ms=50))
    edges = [edge("users>q", "publish"), edge("q>job", "consume"), edge("job>mail", latency_ms=5)]
    worker = analyze(document(nodes, edges, 40)).nodes[2]
    assert worker.utilization == pytest.approx(40 * (0.1 + 0.05 + 2 * 0.005) / 8)
    assert worker.capacity_rps == pytest.approx(50)


def test_a_write_needs_the_primary_or_a_failover() -> None:
    def writes_lost(failover: str, mode: str) -> dict[str, float]:
        nodes = [USERS, node("web", "web_server", 3), node("db", "database", failover=failover), node("r", "database")]
        edges = [*paths("users>web>db", "web>r"), edge("db>r", "replicate", mode=mode)]
        report = analyze(document(nodes, edges, {"rate_rps": 10, "mix": {"read": 0.9, "write": 0.1}}))
        return {s.component: s.loss_share for s in report.spofs}

    assert writes_lost("none", "async") == pytest.approx({"db": 0.1})
    assert writes_lost("automatic", "async") == {}
    assert writes_lost("automatic", "sync") == pytest.approx({"r": 0.1})


def test_every_default_that_a_figure_leaned_on_is_listed() -> None:
    """Of automation that repairs sooner its own times, of observers what they cost, of callers how often they call."""
    nodes = [USERS, node("lb", "load_balancer"), node("web", "web_server", 2), node("db", "database", shards=2)]
    nodes += [node("q", "message_queue"), node("job", "worker", mttr_h=1), node("z", "zone")]
    nodes += [node("ops", "automation"), node("logs", "logging")]
    edges = [*paths("users>lb>web>db"), edge("web>q", "publish"), edge("q>job", "consume", messages=2)]
    edges += [edge("ops>web", "manage"), edge("logs>web", "observe")]
    found: dict[str, set[str]] = {}
    for assumption in analyze(document(nodes, edges, {"rate_rps": 10, "mix": {"read": 0.5, "write": 0.5}})).assumptions:
        assert assumption.source
        found.setdefault(assumption.element, set()).add(assumption.param)
    assert found["web"] >= {"mtbf_h", "common_cause_share", "service_time_ms", "concurrency", "holds_slot"}
    assert "mttr_h" not in found["web"]  # automation repairs it sooner
    assert found["ops"] >= {"detects_in_s", "repairs_in_s", "cost_per_month"}
    assert found["logs"] >= {"overhead", "alert_after_s", "interval_s", "cost_per_month"}
    assert found["lb"] >= {"algorithm", "mttr_h"}
    assert found["db"] >= {"hot_key_share", "read_time_ms", "write_time_ms"}
    assert found["job"] >= {"failure_rate", "mtbf_h"}
    assert found["z"] == {"mtbf_h", "mttr_h", "cost_per_month"}
    assert (found["web-db"], found["web-q"]) == ({"calls"}, {"messages"})
    assert found[""] == {"latency_ms", "loss"}
    assert not found.keys() & {"users-lb", "lb-web", "q-job", "ops-web"}


def test_the_client_and_what_watches_are_never_points_of_failure() -> None:
    nodes = [node("z", "zone"), node("users", "client", parent="z"), node("web", "web_server", 2), node("m", "metrics")]
    report = analyze(document(nodes, [*paths("users>web"), edge("web>m", "observe")]))
    assert report.spofs == []


def test_a_budget_leaves_a_partial_answer_that_says_so() -> None:
    nodes = [USERS, *(node(f"w{i}", "web_server") for i in range(40))]
    report = analyze(document(nodes, paths(*(f"users>w{i}" for i in range(40)))), budget=Budget(seconds=0))
    assert report.partial
    assert report.gaps


def test_a_report_reads_back_as_a_graph() -> None:
    topology = document([USERS, node("web", "web_server")], paths("users>web"), 400)
    made = graph(topology, analyze(topology))
    assert made.nodes["web"]["spof"] == 1
    assert made.nodes["web"]["utilization"] == pytest.approx(0.5)
    assert made.edges["users", "web", "users-web"]["rate_rps"] == pytest.approx(400)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.integers(3, 14).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n), st.integers(1, n)), min_size=n))
    )
)
def test_dominators_agree_where_all_gates_are_alternatives(drawn: tuple[int, set[tuple[int, int]]]) -> None:
    n, arcs = drawn
    arcs = {(a, b) for a, b in arcs if a != b and a != n} | {(0, 1)}
    network = nx.DiGraph(arcs)
    if n not in network or not nx.has_path(network, 0, n):
        return
    names = {0: "users", **{i: f"b{i}" for i in range(1, n)}, n: "web"}
    nodes = [USERS, *(node(names[i], "load_balancer") for i in range(1, n)), node("web", "web_server")]
    edges = [edge(f"{names[a]}>{names[b]}") for a, b in sorted(arcs)]
    above = nx.immediate_dominators(network, 0)
    expected, here = {"web"}, above[n]
    while here != 0:
        expected.add(names[here])
        here = above[here]
    assert {s.component for s in analyze(document(nodes, edges)).spofs} == expected


@pytest.mark.parametrize("order", [("s0", "s1"), ("s1", "s0")])
def test_a_key_lies_in_the_same_shard_whichever_server_asks(order: tuple[str, str]) -> None:
    """Asking the other server does not help: the shard of the key is gone for both."""
    nodes = [USERS, node("lb", "load_balancer", 2), *(node(f"w{i}", "web_server") for i in (0, 1))]
    nodes += [node(s, "database", availability=0.9) for s in ("s0", "s1")]
    weights = {"s0": 1, "s1": 2}
    calls = [
        edge(f"w{i}>{s}", pool="keys", policy="shard", weight=weights[s])
        for i, shards in ((0, ("s0", "s1")), (1, order))
        for s in shards
    ]
    report = analyze(document(nodes, [*paths("users>lb>w0", "lb>w1"), *calls]))
    assert {s.component: s.loss_share for s in report.spofs} == pytest.approx({"s0": 1 / 3, "s1": 2 / 3})
    assert report.flows[0].availability == pytest.approx(0.9, abs=0.001)


@pytest.mark.parametrize("cv", [1e-6, 0.01])
@pytest.mark.parametrize("family", ["pareto", "gamma", "lognormal"])
def test_service_times_that_hardly_vary_are_constant(family: str, cv: float) -> None:
    """M/D/1 at half load: 10 ms, and half of that waiting."""
    web = node("web", "web_server", service_time_ms=10, concurrency=1, distribution=family, cv=cv)
    latency = analyze(document([USERS, web], paths("users>web"), 50)).flows[0].latency
    assert latency.mean_ms == pytest.approx(15, rel=1e-4)
    assert latency.p99_ms == pytest.approx(49.1, rel=0.01)


def test_a_shard_whose_keys_nobody_asks_for_does_not_wait() -> None:
    store = node("db", "database", shards=2, hot_key_share=1, queue_limit=5, read_time_ms=10, concurrency=1)
    latency = analyze(document([USERS, store], paths("users>db"), 1)).flows[0].latency
    assert latency.mean_ms == pytest.approx(10.1, rel=0.001)


@pytest.mark.parametrize(("limit", "rate", "mean_ms"), [(100_000, 150, 999_990), (10**9, 50, 20), (10**9, 100, 5e9)])
def test_a_line_that_is_practically_endless_is_no_endless_work(limit: int, rate: float, mean_ms: float) -> None:
    """Of M/M/1/K: at 1.5 nearly all of the line waits, at 0.5 none of it is needed, at 1 all lengths are alike."""
    web = node("web", "web_server", service_time_ms=10, concurrency=1, queue_limit=limit)
    latency = analyze(document([USERS, web], paths("users>web"), rate)).flows[0].latency
    assert latency.mean_ms == pytest.approx(mean_ms, rel=0.01)


def test_whoever_fails_at_one_call_asks_for_nothing_behind_it() -> None:
    """Writes that lead to a copy alone are answered by nobody: they never come to the search behind it."""
    nodes = [USERS, node("web", "service"), node("db", "database"), node("copy", "database")]
    edges = [*paths("users>web>copy", "web>search"), edge("db>copy", "replicate")]
    flow = {"rate_rps": 10, "mix": {"write": 1}}
    report = analyze(document([*nodes, node("search", "search_index")], edges, flow))
    assert {n.id: n.arrival_rps for n in report.nodes if n.arrival_rps} == {"users": 10, "web": 10}
    assert report.flows[0].latency.mean_ms == pytest.approx(20, rel=1e-6)
