"""The comparison of two documents names the figures that moved and the step that moved each."""

import pytest

from simulation.analysis.findings.examples import example, varied
from simulation.evaluation.comparison import compare
from simulation.evaluation.differences import differences, steps
from simulation.topology.parsing import from_object

ONE_SERVER = example(
    "users > web > db",
    rate_rps=100,
    mix={"read": 0.9, "write": 0.1},
    users="client",
    web={"kind": "web_server", "params": {"service_time_ms": 20, "concurrency": 8}},
    db="database",
)
BALANCED = varied(
    ONE_SERVER,
    "users > lb > web",
    without=("users > web",),
    lb={"kind": "load_balancer", "replicas": 2},
    web={"replicas": 3},
)


def test_nothing_differs() -> None:
    found = compare(from_object(ONE_SERVER), from_object(ONE_SERVER))
    assert not found.figures
    assert not found.steps
    assert found.text == "no figure moved"


def test_moving_things_on_the_canvas_changes_nothing() -> None:
    drawn = varied(ONE_SERVER, web={"position": {"x": 1, "y": 2}, "notes": "here"})
    assert not differences(from_object(ONE_SERVER), from_object(drawn))


def test_a_balancer_and_replicas_are_two_steps_that_name_what_they_bought() -> None:
    found = compare(from_object(ONE_SERVER), from_object(BALANCED))
    assert [s.elements[0] for s in found.steps] == ["lb", "web"]
    balancer, replicas = found.steps
    assert set(balancer.elements) >= {"lb", "e3", "e4", "e1"}
    assert replicas.spofs_removed == ["web"]
    assert replicas.moved["spofs"] == -1
    assert replicas.moved["availability"] > 0
    assert replicas.moved["cost_per_month"] == pytest.approx(140)
    assert found.spofs_removed == ["web"]
    assert "replicas 1 → 3" in replicas.change
    assert "−1 single point of failure" in replicas.text
    assert "단일 장애점 −1" in replicas.text_ko


def test_the_steps_add_up_to_the_whole() -> None:
    found = compare(from_object(ONE_SERVER), from_object(BALANCED))
    whole = {m.figure: m.delta for m in found.figures if m.scope == "design"}
    for name, delta in whole.items():
        if delta is not None:
            assert sum(s.moved.get(name, 0.0) for s in found.steps) == pytest.approx(delta, abs=1e-9)


def test_each_figure_has_both_sides_and_says_whether_it_is_better() -> None:
    found = compare(from_object(ONE_SERVER), from_object(BALANCED))
    moved = {(m.scope, m.element, m.figure): m for m in found.figures}
    availability = moved["flow", "visits", "availability"]
    assert availability.before is not None
    assert availability.after is not None
    assert availability.delta == pytest.approx(availability.after - availability.before)
    assert availability.better is True
    assert moved["design", None, "cost_per_month"].better is False
    assert moved["node", "web", "utilization"].better is True


def test_a_new_failure_shows_as_one() -> None:
    found = compare(from_object(BALANCED), from_object(ONE_SERVER))
    assert found.spofs_added == ["web"]
    assert any(f.startswith("TD101 web") for f in found.findings_added)


def test_nodes_that_move_into_a_new_container_go_with_it() -> None:
    zoned = varied(BALANCED, az_a="zone", az_b="zone", web={"spread": ["az_a", "az_b"]})
    (step,) = steps(from_object(BALANCED), from_object(zoned))
    assert {d.id for d in step.differences} == {"az_a", "az_b", "web"}


def test_a_step_that_leaves_no_whole_document_goes_with_the_next() -> None:
    away = varied(BALANCED, "users > gate > web", without=("lb",), gate={"kind": "api_gateway", "replicas": 2})
    found = compare(from_object(BALANCED), from_object(away))
    assert sum(len(s.elements) for s in found.steps) == len(differences(from_object(BALANCED), from_object(away)))


def test_a_figure_that_is_lost_is_said() -> None:
    """Beyond the capacity there is no time to compare: what moved is not nothing."""
    drawn = example(
        "users > web", rate_rps=100, users="client", web={"kind": "web_server", "params": {"concurrency": 4}}
    )
    calm, flooded = (from_object(varied(drawn, flow={"rate_rps": rate})) for rate in (100, 10_000))
    there, back = compare(calm, flooded), compare(flooded, calm)
    assert "no p99 any more" in there.steps[0].text
    assert "p99 has a value again" in back.steps[0].text
    assert "no figure moved" not in there.text + back.text
