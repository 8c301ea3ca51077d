"""Analysing documents again and again while they are edited."""

import time
from contextlib import suppress

from simulation.analysis.budget import Budget, OutOfBudget
from simulation.analysis.cutsets import cut_sets
from simulation.analysis.engine import reported, undisturbed, with_findings
from simulation.analysis.model import Model
from simulation.analysis.report import Report
from simulation.topology.document import Topology

#: Gates of documents that are gone may be kept up to this many times those of the first one, and so many more.
_TIMES, _SPARE = 3, 20_000

#: A document that differs in a few places takes up to so much of the time of one that is analysed from nothing.
_PART = 0.5

#: Documents of more nodes are not kept from one report to the next: what is kept grows with them.
_LARGEST = 2_000


class Analyst:
    """Reports on a document as it is edited: what an edit does not reach is kept from the report before.

    Every report is the same as one that is made from nothing. What is kept is of one document and bounded
    by its size; another document, or one that has changed in many places, starts anew.
    """

    def __init__(self) -> None:
        self._last: Model | None = None
        self._written: tuple[Report, int | None, bool, bool] | None = None  # without findings, and how it was asked for
        self._first = 0  # gates of the document with which this began
        self.used = time.monotonic()
        self.from_nothing_s = 0.0  # how long the last report took that was made from nothing

    def report(
        self,
        topology: Topology,
        *,
        max_order: int | None = None,
        budget: Budget | None = None,
        pairs: bool = False,
        falls: bool = False,
    ) -> Report:
        """All figures of a valid document, as `analyze` answers them, without advice. Raises InvalidInput."""
        self.used = time.monotonic()
        before, written = self._last, self._written
        self._last = self._written = None  # whatever goes wrong, the next report begins from nothing
        model = Model(topology, budget or Budget(), before)
        if (
            before is not None
            and written is not None
            and written[1:] == (max_order, pairs, falls)
            and model.is_as_before
        ):
            before.look(topology)
            self._last, self._written = before, written
            return with_findings(before, written[0])
        with undisturbed():
            model.keep()
        found = reported(model, max_order=max_order, findings=False, pairs=pairs, falls=falls)
        if model.edit is None:
            self._first = len(model.gates)
            self.from_nothing_s = time.monotonic() - self.used
        model.forget()
        is_small = len(model.gates) <= _TIMES * self._first + _SPARE and len(topology.nodes) <= _LARGEST
        if is_small and not found.partial:
            self._last, self._written = model, (found, max_order, pairs, falls)
        return with_findings(model, found)

    def variant(self, topology: Topology, budget: Budget | None = None, max_order: int | None = 1) -> Report:
        """The same of a document that differs from the last one in a few places, without becoming the last one."""
        before, budget = self._last, budget or Budget()
        if before is not None and max_order is not None:
            before.budget = budget
            with suppress(OutOfBudget):
                cut_sets(before, max_order)  # once, for all variants
        model = Model(topology, budget, before, apart=True)
        with undisturbed():
            model.keep()
        return reported(model, max_order=max_order)

    @property
    def expected_s(self) -> float:
        """How many seconds a variant of the last document may take."""
        return self.from_nothing_s * (_PART if self._last is not None else 1.0)

    def likeness(self, topology: Topology) -> float:
        """The share of a document's nodes that the last one had too."""
        if self._last is None:
            return 0.0
        known = {node.id for node in self._last.topology.nodes}
        return sum(node.id in known for node in topology.nodes) / max(len(known), len(topology.nodes), 1)


class Analysts:
    """A few analysts, one for each document that is being edited; the longest unused makes way for another."""

    def __init__(self, most: int = 2) -> None:
        self._most = most
        self._all: list[Analyst] = []

    def of(self, topology: Topology) -> Analyst:
        """The analyst who knows this document best, or a new one."""
        best = max(self._all, key=lambda a: a.likeness(topology), default=None)
        if best is not None and best.likeness(topology) >= 0.5:
            return best
        if len(self._all) >= self._most:
            self._all.remove(min(self._all, key=lambda a: a.used))
        self._all.append(Analyst())
        return self._all[-1]
