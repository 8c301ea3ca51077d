"""One frame of a running simulation: what changed between two moments of simulated time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

#: Columns by group, in the order in which they are written on the wire.
COLUMNS: dict[str, tuple[str, ...]] = {
    "nodes": ("utilization", "queue", "arrival_rps", "rejected_rps", "up", "hit_ratio", "backlog"),
    "edges": ("rate_rps", "error_rate"),
    "flows": (
        "offered_rps",
        "throughput_rps",
        "failed_rps",
        "error_rate",
        "mean_ms",
        "p50_ms",
        "p95_ms",
        "p99_ms",
        "in_flight",
        "offered",
        "completed",
        "failed",
    ),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """Frame number `n` at simulated time `t_s`; arrays in the order of `Session.hello()`.

    Rates, shares and percentiles are those of the last second of simulated time (of the frame, when it is
    longer), percentiles by time of completion; the last three flow columns count since the start. NaN means:
    nothing was measured in that time. `events` are what happened in the frame.
    """

    n: int
    t_s: float
    nodes: dict[str, Column]
    edges: dict[str, Column]
    flows: dict[str, Column]
    events: tuple[dict[str, Any], ...] = ()
