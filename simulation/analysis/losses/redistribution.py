"""Where load goes when something is lost: only what a loss touches is computed again, downstream from there.

What nothing serves even today keeps its share of the load: a loss shows what it changes.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from simulation.analysis.load.circles import settled
from simulation.analysis.load.routing import CONSUMED, COPIED, Down
from simulation.analysis.load.work import Work

_EPS = 1e-9

#: After so many turns of a circle of calls its rates are solved for: they settle slowly or never.
_TURNS = 64

Shards = Sequence[tuple[float, float]]
"""Of each shard its share of the requests, and how busy it is beside the busiest."""

_WHOLE: Shards = ((1.0, 1.0),)

Ways = list[tuple[int, float]]
"""Where requests at a place go, and how many visits there each causes."""


class Moved(NamedTuple):
    """Rates that a loss changes, by place, and the utilization of the `components` of these places where they have a
    limit; `busy` are those that are over it.

    `is_solved` where rates are from equations, as where a circle of calls settles slowly or never.
    """

    rates: dict[int, float]
    loads: dict[int, float]
    components: set[int]
    busy: set[int]
    is_solved: bool


class Redistribution:
    """Moves the load of one system. Rates are by place, requests a second of all flows together."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.base = work.base
        self.offered = float(work.entries.sum())
        self._onward = work.onward
        self._known: dict[tuple[object, ...], Moved] = {}
        self._sums: dict[tuple[int, ...], Moved] = {}
        self._limited: dict[int, list[tuple[int, float]] | None] = {}
        self._rank, self._by_rank, self._circle = work.reached.ranks
        feeding = ("replicate", "consume")
        self._fed = {link.target for link in work.system.links if link.kind.id in feeding}  # whoever else answers
        self.base_load = {c: load for c, load in enumerate(work.base_loads) if load is not None and work.visited[c]}

    # -- after an edit --------------------------------------------------------------------------------

    def goes_as(self, before: "Redistribution", changed: Iterable[int]) -> bool:
        """Whether all requests go where they went before an edit that `changed` some components, whatever fails."""
        new, old = self.work, before.work
        return (
            new.reached is old.reached
            and self.base == before.base
            and new.steps == old.steps
            and (new.lossy, new.once) == (old.lossy, old.once)
            and new.routing.hits == old.routing.hits
            and new.routing.slowed == old.routing.slowed
            and all(new.routing.goes_as(old.routing, c) for c in changed)
        )

    def shifted(self, before: "Redistribution") -> set[int]:
        """Components of which a place has another rank among the others than before an edit."""
        new, old = self.work.reached, before.work.reached
        if new is old:
            return set()
        levels = old.levels
        return {
            place[0]
            for here, place in enumerate(new.all)
            if (there := old.index.get(place)) is None or levels[there] != new.levels[here]
        }

    def is_fresh(self, component: int, rates: Mapping[int, float]) -> bool:
        """Whether any of the component's places is among these rates."""
        return any(here in rates for here in self.work.visited[component])

    # -- rates ----------------------------------------------------------------------------------------

    def senders(self, down: Down) -> set[int]:
        """The places that send their requests elsewhere when this is not there."""
        work = self.work
        found: set[int] = set()
        for component, op in down.places:
            found.update([here for here in self._before(component) if work.places[here][1] == op])
        for component in (*down.components, *down.cold):
            found.update(work.visited[component])
            found.update(self._before(component))
        for link in down.links:
            found.update(work.visited[work.system.links[link].source])
        return found

    def _before(self, component: int) -> Iterator[int]:
        """The places from which an edge leads to the component."""
        for link in self.work.system.incoming[component]:
            if link.kind.on_path or link.kind.id == "replicate":
                yield from self.work.visited[link.source]

    def moved(self, senders: Iterable[int], down: Down) -> "Moved":
        """What changes when `senders` send their requests elsewhere.

        What is known of one loss is taken for others: for that of the only edge to a node, and, of each operation by
        itself, for all things without which it cannot be answered at all.
        """
        anew: dict[str, dict[int, Ways]] = {}  # by operation, which no request ever changes
        for here in senders:
            if not self._is_idle(here, down) and (ways := self._anew(here, down)) != self._onward[here]:
                anew.setdefault(self.work.places[here][1], {})[here] = ways
        parts = [self._part(anew[op]) for op in sorted(anew)]
        if len(parts) == 1:
            return parts[0]
        which = tuple([id(part) for part in parts])  # all of them are kept
        if which not in self._sums:
            self._sums[which] = self._together(parts)
        return self._sums[which]

    def _part(self, anew: Mapping[int, Ways]) -> "Moved":
        """What changes for one operation when these places send their requests other ways."""
        key = tuple(sorted([(here, *ways) for here, ways in anew.items()]))
        known = self._known.get(key)
        if known is None:
            found = self._propagated(anew)
            rates = self._solved(anew) if found is None else found
            components = {self.work.places[here][0] for here in rates}
            loads = dict(self.loads(components, rates))
            busy = {c for c, load in loads.items() if load > 1 + _EPS}
            known = self._known[key] = Moved(rates, loads, components, busy, found is None)
        return known

    def _together(self, parts: "Sequence[Moved]") -> "Moved":
        """The changes of several operations: where more than one changes at a component its load is put together."""
        whole = Moved({}, {}, set(), set(), any(part.is_solved for part in parts))
        several: set[int] = set()
        for part in parts:
            several |= whole.components & part.components
            whole.rates.update(part.rates)
            whole.loads.update(part.loads)
            whole.components.update(part.components)
            whole.busy.update(part.busy)
        whole.loads.update(self.loads(several, whole.rates))
        whole.busy.difference_update(several)
        whole.busy.update([c for c in several if whole.loads.get(c, 0.0) > 1 + _EPS])
        return whole

    def _is_idle(self, here: int, down: Down) -> bool:
        """Whether nobody sends anything to a place that is not there: then it is all one where it would send it."""
        component, op, _ = self.work.places[here]
        return (
            component in down.components
            and (component, op) in down.places
            and component not in self._fed
            and self._rank[here] < self._circle
            and here >= len(self.work.reached.entries)
        )

    def _propagated(self, anew: Mapping[int, Ways]) -> dict[int, float] | None:
        """Rates that change when requests at some places go other ways; None where a circle does not settle soon.

        What reaches a place in excess goes on as it does there; only the given ones split anew.
        """
        base, onward, rank, by_rank, circle = self.base, self._onward, self._rank, self._by_rank, self._circle
        push, pop = heapq.heappush, heapq.heappop
        delta: dict[int, float] = {}
        waiting = dict.fromkeys(anew, 0.0)  # changes that have arrived and not gone on
        split: set[int] = set()  # places that have sent their requests other ways
        turns: dict[int, int] = {}
        heap = sorted([rank[p] for p in anew])
        sent: tuple[tuple[float, Ways], ...]
        while heap:
            place = pop(heap)
            here = by_rank[place]
            more = waiting.pop(here)
            whole = delta[here] = delta.get(here, 0.0) + more
            if place >= circle:
                turns[here] = turns.get(here, 0) + 1
                if turns[here] > _TURNS:
                    return None
            if here not in anew:
                sent = ((more, onward[here]),)
            elif here in split:
                sent = ((more, anew[here]),)
            else:
                split.add(here)
                sent = ((base[here] + whole, anew[here]), (-base[here], onward[here]))
            for rate, ways in sent:
                if -_EPS < rate < _EPS:
                    continue
                for to, visits in ways:
                    if to in waiting:
                        waiting[to] += rate * visits
                    else:
                        waiting[to] = rate * visits
                        push(heap, rank[to])
        return {here: max(0.0, base[here] + d) for here, d in delta.items() if abs(d) > _EPS}

    def _anew(self, here: int, down: Down) -> Ways:
        """Where a place sends its requests in an outage."""
        work = self.work
        return work.ways(work.routing.onward(work.places[here], down))

    def _solved(self, anew: Mapping[int, Ways]) -> dict[int, float]:
        """The same rates from the equations of all places that the change reaches; infinite where calls multiply."""
        base, onward = self.base, self._onward
        ways: dict[int, Ways] = {}
        entries: dict[int, float] = {}
        ahead = list(anew)
        while ahead:
            here = ahead.pop()
            if here not in ways:
                ways[here] = anew.get(here, onward[here])
                ahead += [to for to, _ in (*ways[here], *onward[here])]
        offered = self.work.entries.sum(axis=1)
        for here in ways:
            entries[here] = float(offered[here])
        for here, rate in enumerate(base):
            if here not in ways:
                for to, visits in onward[here]:
                    if to in entries:
                        entries[to] += rate * visits
        return settled(ways, entries)

    # -- loads ----------------------------------------------------------------------------------------

    def loads(self, components: Iterable[int], fresh: Mapping[int, float]) -> Iterator[tuple[int, float]]:
        """Utilization of those that have a limit, where some rates are fresh."""
        get, base, known = fresh.get, self.base, self._limited
        for component in components:
            limited = known[component] if component in known else self._slots_by_place(component)
            if limited is None:
                load = self.work.load(component, _Changed(base, fresh))
                if load is not None:
                    yield component, load
                continue
            total = 0.0
            for place, busy in limited:
                total += get(place, base[place]) * busy
            yield component, total

    def _slots_by_place(self, component: int) -> list[tuple[int, float]] | None:
        """How busy a visit a second at each of its places keeps a component that only its slots limit; kept."""
        work = self.work
        item = work.system.components[component]
        is_limited = item.slots is not None and not item.params.get("rate_limit_rps")
        found = [(p, work.busy[p]) for p in work.visited[component] if work.busy[p]] if is_limited else None
        self._limited[component] = found
        return found

    def shed(
        self, overloaded: Mapping[int, float], fresh: Mapping[int, float], down: Down, shards: Mapping[int, Shards]
    ) -> float:
        """Share of all traffic that overloaded nodes refuse, callers first, so that what is refused early does not load
        what stands behind. Of a node in shards only those refuse that are overloaded."""
        work, rates = self.work, _Changed(self.base, fresh)
        refused = 0.0
        order = sorted(overloaded, key=lambda c: min(self._rank[p] for p in work.visited[c]))
        thinned = _Thinned(self, down)
        for component in order:
            places = [p for p in work.visited[component] if rates[p] > 0]
            if not places:
                continue
            thinned.settle(max(self._rank[p] for p in places))
            left = {p: max(0.0, rates[p] + thinned.by_place.get(p, 0.0)) for p in places}
            load = overloaded[component] * (sum(left.values()) / sum(rates[p] for p in places))
            if load <= 1 + _EPS:
                continue
            over = sum([share * max(0.0, 1 - 1 / (load * busy)) for share, busy in shards.get(component, _WHOLE)])
            for p, rate in left.items():
                if work.places[p][:2] not in down.places:  # else it is lost anyway
                    awaited = self._awaited[p]
                    often = max(self._often[p], rates[p] * awaited / self.offered if self.offered else 1.0)
                    refused += rate * over * awaited / often
                thinned.add(p, -rate * over)
        return min(1.0, refused / self.offered) if self.offered else 0.0

    @cached_property
    def _often(self) -> list[float]:
        """How often a request comes to each place that comes there at all: it is refused there as a whole."""
        work = self.work
        visits, together = [0.0] * len(work.places), [0.0] * len(work.places)
        often = [1.0] * len(work.places)
        for here in work.order:
            if visits[here]:
                often[here] = together[here] / visits[here]
            rate = self.base[here] or _EPS
            for step in work.steps[here]:
                to, more = work.index[step.to], rate * step.visits
                visits[to] += more
                together[to] += more * often[here] * work.several(here, step)
        return often

    @cached_property
    def _awaited(self) -> list[float]:
        """Share of the visits at each place that a user waits for: none of those that messages and copying cause."""
        work = self.work
        visits, awaited = self.work.entries.sum(axis=1).tolist(), self.work.entries.sum(axis=1).tolist()
        shares = [1.0] * len(work.places)
        for here in work.order:
            if visits[here]:
                shares[here] = awaited[here] / visits[here]
            rate = self.base[here] or _EPS
            for step in work.steps[here]:
                to, more = work.index[step.to], rate * step.visits
                visits[to] += more
                awaited[to] += more * shares[here] if step.gate not in (CONSUMED, COPIED) else 0.0
        return shares

    def throttled(self, late: Mapping[int, float], fresh: Mapping[int, float], down: Down) -> dict[int, float]:
        """Rates where consumers that fall behind, by their loads, do what they can: what they call sees no more."""
        work, rates = self.work, _Changed(self.base, fresh)
        thinned = _Thinned(self, down)
        for component in sorted(late, key=lambda c: min(self._rank[p] for p in work.visited[c])):
            less = 1 - max(1.0, self.base_load.get(component, 0.0)) / late[component]
            for p in work.visited[component]:
                thinned.settle(self._rank[p])
                thinned.add(p, -less * max(0.0, rates[p] + thinned.by_place.get(p, 0.0)))
        thinned.settle(len(work.places))
        found = dict(fresh)
        for p, change in thinned.by_place.items():
            if work.places[p][0] not in late:
                found[p] = max(0.0, rates[p] + change)
        return found

    def onward(self, here: int, senders: Collection[int], down: Down) -> Ways:
        """Where a place sends its requests in an outage, if these are the ones that send them elsewhere."""
        return self._anew(here, down) if here in senders else self._onward[here]


class _Thinned:
    """How much less arrives, by place, where requests are refused and behind; it goes on in the order of calls."""

    def __init__(self, load: Redistribution, down: Down) -> None:
        self._load, self._down, self._senders = load, down, load.senders(down)
        self._rank, self._by_rank, self._circle = load.work.reached.ranks
        self._turns: dict[int, int] = {}
        self._waiting: dict[int, float] = {}  # changes that have not gone on
        self._heap: list[int] = []
        self.by_place: dict[int, float] = {}

    def add(self, here: int, change: float) -> None:
        """A change of the rate at one place."""
        if here not in self._waiting:
            heapq.heappush(self._heap, self._rank[here])
        self._waiting[here] = self._waiting.get(here, 0.0) + change

    def settle(self, last: int) -> None:
        """Let changes go on from every place up to the one of that rank."""
        while self._heap and self._heap[0] <= last:
            place = heapq.heappop(self._heap)
            here = self._by_rank[place]
            change = self._waiting.pop(here)
            self.by_place[here] = self.by_place.get(here, 0.0) + change
            if place >= self._circle:
                self._turns[here] = self._turns.get(here, 0) + 1
                if self._turns[here] > _TURNS:
                    continue
            for to, visits in self._load.onward(here, self._senders, self._down):
                if abs(change * visits) > _EPS:
                    self.add(to, change * visits)


class _Changed(Sequence[float]):
    """The base rates with some of them replaced."""

    def __init__(self, base: Sequence[float], changed: Mapping[int, float]) -> None:
        self._base = base
        self._new = changed

    def __getitem__(self, place: int) -> float:  # type: ignore[override]
        return self._new.get(place, self._base[place])

    def __len__(self) -> int:
        return len(self._base)
