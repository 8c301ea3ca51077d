"""From one server to a system, stage by stage: the comparison names what each step bought."""

import itertools
from typing import Any

import pytest

from simulation.analysis.findings.examples import example, varied
from simulation.evaluation.comparison import Comparison, compare
from simulation.topology.parsing import from_object

Document = dict[str, Any]


def stages() -> dict[str, Document]:
    found: dict[str, Document] = {}
    found["one server"] = last = example(
        "users > dns > web",
        rate_rps=200,
        mix={"read": 0.6, "write": 0.1, "static": 0.3},
        users="client",
        dns={"kind": "dns", "replicas": 2},
        web={
            "kind": "web_server",
            "params": {"service_time_ms": 30, "concurrency": 8, "session": "in_memory", "scaling": "up"},
        },
    )
    found["database apart"] = last = varied(
        last,
        "web > db",
        web={"params": {"service_time_ms": 20}},
        db={"kind": "database", "params": {"backup": True, "read_time_ms": 4, "concurrency": 8}},
    )
    found["scale up"] = last = varied(last, web={"params": {"concurrency": 16}})
    found["load balancer"] = last = varied(
        last,
        "dns > lb > web",
        without=("dns > web",),
        lb={"kind": "load_balancer", "replicas": 2},
        web={"replicas": 3, "params": {"scaling": "out"}},
    )
    found["replicas"] = last = varied(last, "db > copy, web > copy", copy={"kind": "database", "replicas": 2})
    found["cache"] = last = varied(
        last, "web > cache", cache={"kind": "cache", "replicas": 2, "params": {"hit_ratio": 0.8, "ttl_s": 60}}
    )
    found["cdn"] = last = varied(
        last,
        "users > cdn > lb",
        edges={
            "users > cdn": {"params": {"ops": ["static"]}},
            "users > dns": {"params": {"ops": ["read", "write"]}},
        },
        cdn={"kind": "cdn", "replicas": 2},
    )
    found["stateless"] = last = varied(
        last,
        "web > sessions",
        web={"params": {"session": "shared"}},
        sessions={"kind": "session_store", "replicas": 2},
    )
    found["automation"] = varied(
        last,
        "web > metrics, automation > web, automation > db",
        metrics="metrics",
        automation="automation",
        web={"replicas": 4},
    )
    return found


STAGES = stages()
NAMES = list(STAGES)


@pytest.fixture(scope="module")
def compared() -> dict[str, Comparison]:
    pairs = itertools.pairwise(NAMES)
    return {new: compare(from_object(STAGES[old]), from_object(STAGES[new])) for old, new in pairs}


def design(comparison: Comparison) -> dict[str, float]:
    return {m.figure: m.delta for m in comparison.figures if m.scope == "design" and m.delta is not None}


def test_each_step_of_each_stage_adds_up(compared: dict[str, Comparison]) -> None:
    for name, comparison in compared.items():
        assert comparison.steps, name
        assert not comparison.partial
        for figure, delta in design(comparison).items():
            total = sum(step.moved.get(figure, 0.0) for step in comparison.steps)
            assert total == pytest.approx(delta, abs=1e-9), (name, figure)


def test_taking_the_database_apart_costs_a_single_point_of_failure_and_buys_capacity(
    compared: dict[str, Comparison],
) -> None:
    comparison = compared["database apart"]
    assert comparison.spofs_added == ["db"]
    assert design(comparison)["capacity_rps"] > 0
    (faster,) = (s for s in comparison.steps if s.elements == ["web"])
    assert faster.moved["capacity_rps"] == pytest.approx(design(comparison)["capacity_rps"])


def test_scaling_up_buys_capacity_and_no_availability(compared: dict[str, Comparison]) -> None:
    moved = design(compared["scale up"])
    assert moved["capacity_rps"] > 0
    assert "availability" not in moved
    assert "spofs" not in moved


def test_replicas_of_the_web_tier_buy_availability_but_sessions_stay_behind(compared: dict[str, Comparison]) -> None:
    comparison = compared["load balancer"]
    assert comparison.spofs_removed == ["web"]
    assert "TD109 web" in comparison.findings_removed
    assert "TD201 web" in comparison.findings_added
    assert design(comparison)["safe_capacity_rps"] > 0


def test_replicas_of_the_database_end_its_single_point_of_failure(compared: dict[str, Comparison]) -> None:
    assert compared["replicas"].spofs_removed == ["db"]
    assert design(compared["replicas"])["availability"] > 0


def test_the_cdn_takes_load_off_the_origin(compared: dict[str, Comparison]) -> None:
    comparison = compared["cdn"]
    assert "TD306 web" in comparison.findings_removed
    web = {m.figure: m for m in comparison.figures if m.element == "web"}
    assert web["utilization"].better is True


def test_a_session_store_makes_the_web_tier_stateless(compared: dict[str, Comparison]) -> None:
    comparison = compared["stateless"]
    assert "TD201 web" in comparison.findings_removed
    assert "resolves TD201 web" in comparison.text


def test_automation_shortens_repairs(compared: dict[str, Comparison]) -> None:
    (step,) = (s for s in compared["automation"].steps if "automation" in s.elements)
    assert step.moved["availability"] > 0
    assert step.moved["downtime_min_per_year"] < 0
