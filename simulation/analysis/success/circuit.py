"""Exact probability of a monotone DAG: a decomposition circuit.

A conjunction or disjunction falls apart into blocks that share no variable; those multiply. What hangs
together is opened by conditioning on the variable that most of its parts share (Shannon), after which it
usually falls apart again. Literals beside a gate are absorbed into it first. The circuit that results is
kept: evaluated again for other probabilities, and differentiated backwards for every Birnbaum importance
at once (the function is multilinear). Everything counts unavailability q, so that no digit cancels at
many nines.
"""

import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np

from simulation.analysis.budget import OutOfBudget
from simulation.analysis.success.gates import FALSE, TRUE, Gates, positions
from simulation.analysis.success.tape import AND, COUNT, LEAF, OR, PIVOT, Tape

#: Frames that alternating gates may nest; deeper ones are for the next solver.
_DEPTH = 20_000


class _Sort(NamedTuple):
    """What a gate adds to a flattened connective: literals, gates that add in turn, and parts."""

    literals: tuple[int, ...]
    alike: tuple[int, ...]
    others: tuple[int, ...]


class _Apart:
    """The gates that depend on none of some variables, given as bits."""

    def __init__(self, supports: Callable[[int], int], variables: int) -> None:
        self._supports, self._variables = supports, variables

    def __contains__(self, gate: object) -> bool:
        assert isinstance(gate, int)
        return not self._supports(gate) & self._variables


class Solved:
    """Some roots of a circuit at some unavailabilities of the variables."""

    def __init__(self, tape: Tape, slots: Sequence[int], q: Sequence[float]) -> None:
        self._tape = tape
        self._slots = slots
        self._q = q
        self._value = tape.forward(slots, q)

    @property
    def values(self) -> list[float]:
        """Unavailability of each root."""
        return [self._value[slot] for slot in self._slots]

    def gradient(self, weights: Sequence[float]) -> list[float]:
        """d(sum of weight x root) / d q for every variable: Birnbaum importances."""
        return self._tape.backward(self._q, self._value, _summed(self._slots, weights))


def _summed(slots: Sequence[int], weights: Sequence[float]) -> Counter[int]:
    total: Counter[int] = Counter()
    for slot, weight in zip(slots, weights, strict=True):
        total[slot] += weight  # type: ignore[assignment]
    return total


class Circuit:
    """Builds and keeps the circuit of some roots. `perfect` variables never fail and are left out."""

    def __init__(self, gates: Gates, perfect: Sequence[bool]) -> None:
        self.gates = gates
        self.perfect = list(perfect)
        self.most_gates = 1_500_000  # beyond, there must be room for what is compiled next
        self._limit = 0
        self._deadline = math.inf
        self._support: dict[int, int] = {TRUE: 0, FALSE: 0}
        self._slot: dict[int, int] = {}
        self._held: dict[tuple[int, int, bool], int] = {}  # what became of gates with some of their variables held
        self._sorts: tuple[dict[int, _Sort], dict[int, _Sort]] = ({}, {})  # of gates below an OR, and below an AND
        self._tape = Tape()
        self._work = 0

    def copy(self, gates: Gates) -> "Circuit":
        """The same of a copy of the gates."""
        made = Circuit(gates, self.perfect)
        made._support, made._slot, made._held = self._support.copy(), self._slot.copy(), self._held.copy()
        made._sorts, made._tape = (self._sorts[0].copy(), self._sorts[1].copy()), self._tape.copy()
        return made

    def solve(
        self, roots: Sequence[int], q: Sequence[float], limit: int = 400_000, deadline: float = math.inf
    ) -> Solved:
        """These roots at these unavailabilities. Raises OutOfBudget when more than `limit` gates are to be opened."""
        self._work, self._limit, self._deadline = 0, limit, deadline
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, _DEPTH))
        try:
            return Solved(self._tape, [self._solve(root) for root in roots], q)
        except RecursionError as deep:
            raise OutOfBudget("availability") from deep
        finally:
            sys.setrecursionlimit(before)

    # -- building ---------------------------------------------------------------------------------

    def _mask(self, gates: Iterable[int]) -> int:
        """Bit mask of the variables of these literals that can fail."""
        variable, perfect = self.gates.variable, self.perfect
        flags = np.zeros(len(perfect), dtype=np.uint8)
        flags[[v for gate in gates if not perfect[v := variable[gate]]]] = 1
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")

    def _supports(self, gate: int) -> int:
        """Bit mask of the variables below a gate that can fail."""
        found = self._support.get(gate)
        if found is not None:
            return found
        for g in self.gates.reachable([gate], self._support):
            variable = self.gates.variable[g]
            if variable >= 0:
                self._support[g] = 0 if self.perfect[variable] else 1 << variable
            else:
                mask = 0
                for child in self.gates.children[g]:
                    mask |= self._support[child]
                self._support[g] = mask
        return self._support[gate]

    def _solve(self, gate: int) -> int:
        found = self._slot.get(gate)
        if found is None:
            self._work += 1
            is_over = self._work > self._limit or len(self.gates) > self.most_gates
            if is_over or (self._work & 255 == 0 and time.monotonic() > self._deadline):
                raise OutOfBudget("availability")
            found = self._slot[gate] = self._build(gate)
        return found

    def _build(self, gate: int) -> int:
        gates = self.gates
        if gate <= FALSE or gates.variable[gate] >= 0:
            return self._tape.emit(LEAF, -1 if gate == TRUE else -2 if gate == FALSE else gates.variable[gate], ())
        k, children = gates.k[gate], gates.children[gate]
        if k == len(children) or k == 1:
            return self._connective(gate, is_and=k != 1)
        if self._are_independent(children):
            return self._tape.emit(COUNT, k, tuple([self._solve(c) for c in children]))
        return self._pivot(gate, children)

    def _are_independent(self, children: Sequence[int]) -> bool:
        seen = 0
        for child in children:
            mask = self._supports(child)
            if seen & mask:
                return False
            seen |= mask
        return True

    def _connective(self, gate: int, is_and: bool) -> int:
        literals, rest = self._absorb(gate, is_and)
        if rest is None:
            return self._solve(FALSE if is_and else TRUE)
        parts = [self._solve(literal) for literal in sorted(literals, key=self.gates.rank.__getitem__)]
        for block in self._blocks(rest):
            if len(block) == 1:
                parts.append(self._solve(block[0]))
            else:
                whole = self.gates.all_of(block) if is_and else self.gates.any_of(block)
                parts.append(self._slot[whole] if whole in self._slot else self._pivot(whole, block))
                self._slot[whole] = parts[-1]
        if len(parts) == 1:
            return parts[0]
        return self._tape.emit(AND if is_and else OR, 0, tuple(parts))

    def _absorb(self, gate: int, is_and: bool) -> tuple[set[int], list[int] | None]:
        """The literals of a flattened connective, and its other parts with those literals settled in them.

        The second is None when a part becomes the constant that decides the connective.
        """
        gates, sorts = self.gates, self._sorts[is_and]
        decides = FALSE if is_and else TRUE
        literals: set[int] = set()
        rest: set[int] = set()
        seen: set[int] = set()  # what is shared is looked at once: there may be more ways to it than one can go
        todo = [gate]
        while True:
            if time.monotonic() > self._deadline:
                raise OutOfBudget("availability")
            while todo:
                here = todo.pop()
                if here in seen:
                    continue
                seen.add(here)
                sort = sorts.get(here) or self._sorted(here, is_and)
                literals.update(sort.literals)
                rest.update(sort.others)
                todo += sort.alike
            if decides in literals:
                return literals, None
            literals -= {TRUE, FALSE}
            mask = self._mask(literals)
            touched = {g: own for g in rest if (own := self._supports(g) & mask)}
            if not touched:
                return literals, sorted(rest, key=gates.rank.__getitem__)
            rest.difference_update(touched)
            todo = self._settled(touched, is_and)

    def _sorted(self, gate: int, is_and: bool) -> _Sort:
        """What the gate adds to a connective: its children, if it is one of these itself, else the gate. Kept."""
        gates = self.gates
        kids = gates.children[gate]
        if not kids:
            found = _Sort((gate,), (), ())
        elif gates.k[gate] != (len(kids) if is_and else 1):
            found = _Sort((), (), (gate,))
        else:
            literals = tuple([kid for kid in kids if not gates.children[kid]])
            alike = tuple(
                [kid for kid in kids if (n := len(gates.children[kid])) and gates.k[kid] == (n if is_and else 1)]
            )
            others = tuple({*kids}.difference(literals, alike))
            found = _Sort(literals, alike, others)
        self._sorts[is_and][gate] = found
        return found

    def _settled(self, touched: Mapping[int, int], value: bool) -> list[int]:
        """Gates, each with variables below it as bits: the same functions with these held at the value."""
        known = self._held
        fresh = [(gate, bits, value) for gate, bits in touched.items() if (gate, bits, value) not in known]
        if fresh:
            held = reduce(or_, [bits for _, bits, _ in fresh])
            known.update(zip(fresh, self._restricted([gate for gate, _, _ in fresh], held, value), strict=True))
        return [known[gate, bits, value] for gate, bits in touched.items()]

    def _restricted(self, gates: Sequence[int], variables: int, value: bool) -> list[int]:
        """The same functions with these variables, as bits, held at the value."""
        fixed = dict.fromkeys(positions(variables), value)
        return self.gates.restrict(gates, fixed, _Apart(self._supports, variables))

    def _blocks(self, parts: Sequence[int]) -> list[list[int]]:
        """Parts that share a variable, directly or through others, together."""
        once = twice = 0
        for part in parts:
            own = self._supports(part)
            twice |= once & own
            once |= own
        owner: dict[int, int] = {}
        group = list(range(len(parts)))

        def find(i: int) -> int:
            while group[i] != i:
                group[i] = group[group[i]]
                i = group[i]
            return i

        for i, part in enumerate(parts):
            for variable in positions(self._supports(part) & twice):
                j = owner.setdefault(variable, i)
                if j != i:
                    group[find(i)] = find(j)
        blocks: dict[int, list[int]] = {}
        for i, part in enumerate(parts):
            blocks.setdefault(find(i), []).append(part)
        return list(blocks.values())

    def _pivot(self, gate: int, parts: Sequence[int]) -> int:
        """Condition on the variable that most parts share."""
        count: Counter[int] = Counter()
        for part in parts:
            count.update(positions(self._supports(part)))
        gates = self.gates
        variable = max(count, key=lambda v: (count[v], gates.rank[gates.gate_of(v)]))
        works = self._solve(self._restricted([gate], 1 << variable, True)[0])
        fails = self._solve(self._restricted([gate], 1 << variable, False)[0])
        return self._tape.emit(PIVOT, variable, (works, fails))
