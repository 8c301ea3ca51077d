"""The analysis engine: what falls with what, what carries how much, and how long it takes.

`analyze` compiles a document once and reads the result three ways: success, work and time.
"""

from typing import TYPE_CHECKING

from simulation.analysis.budget import Budget
from simulation.analysis.report import Report

if TYPE_CHECKING:
    from simulation.topology.document import Topology

__all__ = ["Budget", "Report", "analyze"]


def analyze(
    topology: "Topology", *, max_order: int | None = None, budget: Budget | None = None, advice_seconds: float = 0.0
) -> Report:
    """The report of the contract, section 2, with cut sets up to `max_order` (by default 3, on large systems 2).

    Advice analyses changed documents and is only given when it may take time: about `advice_seconds`.
    Raises InvalidInput where the document does not describe something that can be computed.
    """
    from simulation.analysis.engine import report

    found = report(topology, max_order=max_order, budget=budget)
    if advice_seconds <= 0:
        return found
    from simulation.analysis.advice import with_advice

    return with_advice(topology, found, advice_seconds)
