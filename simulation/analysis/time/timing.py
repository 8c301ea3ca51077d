"""How long requests take: waiting at every station, put together along the way.

Stations: Erlang C with Allen-Cunneen for general service and arrivals, M/M/c/K where the queue is bounded.
A balancer that sees the queues pools them: least connections as one shared queue, the better of two by
Mitzenmacher's formula, round robin by its smoother arrivals. Parts add up as `laws` says. Assumed: stations
are independent, arrivals Poisson; retries and time-outs do not cut or lengthen what is shown.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from simulation.analysis import reasons
from simulation.analysis.load.routing import Place, Step
from simulation.analysis.load.work import Work, copying_ms, hottest, latency_ms, slots_of, transfer_ms
from simulation.analysis.report import Latency
from simulation.analysis.success.classes import shard_shares
from simulation.analysis.time import queueing
from simulation.analysis.time.laws import Algebra, Law, Moments, Spectra, Spectrum, service_law
from simulation.topology.system import Component, Link
from simulation.topology.wiring import Policy, algorithm

T = TypeVar("T")

#: Grid points that are kept from one report to the next: 8 bytes each.
_KEPT_CELLS = 8_000_000

#: Terms of the law of a line that are told apart.
_MOST_TERMS = 2000

NOTHING = Latency(None, None, None, None)


class Overloaded(Exception):
    """A node or an edge on the way is offered at least what it can do: no finite time."""

    def __init__(self, element: str) -> None:
        self.reason = reasons.overloaded(element)
        super().__init__(self.reason.reason)


@dataclass(frozen=True)
class Wait:
    """Waiting at a station: with `probability` one `law`; or, bounded, so many of it."""

    probability: float
    law: Law
    places: tuple[float, ...] = ()
    blocked: float = 0.0

    @property
    def mean(self) -> float:
        """Mean wait in ms of the requests that are taken."""
        if self.places:
            return sum(w * j for j, w in enumerate(self.places)) * self.law.mean
        return self.probability * self.law.mean


NO_WAIT = Wait(0.0, Law("deterministic", 0.0))


def sum_of_powers(r: float, count: int) -> float:
    """1 + r + r^2 + ..., so many terms, r up to 1."""
    return float(count) if r > 1 - 1e-12 else (1 - r**count) / (1 - r)


class Timing:
    """Times of one system at its load. What cannot be computed raises Overloaded."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.system = work.system
        self._moments = Builder(self, Moments())
        self._grids: dict[int, tuple[Spectra, Builder[Spectrum]]] = {}
        self._waits: dict[int, list[tuple[float, Wait]]] = {}
        self._balance = self._balances()

    def keep(
        self, before: "Timing", changed: Collection[int], reach: Callable[[Collection[int]], Collection[int]]
    ) -> None:
        """Take over what was computed before an edit that `changed` these components, or what they receive.

        `reach` adds the components from which requests go on to some.
        """
        balance = {c for c in {*self._balance, *before._balance} if self._balance.get(c) != before._balance.get(c)}
        changed = {*changed, *balance}
        above = reach(changed)
        self._waits = {
            c: waits
            for c, waits in before._waits.items()
            if c not in (above if before.system.components[c].holds_slot else changed)
        }
        self._moments.keep(before._moments, above)
        cells = self._cells()
        for exponent, (grid, builder) in before._grids.items():
            if grid.cells == cells and len(self.work.places) * cells <= _KEPT_CELLS:
                fresh = Spectra(2 ** (exponent / 2), cells)
                kept = Builder(self, fresh)
                kept.keep(builder, above)
                self._grids[exponent] = fresh, kept

    def shrink(self) -> None:
        """Let go of what is quickly computed again."""
        for grid, builder in self._grids.values():
            grid.shrink()
            builder.shrink()

    # -- stations -------------------------------------------------------------------------------------

    def waits(self, component: Component) -> list[tuple[float, Wait]]:
        """Waiting at each kind of shard, with its share of the requests (one entry without shards).

        Raises Overloaded where there is no end to it.
        """
        found = self._waits.get(component.index)
        if found is None:
            found = self._waits[component.index] = self._station(component)
        return found

    def mean_wait(self, component: Component) -> float:
        """Mean wait in ms."""
        return sum(share * wait.mean for share, wait in self.waits(component))

    def mean_service(self, component: Component) -> float:
        """Mean service time in ms in the mix that reaches it."""
        total = time = 0.0
        for p in self.work.visited[component.index]:
            rate = self.work.totals[p]
            total += rate
            time += rate * component.time_ms(self.work.places[p][1])
        return time / total if total else component.time_ms("")

    def utilization(self, component: Component) -> float | None:
        """Share of the slots that are taken, at the busiest shard, by what is served and what waits for its calls.

        Raises Overloaded where calls never come back.
        """
        slots = slots_of(self.system, component)
        if slots is None:
            return None
        taken = 0.0
        for p in self.work.visited[component.index]:
            held = component.time_ms(self.work.places[p][1])
            if component.holds_slot:
                held += self._moments.onward(p).mean
            taken += self.work.totals[p] / 1000 * held
        return taken / (slots * component.instances) * hottest(component)

    def onward_ms(self, place: int) -> float:
        """Mean time in ms that a visit at a place waits for what it calls."""
        return self._moments.onward(place).mean

    def _station(self, component: Component) -> list[tuple[float, Wait]]:
        slots = slots_of(self.system, component)
        places = self.work.visited[component.index]
        rate = float(sum(self.work.totals[p] for p in places)) / 1000  # a millisecond
        if slots is None or rate <= 0:
            return [(1.0, NO_WAIT)]
        mean = second = 0.0
        for p in places:
            weight = self.work.totals[p] / 1000 / rate
            law = service_law(component, self.work.places[p][1])
            held, spread = law.mean, law.scv * law.mean**2
            if component.holds_slot:
                more, varies, _ = self._moments.onward(p)
                held, spread = held + more, spread + varies
            mean += weight * held
            second += weight * (spread + held**2)
        if mean <= 0:
            return [(1.0, NO_WAIT)]
        scv = second / mean**2 - 1
        inflated = mean * (component.slots or 1) / slots
        shares = shard_shares(component)
        kinds = [(shares[0], 1)] if len(set(shares)) == 1 else [(shares[0], 1), (shares[1], len(shares) - 1)]
        if len(set(shares)) == 1:
            kinds = [(shares[0], len(shares))]
        return [
            (share * number, self._wait(component, rate * share / component.replicas, inflated, scv))
            for share, number in kinds
        ]

    def _wait(self, component: Component, rate: float, service: float, scv: float) -> Wait:
        """Waiting at one replica that gets `rate` requests a millisecond."""
        servers = component.slots or 1
        offered = rate * service
        if offered <= 0:
            return NO_WAIT  # a shard whose keys nobody asks for
        limit = component.params.get("queue_limit")
        balance, copies = self._balance.get(component.index, ("random", component.replicas))
        if limit is not None:
            return self._bounded(offered, servers, int(limit), service, scv)
        if offered >= servers * (1 - 1e-9):
            raise Overloaded(component.id)
        if balance == "least_connections" and copies > 1:
            servers, offered, rate = servers * copies, offered * copies, rate * copies
        probability = queueing.erlang_c(servers, offered)
        smooth = 1 / copies if balance == "round_robin" else 1.0
        wait = queueing.mean_wait(rate, service, servers, smooth, scv)
        if balance == "power_of_two" and copies > 1:
            rho = offered / servers
            wait *= (queueing.power_of_two_time(rho) - 1) * (1 - rho) / rho if rho > 0 else 0.0
        return Wait(probability, Law("exponential", wait / probability if probability > 0 else 0.0))

    def _bounded(self, offered: float, servers: int, places: int, service: float, scv: float) -> Wait:
        blocked, _, _ = queueing.bounded(offered, servers, places)
        # Accepted requests find all servers busy and j waiting with probability proportional to r^j.
        r = offered / servers
        inverse, below = 1.0, 0.0
        for k in range(servers, 0, -1):
            inverse *= k / offered
            below += inverse
            if inverse < 1e-18 * below:
                break
        # Where that is too many terms, so many places in line stand for one.
        end = places if r >= 1 or places == 0 else min(places, math.ceil(math.log(1e-14) / math.log(r)))
        step = max(1, math.ceil(end / _MOST_TERMS))
        blocks = math.ceil(end / step)
        top = blocks - 1 if r > 1 else 0  # the greatest term is 1
        within = sum_of_powers(min(r, 1 / r), step)
        terms = [within * math.exp(math.log(r) * step * (k - top)) for k in range(blocks)]
        total = below * (math.exp(math.log(r) * (1 - places)) if r > 1 else 1.0) + sum(terms)
        weights = [1 - sum(terms) / total, *(t / total for t in terms)] if places else [1.0]
        one = service / servers * (1 + scv) / 2
        law = Law("exponential", one) if step == 1 else Law("gamma", one * step, 1 / math.sqrt(step))
        return Wait(1 - weights[0], law, tuple(weights), blocked)

    def _balances(self) -> dict[int, tuple[str, int]]:
        """How requests are spread over a node's replicas and its like: algorithm, and number of queues."""
        found: dict[int, tuple[float, str, int]] = {}
        components, links, wiring = self.system.components, self.system.links, self.work.routing.wiring
        for (source, op, _), rate, steps in zip(self.work.places, self.work.totals, self.work.steps, strict=True):
            if rate <= 0:
                continue
            pools = {
                number: sum([components[m.target].replicas for m in gate.members])
                for number, gate in enumerate(wiring.gates(source, op))
                if gate.policy is Policy.BALANCE and gate.needed == 1
            }
            for step in steps:
                target, weight = step.to[0], rate * step.visits
                if step.gate < 0 or (target in found and weight <= found[target][0]):
                    continue
                name = algorithm(components[source], links[step.link])
                found[target] = (weight, name, pools.get(step.gate) or components[target].replicas)
        return {index: (name, copies) for index, (_, name, copies) in found.items()}

    # -- flows ----------------------------------------------------------------------------------------

    def of_flow(self, flow: int, op: str | None = None) -> Latency:
        """End-to-end times of a flow, or of one of its operations.

        Raises Overloaded where a station on the way has no finite time.
        """
        entries = []
        for here, place in enumerate(self.work.places):
            rate = float(self.work.entries[here, flow])
            if rate > 0 and (op is None or place[1] == op):
                entries.append((rate, here))
        total = sum(rate for rate, _ in entries)
        if not total or not self.work.order:
            return NOTHING
        mean, variance, is_estimated = self._moments.algebra.either(
            [(r / total, self._moments.response(p)) for r, p in entries]
        )
        if mean <= 0:
            return Latency(0.0, 0.0, 0.0, 0.0)
        scale = max(1e-6, mean + 12 * math.sqrt(variance))
        grid, builder = self._grid(math.ceil(math.log2(scale) * 2))
        law = grid.either([(r / total, builder.response(p)) for r, p in entries])
        p50, p95, p99 = grid.percentiles(law, (0.5, 0.95, 0.99))
        if is_estimated and p99 is not None:
            mean = grid.mean(law)
        return Latency(mean, p50, p95, p99)

    def _grid(self, exponent: int) -> "tuple[Spectra, Builder[Spectrum]]":
        """Grids come in steps of the square root of two, so that flows share them."""
        found = self._grids.get(exponent)
        if found is None:
            grid = Spectra(2 ** (exponent / 2), self._cells())
            found = self._grids[exponent] = grid, Builder(self, grid)
        return found

    def _cells(self) -> int:
        return 4096 if len(self.work.places) < 1500 else 2048


class Builder(Generic[T]):
    """Times of places in one algebra; what was put together is kept."""

    def __init__(self, timing: Timing, algebra: Algebra[T]) -> None:
        self.timing = timing
        self.algebra = algebra
        self._work = timing.work
        self._rank = {here: i for i, here in enumerate(self._work.order)}
        self._onward: dict[int, T] = {}
        self._response: dict[int, T] = {}
        self._network: dict[tuple[int, str], T] = {}

    def shrink(self) -> None:
        """Let go of all but the times of whole visits."""
        self._onward.clear()
        self._network.clear()

    def keep(self, before: "Builder[T]", dirty: Collection[int]) -> None:
        """Take over the times of places before an edit, but those of dirty components."""
        index = self._work.index
        for here, place in enumerate(before._work.places):
            if place[0] not in dirty and here in before._response and place in index:
                self._response[index[place]] = before._response[here]

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
            parts.append(algebra.either([(share, self._wait(wait)) for share, wait in self.timing.waits(item)]))
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
        passes = 1 - self._work.routing.hit(place[0], place[1])
        once = algebra.then(parts)
        return once if passes >= 1 else algebra.either([(passes, once), (1 - passes, algebra.then([]))])

    def _gate(self, place: Place, number: int, steps: Sequence[Step]) -> T:
        algebra = self.algebra
        work = self._work
        gate = work.routing.wiring.gates(place[0], place[1])[number]
        answers = [algebra.then([self._between(work.system.links[s.link], place[2]), self._answer(s)]) for s in steps]
        slowed = work.routing.slowed.get(place[0], 1.0)
        passes = (1 - work.routing.hit(place[0], place[1])) * slowed
        visits = [s.visits / passes if passes > 0 else 0.0 for s in steps]
        if gate.asks_all:
            one = algebra.join(min(gate.needed, len(answers)), answers)
            total = max(visits)
        else:
            total = sum(visits)
            one = algebra.either([(v / total, a) for v, a in zip(visits, answers, strict=True)])
        gates = work.routing.wiring.gates(place[0], place[1])
        parts = max([1, *(gates[position].told_apart for position in gate.behind)])  # each with a look-up of its own
        whole = int(total / parts + 1e-9)
        rest = total / parts - whole
        repeated = [one] * whole
        if rest > 1e-9:
            repeated.append(algebra.either([(rest, one), (1 - rest, algebra.then([]))]))
        return algebra.then(repeated * parts)

    def _answer(self, step: Step) -> T:
        return self._response[self._work.index[step.to]]

    def _between(self, link: Link, region: str) -> T:
        """Network time there and back; a publisher goes on while its message travels."""
        key = (link.index, region)
        found = self._network.get(key)
        if found is None:
            mean = 0.0 if link.kind.id == "publish" else latency_ms(self._work.system, self._work.routing, link, region)
            jitter = math.sqrt(2) * float(link.params.get("jitter_ms") or 0.0)
            varies = mean > 0 and jitter > 0
            law = Law("gamma", mean, jitter / mean) if varies else Law("deterministic", mean, 0.0)
            found = self.algebra.stage(law)
            busy = self._work.link_load(link)
            if busy:
                found = self.algebra.then([found, self._wait(_for_bandwidth(link, busy))])
            self._network[key] = found
        return found


def _for_bandwidth(link: Link, busy: float) -> Wait:
    """Waiting for calls before on the same link, which takes one at a time, all for the same time (M/D/1)."""
    if busy >= 1 - 1e-9:
        raise Overloaded(link.id)
    mean = queueing.mean_wait(busy / transfer_ms(link), transfer_ms(link), 1, service_scv=0.0)
    return Wait(busy, Law("exponential", mean / busy))
