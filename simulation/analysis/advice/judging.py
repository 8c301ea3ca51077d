"""Judging a changed document: analysed anew, never guessed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from simulation.analysis.advice.figures import Figures, figures
from simulation.analysis.budget import Budget
from simulation.analysis.report import Report
from simulation.topology.document import InvalidInput, Topology
from simulation.topology.parsing import from_object, to_object
from simulation.topology.patching import Patch, apply

Analyze = Callable[[Topology, Budget], Report]


def analyzed(topology: Topology, budget: Budget) -> Report:
    """The report with cut sets of order 1: all that a change is judged by."""
    from simulation.analysis.analyst import Analyst  # loads the engine, which those who only judge later do not need

    return Analyst().report(topology, max_order=1, budget=budget)


@dataclass
class Judge:
    """Analyses changed documents until its time or its number of analyses is used up.

    `expected` is how many seconds the first analysis may take: where they are not there, it is not begun.
    """

    seconds: float = 10.0
    most: int = 200
    expected: float = 0.0
    analyze: Analyze = analyzed
    analyses: int = 0
    started: float = field(default_factory=time.monotonic)
    _slowest: float = 0.0

    def spent(self, together: int = 1) -> bool:
        """Whether another analysis, or so many of which none is of use alone, may not fit."""
        left = self.seconds - (time.monotonic() - self.started)
        return self.analyses >= self.most or left <= together * (self._slowest if self.analyses else self.expected)

    def changed(self, topology: Topology, patch: Patch) -> Topology | None:
        """The patched document; None where the patch does not apply or makes it invalid."""
        try:
            return from_object(apply(to_object(topology), patch))
        except InvalidInput:
            return None

    def report(self, topology: Topology) -> Report | None:
        """The report of a document; None where it cannot be analysed."""
        begun = time.monotonic()
        self.analyses += 1
        try:
            return self.analyze(topology, Budget(seconds=max(0.5, self.seconds - (begun - self.started))))
        except InvalidInput:
            return None
        finally:
            self._slowest = max(self._slowest, time.monotonic() - begun)

    def figures(self, topology: Topology) -> Figures | None:
        """The figures of a document; None where it cannot be analysed."""
        report = self.report(topology)
        return None if report is None else figures(report)
