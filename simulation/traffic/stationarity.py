"""Whether a run has settled: by the load of what queues without end, then by what is under way and keeps growing."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation.topology.system import Component
from simulation.traffic.counters import Counters
from simulation.traffic.observed import Observed, Run
from simulation.traffic.result import Estimate
from simulation.traffic.statistics import interval, trend

#: Moments from which a trend can be read.
_MOMENTS = 20

#: Deviations by which chance hardly ever moves a figure (one time in 370), and so many times a 95 % interval.
_FAR = 3.0
_WIDER = 1.5


def is_transient(observed: Observed) -> bool:
    """Whether the run is about a change in time, of which nothing may be cut."""
    shapes = any(s.flow.shape and s.flow.shape.get("kind") != "steady" for s in observed.system.sources)
    cold = any(c.params.get("cold_start") or c.params.get("autoscale") for c in observed.system.components)
    return bool(observed.log) or shapes or cold


def stationary(observed: Observed, run: Run, warm_s: float) -> tuple[str, str]:
    """yes, no or unknown, and why."""
    if is_transient(observed):
        return "unknown", "the run is about a change in time"
    loads = list(_loads(observed, run, warm_s))
    over = [id_ for id_, least, _ in loads if least >= 1.0 - 1e-9]
    if over:
        return "no", f"offered all they carry or more: {', '.join(over)}"
    verdicts = [trend(*series) for series in _under_way(observed, run, warm_s)]
    if "no" in verdicts:
        return "no", "requests in flight or messages waiting keep growing"
    if "unknown" in verdicts or not verdicts:
        return "unknown", "too short or too uneven to tell"
    close = [id_ for id_, _, most in loads if most >= 1.0]
    if close:
        return "unknown", f"too close to all they carry to tell: {', '.join(close)}"
    return "yes", "requests in flight stay level"


def _under_way(observed: Observed, run: Run, warm_s: float) -> Iterator[tuple[list[float], float]]:
    """For every flow: its requests in flight with the messages that wait, evenly in time, and how many were offered."""
    rows = [row for row in observed.rows if row["t_s"] > warm_s]
    marks = [mark for mark in run.checkpoints if mark.t >= warm_s - 1e-9]
    for f in range(len(observed.system.sources)):
        if len(rows) >= _MOMENTS:
            series = [row["flows"][f]["in_flight"] + sum(n["backlog"] for n in row["nodes"]) for row in rows]
            yield series, rows[-1]["flows"][f]["offered"] - rows[0]["flows"][f]["offered"]
        else:
            series = [float(_open(mark, "flows")[f] + mark.nodes["backlog"].sum()) for mark in marks]
            yield series, float(_rise(marks[0], marks[-1], "flows", "offered")[f]) if marks else 0.0


def _loads(observed: Observed, run: Run, warm_s: float) -> Iterator[tuple[str, float, float]]:
    """The load of every component that queues without end, in the long run: its id, the least and the most it may be.

    Arrivals are taken a request that was offered, times the stated rate: how many requests chance sent does not matter.
    """
    system = observed.system
    marks = [mark for mark in run.checkpoints if mark.t >= max(warm_s, 1e-9)]
    if len(marks) < 2:
        return
    start, end = marks[0], marks[-1]
    offered = float(_rise(start, end, "flows", "offered").sum())
    if offered < 100:
        return
    rate = sum(s.rate_rps for s in system.sources) * observed.scenario.load_factor
    for c in system.components:
        slots = float(_rise(start, end, "nodes", "slots")[c.index]) / (end.t - start.t)
        visits = _visits(observed, c, start, end)
        if slots <= 0.0 or visits is None or c.params.get("queue_limit") is not None:
            continue
        arrivals = rate * visits / offered
        if c.holds_slot and any(link.kind.id == "call" for link in system.outgoing[c.index]):
            held = _held_s(c, marks)
            if held.value is not None and held.low is not None and held.high is not None:
                low, high = (held.value + _WIDER * (bound - held.value) for bound in (held.low, held.high))
                yield c.id, arrivals * low / slots, arrivals * high / slots
        else:
            load = arrivals * min(c.time_ms(op) for op in system.operations) / 1000.0 / slots
            # What is under way elsewhere has not come yet: chance moves that by about its root. And where only some
            # requests come here, chance moves how many.
            elsewhere = max(float(_open(m, "flows").sum() - _open(m, "nodes")[c.index]) for m in (start, end))
            late = _FAR * math.sqrt(2.0 * max(elsewhere, 0.0)) / max(visits, 1.0)
            share = visits / offered % 1.0
            drawn = _FAR * math.sqrt(offered * share * (1.0 - share)) / max(visits, 1.0)
            yield c.id, load * (1.0 + late - drawn), load * (1.0 + late + drawn)


def _visits(observed: Observed, c: Component, start: Counters, end: Counters) -> float | None:
    """Visits that came to the component; to one that takes them from queues, those that came into these."""
    system = observed.system
    came = _rise(start, end, "nodes", "arrivals") - _rise(start, end, "nodes", "rejected")
    fed = [link for link in system.incoming[c.index] if link.kind.id == "consume"]
    if not fed:
        return float(came[c.index])
    if any(sum(link.kind.id == "consume" for link in system.outgoing[q.source]) > 1 for q in fed):
        return None  # who of several takes a message is seen only by what each takes
    return math.fsum(float(came[link.source]) * float(link.params.get("messages") or 1.0) for link in fed)


def _held_s(c: Component, marks: list[Counters]) -> Estimate:
    """How long a visit holds its slot, in s, with its interval over the times between the marks."""
    times = []
    for a, b in itertools.pairwise(marks):
        ended = float((_rise(a, b, "nodes", "completed") + _rise(a, b, "nodes", "failed"))[c.index])
        if ended > 0.0:
            times.append(float(_rise(a, b, "nodes", "busy")[c.index]) / ended)
    return interval(times)


def _rise(a: Counters, b: Counters, group: str, name: str) -> NDArray[np.float64]:
    return np.asarray(getattr(b, group)[name] - getattr(a, group)[name], dtype=float)


def _open(mark: Counters, group: str) -> NDArray[np.float64]:
    """What is in flight, by flow or by node."""
    counts = getattr(mark, group)
    offered = counts["offered" if group == "flows" else "arrivals"]
    return np.asarray(offered - counts["completed"] - counts["failed"], dtype=float)
