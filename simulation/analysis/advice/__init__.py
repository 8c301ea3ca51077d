"""Changes to a document: built as JSON Patches, re-evaluated, ranked by what they buy for what they cost."""

from typing import TYPE_CHECKING

import msgspec

from simulation.analysis import reasons
from simulation.analysis.report import Gap, Reason, Report
from simulation.topology.document import Topology

if TYPE_CHECKING:
    from simulation.analysis.analyst import Analyst

#: Of the time for advice, the part that goes into changes; the rest goes into the tornado.
_CHANGES = 0.7


def with_advice(topology: Topology, report: Report, seconds: float, analyst: "Analyst") -> Report:
    """The report with the best changes and the numbers that it depends on most; `gaps` says what was not tried.

    The analyst who made the report judges the changes, and begins none that would end after `seconds`.
    """
    from simulation.analysis.advice.judging import Judge
    from simulation.analysis.advice.ranking import advise
    from simulation.analysis.advice.sensitivity import tornado

    changes = Judge(seconds * _CHANGES, most=40, expected=analyst.expected_s, analyze=analyst.variant)
    advice = advise(topology, report, judge=changes)
    if changes.spent():
        report = saying(report, "/advice", reasons.ADVICE_CUT_SHORT if changes.analyses else reasons.ADVICE_LEFT_OUT)
    rest = Judge(seconds * (1 - _CHANGES), most=48, expected=analyst.expected_s, analyze=analyst.variant)
    bars = tornado(topology, report, judge=rest)
    if report.flows and not rest.analyses:
        report = saying(report, "/tornado", reasons.TORNADO_LEFT_OUT)
    return msgspec.structs.replace(report, advice=advice, tornado=bars)


def saying(report: Report, pointer: str, why: Reason) -> Report:
    """The report with the reason for which it has less at this place than it could have."""
    gap = Gap(pointer, why.reason, why.code, why.reason_ko)
    return msgspec.structs.replace(report, gaps=[*report.gaps, gap])
