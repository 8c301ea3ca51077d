"""Changes to a document: built as JSON Patches, re-evaluated, ranked by what they buy for what they cost."""

import msgspec

from simulation.analysis.report import Report
from simulation.topology.document import Topology

#: Of the time for advice, the part that goes into changes; the rest goes into the tornado.
_CHANGES = 0.7


def with_advice(topology: Topology, report: Report, seconds: float) -> Report:
    """The report with the best changes, and with the numbers that it depends on most."""
    from simulation.analysis.advice.judging import Judge
    from simulation.analysis.advice.ranking import advise
    from simulation.analysis.advice.sensitivity import tornado

    advice = advise(topology, report, judge=Judge(seconds=seconds * _CHANGES, most=40))
    bars = tornado(topology, report, judge=Judge(seconds=seconds * (1 - _CHANGES), most=48))
    return msgspec.structs.replace(report, advice=advice, tornado=bars)
