"""What every single loss does: what falls at once, what is overloaded, what must be shed, what cascades.

Success is read from the gates for all losses at once. Load moves: only what a loss touches is computed
again, downstream from there. Overloaded nodes either shed (the optimistic end) or fail in turn, until
nothing more is overloaded (the pessimistic end): the truth lies between. What nothing serves even today
keeps its share of the load: a loss shows what it changes.
"""

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.analysis import outages as outage_lists
from simulation.analysis.budget import Budget
from simulation.analysis.circles import settled
from simulation.analysis.classes import Roots, shard_shares
from simulation.analysis.compile import STRUCTURAL, Compiler
from simulation.analysis.falling import Falling
from simulation.analysis.gates import FALSE
from simulation.analysis.kills import KillSets, positions
from simulation.analysis.outages import Outage
from simulation.analysis.report import Contingency, Overloaded, Verdict
from simulation.analysis.routing import CONSUMED, Down
from simulation.analysis.spofs import Losses, Singles, losses, single_losses
from simulation.analysis.work import Work

_EPS = 1e-9
_ROUNDS = 8

#: After so many turns of a circle of calls its rates are solved for: they settle slowly or never.
_TURNS = 64


@dataclass
class Effect:
    """One loss: shares lost by flow and of all, utilizations that it changed, and what is overloaded."""

    outage: Outage
    by_flow: NDArray[np.float64]
    of_all: float
    degraded: bool
    changed: dict[int, float] = field(default_factory=dict)
    overloaded: dict[int, float] = field(default_factory=dict)
    late: dict[int, float] = field(default_factory=dict)  # consumers that fall behind: they delay, they do not lose
    shed: float | None = None
    is_endless: bool = False  # calls multiply in a circle: nothing says how much must be shed
    gone: "Gone | None" = None
    touched: frozenset[int] = frozenset()  # components whose load was looked at


class Gone(NamedTuple):
    """What a loss takes: places that cannot answer, components without a replica, and instances of components."""

    places: Sequence[tuple[int, str]]
    components: Sequence[int]
    lost: Mapping[int, int]


class Assessor:
    """Assesses losses on one compiled system at its load."""

    def __init__(
        self,
        compiler: Compiler,
        work: Work,
        roots: Roots,
        full_roots: Roots,
        kills: KillSets,
        flow_weights: Sequence[float],
    ) -> None:
        self._compiler = compiler
        self._work = work
        self._system = work.system
        self._roots = roots
        self._full = full_roots
        self._weights = flow_weights
        self._base = [float(x) for x in work.plain.sum(axis=1)]
        self._offered = float(work.entries.sum())
        self._states: dict[int, list[tuple[int, str]]] = {}  # that cannot answer when the gate is false
        for state in sorted({(c, op) for c, op, _ in work.places}):
            self._states.setdefault(compiler.served(state, {}, "alive"), []).append(state)
        self._components: dict[int, list[int]] = {}  # without any replica when the gate is false
        for c in self._system.components:
            up = compiler.gates.any_of(compiler.up(c, s, STRUCTURAL) for s in range(c.shards))
            self._components.setdefault(up, []).append(c.index)
        self._kills = kills
        self._consumers = {link.target for link in self._system.links if link.kind.id == "consume"}
        self.base_load = {
            c.index: load
            for c in self._system.components
            if work.visited[c.index] and (load := work.load(c.index, self._base)) is not None
        }
        self.base_overload = {c: load for c, load in self.base_load.items() if load > 1 + _EPS}
        self._unmetered = {
            c.index for c in self._system.components if c.slots is None or c.params.get("rate_limit_rps")
        }
        self._onward = [[(work.index[s.to], s.visits) for s in steps] for steps in work.steps]
        self._inside = outage_lists.inside(self._system)
        self._kept: dict[tuple[str, str], Effect] = {}
        self._rank, self._users = self._topology()

    def _topology(self) -> tuple[list[int], dict[tuple[str, object], list[int]]]:
        """Order of places, callers first as far as possible, and which places look at what."""
        work = self._work
        users: dict[tuple[str, object], list[int]] = {}
        ahead: list[list[int]] = []
        incoming = [0] * len(work.places)
        for here, place in enumerate(work.places):
            component, op, _ = place
            ahead.append([work.index[to] for to in work.routing.elsewhere(place) if to in work.index])
            ahead[-1].extend(work.index[s.to] for s in work.steps[here] if s.gate == CONSUMED)
            for to in ahead[-1]:
                incoming[to] += 1
            users.setdefault(("component", component), []).append(here)
            for gate in work.routing.wiring.gates(component, op):
                for member in gate.members:
                    users.setdefault(("state", (member.target, op)), []).append(here)
                    users.setdefault(("link", member.link), []).append(here)
            for follower in work.routing.followers(component):
                users.setdefault(("component", follower.target), []).append(here)
                users.setdefault(("link", follower.link), []).append(here)
            for step in work.steps[here]:
                if step.gate == CONSUMED:
                    users.setdefault(("component", step.to[0]), []).append(here)
                    users.setdefault(("link", step.link), []).append(here)
                users.setdefault(("cold", step.to[0]), []).append(here)
            users.setdefault(("cold", component), []).append(here)
        depth = [0] * len(work.places)
        level = [len(work.places)] * len(work.places)  # of what goes round in a circle, or is behind it
        ready = [i for i, n in enumerate(incoming) if n == 0]
        while ready:
            here = ready.pop()
            level[here] = depth[here]
            for to in ahead[here]:
                depth[to] = max(depth[to], depth[here] + 1)
                incoming[to] -= 1
                if incoming[to] == 0:
                    ready.append(to)
        self._level = level
        rank = [0] * len(work.places)
        for number, here in enumerate(sorted(range(len(rank)), key=lambda i: (level[i], work.places[i]))):
            rank[here] = number
        return rank, users

    def keep(self, effects: Iterable[Effect], before: "Assessor", moved: Collection[int]) -> None:
        """Take over effects on components whose load has not `moved` in an edit, and that have not changed."""
        levels = {place: before._level[i] for place, i in before._work.index.items()}
        shifted = {p[0] for p, i in self._work.index.items() if levels.get(p) != self._level[i]}
        moved = shifted.union(moved)
        if not self.base_overload and not before.base_overload:
            self._kept = {
                (e.outage.type, e.outage.id): e for e in effects if e.gone is not None and moved.isdisjoint(e.touched)
            }

    # -- many losses at once --------------------------------------------------------------------------

    def single_effects(self, outages: Sequence[Outage], budget: Budget) -> Iterator[Effect]:
        """The effect of each single loss, in order; ends early when the budget does."""
        singles = Singles(self._kills, outages)
        lost = single_losses(singles, self._roots, self._weights)
        survived = singles.mask(np.flatnonzero(lost.of_all < 1 - _EPS).tolist())
        return self._effects(outages, lost, lambda gate: singles.rows(gate, survived), budget)

    def effects(self, outages: Sequence[Outage], budget: Budget) -> Iterator[Effect]:
        """The effect of each loss of several things at once, in order; ends early when the budget does."""
        for _, part in outage_lists.chunks(outages):
            yield from self._together(part, budget)

    def _together(self, outages: Sequence[Outage], budget: Budget) -> Iterator[Effect]:
        lost = losses(self._falling, self._roots, self._weights, outages)
        survived = np.flatnonzero(lost.of_all < 1 - _EPS).tolist()
        failing, width = outage_lists.worlds(self._compiler.gates, [outages[i] for i in survived])
        found = self._falling.false(failing, width)
        return self._effects(outages, lost, lambda gate: [survived[i] for i in positions(found.get(gate, 0))], budget)

    def _effects(
        self, outages: Sequence[Outage], lost: Losses, rows: Callable[[int], Sequence[int]], budget: Budget
    ) -> Iterator[Effect]:
        """The effects of losses, where `rows` says by which of them, if survived, a gate falls."""
        places: dict[int, list[tuple[int, str]]] = {}
        for gate, states in self._states.items():
            for row in rows(gate):
                places.setdefault(row, []).extend(states)
        components: dict[int, list[int]] = {}
        for gate, own in self._components.items():
            for row in rows(gate):
                components.setdefault(row, []).extend(own)
        degraded = {row for gate in self._full.gates for row in rows(gate)}
        is_degraded = FALSE in self._full.gates
        for row, (outage, of_all) in enumerate(zip(outages, lost.of_all.tolist(), strict=True)):
            if budget.spent:
                return
            is_lost = of_all >= 1 - _EPS
            effect = Effect(outage, lost.by_flow[row], of_all, is_degraded or is_lost or row in degraded)
            if not is_lost:
                self._move(effect, places.get(row, []), components.get(row, []))
            yield effect

    @cached_property
    def _falling(self) -> Falling:
        """What falls together."""
        gates = {*self._roots.gates, *self._full.gates, *self._states, *self._components}
        return Falling(self._compiler.gates, gates)

    def _move(self, effect: Effect, places: list[tuple[int, str]], components: list[int]) -> None:
        """Move the load away from what is gone, and find what is overloaded."""
        outage = effect.outage
        lost = self._lost(outage)
        effect.gone = gone = Gone(places, components, lost)
        kept = self._kept.get((outage.type, outage.id)) if self._kept else None
        if kept is not None and kept.gone == gone and kept.outage == outage:
            effect.changed, effect.touched = kept.changed, kept.touched
            return
        users = self._users
        start = {here for place in places for here in users.get(("state", place), ())}
        start.update(*[users.get(("component", c), ()) for c in components])
        start.update(users.get(("link", outage.link), ()) if outage.link >= 0 else ())
        start.update(users.get(("cold", outage.cold), ()) if outage.cold >= 0 else ())
        down = _down(outage, places, components)
        fresh, is_solved = self._propagate(start, down) if start else ({}, False)
        without = lost.keys() & {*components, *outage.collapsed}
        touched = {self._work.places[here][0] for here in fresh}.union(lost)
        for component, load in self._loads(sorted(touched), fresh):
            squeezed = self._squeezed(component, outage, lost[component]) if component in lost else 1.0
            effect.changed[component] = 0.0 if component in without else load * squeezed
        effect.changed |= dict.fromkeys(without, 0.0)
        busy = {c: load for c, load in self.base_overload.items() if c not in effect.changed}
        busy |= {c: load for c, load in effect.changed.items() if load > 1 + _EPS}
        for component, load in busy.items():
            (effect.late if component in self._consumers else effect.overloaded)[component] = load
        effect.is_endless = math.inf in fresh.values()
        if busy or is_solved:
            effect.gone = None  # it depends on more than what was touched
        else:
            touched.update([p[0] for p in places], components, [self._work.places[here][0] for here in start])
            touched.update(c for c in (outage.component, outage.cold) if c >= 0)  # visited or not
            effect.touched = frozenset(touched)
        if effect.overloaded and not effect.is_endless:
            effect.shed = self._shed(effect, _Changed(self._base, fresh), down)

    def _lost(self, outage: Outage) -> Mapping[int, int]:
        """Instances that each component loses."""
        lost = outage_lists.lost_components(self._system, outage, self._inside)
        return {**lost, **dict.fromkeys(outage.collapsed, 0)} if outage.collapsed else lost

    def _squeezed(self, component: int, outage: Outage, lost: int) -> float:
        """How much busier the busiest shard gets when replicas of the component are gone."""
        if not lost:
            return 1.0
        item = self._system.components[component]
        if item.shards == 1:
            return item.instances / (item.instances - lost) if lost < item.instances else 1.0
        gone = [0] * item.shards
        for i in outage_lists.lost_instances(item, outage):
            gone[i // item.replicas] += 1
        shares = shard_shares(item)
        left = [s * item.replicas / (item.replicas - g) for s, g in zip(shares, gone, strict=True) if g < item.replicas]
        return max(left, default=0.0) / max(shares)

    def _propagate(self, start: set[int], down: Down) -> tuple[dict[int, float], bool]:
        """Rates that change, when the places in `start` send their requests elsewhere.

        Also whether they are from equations, as where a circle settles slowly or never.
        What reaches a place in excess goes on as it does there; only places in `start` split anew.
        """
        base, rank, onward = self._base, self._rank, self._onward
        delta: dict[int, float] = {}
        waiting = dict.fromkeys(start, 0.0)  # changes that have arrived and not gone on
        anew: dict[int, list[tuple[int, float]]] = {}  # where places in `start` send their requests now
        level, circle, turns = self._level, len(base), dict[int, int]()
        heap = [(rank[p], p) for p in start]
        heapq.heapify(heap)
        while heap:
            here = heapq.heappop(heap)[1]
            if level[here] == circle:
                turns[here] = turns.get(here, 0) + 1
                if turns[here] > _TURNS:
                    return self._solved(start, down), True
            more = waiting.pop(here)
            whole = delta[here] = delta.get(here, 0.0) + more
            sent = [(more, anew.get(here, onward[here]))]
            if here in start and here not in anew:
                anew[here] = self._anew(here, down)
                sent = [(base[here] + whole, anew[here]), (-base[here], onward[here])]
            for rate, ways in sent:
                if -_EPS < rate < _EPS:
                    continue
                for to, visits in ways:
                    if to in waiting:
                        waiting[to] += rate * visits
                    else:
                        waiting[to] = rate * visits
                        heapq.heappush(heap, (rank[to], to))
        return {here: max(0.0, base[here] + d) for here, d in delta.items() if abs(d) > _EPS}, False

    def _anew(self, here: int, down: Down) -> list[tuple[int, float]]:
        """Where a place sends its requests in an outage."""
        work = self._work
        return [(work.index[s.to], s.visits) for s in work.routing.onward(work.places[here], down)]

    def _solved(self, start: set[int], down: Down) -> dict[int, float]:
        """The same rates from the equations of all places that the change reaches; infinite where calls multiply."""
        work, base, onward = self._work, self._base, self._onward
        ways: dict[int, list[tuple[int, float]]] = {}
        entries: dict[int, float] = {}
        ahead = list(start)
        while ahead:
            here = ahead.pop()
            if here not in ways:
                ways[here] = self._anew(here, down) if here in start else onward[here]
                ahead += [to for to, _ in (*ways[here], *onward[here])]
        offered = work.entries.sum(axis=1)
        for here in ways:
            entries[here] = float(offered[here])
        for here, rate in enumerate(base):
            if here not in ways:
                for to, visits in onward[here]:
                    if to in entries:
                        entries[to] += rate * visits
        return settled(ways, entries)

    def _loads(self, components: Iterable[int], fresh: Mapping[int, float]) -> Iterator[tuple[int, float]]:
        """Utilization of those that have a limit, where some rates are fresh."""
        get, base, busy, visited = fresh.get, self._base, self._work.busy, self._work.visited
        for component in components:
            if component in self._unmetered:
                load = self._work.load(component, _Changed(base, fresh))
                if load is not None:
                    yield component, load
                continue
            total = 0.0
            for place in visited[component]:
                if busy[place]:
                    total += get(place, base[place]) * busy[place]
            yield component, total

    def _shed(self, effect: Effect, rates: "_Changed", down: Down) -> float:
        """Share of all traffic that overloaded nodes refuse, callers first, so that what is refused early
        does not load what stands behind."""
        work = self._work
        refused = 0.0
        order = sorted(effect.overloaded, key=lambda c: min(self._rank[p] for p in work.visited[c]))
        thinned: dict[int, float] = {}
        for component in order:
            places = [p for p in work.visited[component] if rates[p] > 0]
            before = sum(rates[p] for p in places)
            left = sum(max(0.0, rates[p] + thinned.get(p, 0.0)) for p in places)
            load = effect.overloaded[component] * (left / before if before > 0 else 0.0)
            if load <= 1 + _EPS:
                continue
            refuse = {p: -max(0.0, rates[p] + thinned.get(p, 0.0)) * (1 - 1 / load) for p in places}
            for p, less in refuse.items():
                often = max(1.0, self._base[p] / self._offered) if self._offered else 1.0
                refused -= less / often
            for p, rate in self._thin(refuse, down).items():
                thinned[p] = thinned.get(p, 0.0) + rate
        return min(1.0, refused / self._offered) if self._offered else 0.0

    def _thin(self, less: Mapping[int, float], down: Down) -> dict[int, float]:
        """Changes at and behind the places where requests are refused."""
        work = self._work
        total: dict[int, float] = dict(less)
        heap = [(self._rank[p], p) for p in less]
        heapq.heapify(heap)
        done: set[int] = set()
        while heap:
            _, here = heapq.heappop(heap)
            if here in done:
                continue
            done.add(here)
            for step in work.routing.onward(work.places[here], down):
                to = work.index[step.to]
                change = total[here] * step.visits
                if abs(change) > _EPS:
                    total[to] = total.get(to, 0.0) + change
                    heapq.heappush(heap, (self._rank[to], to))
        return total

    # -- verdicts -------------------------------------------------------------------------------------

    def assess(self, outages: Sequence[Outage], budget: Budget) -> tuple[list[Contingency], list[Effect]]:
        """The verdict on each loss. Fewer than asked for where the budget ran out."""
        are_single = not any(outage.parts for outage in outages)
        effects = list((self.single_effects if are_single else self.effects)(outages, budget))
        collapse, cascades = self._collapse(effects, budget)
        found = []
        for i, effect in enumerate(effects):
            verdict: Verdict = "ok"
            if effect.of_all >= 1 - _EPS:
                verdict = "outage"
            elif effect.overloaded or effect.is_endless:
                verdict = "cascade" if i in cascades else "overload"
            elif effect.of_all > _EPS or effect.degraded or effect.late or effect.outage.cold >= 0:
                verdict = "degraded"
            busy = sorted((effect.overloaded | effect.late).items(), key=lambda x: (-x[1], x[0]))
            components = self._system.components
            found.append(
                Contingency(
                    effect.outage.id,
                    effect.outage.type,
                    verdict,
                    effect.of_all,
                    None if effect.is_endless else effect.shed or 0.0,
                    [Overloaded(components[c].id, None if u == math.inf else u) for c, u in busy],
                    collapse.get(i, effect.of_all),
                    {self._system.sources[f].id: float(x) for f, x in enumerate(effect.by_flow) if x > _EPS},
                )
            )
        return found, effects

    def _collapse(self, effects: Sequence[Effect], budget: Budget) -> tuple[dict[int, float], set[int]]:
        """Share lost when all that is overloaded fails in turn, and which losses spread that way."""
        lost: dict[int, float] = {}
        spreads: set[int] = set()
        fallen = {i: set(e.overloaded) for i, e in enumerate(effects) if e.overloaded}
        for _ in range(_ROUNDS):
            if not fallen or budget.spent:
                break
            distinct: dict[tuple[object, ...], list[int]] = {}
            for i, components in fallen.items():
                o = effects[i].outage
                distinct.setdefault((o.names, o.link, o.cold, tuple(sorted(components))), []).append(i)
            worlds = [self._worse(effects[same[0]].outage, fallen[same[0]]) for same in distinct.values()]
            following: dict[int, set[int]] = {}
            for same, effect in zip(distinct.values(), self.effects(worlds, budget), strict=False):
                for i in same:
                    lost[i] = effect.of_all
                    more = set(effect.overloaded) - fallen[i]
                    if more:
                        spreads.add(i)
                        following[i] = fallen[i] | more
            fallen = following
        return lost, spreads

    def _worse(self, outage: Outage, components: set[int]) -> Outage:
        """The same loss with some components gone too."""
        more = [name for c in sorted(components) for name in outage_lists.replica_names(self._system.components[c])]
        names = tuple(dict.fromkeys((*outage.names, *more)))
        return outage._replace(names=names, collapsed=frozenset(components))

    def safe_share(self, flow: int, effects: Sequence[Effect]) -> tuple[float, str] | None:
        """Largest growth of all traffic that any one loss leaves carried, and the loss that sets it.

        Losses that take a part of the flow with them are single points of failure, not a matter of
        capacity; they do not count beside others. Where no loss at all is survived the share is 0. None
        where nothing limits the flow.
        """
        work = self._work
        own = work.waited_for(flow)
        base = sorted(((u, c) for c, u in self.base_load.items() if c in own), reverse=True)
        worst = (max([work.tightest_link(flow)[0], *(u for u, _ in base[:1])]), "")
        survived = not effects
        for effect in effects:
            if effect.by_flow[flow] > _EPS or effect.of_all >= 1 - _EPS:
                continue
            survived = True
            load = next((u for u, c in base if c not in effect.changed), 0.0)
            moved = [
                u
                for c, u in effect.changed.items()
                if c not in self._consumers and (c in own or not any(self._base[p] > 0 for p in work.visited[c]))
            ]
            load = max([load, *moved])
            if load > worst[0]:
                worst = (load, effect.outage.id)
        if not survived:
            return 0.0, effects[0].outage.id
        return (1 / worst[0], worst[1]) if worst[0] > 0 else None


def _down(outage: Outage, places: Collection[tuple[int, str]], components: Collection[int]) -> Down:
    """What is not there in an outage."""
    links = {outage.link} if outage.link >= 0 else ()
    return Down(frozenset(places), links, frozenset(components), {outage.cold} if outage.cold >= 0 else ())


class _Changed(Sequence[float]):
    """The base rates with some of them replaced."""

    def __init__(self, base: Sequence[float], changed: Mapping[int, float]) -> None:
        self._base = base
        self._new = changed

    def __getitem__(self, place: int) -> float:  # type: ignore[override]
        return self._new.get(place, self._base[place])

    def __len__(self) -> int:
        return len(self._base)
