"""How fast workers that hold their slots work when there is always a message: the busier they keep what they call, the
longer they wait for it."""

import math
from collections.abc import Mapping
from dataclasses import replace

from simulation.analysis.load.routing import CONSUMED
from simulation.analysis.load.work import Work, slots_of
from simulation.analysis.time.timing import Timing
from simulation.analysis.time.waiting import Overloaded
from simulation.topology.system import Component

_HALVINGS = 30


def drain_rps(work: Work, worker: Component, most: float) -> float:
    """Messages a second that a worker gets done, up to the `most` that it would if nothing that it calls ever queued.

    Its slots are full at this rate: slots = rate * (service + time of its calls), by Little's law. So many messages
    go round in a closed system: what one finds queueing is what the others cause (Schweitzer 1979, as in Reiser and
    Lavenberg 1980, doi:10.1145/322186.322195).
    """
    slots = slots_of(work.system, worker)
    places = {p: rate for p in work.visited[worker.index] if (rate := work.totals[p]) > 0}
    if slots is None or not work.order or not any(work.steps[p] for p in places):
        return most
    number = slots * worker.instances
    others, rate = max(0.0, 1.0 - 1.0 / number), sum(places.values())
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        held = _held(work, worker, places, middle / rate, others)
        if held * middle / 1000 <= number:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _held(work: Work, worker: Component, places: Mapping[int, float], factor: float, others: float) -> float:
    """How long a message holds a slot, ms, when the worker gets so many times as many done as arrive, and that share of
    them queues before it; infinite where what it calls does not keep up."""
    if any((work.load(c, _calling(work, places, factor)) or 0.0) >= 1 for c in _called(work, places)):
        return math.inf
    timing = Timing(replace(work, totals=_calling(work, places, factor * others)))
    try:
        held = sum(w * (worker.time_ms(work.places[p][1]) + timing.onward_ms(p)) for p, w in places.items())
    except Overloaded:
        return math.inf
    return held / sum(places.values())


def _called(work: Work, places: Mapping[int, float]) -> set[int]:
    """Components that are reached from these places without a queue between: nobody waits for what is behind one."""
    seen, ahead = set(places), list(places)
    while ahead:
        for step in work.steps[ahead.pop()]:
            to = work.index[step.to]
            if step.gate != CONSUMED and to not in seen:
                seen.add(to)
                ahead.append(to)
    return {work.places[p][0] for p in seen.difference(places)}


def _calling(work: Work, places: Mapping[int, float], factor: float) -> list[float]:
    """Rates by place when the worker at these gets so many times as many done as arrive."""
    totals = list(work.totals)
    done = work.routing.slowed.get(work.places[next(iter(places))][0], 1.0)
    more = {p: rate * (factor / done - 1.0) for p, rate in places.items()}
    for here in work.order:
        change = more.get(here, 0.0)
        if change:
            for to, often in work.ways(work.steps[here], work.attempts):
                more[to] = more.get(to, 0.0) + change * often
            totals[here] = max(0.0, totals[here] + change)
    return totals
