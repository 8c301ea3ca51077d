"""Unavailabilities as a straight-line program: evaluated forwards, and differentiated backwards.

Every slot is one operation on slots before it. What is combined is independent, so that all operations multiply.
"""

import math
from collections.abc import Container, Mapping, Sequence

import numpy as np

LEAF, AND, OR, COUNT, PIVOT = range(5)


class Tape:
    """The operations so far; of the last unavailabilities of the variables the values are kept."""

    def __init__(self) -> None:
        self._ops: list[tuple[int, int, tuple[int, ...]]] = []
        self._q: Sequence[float] = ()
        self._known: dict[int, float] = {}  # by slot, at `_q`

    def copy(self) -> "Tape":
        """The same, to which others may be added."""
        made = Tape()
        made._ops, made._q, made._known = self._ops.copy(), self._q, self._known.copy()
        return made

    def emit(self, op: int, k: int, args: tuple[int, ...]) -> int:
        """Add an operation: the slot of its answer.

        `k` is the variable of a LEAF (-1 never fails, -2 always) and of a PIVOT between its two slots, and how many
        of a COUNT must work.
        """
        self._ops.append((op, k, args))
        return len(self._ops) - 1

    def _below(self, slots: Sequence[int], known: Container[int] = ()) -> list[int]:
        """The slots below these, themselves included, each after all that it reads; but for what is known."""
        ops = self._ops
        order: list[int] = []
        seen = bytearray(len(ops))
        stack = [~slot for slot in reversed(slots)]  # inverted until what a slot reads is in the order
        while stack:
            slot = stack.pop()
            if slot >= 0:
                order.append(slot)
            elif not seen[~slot] and ~slot not in known:
                seen[~slot] = 1
                stack.append(~slot)
                for arg in ops[~slot][2]:
                    if not seen[arg]:
                        if ops[arg][2]:
                            stack.append(~arg)
                        else:  # a leaf reads nothing
                            seen[arg] = 1
                            if arg not in known:
                                order.append(arg)
        return order

    def forward(self, slots: Sequence[int], q: Sequence[float]) -> Mapping[int, float]:
        """Unavailability at these slots and below, for those of the variables; there may be others too."""
        if q[: len(self._q)] != self._q:
            self._known = {}
        self._q, value = q, self._known
        for slot in self._below(slots, value):
            op, k, args = self._ops[slot]
            if op == LEAF:
                value[slot] = 0.0 if k == -1 else 1.0 if k == -2 else q[k]
            elif op == AND:
                value[slot] = _any_fails([value[a] for a in args])
            elif op == OR:
                value[slot] = math.prod([value[a] for a in args])
            elif op == COUNT:
                value[slot] = _failing(len(args) - k + 1, [value[a] for a in args])
            else:
                value[slot] = (1 - q[k]) * value[args[0]] + q[k] * value[args[1]]
        return value

    def backward(self, q: Sequence[float], value: Mapping[int, float], seed: Mapping[int, float]) -> list[float]:
        """Derivative of the sum that `seed` weighs the slots for, by each variable's unavailability.

        `value` is that of `forward`.
        """
        adjoint = [0.0] * len(self._ops)
        for slot, weight in seed.items():
            adjoint[slot] += weight
        result = [0.0] * len(q)
        for slot in reversed(self._below([*seed])):
            a = adjoint[slot]
            if a == 0.0:
                continue
            op, k, args = self._ops[slot]
            if op == LEAF:
                if k >= 0:
                    result[k] += a
            elif op == PIVOT:
                works, fails = args
                result[k] += a * (value[fails] - value[works])
                adjoint[works] += a * (1 - q[k])
                adjoint[fails] += a * q[k]
            elif op == COUNT:
                values = [value[x] for x in args]
                decisive: dict[float, float] = {}  # replicas are alike: once for each value
                for i, x in enumerate(args):
                    if values[i] not in decisive:
                        others = values[:i] + values[i + 1 :]
                        decisive[values[i]] = _exactly(len(args) - k, others)
                    adjoint[x] += a * decisive[values[i]]
            else:
                factors = [1 - value[x] if op == AND else value[x] for x in args]
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
