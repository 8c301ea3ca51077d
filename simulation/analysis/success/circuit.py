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
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

import numpy as np

from simulation.analysis.budget import OutOfBudget
from simulation.analysis.success.gates import FALSE, TRUE, Gates, positions

#: Frames that alternating gates may nest; deeper ones are for the next solver.
_DEPTH = 20_000

_LEAF, _AND, _OR, _COUNT, _PIVOT = range(5)


class Solved:
    """Some roots of a circuit at some unavailabilities of the variables."""

    def __init__(self, circuit: "Circuit", slots: Sequence[int], q: Sequence[float]) -> None:
        self._circuit = circuit
        self._slots = slots
        self._q = q
        self._order = circuit.below(slots)
        self._value = circuit.forward(q, self._order)

    @property
    def values(self) -> list[float]:
        """Unavailability of each root."""
        return [self._value[slot] for slot in self._slots]

    def gradient(self, weights: Sequence[float]) -> list[float]:
        """d(sum of weight x root) / d q for every variable: Birnbaum importances."""
        return self._circuit.backward(self._q, self._order, self._value, _summed(self._slots, weights))


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
        self._limit = 0
        self._deadline = math.inf
        self._support: dict[int, int] = {TRUE: 0, FALSE: 0}
        self._slot: dict[int, int] = {}
        self._held: dict[tuple[int, int, bool], int] = {}  # what became of gates with some of their variables held
        self._ops: list[tuple[int, int, tuple[int, ...]]] = []
        self._work = 0

    def copy(self, gates: Gates) -> "Circuit":
        """The same of a copy of the gates."""
        made = Circuit(gates, self.perfect)
        made._support, made._slot, made._held = self._support.copy(), self._slot.copy(), self._held.copy()
        made._ops = self._ops.copy()
        return made

    def solve(
        self, roots: Sequence[int], q: Sequence[float], limit: int = 400_000, deadline: float = math.inf
    ) -> Solved:
        """These roots at these unavailabilities. Raises OutOfBudget when more than `limit` gates are to be opened."""
        self._work, self._limit, self._deadline = 0, limit, deadline
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, _DEPTH))
        try:
            return Solved(self, [self._solve(root) for root in roots], q)
        except RecursionError as deep:
            raise OutOfBudget("availability") from deep
        finally:
            sys.setrecursionlimit(before)

    # -- building ---------------------------------------------------------------------------------

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

    def _emit(self, op: int, k: int, args: tuple[int, ...]) -> int:
        self._ops.append((op, k, args))
        return len(self._ops) - 1

    def _solve(self, gate: int) -> int:
        found = self._slot.get(gate)
        if found is None:
            self._work += 1
            if self._work > self._limit or (self._work & 255 == 0 and time.monotonic() > self._deadline):
                raise OutOfBudget("availability")
            found = self._slot[gate] = self._build(gate)
        return found

    def _build(self, gate: int) -> int:
        gates = self.gates
        if gate <= FALSE or gates.variable[gate] >= 0:
            return self._emit(_LEAF, -1 if gate == TRUE else -2 if gate == FALSE else gates.variable[gate], ())
        k, children = gates.k[gate], gates.children[gate]
        if k == len(children) or k == 1:
            return self._connective(gate, is_and=k != 1)
        if self._are_independent(children):
            return self._emit(_COUNT, k, tuple([self._solve(c) for c in children]))
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
        return self._emit(_AND if is_and else _OR, 0, tuple(parts))

    def _absorb(self, gate: int, is_and: bool) -> tuple[set[int], list[int] | None]:
        """The literals of a flattened connective, and its other parts with those literals settled in them.

        The second is None when a part becomes the constant that decides the connective.
        """
        gates = self.gates
        decides = FALSE if is_and else TRUE
        literals: set[int] = set()
        rest: set[int] = set()
        seen: set[int] = set()  # what is shared is looked at once: there may be more ways to it than one can go
        todo = [gate]
        while True:
            if time.monotonic() > self._deadline:
                raise OutOfBudget("availability")
            while todo:
                g = todo.pop()
                if g == decides:
                    return literals, None
                if g <= FALSE or g in seen:
                    continue
                seen.add(g)
                kids = gates.children[g]
                if gates.variable[g] >= 0:
                    literals.add(g)
                elif gates.k[g] == (len(kids) if is_and else 1):
                    todo.extend(kids)
                else:
                    rest.add(g)
            mask = 0
            for literal in literals:
                mask |= self._supports(literal)
            touched = {g: own for g in rest if (own := self._supports(g) & mask)}
            if not touched:
                return literals, sorted(rest, key=gates.rank.__getitem__)
            rest.difference_update(touched)
            todo = self._settled(touched, is_and)

    def _settled(self, touched: Mapping[int, int], value: bool) -> list[int]:
        """Gates, each with variables below it as bits: the same functions with these held at the value."""
        known = self._held
        fresh = [(gate, bits, value) for gate, bits in touched.items() if (gate, bits, value) not in known]
        if fresh:
            fixed = dict.fromkeys(positions(reduce(or_, [bits for _, bits, _ in fresh])), value)
            known.update(zip(fresh, self.gates.restrict([gate for gate, _, _ in fresh], fixed), strict=True))
        return [known[gate, bits, value] for gate, bits in touched.items()]

    def _blocks(self, parts: Sequence[int]) -> list[list[int]]:
        """Parts that share a variable, directly or through others, together."""
        owner: dict[int, int] = {}
        group = list(range(len(parts)))

        def find(i: int) -> int:
            while group[i] != i:
                group[i] = group[group[i]]
                i = group[i]
            return i

        for i, part in enumerate(parts):
            for variable in positions(self._supports(part)):
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
        works = self._solve(self.gates.restrict([gate], {variable: True})[0])
        fails = self._solve(self.gates.restrict([gate], {variable: False})[0])
        return self._emit(_PIVOT, variable, (works, fails))

    # -- reading ----------------------------------------------------------------------------------

    def below(self, slots: Sequence[int]) -> list[int]:
        """The slots below these, themselves included, each after all that it reads."""
        ops = self._ops
        order: list[int] = []
        seen = bytearray(len(ops))
        stack = [~slot for slot in reversed(slots)]  # inverted until what a slot reads is in the order
        while stack:
            slot = stack.pop()
            if slot >= 0:
                order.append(slot)
            elif not seen[~slot]:
                seen[~slot] = 1
                if args := ops[~slot][2]:
                    stack.append(~slot)
                    stack += [~arg for arg in args if not seen[arg]]
                else:
                    order.append(~slot)
        return order

    def forward(self, q: Sequence[float], order: Sequence[int]) -> list[float]:
        """Unavailability at each slot in the order."""
        value = [0.0] * len(self._ops)
        for slot in order:
            op, k, args = self._ops[slot]
            if op == _LEAF:
                value[slot] = 0.0 if k == -1 else 1.0 if k == -2 else q[k]
            elif op == _AND:
                value[slot] = _any_fails([value[a] for a in args])
            elif op == _OR:
                value[slot] = math.prod([value[a] for a in args])
            elif op == _COUNT:
                value[slot] = _failing(len(args) - k + 1, [value[a] for a in args])
            else:
                value[slot] = (1 - q[k]) * value[args[0]] + q[k] * value[args[1]]
        return value

    def backward(
        self, q: Sequence[float], order: Sequence[int], value: Sequence[float], seed: Mapping[int, float]
    ) -> list[float]:
        """Derivative of the seeded sum by each variable's unavailability."""
        adjoint = [0.0] * len(self._ops)
        for slot, weight in seed.items():
            adjoint[slot] += weight
        result = [0.0] * len(q)
        for slot in reversed(order):
            a = adjoint[slot]
            if a == 0.0:
                continue
            op, k, args = self._ops[slot]
            if op == _LEAF:
                if k >= 0:
                    result[k] += a
            elif op == _PIVOT:
                works, fails = args
                result[k] += a * (value[fails] - value[works])
                adjoint[works] += a * (1 - q[k])
                adjoint[fails] += a * q[k]
            elif op == _COUNT:
                values = [value[x] for x in args]
                decisive: dict[float, float] = {}  # replicas are alike: once for each value
                for i, x in enumerate(args):
                    if values[i] not in decisive:
                        others = values[:i] + values[i + 1 :]
                        decisive[values[i]] = _exactly(len(args) - k, others)
                    adjoint[x] += a * decisive[values[i]]
            else:
                factors = [1 - value[x] if op == _AND else value[x] for x in args]
                for x, rest in zip(args, _products_without(factors), strict=True):
                    adjoint[x] += a * rest
        return result


def _any_fails(q: Sequence[float]) -> float:
    """1 - prod(1 - q), exact to the last digit however small."""
    if max(q, default=0.0) >= 1:
        return 1.0
    return -math.expm1(math.fsum([math.log1p(-x) for x in q]))


def _failing(at_least: int, q: Sequence[float]) -> float:
    """Probability that at least so many of independent things fail."""
    if at_least <= 0:
        return 1.0
    if at_least > len(q):
        return 0.0
    exactly = np.zeros(at_least + 1)  # the last entry gathers "that many or more"
    exactly[0] = 1.0
    for x in q:
        more = exactly[:-1] * x
        exactly[:-1] -= more
        exactly[1:] += more
    return float(exactly[at_least])


def _exactly(number: int, q: Sequence[float]) -> float:
    """Probability that exactly so many of independent things fail."""
    exactly = np.zeros(number + 1)
    exactly[0] = 1.0
    for x in q:
        more = exactly * x
        exactly -= more
        exactly[1:] += more[:-1]
    return float(exactly[number])


def _products_without(factors: Sequence[float]) -> list[float]:
    """For each position the product of all other factors."""
    before = [1.0]
    for f in factors[:-1]:
        before.append(before[-1] * f)
    after = 1.0
    for i in range(len(factors) - 1, -1, -1):
        before[i] *= after
        after *= factors[i]
    return before
