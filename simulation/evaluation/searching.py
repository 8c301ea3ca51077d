"""A search for the cheapest document that meets thresholds: every candidate analysed and judged as in an evaluation."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from simulation.analysis.advice.judging import Judge
from simulation.analysis.advice.search import Place, cheapest
from simulation.analysis.budget import Budget
from simulation.analysis.report import Report
from simulation.evaluation.differences import steps
from simulation.evaluation.evaluate import Outcome, judged_by, readings_of, sources_of
from simulation.evaluation.metrics import Source
from simulation.evaluation.thresholds import Threshold, parse_all
from simulation.topology.catalogue.model import Text
from simulation.topology.document import InvalidInput, Problem, Topology

_SOURCE: Source = "analysis"
#: What a threshold weighs that has no value to compare: more than one that is missed by any distance.
_UNKNOWN = 1.0
#: Share of a flow that a candidate may refuse more than the document does today.
_REFUSED = 0.001
#: Analyses that one search makes at most.
_MOST = 5_000


class Candidate(msgspec.Struct, frozen=True):
    """A document that was analysed, as a JSON Patch (RFC 6902) to the one given and in words, with its figures.

    Availability weighs flows by their traffic, `p99_ms` is the slowest flow's; `meets` all thresholds or not.
    """

    patch: list[dict[str, Any]]
    change: str
    change_ko: str
    cost_per_month: float
    availability: float | None
    p99_ms: float | None
    safe_capacity_rps: float | None
    spofs: int
    meets: bool


class Search(msgspec.Struct, frozen=True):
    """What was found: `best` is the cheapest candidate that meets the thresholds, or comes nearest to them.

    `thresholds` are judged on `best`, and `verdict` is theirs. `front` holds the candidates that no other beats
    in cost, p99 and availability, cheapest first. `partial` where the budget ended the search for the best,
    `front_partial` where it ended that for the front.
    """

    verdict: Literal["pass", "fail"]
    thresholds: list[Outcome]
    start: Candidate
    best: Candidate
    front: list[Candidate]
    analyses: int
    partial: bool
    front_partial: bool


def judgeable(topology: Topology, thresholds: Sequence[str] | None = None) -> list[Threshold]:
    """The thresholds that a search has to meet, by default the document's own.

    Raises InvalidInput where there is none, for one that is no threshold, and for what only a simulation measures.
    """
    judged = parse_all(topology.thresholds if thresholds is None else thresholds, topology)
    if not judged:
        raise InvalidInput([Problem("/thresholds", "there is no threshold to meet; give at least one")])
    sources_of(judged, simulated=False)
    return judged


def search(topology: Topology, thresholds: Sequence[str] | None = None, *, seconds: float = 20.0) -> Search:
    """The cheapest document near this one that meets the thresholds (by default its own), found in that time.

    It varies replicas, their placement over containers, sizes of caches and of pools, and takes what findings
    propose. Raises InvalidInput where the thresholds are not `judgeable`, or the best document has no such figure.
    """
    from simulation.analysis import engine  # loading it is no part of the time for the search
    from simulation.analysis.analyst import Analyst

    judged = judgeable(topology, thresholds)
    order = None if any(t.metric.name == "cut_sets" for t in judged) else 1

    analyst = Analyst()

    def analyzed(candidate: Topology, budget: Budget) -> Report:
        if candidate is topology:
            return analyst.report(candidate, max_order=order, budget=budget)
        return analyst.variant(candidate, budget, order)

    carried: dict[str, float] = {}

    def goals(report: Report) -> float:
        shares = {f.id: f.carried_share for f in report.flows if f.carried_share is not None}
        carried.update({flow: share for flow, share in shares.items() if flow not in carried})
        refused = sum(max(0.0, was - _REFUSED - shares.get(flow, 0.0)) for flow, was in carried.items())
        return refused + sum(_missed(threshold, report) for threshold in judged)

    found = cheapest(topology, goals, judge=Judge(seconds=seconds, most=_MOST, analyze=analyzed))
    if found is None:
        engine.report(topology, max_order=order)  # says why not
        raise InvalidInput([Problem("", "the document cannot be analysed")])
    outcomes = judged_by(judged, [_SOURCE] * len(judged), found.best.report, None)
    return Search(
        verdict="pass" if found.best.missed == 0 else "fail",
        thresholds=outcomes,
        start=_candidate(topology, found.start),
        best=_candidate(topology, found.best),
        front=[_candidate(topology, place) for place in found.front],
        analyses=found.analyses,
        partial=found.partial,
        front_partial=found.front_partial,
    )


def _missed(threshold: Threshold, report: Report) -> float:
    """By how much the report misses the threshold, from 0 to 1 wherever it must hold, summed up.

    What is overloaded has no latency: then it counts how far over its capacity everything is.
    """
    readings = list(readings_of(threshold, _SOURCE, report, None))
    if not readings:
        return _UNKNOWN
    total = 0.0
    for reading in readings:
        if reading.value is None:
            total += _UNKNOWN + sum(max(0.0, (n.utilization or 0.0) - 1) for n in report.nodes)
        elif not threshold.holds(reading.value):
            distance = max(1e-9, _distance(threshold, reading.value))
            total += distance / (1 + distance)
    return total


def _distance(threshold: Threshold, value: float) -> float:
    """How far a value is from its bound, as a share of it; of availability, of the unavailability that has to go."""
    if threshold.metric.name.startswith("availability") and value < threshold.bound <= 1:
        return (threshold.bound - value) / (1 - value)
    return abs(value - threshold.bound) / (abs(threshold.bound) or 1.0)


def _candidate(topology: Topology, place: Place) -> Candidate:
    told = [step.text() for step in steps(topology, place.topology)] or [Text("as it is", "그대로")]
    return Candidate(
        patch=place.patch,
        change="; ".join(t.en for t in told),
        change_ko="; ".join(t.ko for t in told),
        cost_per_month=place.figures.cost_per_month,
        availability=place.figures.availability,
        p99_ms=place.figures.p99_ms,
        safe_capacity_rps=place.figures.safe_capacity_rps,
        spofs=int(place.figures.spofs),
        meets=place.missed == 0,
    )
