"""What a simulation answers (contract section 3), as typed data.

Counts are those of one run; with several replications they are the rounded mean over the runs, chosen
so that `offered = completed + failed + in_flight` holds exactly. `offered` counts requests that arrived
after the warm-up and those in flight when it ended. Times are milliseconds, rates requests a second,
shares 0..1. A figure that was not measured is None, never a number that looks safe.
"""

from typing import Any

import msgspec


class Estimate(msgspec.Struct, frozen=True):
    """A figure with its 95% confidence interval; `low` and `high` are None where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None


class FlowResult(msgspec.Struct, frozen=True):
    """One flow. Percentiles and means are over the requests that completed after the warm-up.

    A request that its client gave up counts as failed, also when its answer still comes: `throughput_rps` counts
    answers that somebody waited for, as `goodput_rps` does, and both are `completed` a second.
    """

    id: str
    offered: int
    completed: int
    failed: int
    in_flight: int
    throughput_rps: Estimate
    goodput_rps: Estimate
    error_rate: Estimate
    mean_ms: Estimate
    p50_ms: Estimate
    p95_ms: Estimate
    p99_ms: Estimate
    stale_reads: int
    lost_writes: int
    lost_sessions: int
    lost_messages: int


class NodeResult(msgspec.Struct, frozen=True):
    """One node, over all its replicas.

    `arrival_rps` are the requests that reach it; of a name server the look-ups, while `offered` counts also those that
    an answer held by a resolver lets pass.
    `queue_mean` counts what waits, on average over time: requests at all replicas, or the messages of a queue.
    `queue_max` is the most that waited so at one moment of the whole run, warm-up included. `backlog` are the
    messages that wait at the end, `oldest_s` is the greatest age that a message reached. `hit_ratio` is the share of
    look-ups that found what they asked for: in a cache a key, in a session store a session. A session store holds
    `sessions` at the end, which take `memory_mb` (10^6 bytes) of each replica; None where nobody says how many users
    there are.
    """

    id: str
    offered: int
    completed: int
    failed: int
    in_flight: int
    utilization: Estimate
    queue_mean: Estimate
    queue_max: int
    arrival_rps: Estimate
    rejected: int
    hit_ratio: Estimate
    backlog: int
    oldest_s: float | None
    replicas: int
    sessions: int | None = None
    memory_mb: float | None = None


class EdgeResult(msgspec.Struct, frozen=True):
    """One edge, by attempts: a call that the caller gave up counts as failed."""

    id: str
    offered: int
    completed: int
    failed: int
    in_flight: int
    rate_rps: Estimate
    error_rate: Estimate


class FlowAccuracy(msgspec.Struct, frozen=True):
    """How far a fluid's figures of one flow may be off.

    Share of its requests by regime, and the weighted bounds on mean and p99, as shares of the value.
    `counts`: bound on what completed and failed, as a share of what was offered.
    `recovering_s`: for about so long around a queue that runs empty, latencies are too far off to be used.
    """

    flow: str
    regimes: dict[str, float]
    mean: float
    p99: float
    recovering_s: float
    note: str
    counts: float = 0.02


class Result(msgspec.Struct, frozen=True):
    """A whole run. `timeline` has one row a frame of the first replication: `t_s`, `flows`, `nodes`, `events`.

    `cut_short` says why it ended before its time, at `duration_s`; None when it did not.
    `accuracy` says how far a fluid's figures may be off, by flow; it is empty for the exact engine.
    `not_modelled` is what the run leaves out, in English, `not_modelled_ko` the same in Korean.
    """

    engine: str
    engine_reason: str
    seed: int
    duration_s: float
    warmup_s: float
    replications: int
    digest: str
    stationary: str
    stationary_reason: str
    flows: list[FlowResult]
    nodes: list[NodeResult]
    edges: list[EdgeResult]
    timeline: list[dict[str, Any]]
    not_modelled: list[str]
    assumptions: list[str]
    event_count: int
    accuracy: list[FlowAccuracy] = []
    cut_short: str | None = None
    not_modelled_ko: list[str] = []
