"""From what the replications counted to the contract's result."""

import hashlib
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulation.traffic.counters import between
from simulation.traffic.observed import CHECKPOINTS, Observed, Run
from simulation.traffic.result import EdgeResult, Estimate, FlowResult, NodeResult, Result
from simulation.traffic.stationarity import is_transient, stationary
from simulation.traffic.statistics import WAITING, interval, warmup_end
from simulation.traffic.tables.layout import EVENTS

_WORTH_CUTTING = 0.8


def digest(runs: Sequence[Run]) -> str:
    """SHA-256 over every count of every run, in order."""
    h = hashlib.sha256(b"linchpin/1 traffic\n")
    for run in runs:
        for group in (run.end.flows, run.end.nodes, run.end.edges):
            for name, values in sorted(group.items()):
                if np.issubdtype(values.dtype, np.integer):
                    h.update(name.encode() + np.ascontiguousarray(values, dtype="<i8").tobytes())
        h.update(np.ascontiguousarray(run.end.histogram, dtype="<i8").tobytes())
    return h.hexdigest()


def warmup(observed: Observed, run: Run) -> float:
    """The given warm-up, or the detected one, at a checkpoint; 0 where a run is about a change."""
    if observed.scenario.warmup_s is not None:
        return observed.scenario.warmup_s
    if is_transient(observed) or len(observed.rows) < 20 or run.end.t < observed.scenario.duration_s:
        return 0.0
    latest = 0.0
    for f in range(len(observed.system.sources)):
        series = [row["flows"][f]["mean_ms"] for row in observed.rows]
        known = [x for x in series if x is not None]
        if len(known) < 20:
            continue
        cut = warmup_end(known, 0.3)
        rest = known[cut:]
        if cut and np.var(rest) / len(rest) < _WORTH_CUTTING * np.var(known) / len(known):
            latest = max(latest, observed.rows[min(cut, len(observed.rows) - 1)]["t_s"])
    step = observed.scenario.duration_s / CHECKPOINTS
    return math.ceil(latest / step - 1e-9) * step


_HOLDING = frozenset({"cache", "cdn", "session_store"})
_WAITS = frozenset({"mean_ms", "p50_ms", "p95_ms", "p99_ms", "queue"})
_SHARES = frozenset({"utilization", "error_rate", "hit_ratio"})


def bounded(estimate: Estimate, name: str) -> Estimate:
    """The estimate with an interval that holds only what the figure can be: 0 at least, a share 1 at most."""
    if estimate.low is None or estimate.high is None:
        return estimate
    most = 1.0 if name in _SHARES else math.inf
    return Estimate(estimate.value, max(estimate.low, 0.0), min(estimate.high, most))


def summarize(observed: Observed, runs: Sequence[Run]) -> Result:
    """The result of these replications; `observed` is of the first."""
    tables = observed.tables
    warm_s = warmup(observed, runs[0])
    windows = [
        between(run.start(warm_s), run.end) if run.end.t > warm_s else between(run.checkpoints[0], run.end)
        for run in runs
    ]
    batches = _batches(runs[0], warm_s) if len(runs) == 1 else []

    def estimate(group: str, name: str, i: int) -> Estimate:
        values = [float(w[group][name][i]) for w in windows]
        skew = WAITING if name in _WAITS else 0.0
        if len(values) > 1:
            return bounded(interval(values, skew), name)
        whole = values[0]
        if math.isnan(whole):
            return Estimate(None)
        spread = interval([float(b[group][name][i]) for b in batches], skew)
        if spread.value is None or spread.low is None or spread.high is None:
            return Estimate(whole)
        return bounded(Estimate(whole, whole + spread.low - spread.value, whole + spread.high - spread.value), name)

    def mean(get: Callable[[Run], Any]) -> int:
        return round(math.fsum(float(get(run)) for run in runs) / len(runs))

    def rise(run: Run, group: str, name: str, i: int) -> int:
        start = run.start(warm_s) if run.end.t > warm_s else run.checkpoints[0]
        return int(getattr(run.end, group)[name][i] - getattr(start, group)[name][i])

    def gain(group: str, name: str, i: int) -> int:
        return mean(lambda r: rise(r, group, name, i))

    def balance(group: str, i: int, open_: str) -> dict[str, int]:
        counts = {
            "completed": mean(lambda r: rise(r, group, "completed", i)),
            "failed": mean(lambda r: rise(r, group, "failed", i)),
            "in_flight": mean(lambda r: getattr(r, open_)[i]),
        }
        return {"offered": sum(counts.values()), **counts}

    flows = [
        FlowResult(
            id=s.id,
            **balance("flows", i, "flows"),
            throughput_rps=estimate("flows", "throughput_rps", i),
            goodput_rps=estimate("flows", "goodput_rps", i),
            error_rate=estimate("flows", "error_rate", i),
            mean_ms=estimate("flows", "mean_ms", i),
            p50_ms=estimate("flows", "p50_ms", i),
            p95_ms=estimate("flows", "p95_ms", i),
            p99_ms=estimate("flows", "p99_ms", i),
            stale_reads=gain("flows", "stale", i),
            lost_writes=gain("flows", "lost_writes", i),
            lost_sessions=gain("flows", "lost_sessions", i),
            lost_messages=gain("flows", "lost_messages", i),
        )
        for i, s in enumerate(observed.system.sources)
    ]
    nodes = [
        NodeResult(
            id=c.id,
            **balance("nodes", i, "nodes"),
            utilization=estimate("nodes", "utilization", i),
            queue_mean=estimate("nodes", "queue", i),
            queue_max=max(int(run.queue_max[i]) for run in runs),
            arrival_rps=estimate("nodes", "arrival_rps", i),
            rejected=gain("nodes", "rejected", i),
            hit_ratio=estimate("nodes", "hit_ratio", i) if c.kind.id in _HOLDING else Estimate(None),
            backlog=mean(_final("backlog", i)),
            oldest_s=runs[0].oldest[i],
            replicas=int(runs[0].end.nodes["replicas"][i]),
            sessions=(kept := mean(_final("sessions", i)) if tables.nodes[i]["sessions"] else None),
            memory_mb=None if kept is None else kept * float(c.params["session_kb"]) / 1000.0,
        )
        for i, c in enumerate(observed.system.components)
    ]
    edges = [
        EdgeResult(
            id=link.id,
            **balance("edges", i, "edges"),
            rate_rps=estimate("edges", "rate_rps", i),
            error_rate=estimate("edges", "error_rate", i),
        )
        for i, link in enumerate(observed.system.links)
    ]
    verdict, reason = stationary(observed, runs[0], warm_s)
    left_out = sorted({(text.en, text.ko) for text in tables.not_modelled})
    return Result(
        engine=observed.engine,
        engine_reason=observed.engine_reason,
        seed=observed.scenario.seed,
        duration_s=runs[0].end.t,
        warmup_s=warm_s,
        replications=len(runs),
        digest=digest(runs),
        stationary=verdict,
        stationary_reason=reason,
        flows=flows,
        nodes=nodes,
        edges=edges,
        timeline=observed.rows,
        not_modelled=[english for english, _ in left_out],
        assumptions=[*ASSUMPTIONS, *tables.assumptions],
        event_count=int(tables.control[EVENTS]),
        accuracy=observed.accuracy,
        cut_short=next((run.cut_short for run in runs if run.cut_short), None),
        not_modelled_ko=[korean for _, korean in left_out],
    )


def _final(name: str, i: int) -> Callable[[Run], Any]:
    """What a node holds in the end."""
    return lambda run: run.end.nodes[name][i]


ASSUMPTIONS = (
    "A caller without health checks is refused at once by a dead replica and takes the next.",
    "Health checks notice a loss after interval × threshold, a recovery after one interval.",
    "A lost call without a timeout fails at once.",
    "Replicas follow at a constant lag; applying what is copied asynchronously takes no slot there.",
    "Writes do not invalidate cached entries; these end by eviction and expiry.",
)


def _batches(run: Run, warm_s: float) -> list[dict[str, Any]]:
    """Figures between checkpoints after the warm-up, for batch means."""
    marks = [c for c in run.checkpoints if c.t >= warm_s - 1e-9]
    if len(marks) < 11:
        return []
    step = max(len(marks) // 10, 1)
    marks = marks[::step]
    return [between(a, b) for a, b in itertools.pairwise(marks)]
