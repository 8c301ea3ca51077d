"""One evaluation: thresholds judged by what the engines measured.

With a scenario the simulation answers for what it measures, and the analysis for what only the analysis
can know (single points of failure, availability, cost); without one the analysis answers. Each outcome
says which.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from simulation.analysis.report import Report
from simulation.evaluation.metrics import Source
from simulation.evaluation.readings import Reading, from_report, from_result
from simulation.evaluation.thresholds import Threshold, parse_all
from simulation.topology.catalogue.model import Text
from simulation.topology.document import InvalidInput, Problem, Topology
from simulation.topology.resolving import resolve
from simulation.traffic.result import Result
from simulation.traffic.scenario import Scenario, standing_at
from simulation.traffic.scenario import parse as parse_scenario

OF_TRAFFIC = ("spofs", "cut_sets", "contingency_failures")


class Outcome(msgspec.Struct, frozen=True):
    """One threshold judged. Without a selector it must hold everywhere: `element` is where it is worst.

    `value` is None, and `holds` False, where the figure does not exist because of an overload; `reason` says so.
    """

    threshold: str
    metric: str
    element: str | None
    value: float | None
    low: float | None
    high: float | None
    holds: bool
    source: Source
    reason: str | None = None
    reason_ko: str | None = None


class Evaluation(msgspec.Struct, frozen=True):
    """The verdict, each threshold, what it was read from, and what the document costs a month."""

    verdict: Literal["pass", "fail"]
    thresholds: list[Outcome]
    report: Report | None = None
    result: Result | None = None
    cost_per_month: float | None = None


def evaluate(
    topology: Topology,
    thresholds: Sequence[str] | None = None,
    scenario: Scenario | dict[str, Any] | None = None,
    *,
    stopped: Callable[[], str] = str,
) -> Evaluation:
    """Judge the document by the thresholds, by its own when none are given.

    Raises InvalidInput for a threshold that is not one, that names what does not exist, or whose metric
    this run did not measure, or that it could not finish (`stopped` says why to end it); an evaluation of nothing is
    refused as well.
    """
    texts = topology.thresholds if thresholds is None else thresholds
    judged = parse_all(texts, topology)
    if not judged:
        raise InvalidInput([Problem("/thresholds", "there is no threshold to evaluate; give at least one")])
    plan = None if scenario is None else parse_scenario(scenario, "/scenario")
    sources = sources_of(judged, simulated=plan is not None)
    report = _analyze(topology) if "analysis" in sources else None
    result = _simulate(topology, plan, stopped) if plan is not None else None
    outcomes = judged_by(judged, sources, report, result)
    verdict: Literal["pass", "fail"] = "pass" if all(o.holds for o in outcomes) else "fail"
    return Evaluation(verdict, outcomes, report, result, resolve(topology).cost_per_month)


def _analyze(topology: Topology) -> Report:
    from simulation.analysis import analyze

    return analyze(topology)


def _simulate(topology: Topology, scenario: Scenario, stopped: Callable[[], str]) -> Result:
    from simulation.traffic import simulate

    with standing_at("/scenario"):
        result = simulate(topology, scenario, stopped=stopped)
    if result.cut_short:
        detail = f"the run was cut short after {result.duration_s:.3g} s, so nothing is judged: {result.cut_short}"
        raise InvalidInput([Problem("/scenario", detail)])
    return result


def sources_of(thresholds: list[Threshold], *, simulated: bool) -> list[Source]:
    """Who answers for each threshold. Raises InvalidInput where nobody does."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for i, threshold in enumerate(thresholds):
        able = [s for s in threshold.metric.sources if simulated or s == "analysis"]
        if able:
            sources.append(able[0])
        else:
            detail = f"{threshold.metric.name!r} is measured by a simulation only; give a scenario"
            problems.append(Problem(f"/thresholds/{i}", detail))
    if problems:
        raise InvalidInput(problems)
    return sources


def judged_by(
    thresholds: list[Threshold], sources: list[Source], report: Report | None, result: Result | None
) -> list[Outcome]:
    """Each threshold judged by its source. Raises InvalidInput where one was not measured."""
    outcomes: list[Outcome] = []
    problems: list[Problem] = []
    for i, (threshold, source) in enumerate(zip(thresholds, sources, strict=True)):
        readings = list(readings_of(threshold, source, report, result))
        unmeasured = [r for r in readings if r.value is None and not r.overloaded]
        if readings and not unmeasured:
            outcomes.append(_outcome(threshold, source, readings))
            continue
        problems.append(Problem(f"/thresholds/{i}", _why_unmeasured(threshold, unmeasured)))
    if problems:
        raise InvalidInput(problems)
    return outcomes


def readings_of(
    threshold: Threshold, source: Source, report: Report | None, result: Result | None
) -> Iterator[Reading]:
    """The readings that the threshold must hold for; those that an element does not have are left out."""
    if source == "analysis" and report is not None:
        if threshold.metric.name in OF_TRAFFIC and not report.flows:
            return  # nothing is lost where nothing flows: no answer, rather than one that looks safe
        found = from_report(report, threshold.metric)
    elif result is not None:
        found = from_result(result, threshold.metric)
    else:
        return
    for reading in found:
        if threshold.element is None and not reading.applies and threshold.metric.scope == "node":
            continue
        if threshold.element in (None, reading.element):
            yield reading


_OVERLOADED = Text(
    "more is offered than can be carried, so there is no such figure",
    "감당할 수 있는 것보다 많이 들어와 이 수치가 없습니다",
)


def _outcome(threshold: Threshold, source: Source, readings: list[Reading]) -> Outcome:
    def rank(reading: Reading) -> float:
        if reading.value is None or math.isnan(reading.value):
            return math.inf
        return threshold.badness(reading.value)

    worst = max(readings, key=rank)
    why = None
    if worst.value is None:
        why = Text(worst.reason, worst.reason_ko) if worst.reason else _OVERLOADED
    return Outcome(
        threshold=threshold.text,
        metric=threshold.metric.name,
        element=worst.element,
        value=worst.value,
        low=worst.low,
        high=worst.high,
        holds=worst.value is not None and threshold.holds(worst.value),
        source=source,
        reason=why.en if why else None,
        reason_ko=why.ko if why else None,
    )


def _why_unmeasured(threshold: Threshold, unmeasured: list[Reading]) -> str:
    name = threshold.metric.name
    if not unmeasured:
        what = "node with such a figure" if threshold.metric.scope == "node" else "flow"
        return f"{name!r} was not measured: the document has no {what}"
    first = unmeasured[0]
    return f"{name!r} was not measured at {first.element!r}" + (f": {first.reason}" if first.reason else "")
