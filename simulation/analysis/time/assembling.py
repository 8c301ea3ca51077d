"""Times of visits, put together from services, waits, the network and whatever a visit calls.

Parts add up as an algebra of `laws` says. Assumed: stations are independent, arrivals Poisson; retries and time-outs
do not cut or lengthen what is shown.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from simulation.analysis.load.routing import Place, Step
from simulation.analysis.load.work import Work, copying_ms, latency_ms
from simulation.analysis.queueing.laws import Algebra, Law, service_law
from simulation.analysis.time.waiting import Wait, for_bandwidth
from simulation.topology.system import Component, Link

T = TypeVar("T")


class Builder(Generic[T]):
    """Times of places in one algebra; what was put together is kept."""

    def __init__(self, work: Work, waits: Callable[[Component], list[tuple[float, Wait]]], algebra: Algebra[T]) -> None:
        self._work, self._waits = work, waits
        self.algebra = algebra
        self._rank = {here: i for i, here in enumerate(self._work.order)}
        self._onward: dict[int, T] = {}
        self._response: dict[int, T] = {}
        self._network: dict[tuple[int, str, str], T] = {}

    def shrink(self) -> None:
        """Let go of all but the times of whole visits."""
        self._onward.clear()
        self._network.clear()

    def keep(self, before: "Builder[T]", places: Iterable[tuple[int, int]]) -> None:
        """Take over the times from before an edit of places, each by its number before and now."""
        known = before._response
        self._response = {here: known[there] for there, here in places if there in known}

    def response(self, here: int) -> T:
        """Time from arriving at a place until it answers."""
        for place in self._below(here):
            if place not in self._response:
                self._response[place] = self._visit(place)
        return self._response[here]

    def onward(self, here: int) -> T:
        """The part of it that is spent waiting for what the place calls."""
        if here not in self._onward:
            for place in self._below(here)[:-1]:
                if place not in self._response:
                    self._response[place] = self._visit(place)
            self._onward[here] = self._calls(here)
        return self._onward[here]

    def _below(self, here: int) -> list[int]:
        """Places that are called from here on, callees first, itself last."""
        seen = {here}
        stack = [here]
        while stack:
            for step in self._work.steps[stack.pop()]:
                to = self._work.index[step.to]
                if step.gate >= 0 and to not in seen and to not in self._response:
                    seen.add(to)
                    stack.append(to)
        return sorted(seen, key=lambda p: -self._rank[p])

    def _visit(self, here: int) -> T:
        algebra = self.algebra
        component, op, _ = self._work.places[here]
        item = self._work.system.components[component]
        onward = self.onward(here)
        if item.kind.id == "dns":
            rate = float(sum(self._work.totals[p] for p in self._work.visited[component]))
            missed = min(1.0, self._work.arrival(component) / rate) if rate else 1.0
            lookup = algebra.either([(missed, algebra.stage(service_law(item, op))), (1 - missed, algebra.then([]))])
            return algebra.then([lookup, onward])
        parts = [onward]
        if item.kind.station is not None:
            parts.append(algebra.stage(service_law(item, op)))
            parts.append(algebra.either([(share, self._wait(wait)) for share, wait in self._waits(item)]))
        lag = copying_ms(self._work, component, op)
        if lag > 0:
            parts.append(algebra.stage(Law("deterministic", lag, 0.0)))
        return algebra.then(parts)

    def _wait(self, wait: Wait) -> T:
        if wait.places:
            return self.algebra.bounded_waiting(wait.places, wait.law)
        return self.algebra.waiting(wait.probability, wait.law)

    def _calls(self, here: int) -> T:
        """All gates of a place, one after another."""
        algebra = self.algebra
        place = self._work.places[here]
        gates: dict[int, list[Step]] = {}
        for step in self._work.steps[here]:
            if step.gate >= 0:
                gates.setdefault(step.gate, []).append(step)
        parts = [self._gate(place, number, steps) for number, steps in sorted(gates.items())]
        passes = self._work.routing.goes_on(place[0], place[1])
        once = algebra.then(parts)
        return once if passes >= 1 else algebra.either([(passes, once), (1 - passes, algebra.then([]))])

    def _gate(self, place: Place, number: int, steps: Sequence[Step]) -> T:
        algebra = self.algebra
        work = self._work
        gate = work.routing.wiring.gates(place[0], place[1])[number]
        answers = [
            algebra.then([self._between(work.system.links[s.link], place[2], s.to[2]), self._answer(s)]) for s in steps
        ]
        slowed = work.routing.slowed.get(place[0], 1.0)
        passes = work.routing.goes_on(place[0], place[1]) * slowed
        visits = [s.visits / passes if passes > 0 else 0.0 for s in steps]
        if gate.asks_all:
            each: dict[int, list[tuple[float, T]]] = {}  # of one member the replicas here and there
            for step, often, answer in zip(steps, visits, answers, strict=True):
                each.setdefault(step.link, []).append((often, answer))
            total = max([sum([often for often, _ in ways]) for ways in each.values()])
            members = [algebra.either([(often / total, answer) for often, answer in ways]) for ways in each.values()]
            one = algebra.join(min(gate.needed, len(members)), members)
        else:
            total = sum(visits)
            one = algebra.either([(v / total, a) for v, a in zip(visits, answers, strict=True)])
        gates = work.routing.wiring.gates(place[0], place[1])
        told_apart = [gates[position].told_apart for position in gate.behind]
        parts = max(1, min(int(gate.calls), max(told_apart, default=1)))  # each with a look-up of its own
        whole = int(total / parts + 1e-9)
        rest = total / parts - whole
        repeated = [one] * whole
        if rest > 1e-9:
            repeated.append(algebra.either([(rest, one), (1 - rest, algebra.then([]))]))
        return algebra.then(repeated * parts)

    def _answer(self, step: Step) -> T:
        return self._response[self._work.index[step.to]]

    def _between(self, link: Link, source: str, target: str) -> T:
        """Network time there and back; a publisher goes on while its message travels."""
        key = (link.index, source, target)
        found = self._network.get(key)
        if found is None:
            mean = 0.0 if link.kind.id == "publish" else latency_ms(self._work.routing, link, source, target)
            jitter = math.sqrt(2) * float(link.params.get("jitter_ms") or 0.0)
            varies = mean > 0 and jitter > 0
            law = Law("gamma", mean, jitter / mean) if varies else Law("deterministic", mean, 0.0)
            found = self.algebra.stage(law)
            busy = self._work.link_load(link)
            if busy:
                found = self.algebra.then([found, self._wait(for_bandwidth(link, busy))])
            self._network[key] = found
        return found
