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
        self._parents: dict[int, list[int]] = {}
        for gate in gates.reachable(roots):
            for child in gates.children[gate]:
                self._parents.setdefault(child, []).append(gate)

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
