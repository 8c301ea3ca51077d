"""Advice buys what it says: each change applies, and the analysis of the changed document shows the gain."""

import math
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.advice.figures import figures
from simulation.analysis.advice.judging import Judge
from simulation.analysis.advice.ranking import advise
from simulation.analysis.advice.sensitivity import tornado
from simulation.analysis.findings.examples import example
from simulation.analysis.report import Advice
from simulation.topology.catalogue import KINDS
from simulation.topology.document import Topology
from simulation.topology.parsing import from_object, to_object
from simulation.topology.patching import apply
from simulation.topology.templates import TEMPLATES

SHOP = from_object(
    example(
        "users > lb > web > db, web > sessions",
        rate_rps=1000,
        mix={"read": 0.9, "write": 0.1},
        az_a={"kind": "zone"},
        az_b={"kind": "zone"},
        users="client",
        lb={"kind": "load_balancer", "parent": "az_a"},
        web={"kind": "web_server", "parent": "az_a", "replicas": 3, "params": {"concurrency": 8}},
        db={"kind": "database", "parent": "az_a"},
        sessions={"kind": "session_store", "parent": "az_a"},
    )
)


def patched(topology: Topology, patch: list[dict[str, Any]]) -> Topology:
    return from_object(apply(to_object(topology), patch))


@pytest.fixture(scope="module")
def advice() -> list[Advice]:
    return advise(SHOP, analyze(SHOP))


def test_a_second_session_store_is_advised_with_what_it_buys(advice: list[Advice]) -> None:
    (second,) = (a for a in advice if "TD203" in a.codes)
    assert second.buys["spofs"] == -1
    assert second.buys["availability"] > 0
    assert second.cost_per_month == pytest.approx(60)
    assert second.title == "a second session store in az_b (sessions)"
    assert second.title_ko == "az_b에 2번째 세션 저장소 (sessions)"
    zones = [step["value"] for step in second.patch if step["path"].endswith("/spread")]
    assert zones == [["az_a", "az_b"]]


def test_every_advice_buys_what_it_says(advice: list[Advice]) -> None:
    before = figures(analyze(SHOP))
    assert advice
    for each in advice:
        after = figures(analyze(patched(SHOP, each.patch)))
        assert after.cost_per_month - before.cost_per_month == pytest.approx(each.cost_per_month)
        for name, delta in each.buys.items():
            assert getattr(after, name) - getattr(before, name) == pytest.approx(delta, rel=1e-6, abs=1e-12)


def test_what_buys_next_to_nothing_is_no_advice() -> None:
    """Tokens bind nobody to a server: without stickiness requests wait a few nanoseconds less, and that is all."""
    topology = TEMPLATES["sessions"].topology
    found = advise(topology, analyze(topology))
    assert all(abs(a.buys.get("p99_ms", 1.0)) > 1e-3 or len(a.buys) > 2 for a in found)


def test_duplication_gains_what_the_importance_says() -> None:
    """An independent copy of c gains I_B(c) A_c (1 - A_c): the function is multilinear."""
    plain = from_object(
        example(
            "users > web > sessions",
            users="client",
            web={"kind": "web_server", "replicas": 2, "params": {"availability": 0.99}},
            sessions={"kind": "session_store", "params": {"availability": 0.999}},
        )
    )
    report = analyze(plain)
    (figure,) = (n for n in report.nodes if n.id == "sessions")
    assert figure.importance is not None
    (second,) = (a for a in advise(plain, report) if "TD203" in a.codes)
    assert second.buys["availability"] == pytest.approx(figure.importance.duplication_gain, rel=1e-6)
    assert second.buys["availability"] == pytest.approx((1 - 0.01**2) * 0.999 * 0.001, rel=1e-6)


def test_following_the_advice_leaves_no_single_point_of_failure() -> None:
    topology = SHOP
    for _ in range(12):
        report = analyze(topology)
        if not report.spofs:
            break
        found = [a for a in advise(topology, report) if a.buys.get("spofs", 0) < 0]
        assert found, [s.component for s in report.spofs]
        topology = patched(topology, found[0].patch)
    else:
        pytest.fail("still single points of failure")


def test_the_tornado_names_what_matters_most() -> None:
    topology = from_object(
        example(
            "users > web > db",
            rate_rps=300,
            users="client",
            web={"kind": "web_server", "replicas": 2, "params": {"service_time_ms": 45, "availability": 0.99999}},
            db={"kind": "database", "params": {"mtbf_h": 100, "mttr_h": 1}},
        )
    )
    bars = tornado(topology, analyze(topology))
    assert 0 < len(bars) <= 5
    assert {("db", "mttr_h"), ("db", "mtbf_h")} & {(b.element, b.param) for b in bars}
    assert [b.swing for b in bars] == sorted((b.swing for b in bars), reverse=True)
    for bar in bars:
        assert bar.low <= bar.value <= bar.high


def test_no_number_moves_a_figure_more_than_those_that_the_tornado_names() -> None:
    """Every number of every node moved by hand: among the first five are a zone, and failures that replicas share."""
    topology = TEMPLATES["hidden-common-cause"].topology
    bars = tornado(topology, analyze(topology), judge=Judge(seconds=600.0, most=60))
    named = {(b.element, b.param): b.swing for b in bars}
    assert {("web", "common_cause_share"), ("az-a", "mtbf_h")} <= named.keys()
    for place, node in enumerate(topology.nodes):
        for param, low, high in [("mtbf_h", 0.5, 2.0), ("mttr_h", 0.5, 2.0), ("common_cause_share", 0.0, 0.1)]:
            known = KINDS[node.kind].param(param)
            if known is not None and (node.id, param) not in named:
                ends = [end * (known.default or 1.0) for end in (low, high)]
                down = [
                    1 - (figures(analyze(with_param(topology, place, param, end))).availability or 0) for end in ends
                ]
                assert abs(math.log(down[1] / down[0])) <= bars[-1].swing + 1e-6


def with_param(topology: Topology, place: int, param: str, value: float) -> Topology:
    document = to_object(topology)
    document["nodes"][place].setdefault("params", {})[param] = value
    return from_object(document)


def test_what_there_was_no_time_to_try_is_said() -> None:
    unasked, hurried, patient = (analyze(SHOP, advice_seconds=s) for s in (0.0, 1e-6, 20.0))
    assert [gap.code for gap in unasked.gaps if gap.pointer == "/advice"] == []
    assert [gap.code for gap in hurried.gaps if gap.pointer == "/advice"] == ["advice_left_out"]
    assert [gap.code for gap in hurried.gaps if gap.pointer == "/tornado"] == ["tornado_left_out"]
    assert [gap.code for gap in patient.gaps if gap.pointer == "/advice"] == []
    assert patient.advice


def test_no_analysis_is_begun_that_would_not_end_in_time() -> None:
    report = analyze(SHOP)
    hurried = Judge(seconds=3600.0, expected=3601.0)
    assert advise(SHOP, report, judge=hurried) == []
    assert hurried.analyses == 0
    half = Judge(seconds=3600.0, expected=1801.0)  # time for one of the two ends of a bar
    assert tornado(SHOP, report, judge=half) == []
    assert half.analyses == 0
    assert advise(SHOP, report, judge=Judge(seconds=3600.0, most=1, expected=3599.0)) != []
