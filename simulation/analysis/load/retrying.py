"""Retries: they multiply visits, and depend on failures that depend on load. A fixed point, reached from below."""

from collections.abc import Sequence

from simulation.analysis.load.routing import Step, loss_of
from simulation.analysis.load.work import Work, retried, slots_of, traffic
from simulation.analysis.queueing.closed_forms import blocking
from simulation.topology.system import Component, Link, System
from simulation.topology.wiring import enough, every_time

_ROUNDS = 500
#: Attempts that change by less are settled.
_SETTLED = 1e-11
#: By which share of themselves attempts may grow at once.
_AT_ONCE = 0.05


def retry(work: Work) -> None:
    """Settle attempts and failures: a call that fails is tried again, and its load makes more fail.

    Near the capacity steps are small for long: then as many as seem safe are taken at once, and taken back where they
    went beyond the lowest fixed point, seen by attempts that would become fewer.
    """
    links = work.system.links
    marked = {link.index for link in links if link.params.get("retries") or link.params.get("loss")}
    again = {s.link for steps in work.steps for s in steps if s.link in marked} if marked else marked
    work.attempts = dict.fromkeys(again, 1.0)
    settled, step, ahead = work.attempts, dict.fromkeys(again, 0.0), 1.0
    for _ in range(_ROUNDS):
        _answer(work)
        if not again:
            return
        found = {e: retried(links[e], _failure(work, links[e])) - now for e, now in work.attempts.items()}
        if min(found.values()) < -_SETTLED and ahead > 1:
            work.attempts, ahead = _further(settled, step, 1.0), 1.0
        elif max(map(abs, found.values())) < _SETTLED:
            return
        else:
            shrinks = sum(found.values()) < 0.5 * sum(step.values())
            settled, step = work.attempts, found
            most = min((_AT_ONCE * now / found[e] for e, now in settled.items() if found[e] > 0), default=1.0)
            ahead = 1.0 if shrinks else max(1.0, min(2 * ahead, most))
            work.attempts = _further(settled, step, ahead)
        work.rates = traffic(work, work.attempts)


def _further(attempts: dict[int, float], step: dict[int, float], times: float) -> dict[int, float]:
    return {e: now + times * step[e] for e, now in attempts.items()}


def _failure(work: Work, link: Link) -> float:
    """Probability that one attempt on the link fails, over the places that use it."""
    tries = answered = 0.0
    for here in work.visited[link.source]:
        for step in work.steps[here]:
            if step.link == link.index:
                rate = float(work.rates[here].sum()) * step.visits
                tries += rate
                answered += rate * work.success[work.index[step.to]]
    good = answered / tries if tries else 1.0
    return 1 - good * (1 - loss_of(link))


def _answer(work: Work) -> None:
    """Share of the visits at each place that are answered, callees first (in cycles: by iteration)."""
    keeps = [1.0] * len(work.visited)
    is_plain = work.rates is work.plain
    for number, load in enumerate(work.base_loads if is_plain else work.loads(work.rates.sum(axis=1).tolist())):
        if load is not None and work.visited[number] and number not in work.routing.slowed:
            keeps[number] = _kept(work.system, work.system.components[number], load)
    if all(keep == 1.0 for keep in keeps) and not work.lossy:
        work.success = [1.0] * len(work.places)  # nothing is lost anywhere
        return
    for _ in range(1 if work.order else 50):
        for here in reversed(work.order or range(len(work.places))):
            work.success[here] = keeps[work.places[here][0]] * answered(work, here, work.steps[here])


def _kept(system: System, component: Component, load: float) -> float:
    """Share of the visits that are served at a load: of a bounded queue what it does not refuse (M/M/c/K at each
    replica), else all up to the capacity."""
    limit = component.params.get("queue_limit")
    if limit is None or component.shards > 1 or slots_of(system, component) is None:
        return 1.0 if load <= 1 else 1 / load
    servers = component.slots or 1
    return 1 - blocking(load * servers, servers, int(limit))


def answered(work: Work, here: int, steps: Sequence[Step]) -> float:
    """Probability that all calls of a visit are answered, its own overload aside."""
    component, op, _ = work.places[here]
    gates = work.routing.wiring.gates(component, op)
    calls: dict[int, dict[int, tuple[float, float]]] = {}  # by gate and link: how many, and how many are answered
    for step in steps:
        if step.gate < 0 or not gates[step.gate].required or gates[step.gate].publish:
            continue
        link = work.system.links[step.link]
        one = work.success[work.index[step.to]] * (1 - loss_of(link))
        by_link = calls.setdefault(step.gate, {})
        made, good = by_link.get(step.link, (0.0, 0.0))
        good += step.visits * one * retried(link, 1 - one)  # one of the attempts is enough
        by_link[step.link] = made + step.visits, good
    result = 1.0
    for number, by_link in calls.items():
        each = [(made, good) for made, good in by_link.values() if made > 0]
        if gates[number].asks_all:
            share = enough(min(gates[number].needed, len(each)), [good / made for made, good in each])
            result *= every_time(share, max([made for made, _ in each], default=0.0))
        elif each:
            total = sum([made for made, _ in each])
            result *= every_time(sum([good for _, good in each]) / total, total)
    return result
