"""How much time and memory an analysis may take; what runs out is said, never hidden."""

import time
from dataclasses import dataclass, field


@dataclass
class Budget:
    """Limits of one analysis. `seconds` is wall time from creation; `gates` bounds what is kept in memory.

    A stage asks `spent` between steps and stops with what it has. Nothing here kills a process: who needs
    a hard limit runs the analysis in a process of its own.
    """

    seconds: float = 30.0
    gates: int = 2_000_000
    solver_nodes: int = 400_000
    cut_sets: int = 20_000
    started: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() - self.started >= self.seconds

    def left(self, share: float = 1.0) -> float:
        """Seconds that one stage may take: a share of what is left."""
        return max(0.0, self.seconds - (time.monotonic() - self.started)) * share


class OutOfBudget(Exception):
    """A stage ran into its limit; the caller goes on with what it has."""
