"""The analysis engine: what falls with what, what carries how much, and how long it takes.

`analyze` compiles a document once and reads the result three ways: success, work and time.
"""

from typing import TYPE_CHECKING

from simulation.analysis.budget import Budget
from simulation.analysis.report import Report

if TYPE_CHECKING:
    from simulation.analysis.analyst import Analyst
    from simulation.topology.document import Topology

__all__ = ["Budget", "Report", "analyze"]


def analyze(
    topology: "Topology",
    *,
    max_order: int | None = None,
    budget: Budget | None = None,
    advice_seconds: float = 0.0,
    pairs: bool = False,
    falls: bool = False,
    analyst: "Analyst | None" = None,
) -> Report:
    """The report of the contract, section 2, with cut sets up to `max_order` (by default 3, on large systems 2).

    With `pairs` losses of two at once are assessed too, the most probable ones within the budget; with `falls`
    the report says of every loss which nodes fall with it.

    An `analyst` keeps what an edit does not reach: give the one who made the report before it.

    Advice analyses changed documents, as many as `advice_seconds` allow: none where one may take longer than that.
    Raises InvalidInput where the document does not describe something that can be computed.
    """
    from simulation.analysis.analyst import Analyst

    analyst = analyst or Analyst()
    found = analyst.report(topology, max_order=max_order, budget=budget, pairs=pairs, falls=falls)
    if advice_seconds <= 0:
        return found
    from simulation.analysis import reasons
    from simulation.analysis.advice import saying, with_advice

    if analyst.expected_s >= advice_seconds:
        return saying(saying(found, "/advice", reasons.ADVICE_LEFT_OUT), "/tornado", reasons.TORNADO_LEFT_OUT)
    return with_advice(topology, found, advice_seconds, analyst)
