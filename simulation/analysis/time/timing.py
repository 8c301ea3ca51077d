"""How long requests take: waiting at every station, put together along the way, at the load of one system."""

import math
import time
from collections.abc import Callable, Collection
from functools import cached_property

import numpy as np

from simulation.analysis.budget import Budget, OutOfBudget
from simulation.analysis.load.work import Work, hottest, slots_of
from simulation.analysis.queueing.laws import Moments, Spectra, Spectrum, service_law
from simulation.analysis.report import Latency
from simulation.analysis.time.assembling import Builder
from simulation.analysis.time.waiting import NO_WAIT, Wait, at_replica, balances
from simulation.topology.system import Component

#: Grid points that are kept from one report to the next: 8 bytes each.
_KEPT_CELLS = 8_000_000

#: Seconds that times may take where other stages have used up the budget: most need less.
_MOMENT_S = 0.5

NOTHING = Latency(None, None, None, None)


class Timing:
    """Times of one system at its load. What cannot be computed raises Overloaded, or OutOfBudget."""

    def __init__(self, work: Work, budget: Budget | None = None) -> None:
        self.work = work
        self.begin(budget)
        self.system = work.system
        self._moments = Builder(self.work, self._waits_in_time, Moments())
        self._grids: dict[int, tuple[Spectra, Builder[Spectrum]]] = {}
        self._waits: dict[int, list[tuple[float, Wait]]] = {}
        self.reached: frozenset[int] | None = None  # components whose times may differ from those before an edit

    def begin(self, budget: Budget | None) -> None:
        """Take time from this budget from now on; without one there is no end."""
        self._budget = budget
        self._end = math.inf if budget is None else -math.inf

    def _waits_in_time(self, component: Component) -> list[tuple[float, Wait]]:
        """`waits`, unless the budget has ended and the moment is over that is left even then. Raises OutOfBudget."""
        now = time.monotonic()
        if self._end == -math.inf and self._budget is not None:
            self._end = now + max(self._budget.left(), _MOMENT_S)
        if now >= self._end:
            raise OutOfBudget("timing")
        return self.waits(component)

    def keep(
        self, before: "Timing", changed: Collection[int], reach: Callable[[Collection[int]], Collection[int]]
    ) -> None:
        """Take over what was computed before an edit that `changed` these components, or what they receive.

        `reach` adds the components from which requests go on to some.
        """
        changed = {*changed, *self._keep_balance(before, changed)}
        above = reach(changed)
        self.reached = frozenset(above)
        self._waits = {
            c: waits
            for c, waits in before._waits.items()
            if c not in (above if before.system.components[c].holds_slot else changed)
        }
        index = self.work.index
        places = [(h, index[p]) for h, p in enumerate(before.work.places) if p[0] not in above and p in index]
        self._moments.keep(before._moments, places)
        cells = self._cells()
        for exponent, (grid, builder) in before._grids.items():
            if grid.cells == cells and len(self.work.places) * cells <= _KEPT_CELLS:
                fresh = Spectra(2 ** (exponent / 2), cells)
                kept = Builder(self.work, self._waits_in_time, fresh)
                kept.keep(builder, places)
                self._grids[exponent] = fresh, kept

    def _keep_balance(self, before: "Timing", changed: Collection[int]) -> list[int]:
        """How requests are spread over what these call may be another now; the components of which it is."""
        both = [
            {
                step.to[0]
                for c in changed
                if c < len(work.visited)
                for here in work.visited[c]
                for step in work.steps[here]
            }
            for work in (before.work, self.work)
        ]
        was, called = before._balance, set().union(*both)
        self._balance = {c: known for c, known in was.items() if c not in called} | balances(self.work, both[1])
        return [c for c in called if was.get(c) != self._balance.get(c)]

    @cached_property
    def _balance(self) -> dict[int, tuple[str, int]]:
        """How requests are spread over the queues of each component."""
        return balances(self.work)

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
        shares = component.shard_shares
        kinds = [(shares[0], 1)] if len(set(shares)) == 1 else [(shares[0], 1), (shares[1], len(shares) - 1)]
        if len(set(shares)) == 1:
            kinds = [(shares[0], len(shares))]
        balance = self._balance.get(component.index, ("random", component.replicas))
        return [
            (share * number, at_replica(component, rate * share / component.replicas, inflated, scv, *balance))
            for share, number in kinds
        ]

    # -- flows ----------------------------------------------------------------------------------------

    def of_flow(self, flow: int, op: str | None = None) -> Latency:
        """End-to-end times of a flow, or of one of its operations.

        Raises Overloaded where a station on the way has no finite time.
        """
        rates = self.work.entries[:, flow]
        visited = np.flatnonzero(rates > 0).tolist()
        entries = [(float(rates[here]), here) for here in visited if op is None or self.work.places[here][1] == op]
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
            found = self._grids[exponent] = grid, Builder(self.work, self._waits_in_time, grid)
        return found

    def _cells(self) -> int:
        return 4096 if len(self.work.places) < 1500 else 2048
