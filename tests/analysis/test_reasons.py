"""Why a figure is missing, by code and in both languages; no figure is null in silence."""

import re
from typing import Any

import msgspec
import pytest

from simulation.analysis import Budget, analyze, reasons
from simulation.analysis.report import Reason, Report
from simulation.evaluation import evaluate
from tests.analysis.documents import USERS, document, edge, node, paths

HANGUL = re.compile("[가-힣]")
WEB = node("web", "web_server", service_time_ms=10, concurrency=1)


def gaps(report: Report) -> dict[str, str]:
    """Code of the reason by pointer."""
    return {gap.pointer: gap.code for gap in report.gaps}


def test_every_reason_has_a_code_of_its_own_and_speaks_both_languages() -> None:
    known = [value for value in vars(reasons).values() if isinstance(value, Reason)]
    known += [reasons.overloaded("web"), reasons.cuts_up_to(2), reasons.cuts_left_out(3)]
    known += [reasons.pairs_assessed(1, 2), reasons.pairs_left_out(3), reasons.losses_looked_at(1, 2)]
    codes = [reason.code for reason in known]
    assert len(codes) == len(set(codes))
    for reason in known:
        assert reason.reason
        assert HANGUL.search(reason.reason_ko), reason
        assert not HANGUL.search(reason.reason)


@pytest.mark.parametrize(
    ("flows", "pointer", "code"),
    [
        (200, "/flows/0/latency", "overloaded"),
        (200, "/nodes/1/wait_ms", "overloaded"),
        ([], "/flows", "no_flow"),
    ],
)
def test_what_has_no_value_says_why(flows: Any, pointer: str, code: str) -> None:
    assert gaps(analyze(document([USERS, WEB], paths("users>web"), flows)))[pointer] == code


def test_calls_in_a_circle_that_multiply_have_no_load() -> None:
    nodes = [USERS, node("a", "service"), node("b", "service")]
    edges = [edge("users>a"), edge("a>b"), edge("b>a", calls=1.5)]
    report = analyze(document(nodes, edges, 10))
    assert {gaps(report)[f"/nodes/{i}/utilization"] for i in (1, 2)} == {"unstable"}


def test_a_spent_budget_is_said() -> None:
    nodes = [USERS, *(node(f"n{i}", "service", 2) for i in range(40))]
    chain = paths(">".join(["users", *(f"n{i}" for i in range(40))]))
    report = analyze(document(nodes, chain, 10), budget=Budget(seconds=0.0), pairs=True)
    assert report.partial
    assert "out_of_budget" in gaps(report).values()


def test_what_the_figures_leave_out_is_told_in_both_languages() -> None:
    nodes = [
        USERS,
        node("dns", "dns", policy="failover"),
        node("lb", "load_balancer", sticky=True),
        node("web", "web_server", 2, autoscale={"min": 2, "max": 4}),
        node("q", "message_queue"),
        node("worker", "worker"),
        node("db", "database"),
        node("copy", "database"),
    ]
    edges = [
        *paths("users>dns>lb>web"),
        edge("web>db", timeout_ms=100, retries=1, breaker={"error_rate": 0.5, "open_s": 5}),
        edge("web>q", "publish"),
        edge("q>worker", "consume"),
        edge("db>copy", "replicate"),
    ]
    flow = {"rate_rps": 10, "shape": {"kind": "ramp", "to_rps": 20, "over_s": 60}, "arrivals": "deterministic"}
    report = analyze(document(nodes, edges, flow))
    codes = {s.code for s in report.simplifications}
    assert codes == {
        "autoscaling", "timeouts", "retries", "breakers", "shapes", "even_arrivals", "name_lookups", "failovers",
        "stickiness", "behind_queues",
    }  # fmt: skip
    assert [s.reason for s in report.simplifications] == report.not_modelled
    assert all(HANGUL.search(s.reason_ko) for s in report.simplifications)


def test_single_points_of_failure_say_why_in_both_languages() -> None:
    nodes = [
        USERS,
        node("z", "zone"),
        node("web", "web_server", 2, "z"),
        node("app", "service", 3, needed=3),
        node("db", "database", shards=2),
    ]
    report = analyze(document(nodes, paths("users>web>app>db")))
    assert {s.component for s in report.spofs} == {"z", "app#1", "app#2", "app#3", "db#1", "db#2"}
    assert all(s.reason and HANGUL.search(s.reason_ko) for s in report.spofs)
    assert next(s for s in report.spofs if s.component == "z").hidden


def test_an_outcome_without_a_figure_says_why_in_both_languages() -> None:
    outcome = evaluate(document([USERS, WEB], paths("users>web"), 200), ["p99_ms < 100"]).thresholds[0]
    assert (outcome.value, outcome.holds) == (None, False)
    assert outcome.reason == reasons.overloaded("web").reason
    assert outcome.reason_ko == reasons.overloaded("web").reason_ko


def test_nothing_is_null_in_silence() -> None:
    """Overloaded, every figure of the flow that is null has its reason."""
    report = analyze(document([USERS, WEB], paths("users>web"), 200))
    flow = msgspec.to_builtins(report.flows[0])
    given = gaps(report)
    for name in ("availability", "availability_carried", "capacity_rps", "safe_capacity_rps", "latency"):
        missing = flow[name] is None or (name == "latency" and flow[name]["p99_ms"] is None)
        assert missing == (f"/flows/0/{name}" in given), name


def test_what_is_read_otherwise_than_simulated_is_told() -> None:
    content: dict[str, Any] = {"key_count": 1000, "zipf_s": 1, "capacity_keys": 100, "eviction": "lru", "ttl_s": 60}
    nodes = [
        USERS,
        node("lb", "load_balancer", algorithm="least_connections"),
        node("quick", "service", service_time_ms=2),
        node("slow", "service", service_time_ms=20),
        node("cache", "cache", **content),
        node("db", "database"),
    ]
    edges = paths("users>lb>quick>cache", "lb>slow", "quick>db")
    edges += [edge("slow>cache", calls=2), edge("slow>db", calls=2)]
    report = analyze(document(nodes, edges, 10))
    assert {"unlike_servers", "expiry", "look_ups", "deep_edges"} <= {s.code for s in report.simplifications}
    copies = [edge("db>a", "replicate", mode="sync"), edge("db>b", "replicate", mode="async")]
    stores = [*nodes[-2:], node("a", "database"), node("b", "database")]
    stores[0]["params"]["eviction"], stores[1]["params"] = "fifo", {"failover": "automatic"}
    stores[0]["replicas"] = 2
    held = analyze(document([*nodes[:-2], *stores], [*edges, *copies], 10))
    assert {"held_content", "lost_content", "lost_with_a_copy"} <= {s.code for s in held.simplifications}
    assert not {"held_content", "lost_content", "lost_with_a_copy"} & {s.code for s in report.simplifications}
    alike = analyze(document([USERS, nodes[1], WEB], paths("users>lb>web"), 10))
    assert not {"unlike_servers", "expiry", "look_ups"} & {s.code for s in alike.simplifications}


def test_half_that_seldom_needs_what_the_other_always_needs_is_a_half_too() -> None:
    """A balancer that checks its targets alone keeps sending to both when the queue is down."""
    nodes = [USERS, node("lb", "load_balancer"), node("a", "service"), node("b", "service"), node("q", "message_queue")]
    edges = [*paths("users>lb>a", "lb>b"), edge("a>q", "publish"), edge("b>q", "publish", messages=0.4)]
    assert "deep_checks" in {s.code for s in analyze(document(nodes, edges, 10)).simplifications}
