"""What is observed of a run: by every replication its counts, by the first one also its timeline and its log."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.topology.system import System
from simulation.traffic.counters import Counters
from simulation.traffic.result import FlowAccuracy
from simulation.traffic.scenario import Scenario
from simulation.traffic.tables.tableset import Tables

#: Moments, evenly over the duration, at which totals are kept.
CHECKPOINTS = 20


@dataclass(frozen=True, slots=True)
class Run:
    """One replication: totals at the checkpoints, at the end of a given warm-up, and at the end."""

    checkpoints: list[Counters]
    warm: Counters | None
    end: Counters
    flows: NDArray[np.int64]
    nodes: NDArray[np.int64]
    edges: NDArray[np.int64]
    oldest: list[float | None]
    queue_max: NDArray[np.int64]
    cut_short: str

    def start(self, warmup_s: float) -> Counters:
        """The totals when measuring began."""
        if self.warm is not None:
            return self.warm
        return next(c for c in self.checkpoints if c.t >= warmup_s - 1e-9)


@dataclass(frozen=True, slots=True)
class Observed:
    """What ran, in which engine and why, and what the first replication saw of it beside its counts."""

    system: System
    scenario: Scenario
    engine: str
    engine_reason: str
    tables: Tables
    rows: list[dict[str, Any]]
    log: list[dict[str, Any]]
    accuracy: list[FlowAccuracy]
