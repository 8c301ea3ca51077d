"""The grammar of thresholds, the worst value without a selector, and what never passes."""

from typing import Any

import pytest

from simulation.evaluation import evaluate
from simulation.evaluation.metrics import METRICS
from simulation.evaluation.thresholds import figure, parse
from simulation.topology.document import InvalidInput
from simulation.topology.parsing import from_object

DOCUMENT: dict[str, Any] = {
    "format": "linchpin/1",
    "name": "Two flows",
    "nodes": [
        {"id": "users", "kind": "client"},
        {"id": "fast", "kind": "web_server", "params": {"service_time_ms": 10, "concurrency": 4}},
        {"id": "slow", "kind": "web_server", "params": {"service_time_ms": 50, "concurrency": 4}},
    ],
    "edges": [
        {"id": "a", "source": "users", "target": "fast", "params": {"ops": ["read"]}},
        {"id": "b", "source": "users", "target": "slow", "params": {"ops": ["report"]}},
    ],
    "flows": [
        {"id": "reads", "source": "users", "rate_rps": 10, "mix": {"read": 1}},
        {"id": "reports", "source": "users", "rate_rps": 10, "mix": {"report": 1}},
    ],
}
TOPOLOGY = from_object(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "metric", "element", "op", "bound"),
    [
        ("p99_ms<200", "p99_ms", None, "<", 200),
        ("  availability >= 0.999 ", "availability", None, ">=", 0.999),
        ("p99_ms{flow=reads} < 2e2", "p99_ms", "reads", "<", 200),
        ("utilization { node = slow } != .5", "utilization", "slow", "!=", 0.5),
        ("cost_per_month <= -1", "cost_per_month", None, "<=", -1),
    ],
)
def test_grammar(text: str, metric: str, element: str | None, op: str, bound: float) -> None:
    found = parse(text, TOPOLOGY)
    assert (found.metric.name, found.element, found.op, found.bound) == (metric, element, op, bound)


@pytest.mark.parametrize(
    "text",
    [
        "p99_ms",
        "p99_ms < ",
        "p99_ms << 3",
        "p99_ms < NaN",
        "p99_ms < 1e999",
        "p99_ms < ٣",
        "p99_ms < 200 ms",
        "p99_ms{} < 200",
        "p99_ms{edge=a} < 200",
        "p99_ms{flow=nobody} < 200",
        "spofs{flow=reads} == 0",
        "made_up < 1",
    ],
)
def test_what_is_no_threshold_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text, TOPOLOGY, "/thresholds/3")
    assert caught.value.problems[0].pointer == "/thresholds/3"


def test_every_wrong_threshold_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        evaluate(TOPOLOGY, ["x < 1", "spofs == 0", "y < 1"])
    assert [p.pointer for p in caught.value.problems] == ["/thresholds/0", "/thresholds/2"]


def test_without_a_selector_the_worst_flow_counts() -> None:
    outcomes = {o.threshold: o for o in evaluate(TOPOLOGY, ["mean_ms < 30", "mean_ms > 30"]).thresholds}
    below, above = outcomes["mean_ms < 30"], outcomes["mean_ms > 30"]
    assert (below.element, below.holds) == ("reports", False)
    assert (above.element, above.holds) == ("reads", False)
    one = evaluate(TOPOLOGY, ["mean_ms{flow=reads} < 30"])
    assert one.verdict == "pass"
    assert one.thresholds[0].value == pytest.approx(10, rel=0.02)


def test_equality_is_judged_where_it_is_furthest_off() -> None:
    [outcome] = evaluate(TOPOLOGY, ["offered_rps == 10"]).thresholds
    assert outcome.holds
    [outcome] = evaluate(TOPOLOGY, ["utilization == 0.025"]).thresholds
    assert (outcome.element, outcome.holds) == ("slow", False)


def test_an_overload_breaks_a_bound_on_time_without_a_made_up_number() -> None:
    busy = from_object({**DOCUMENT, "flows": [{**DOCUMENT["flows"][0], "rate_rps": 4000}, DOCUMENT["flows"][1]]})
    evaluation = evaluate(busy, ["p99_ms{flow=reads} < 1000000", "p99_ms{flow=reads} > 0"])
    assert evaluation.verdict == "fail"
    for outcome in evaluation.thresholds:
        assert (outcome.value, outcome.holds) == (None, False)
        assert outcome.reason


def test_what_only_a_simulation_measures_never_passes_without_one() -> None:
    simulated = [m for m in METRICS if m.sources == ("simulation",)]
    assert simulated
    for metric in simulated:
        with pytest.raises(InvalidInput):
            evaluate(TOPOLOGY, [f"{metric.name} >= 0"])


def test_every_metric_can_be_measured_by_whom_it_names() -> None:
    """A name in the registry that no engine answers would be an error at every user."""
    scenario = {"duration_s": 10, "warmup_s": 1}
    cached = from_object(
        {
            **DOCUMENT,
            "nodes": [
                *DOCUMENT["nodes"],
                {"id": "cache", "kind": "cache"},
                {"id": "db", "kind": "database"},
                {"id": "page", "kind": "web_server", "params": {"session": "shared", "sessions": 100}},
                {"id": "store", "kind": "session_store"},
                {"id": "queue", "kind": "message_queue"},
                {"id": "worker", "kind": "worker"},
            ],
            "edges": [
                *DOCUMENT["edges"],
                {"id": "c", "source": "fast", "target": "cache"},
                {"id": "d", "source": "fast", "target": "db"},
                {"id": "p", "source": "fast", "target": "page"},
                {"id": "s", "source": "page", "target": "store"},
                {"id": "q", "source": "fast", "target": "queue"},
                {"id": "w", "source": "queue", "target": "worker"},
            ],
        }
    )
    places = {"sessions": "{node=store}", "memory_mb": "{node=store}", "oldest_s": "{node=queue}"}
    for plan, source in ((None, "analysis"), (scenario, "simulation")):
        texts = [
            f"{m.name}{places.get(m.name, '{node=cache}') if m.scope == 'node' else ''} >= -1e12"
            for m in METRICS
            if source in m.sources
        ]
        evaluation = evaluate(cached, texts, plan)
        assert {o.source for o in evaluation.thresholds} == {source}
        assert evaluation.verdict == "pass", [o for o in evaluation.thresholds if not o.holds]


def test_an_empty_evaluation_is_refused() -> None:
    with pytest.raises(InvalidInput):
        evaluate(TOPOLOGY)


@pytest.mark.parametrize("name", ["spofs", "cut_sets", "contingency_failures", "availability"])
def test_without_any_flow_nothing_is_safe(name: str) -> None:
    idle = from_object({**DOCUMENT, "flows": []})
    with pytest.raises(InvalidInput, match="was not measured: the document has no flow"):
        evaluate(idle, [f"{name} <= 1"])
    assert evaluate(idle, ["cost_per_month >= 0"]).verdict == "pass"


@pytest.mark.parametrize(("text", "value", "shown"), [
    ("availability >= 0.9999", 0.99989999, "0.99989999"), ("availability >= 0.9999", 0.99991234, "0.999912"),
    ("p99_ms{flow=f} < 200", 199.9999999, "199.9999999"), ("p99_ms < 200", 95.96831, "95.9683"), ("spofs == 0", 2, "2"),
])  # fmt: skip
def test_a_figure_is_told_on_its_side_of_the_bound(text: str, value: float, shown: str) -> None:
    assert figure(text, value, 6) == shown
