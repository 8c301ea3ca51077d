"""Calls that never end: circles of calls that multiply themselves have no finite load and cannot be simulated."""

from collections.abc import Sequence

import numpy as np

from simulation.topology.circles import circles
from simulation.topology.document import InvalidInput, Problem
from simulation.topology.system import System
from simulation.topology.wiring import Wiring


def refuse_endless(system: System, wiring: Wiring, operations: Sequence[str]) -> None:
    """Raise InvalidInput unless circles of calls die out: a call makes less than one call of itself in the mean."""
    for op in operations:
        mean: dict[int, dict[int, float]] = {}
        for c in system.components:
            for gate in wiring.gates(c.index, op):
                if gate.publish:
                    continue
                for member in gate.members:
                    row = mean.setdefault(c.index, {})
                    row[member.target] = row.get(member.target, 0.0) + gate.calls
        for circle in map(sorted, circles(mean)):
            place = {n: i for i, n in enumerate(circle)}
            matrix = np.zeros((len(circle), len(circle)))
            for a in circle:
                for b, calls in mean.get(a, {}).items():
                    if b in place:
                        matrix[place[a], place[b]] = calls
            if float(np.max(np.abs(np.linalg.eigvals(matrix)))) >= 1.0 - 1e-9:
                names = ", ".join(system.components[n].id for n in circle)
                detail = f"{names} call each other without end for {op!r}; ops or fewer calls on an edge end it"
                raise InvalidInput([Problem("/edges", detail)])
