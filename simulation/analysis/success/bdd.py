"""Exact probability of a monotone DAG by a reduced ordered binary decision diagram (Bryant 1986,
doi:10.1109/TC.1986.1676819), where the decomposition circuit grows too large.

Variables are ordered as they are met from the roots down, children of a gate one after another: what
belongs together in the drawing stays together. A counting gate is a sum over its children, so functions in
which many things share neighbours (quorums, ladders) stay small here that no conditioning takes apart.
"""

import math
import time
from collections.abc import Sequence

from simulation.analysis.budget import OutOfBudget
from simulation.analysis.success.gates import FALSE, TRUE, Gates

#: The two leaves; a node is a variable with what follows when it works and when it fails.
_ONE, _ZERO = 0, 1


class Diagram:
    """Builds the diagram of some roots. `perfect` variables never fail and are left out."""

    def __init__(self, gates: Gates, perfect: Sequence[bool], limit: int = 400_000, deadline: float = math.inf) -> None:
        self._gates = gates
        self._limit = limit
        self._deadline = deadline
        self._perfect = perfect
        self._level: dict[int, int] = {}  # by variable
        self._nodes: list[tuple[int, int, int]] = [(-1, 0, 0), (-1, 1, 1)]  # variable, when it works, when it fails
        self._unique: dict[tuple[int, int, int], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._any: dict[tuple[int, int], int] = {}
        self._built: dict[int, int] = {TRUE: _ONE, FALSE: _ZERO}

    def solve(self, roots: Sequence[int], q: Sequence[float]) -> "Read":
        """The roots at these unavailabilities. Raises OutOfBudget when it grows past the limit or the deadline."""
        self._order(roots)
        for gate in self._gates.reachable(roots):
            if gate not in self._built:
                self._ask()
                self._built[gate] = self._build(gate)
        return Read(self._nodes, [self._built[root] for root in roots], q)

    def _ask(self) -> None:
        if time.monotonic() > self._deadline:
            raise OutOfBudget("availability")

    def _order(self, roots: Sequence[int]) -> None:
        seen: set[int] = set()
        stack = list(reversed(roots))
        while stack:
            gate = stack.pop()
            if gate in seen:
                continue
            self._ask()
            seen.add(gate)
            variable = self._gates.variable[gate]
            if variable >= 0:
                self._level.setdefault(variable, len(self._level))
            stack.extend(self._near(gate))

    def _near(self, gate: int) -> list[int]:
        """Children, each followed by those that share the most with it: the last is taken first."""
        kids = list(self._gates.children[gate])
        if len(kids) < 3 or len(kids) > 200:
            return kids[::-1]
        parts: dict[int, set[int]] = {}
        for kid in kids:
            self._ask()
            parts[kid] = {g for g in self._gates.reachable([kid]) if self._gates.variable[g] >= 0}
        used: dict[int, int] = {}
        for part in parts.values():
            for variable in part:
                used[variable] = used.get(variable, 0) + 1
        here = min(kids, key=lambda kid: sum(used[v] > 1 for v in parts[kid]))  # begin at an end
        row = [here]
        rest = dict.fromkeys(kids)
        del rest[here]
        met = set(parts[here])
        while rest:
            self._ask()
            here = max(rest, key=lambda kid: len(parts[kid] & met) / max(1, len(parts[kid])))
            row.append(here)
            met |= parts[here]
            del rest[here]
        return row[::-1]

    def _build(self, gate: int) -> int:
        gates = self._gates
        variable = gates.variable[gate]
        if variable >= 0:
            return _ONE if self._perfect[variable] else self._node(variable, _ONE, _ZERO)
        kids = sorted((self._built[kid] for kid in gates.children[gate]), key=self._depth)
        k = gates.k[gate]
        reached = [_ONE] + [_ZERO] * k  # at least so many of the children that were looked at
        for left, kid in zip(range(len(kids), 0, -1), kids, strict=True):
            for j in range(k, max(0, k - left), -1):  # fewer cannot become enough
                reached[j] = self._or(reached[j], self._and(reached[j - 1], kid))
        return reached[k]

    def _depth(self, node: int) -> int:
        return self._level[self._nodes[node][0]] if node > _ZERO else -1

    def _node(self, variable: int, works: int, fails: int) -> int:
        if works == fails:
            return works
        key = (variable, works, fails)
        found = self._unique.get(key)
        if found is None:
            number = len(self._nodes)
            if number > self._limit:
                raise OutOfBudget("availability")
            if number & 255 == 0:
                self._ask()
            found = self._unique[key] = number
            self._nodes.append(key)
        return found

    def _and(self, a: int, b: int) -> int:
        return self._apply(a, b, self._both, _ONE, _ZERO)

    def _or(self, a: int, b: int) -> int:
        return self._apply(a, b, self._any, _ZERO, _ONE)

    def _apply(self, a: int, b: int, known: dict[tuple[int, int], int], neutral: int, decides: int) -> int:
        """Both connectives: one leaf changes nothing, the other decides. Without recursion: diagrams are deep."""
        nodes, level = self._nodes, self._level
        results: list[int] = []
        stack: list[tuple[int, int, bool]] = [(a, b, False)]
        while stack:
            a, b, is_ready = stack.pop()
            if is_ready:
                fails, works = results.pop(), results.pop()
                top = min((x for x in (a, b)), key=lambda x: level[nodes[x][0]])
                known[a, b] = self._node(nodes[top][0], works, fails)
                results.append(known[a, b])
                continue
            if a > b:
                a, b = b, a
            if a == b or b == neutral:
                results.append(a)
            elif a == neutral:
                results.append(b)
            elif decides in (a, b):
                results.append(decides)
            elif (found := known.get((a, b))) is not None:
                results.append(found)
            else:
                first, second = level[nodes[a][0]], level[nodes[b][0]]
                stack.append((a, b, True))
                a1, a0 = nodes[a][1:] if first <= second else (a, a)
                b1, b0 = nodes[b][1:] if second <= first else (b, b)
                stack.append((a0, b0, False))
                stack.append((a1, b1, False))
                if len(known) > 4 * self._limit:
                    raise OutOfBudget("availability")
        return results[0]


class Read:
    """Some roots of a diagram at some unavailabilities of the variables."""

    def __init__(self, nodes: Sequence[tuple[int, int, int]], roots: Sequence[int], q: Sequence[float]) -> None:
        self._roots = roots
        self._q = q
        self._nodes = nodes
        self._value = [0.0, 1.0]
        for variable, works, fails in nodes[2:]:  # a node comes after those that it leads to
            self._value.append((1 - q[variable]) * self._value[works] + q[variable] * self._value[fails])

    @property
    def values(self) -> list[float]:
        """Unavailability of each root."""
        return [self._value[root] for root in self._roots]

    def gradient(self, weights: Sequence[float]) -> list[float]:
        """d(sum of weight x root) / d q for every variable: Birnbaum importances."""
        reach = [0.0] * len(self._nodes)
        for root, weight in zip(self._roots, weights, strict=True):
            reach[root] += weight
        found = [0.0] * len(self._q)
        for node in range(len(self._nodes) - 1, _ZERO, -1):
            here = reach[node]
            if here:
                variable, works, fails = self._nodes[node]
                q = self._q[variable]
                found[variable] += here * (self._value[fails] - self._value[works])
                reach[works] += here * (1 - q)
                reach[fails] += here * q
        return found
