"""Which single losses make a gate false, for every gate of the DAG in one pass from the leaves up.

A gate AtLeast(k of n) dies by a loss that kills n - k + 1 of its children. Losses are bits of a number: each
variable by itself, and all replicas of a node together. What was read is kept: gates that are added later
are read when they are asked for.
"""

from collections.abc import Hashable

from simulation.analysis.gates import Gates, at_least_bits


class KillSets:
    """Kill sets of the gates of one DAG, by gate as bits; `position` says which bit a loss is."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self._positions: dict[Hashable, int] = {}
        self._bits: list[int] = [0, 0]  # the constants: one never dies, the other is never alive

    @property
    def width(self) -> int:
        """How many losses there are."""
        return len(self._positions)

    def position(self, loss: Hashable) -> int | None:
        """The bit of a loss, a variable's name or ("node", id); None where nothing depends on it."""
        self._read()
        return self._positions.get(loss)

    def bit(self, loss: Hashable) -> int:
        """The same, also of a loss on which nothing depends, or nothing does yet."""
        return self._positions.setdefault(loss, len(self._positions))

    def of(self, gate: int) -> int:
        """The losses that make the gate false. The constant FALSE has none: nothing is needed to make it so."""
        self._read()
        return self._bits[gate]

    def _read(self) -> None:
        """Read the gates that were added since."""
        gates, bits = self._gates, self._bits
        children, needed = gates.children, gates.k
        for gate in range(len(bits), len(gates)):
            kids = children[gate]
            if not kids:
                bits.append(self._of_variable(gates.names[gates.variable[gate]]))
                continue
            failing = len(kids) - needed[gate] + 1
            if failing == 1:
                dead = 0
                for kid in kids:
                    dead |= bits[kid]
            elif failing == len(kids):
                dead = bits[kids[0]]
                for kid in kids:
                    dead &= bits[kid]
                    if not dead:
                        break
            else:
                dead = at_least_bits(failing, [bits[kid] for kid in kids], (1 << self.width) - 1)
            bits.append(dead)

    def _of_variable(self, name: Hashable) -> int:
        positions = self._positions
        bits = 1 << positions.setdefault(name, len(positions))
        if isinstance(name, tuple) and name[0] == "replica":
            bits |= 1 << positions.setdefault(("node", name[1]), len(positions))
        return bits
