"""What every single loss does: what falls at once, what is overloaded, what must be shed, what cascades.

Success is read from the gates for all losses at once, then load moves (`redistribution`). Overloaded nodes either
shed (the optimistic end) or fail in turn, until nothing more is overloaded (the pessimistic end): the truth lies
between.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulation.analysis.budget import Budget
from simulation.analysis.load.routing import NOTHING, Down
from simulation.analysis.load.work import Work
from simulation.analysis.losses import outages as outage_lists
from simulation.analysis.losses.outages import Outage
from simulation.analysis.losses.redistribution import Redistribution
from simulation.analysis.losses.shares import Losses, Singles, losses
from simulation.analysis.report import Contingency, Overloaded, Verdict
from simulation.analysis.success.classes import Roots, shard_shares
from simulation.analysis.success.compile import Compiler
from simulation.analysis.success.falling import Falling
from simulation.analysis.success.gates import FALSE, positions
from simulation.analysis.success.kills import KillSets

_EPS = 1e-9
_ROUNDS = 8

Rows = Callable[[int], list[int]]
"""The losses, by their place in a list, that make a gate false."""


@dataclass
class Effect:
    """One loss: shares lost by flow and of all, utilizations that it changed, and what is overloaded.

    `down` and `fresh`, the rates that changed by place, are what that follows from; `touched` are the components
    whose load was looked at for it, None where it depends on more than these.
    """

    outage: Outage
    by_flow: list[float]
    of_all: float
    degraded: bool
    changed: dict[int, float] = field(default_factory=dict)
    overloaded: dict[int, float] = field(default_factory=dict)
    late: dict[int, float] = field(default_factory=dict)  # consumers that fall behind: they delay, they do not lose
    shed: float | None = None
    is_endless: bool = False  # calls multiply in a circle: nothing says how much must be shed
    down: Down = NOTHING
    fresh: Mapping[int, float] = field(default_factory=dict)
    touched: frozenset[int] | None = frozenset()
    verdict: Contingency | None = None

    @cached_property
    def highest(self) -> float:
        """The largest utilization among those that it changed."""
        return max(self.changed.values(), default=0.0)

    @property
    def is_lost(self) -> bool:
        """Whether all traffic is."""
        return self.of_all >= 1 - _EPS


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
        self._gates = compiler.gates
        self._work = work
        self._system = work.system
        self._roots = roots
        self._full = full_roots
        self._weights = flow_weights
        self._kills = kills
        self._answer = {(c, op): compiler.served((c, op), {}, "alive") for c, op, _ in work.places}
        self._up = {c.index: compiler.any_up(c) for c in self._system.components}
        self._consumers = {link.target for link in self._system.links if link.kind.id == "consume"}
        self._inside = outage_lists.inside(self._system)
        self._load = Redistribution(work)
        self.base_load = self._load.base_load
        self.base_overload = {c: load for c, load in self.base_load.items() if load > 1 + _EPS}
        self._kept: dict[tuple[str, str], Effect] = {}
        self._otherwise = 0  # single losses, as bits, by which other things fall than before
        self._moved: frozenset[int] = frozenset()
        self._are_ways_kept = False

    # -- after an edit --------------------------------------------------------------------------------

    def keep(self, effects: Iterable[Effect], before: "Assessor", moved: frozenset[int]) -> None:
        """Take over effects from before an edit after which the load of some components may have `moved`.

        An effect stands where the loss makes the same gates false, and touches nothing that has moved. Where all
        requests go as they went, whatever fails, only the loads of what has moved are looked at again.
        """
        if self.base_overload or before.base_overload:
            return
        self._kept = {(e.outage.type, e.outage.id): e for e in effects if e.touched is not None}
        self._otherwise = self._falling_otherwise(before)
        self._moved = moved | self._load.shifted(before._load)
        self._are_ways_kept = self._load.goes_as(before._load, moved)

    def _falling_otherwise(self, before: "Assessor") -> int:
        found, of = 0, self._kills.of
        pairs: tuple[tuple[Mapping[object, int], Mapping[object, int]], ...]
        pairs = (before._answer, self._answer), (before._up, self._up)  # type: ignore[assignment]
        for old, new in pairs:
            for what in old.keys() | new.keys():
                was, now = old.get(what, FALSE), new.get(what, FALSE)
                if was != now:
                    found |= of(was) ^ of(now)
        return found

    def _stands(self, effect: Effect) -> Effect | None:
        """The effect if it is known from before the edit: that of before itself, if it is all the same."""
        outage = effect.outage
        kept = self._kept.get((outage.type, outage.id))
        if kept is None or kept.outage != outage or kept.is_lost != effect.is_lost:
            return None
        if effect.is_lost:
            return kept if kept.by_flow == effect.by_flow else effect
        assert kept.touched is not None
        lost = self._lost(outage)
        moved = self._moved
        if moved.isdisjoint(kept.touched) and (outage.container < 0 or moved.isdisjoint(lost)):
            again = []
        else:
            again = [c for c in moved if c in kept.touched or c in lost]
        if again and not self._are_ways_kept:
            return None
        if not again and (kept.by_flow, kept.of_all, kept.degraded) == (effect.by_flow, effect.of_all, effect.degraded):
            return kept
        effect.down, effect.fresh, effect.touched = kept.down, kept.fresh, kept.touched.union(lost)
        effect.changed = kept.changed
        if again:
            effect.changed = {c: load for c, load in kept.changed.items() if c not in again}
            self._change(effect, {c for c in again if c in lost or self._load.is_fresh(c, kept.fresh)}, lost)
        return effect if max([effect.changed.get(c, 0.0) for c in again], default=0.0) <= 1 + _EPS else None

    # -- many losses at once --------------------------------------------------------------------------

    def single_effects(self, singles: Singles, lost: Losses, budget: Budget) -> Iterator[Effect]:
        """The effect of each single loss, in order; ends early when the budget does."""

        def rows_among(some: Sequence[int]) -> Rows:
            mask = singles.mask(some)
            return lambda gate: singles.rows(gate, mask)

        stale = set(singles.among(self._otherwise))
        return self._effects(singles.outages, lost, rows_among, budget, stale if self._kept else None)

    def effects(self, outages: Sequence[Outage], budget: Budget) -> Iterator[Effect]:
        """The effect of each loss of several things at once, in order; ends early when the budget does."""
        for _, part in outage_lists.chunks(outages):
            lost = losses(self._falling, self._roots, self._weights, part)
            yield from self._effects(part, lost, lambda some, part=part: self._rows_among(part, some), budget)  # type: ignore[misc]

    def _rows_among(self, outages: Sequence[Outage], some: Sequence[int]) -> Rows:
        failing, width = outage_lists.worlds(self._gates, [outages[i] for i in some])
        found = self._falling.false(failing, width)
        return lambda gate: [some[i] for i in positions(found.get(gate, 0))]

    def _effects(
        self,
        outages: Sequence[Outage],
        lost: Losses,
        rows_among: Callable[[Sequence[int]], Rows],
        budget: Budget,
        stale: Collection[int] | None = None,
    ) -> Iterator[Effect]:
        """The effects of losses, where `rows_among` some of them says by which of these a gate falls.

        All but those that are `stale` may stand from before an edit.
        """
        survived = np.flatnonzero(lost.of_all < 1 - _EPS).tolist()
        rows = rows_among(survived)
        degraded = np.full(len(outages), FALSE in self._full.gates)
        degraded[lost.of_all >= 1 - _EPS] = True
        for gate in self._full.gates:
            degraded[rows(gate)] = True
        effects = list(map(Effect, outages, lost.by_flow.tolist(), lost.of_all.tolist(), degraded.tolist()))
        standing: list[Effect | None] = [None] * len(effects)
        if stale is not None:
            standing = [None if row in stale else self._stands(effect) for row, effect in enumerate(effects)]
            survived = [row for row in survived if standing[row] is None]
            rows = rows_among(survived)
        places: dict[int, list[tuple[int, str]]] = {row: [] for row in survived}
        for place, gate in self._answer.items():
            for row in rows(gate):
                places[row].append(place)
        components: dict[int, list[int]] = {row: [] for row in survived}
        for component, gate in self._up.items():
            for row in rows(gate):
                components[row].append(component)
        for row, (effect, known) in enumerate(zip(effects, standing, strict=True)):
            if budget.spent:
                return
            if known is None and not effect.is_lost:
                self._move(effect, places[row], components[row])
            yield known or effect

    @cached_property
    def _falling(self) -> Falling:
        """What falls together."""
        gates = {*self._roots.gates, *self._full.gates, *self._answer.values(), *self._up.values()}
        return Falling(self._gates, gates)

    # -- one loss -------------------------------------------------------------------------------------

    def _move(self, effect: Effect, places: Sequence[tuple[int, str]], components: Sequence[int]) -> None:
        """Move the load away from what is gone, and find what is overloaded."""
        outage, work = effect.outage, self._work
        lost = self._lost(outage)
        effect.down = down = Down.of(places, components, outage.link, outage.cold)
        senders = self._load.senders(down)
        moved = self._load.moved(senders, down)
        effect.fresh, effect.changed = moved.rates, moved.loads.copy()
        self._change(effect, lost, lost)
        busy = {c: load for c, load in self.base_overload.items() if c not in effect.changed}
        busy |= {c: load for c, load in effect.changed.items() if load > 1 + _EPS}
        for component, load in busy.items():
            (effect.late if component in self._consumers else effect.overloaded)[component] = load
        effect.is_endless = math.inf in effect.fresh.values()
        if busy or moved.is_solved:
            effect.touched = None
        else:
            asked = [c for c, _ in places], [work.places[here][0] for here in senders]
            own = [c for c in (outage.component, outage.cold) if c >= 0]  # visited or not
            effect.touched = frozenset().union(moved.components, lost, components, *asked, own)
        if effect.overloaded and not effect.is_endless:
            effect.shed = self._load.shed(effect.overloaded, effect.fresh, down)

    def _change(self, effect: Effect, components: Iterable[int], lost: Mapping[int, int]) -> None:
        """Note the loads of these components after the loss."""
        outage = effect.outage
        changed = dict(self._load.loads(components, effect.fresh))
        for component in lost.keys() & changed.keys():
            changed[component] *= self._squeezed(component, outage, lost[component])
        without = lost.keys() & {*effect.down.components, *outage.collapsed}
        effect.changed |= changed | dict.fromkeys(without.intersection(components), 0.0)

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

    # -- verdicts -------------------------------------------------------------------------------------

    def singles(self, singles: Singles, lost: Losses, budget: Budget) -> tuple[list[Contingency], list[Effect]]:
        """The verdict on each single loss. Fewer than asked for where the budget ran out."""
        return self._assessed(list(self.single_effects(singles, lost, budget)), budget)

    def several(self, outages: Sequence[Outage], budget: Budget) -> tuple[list[Contingency], list[Effect]]:
        """The same for losses of several things at once."""
        return self._assessed(list(self.effects(outages, budget)), budget)

    def _assessed(self, effects: list[Effect], budget: Budget) -> tuple[list[Contingency], list[Effect]]:
        collapse, cascades = self._collapse(effects, budget)
        for i, effect in enumerate(effects):
            if effect.verdict is None:
                effect.verdict = self._verdict(effect, collapse.get(i, effect.of_all), i in cascades)
        return [effect.verdict for effect in effects if effect.verdict is not None], effects

    def _verdict(self, effect: Effect, collapse: float, is_cascade: bool) -> Contingency:
        verdict: Verdict = "ok"
        if effect.is_lost:
            verdict = "outage"
        elif effect.overloaded or effect.is_endless:
            verdict = "cascade" if is_cascade else "overload"
        elif effect.of_all > _EPS or effect.degraded or effect.late or effect.outage.cold >= 0:
            verdict = "degraded"
        busy = sorted((effect.overloaded | effect.late).items(), key=lambda x: (-x[1], x[0]))
        components, sources = self._system.components, self._system.sources
        return Contingency(
            effect.outage.id,
            effect.outage.type,
            verdict,
            effect.of_all,
            None if effect.is_endless else effect.shed or 0.0,
            [Overloaded(components[c].id, None if u == math.inf else u) for c, u in busy],
            collapse,
            {sources[f].id: x for f, x in enumerate(effect.by_flow) if x > _EPS},
        )

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
            if effect.by_flow[flow] > _EPS or effect.is_lost:
                continue
            survived = True
            if effect.highest <= worst[0]:
                continue  # nor is anything else busier than the busiest is today
            load = next((u for u, c in base if c not in effect.changed), 0.0)
            moved = [
                u
                for c, u in effect.changed.items()
                if c not in self._consumers and (c in own or not any(self._load.base[p] > 0 for p in work.visited[c]))
            ]
            load = max([load, *moved])
            if load > worst[0]:
                worst = (load, effect.outage.id)
        if not survived:
            return 0.0, effects[0].outage.id
        return (1 / worst[0], worst[1]) if worst[0] > 0 else None
