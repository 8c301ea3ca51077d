"""The analysis engine: what falls with what, what carries how much, and how long it takes.

`analyze` compiles a document once and reads the result three ways: success, work and time.
"""

from typing import TYPE_CHECKING

from simulation.analysis.budget import Budget
from simulation.analysis.report import Report

if TYPE_CHECKING:
    from simulation.topology.document import Topology

__all__ = ["Budget", "Report", "analyze"]


def analyze(topology: "Topology", *, max_order: int | None = None, budget: Budget | None = None) -> Report:
    """The report of the contract, section 2, with cut sets up to `max_order` (by default 3, on large systems 2).

    Raises InvalidInput where the document does not describe something that can be computed.
    """
    from simulation.analysis.engine import report

    return report(topology, max_order=max_order, budget=budget)
