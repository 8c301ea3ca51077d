"""What is false when something fails: the DAG read upwards from what fails, for many sets of failures at once.

Nothing but the constant FALSE is false while everything works. So a gate is looked at only where enough of
its children are false somewhere, and what a failure does not reach costs nothing.
"""

import heapq
from collections.abc import Iterable, Mapping

from simulation.analysis.success.gates import Gates, at_least_bits


class Falling:
    """The part of the DAG below some roots. Build it once, ask it for many sets of failures."""

    def __init__(self, gates: Gates, roots: Iterable[int]) -> None:
        self.gates = gates
        self._roots: frozenset[int] = frozenset()
        self._parents: dict[int, set[int]] = {}  # of every gate of this part
        self.follow(roots)

    def follow(self, roots: Iterable[int]) -> None:
        """Go over to other roots: to the part below them, and away from what only the roots before needed."""
        before, self._roots = self._roots, frozenset(roots)
        parents, children = self._parents, self.gates.children
        for gate in self.gates.reachable(self._roots, parents):
            parents.setdefault(gate, set())
            for child in children[gate]:
                parents.setdefault(child, set()).add(gate)
        gone = [root for root in before - self._roots if not parents[root]]
        while gone:
            gate = gone.pop()
            for child in children[gate] if parents.pop(gate, None) is not None else ():
                parents[child].discard(gate)
                if not parents[child] and child not in self._roots:
                    gone.append(child)

    def false(self, failing: Mapping[int, int], width: int) -> dict[int, int]:
        """For each gate that is false in some of `width` worlds, those worlds as bits.

        `failing` maps variables (by index) to the worlds in which they fail. FALSE itself is left out.
        """
        gates, parents = self.gates, self._parents
        children, enough = gates.children, gates.k
        ones = (1 << width) - 1
        found = {gates.gate_of(variable): bits for variable, bits in failing.items() if bits}
        below: dict[int, list[int]] = {}  # what is false below a gate that is still to be looked at
        for gate, bits in found.items():
            for parent in parents.get(gate, ()):
                below.setdefault(parent, []).append(bits)
        heap = list(below)
        heapq.heapify(heap)
        while heap:
            gate = heapq.heappop(heap)  # children have smaller ids: all of them have spoken
            fallen = below.pop(gate)
            needed = len(children[gate]) - enough[gate] + 1
            if needed > len(fallen):
                continue
            bits = fallen[0] if needed == len(fallen) == 1 else at_least_bits(needed, fallen, ones)
            if bits:
                found[gate] = bits
                for parent in parents.get(gate, ()):
                    known = below.get(parent)
                    if known is None:
                        below[parent] = [bits]
                        heapq.heappush(heap, parent)
                    else:
                        known.append(bits)
        return found
