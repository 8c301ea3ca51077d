"""Which single losses make a gate false, for every gate of the DAG in one pass from the leaves up.

A gate AtLeast(k of n) dies by a loss that kills n - k + 1 of its children. Losses are bits of a number: each
variable by itself, and all replicas of a node together. What was read is kept; a gate is read when it is asked for.
"""

from collections.abc import Hashable, Iterable

from simulation.analysis.success.gates import FALSE, TRUE, Gates, at_least_bits


class KillSets:
    """Kill sets of the gates of one DAG, by gate as bits; `bit` says which one a loss is."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self._positions: dict[Hashable, int] = {}
        self._known = {TRUE: 0, FALSE: 0}  # one never dies, the other is never alive

    def copy(self, gates: Gates) -> "KillSets":
        """The same of a copy of the gates."""
        made = KillSets(gates)
        made._positions, made._known = self._positions.copy(), self._known.copy()
        return made

    @property
    def width(self) -> int:
        """How many losses there are."""
        return len(self._positions)

    def bit(self, loss: Hashable) -> int:
        """The bit of a loss, a variable's name or ("node", id), also of one on which nothing depends."""
        return self._positions.setdefault(loss, len(self._positions))

    def bits(self, losses: Iterable[Hashable | None]) -> list[int]:
        """The bit of each loss; -1 for None."""
        positions = self._positions
        return [-1 if loss is None else positions.setdefault(loss, len(positions)) for loss in losses]

    def of(self, gate: int) -> int:
        """The losses that make the gate false. The constant FALSE has none: nothing is needed to make it so."""
        known = self._known
        if gate not in known:
            for each in self._gates.reachable([gate], known):
                known[each] = self._read(each)
        return known[gate]

    def of_each(self, gates: Iterable[int]) -> list[int]:
        """The same of each of these gates."""
        known = self._known
        return [known[gate] if gate in known else self.of(gate) for gate in gates]

    def _read(self, gate: int) -> int:
        """The same of a gate whose children are known."""
        gates, known = self._gates, self._known
        kids = gates.children[gate]
        if not kids:
            return self._of_variable(gates.names[gates.variable[gate]])
        failing = len(kids) - gates.k[gate] + 1
        if failing == 1:
            dead = 0
            for kid in kids:
                dead |= known[kid]
            return dead
        if failing < len(kids):
            return at_least_bits(failing, [known[kid] for kid in kids], (1 << self.width) - 1)
        dead = known[kids[0]]
        for kid in kids:
            dead &= known[kid]
            if not dead:
                break
        return dead

    def _of_variable(self, name: Hashable) -> int:
        bits = 1 << self.bit(name)
        if isinstance(name, tuple) and name[0] == "replica":
            bits |= 1 << self.bit(("node", name[1]))
        return bits
