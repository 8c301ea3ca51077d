"""Minimal cut sets of a monotone DAG up to an order, bottom-up and truncated.

A cut set is a set of variables whose joint failure makes the function false. A gate AtLeast(k of n) is
false when n - k + 1 children are, so its cut sets are unions of that many children's cut sets.
"""

import time
from collections.abc import Collection, Container, Sequence
from itertools import combinations

from simulation.analysis.budget import OutOfBudget
from simulation.analysis.success.gates import FALSE, TRUE, Gates

Cut = frozenset[int]
_NEVER: frozenset[Cut] = frozenset()
_ALWAYS: frozenset[Cut] = frozenset([frozenset()])


class CutSets:
    """Minimal cut sets up to `order`; `perfect` variables never fail. Answers are kept across roots."""

    def __init__(
        self, gates: Gates, perfect: Sequence[bool], order: int, limit: int = 20_000, deadline: float = float("inf")
    ) -> None:
        self._gates = gates
        self.perfect = perfect
        self._order = order
        self.limit = limit
        self.deadline = deadline
        self._known: dict[int, frozenset[Cut]] = {TRUE: _NEVER, FALSE: _ALWAYS}

    def copy(self, gates: Gates) -> "CutSets":
        """The same of a copy of the gates."""
        made = CutSets(gates, self.perfect, self._order, self.limit, self.deadline)
        made._known = self._known.copy()
        return made

    def of(self, root: int) -> frozenset[Cut]:
        """Minimal cut sets as sets of variable indices.

        Raises OutOfBudget where there are more than the limit, or time is up.
        """
        for gate in self._gates.reachable([root], self._known):
            self._known[gate] = self._read(gate)
        return self._known[root]

    def _read(self, gate: int) -> frozenset[Cut]:
        variable = self._gates.variable[gate]
        if variable >= 0:
            return _NEVER if self.perfect[variable] else frozenset([frozenset([variable])])
        parts = [self._known[c] for c in self._gates.children[gate]]
        return self._joint(parts, len(parts) - self._gates.k[gate] + 1)

    def _joint(self, parts: Sequence[frozenset[Cut]], failing: int) -> frozenset[Cut]:
        """Cut sets of "at least so many of the parts are false"."""
        if failing == 1:
            return self._any_false([part for part in parts if part])
        if failing == len(parts):
            return self._all_false(parts)
        reached: list[frozenset[Cut]] = [_ALWAYS] + [_NEVER] * failing
        top = 0  # beyond it nothing small enough is known, and nothing need be tried
        for part in parts:
            if not part:
                continue
            for j in range(min(failing, top + 1), 0, -1):
                if reached[j - 1]:
                    reached[j] = self._minimal(reached[j] | self._product(reached[j - 1], part))
                    if reached[j]:
                        top = max(top, j)
        return reached[failing]

    def _any_false(self, parts: Sequence[frozenset[Cut]]) -> frozenset[Cut]:
        """Cut sets of a conjunction. Mostly single variables join those of one long part."""
        if len(parts) <= 1:
            return parts[0] if parts else _NEVER
        longest = max(parts, key=len)
        others: set[Cut] = set().union(*[part for part in parts if part is not longest])
        if any(len(cut) != 1 for cut in others) or longest == _ALWAYS:
            return self._minimal(others | longest)
        alone = frozenset().union(*others)
        kept = others.union([cut for cut in longest if alone.isdisjoint(cut)])
        if len(kept) > self.limit:
            raise OutOfBudget("cut_sets")
        return frozenset(kept)

    def _all_false(self, parts: Sequence[frozenset[Cut]]) -> frozenset[Cut]:
        """Cut sets of a disjunction: ends as soon as none is small enough."""
        together = _ALWAYS
        for part in sorted(parts, key=len):
            together = self._minimal(self._product(together, part))
            if not together:
                break
        return together

    def _product(self, left: frozenset[Cut], right: frozenset[Cut]) -> set[Cut]:
        order = self._order
        result: set[Cut] = set()
        for a in left:
            for b in right:
                union = a | b
                if len(union) <= order:
                    result.add(union)
            if len(result) > 4 * self.limit or time.monotonic() > self.deadline:
                raise OutOfBudget("cut_sets")
        return result

    def _minimal(self, cuts: Collection[Cut]) -> frozenset[Cut]:
        if frozenset() in cuts:
            return _ALWAYS
        kept = {cut for cut in cuts if len(cut) == 1}
        if len(kept) < len(cuts):
            alone = frozenset().union(*kept)  # variables that are cut sets by themselves
            others = [cut for cut in cuts if len(cut) > 1 and alone.isdisjoint(cut)]
            if all(len(cut) == 2 for cut in others):
                kept.update(others)
            else:
                for cut in sorted(others, key=len):
                    if len(cut) == 2 or not self._has_smaller(cut, kept):
                        kept.add(cut)
        if len(kept) > self.limit:
            raise OutOfBudget("cut_sets")
        return frozenset(kept)

    def _has_smaller(self, cut: Cut, kept: Container[Cut]) -> bool:
        """Whether a part of the cut, of two or more, is among those kept."""
        return any(frozenset(part) in kept for size in range(2, len(cut)) for part in combinations(cut, size))
