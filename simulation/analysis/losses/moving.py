"""Where each loss takes its load: what falls at once, whose load rises, and what is overloaded then.

Success is read from the gates for all losses at once, then load moves (`redistribution`).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from simulation.analysis.budget import Budget
from simulation.analysis.load.routing import Down
from simulation.analysis.load.work import Work
from simulation.analysis.losses import outages as outage_lists
from simulation.analysis.losses.effects import Effect, Standing
from simulation.analysis.losses.outages import Inside, Outage
from simulation.analysis.losses.redistribution import Redistribution, Shards
from simulation.analysis.losses.shares import Losses, Singles, losses
from simulation.analysis.success.classes import Roots
from simulation.analysis.success.compile import WORST, Compiler
from simulation.analysis.success.falling import Falling
from simulation.analysis.success.gates import FALSE, positions
from simulation.analysis.success.kills import KillSets
from simulation.topology.system import Component

_EPS = 1e-9

Rows = Callable[[Iterable[int]], Sequence[Sequence[int]]]
"""The losses, by their place in a list, that make each gate false."""


class Effects:
    """Moves the load of one compiled system away from what is lost."""

    def __init__(
        self,
        compiler: Compiler,
        work: Work,
        roots: Roots,
        full_roots: Roots,
        kills: KillSets,
        flow_weights: Sequence[float],
        inside: Inside,
        when_cold: Callable[[int], Roots],
        before: "Effects | None" = None,
    ) -> None:
        self._gates = compiler.gates
        self._work = work
        self._system = work.system
        self._roots = roots
        self._full = full_roots
        self._weights = flow_weights
        self._when_cold = when_cold
        self._kills = kills
        self._answer: dict[tuple[int, str], int] = {}
        self._up: dict[int, int] = {}
        self._compile(compiler, None if compiler.anew is None else before)
        self._inside = inside
        self.consumers = {link.target for link in self._system.links if link.kind.id == "consume"}
        self.load = Redistribution(work)
        self.base_load = self.load.base_load
        self.base_overload = {c: load for c, load in self.base_load.items() if load > 1 + _EPS}
        self._standing: Standing | None = None

    def _compile(self, compiler: Compiler, before: "Effects | None") -> None:
        """Which gate says that a place can answer, and which that a component is there: as `before` an edit, but for
        components that were compiled anew."""
        answer: Mapping[tuple[int, str], int] = {} if before is None else before._answer
        up: Mapping[int, int] = {} if before is None else before._up
        anew = compiler.anew or ()
        self._answer = {
            (c, op): gate
            if c not in anew and (gate := answer.get((c, op), FALSE)) != FALSE
            else compiler.served((c, op), WORST, "alive")
            for c, op, _ in self._work.places
        }
        self._up = {
            c.index: up[c.index] if c.index in up and c.index not in anew else compiler.instances.any_up(c)
            for c in self._system.components
        }

    # -- after an edit --------------------------------------------------------------------------------

    def keep(
        self,
        outages: Sequence[Outage],
        effects: Sequence[Effect],
        lost: Losses,
        before: "Effects",
        moved: frozenset[int],
    ) -> None:
        """Take over the effects of single losses from before an edit, after which the load of some components may have
        `moved`.

        An effect stands where the loss makes the same gates false, and touches nothing that has moved. Where all
        requests go as they went, whatever fails, only the loads of what has moved are looked at again.
        """
        flows = [[source.id for source in system.sources] for system in (before._system, self._system)]
        if self.base_overload or before.base_overload or flows[0] != flows[1]:
            return
        self._standing = Standing(
            outages,
            effects,
            lost,
            moved | self.load.shifted(before.load),
            self._falling_otherwise(before),
            self.load.goes_as(before.load, moved),
        )

    def _falling_otherwise(self, before: "Effects") -> int:
        """Single losses, as bits, by which other things fall than before."""
        found, of = 0, self._kills.of
        pairs: tuple[tuple[Mapping[object, int], Mapping[object, int]], ...]
        pairs = (before._answer, self._answer), (before._up, self._up)  # type: ignore[assignment]
        for old, new in pairs:
            for what, now in new.items():
                was = old.get(what, FALSE)
                if was != now:
                    found |= of(was) ^ of(now)
            for what in old.keys() - new.keys():
                found |= of(old[what])
        return found

    def _stands(self, effect: Effect, standing: Standing) -> bool:
        """Whether the rest of the effect is known when the load of what has moved is looked at again."""
        kept = standing.kept(effect.outage)
        if kept is None or kept.is_lost or kept.touched is None:
            return False
        lost = self._lost(effect.outage)
        again = [c for c in standing.moved if c in kept.touched or c in lost]
        if again and not standing.are_ways_kept:
            return False
        effect.down, effect.fresh, effect.touched = kept.down, kept.fresh, kept.touched.union(lost)
        effect.changed = {c: load for c, load in kept.changed.items() if c not in again}
        self._change(effect, {c for c in again if c in lost or self.load.is_fresh(c, kept.fresh)}, lost)
        if max([effect.changed.get(c, 0.0) for c in again], default=0.0) <= 1 + _EPS:
            return True
        effect.changed = {}
        return False

    # -- many losses at once --------------------------------------------------------------------------

    def of_singles(self, singles: Singles, lost: Losses, budget: Budget) -> list[Effect]:
        """The effect of each single loss, in order; of fewer where the budget ends."""

        def rows_among(some: Sequence[int]) -> Rows:
            mask = singles.mask(some)
            return lambda gates: singles.rows(gates, mask)

        standing = self._standing
        stale = frozenset() if standing is None else frozenset(singles.among(standing.otherwise))
        return self._effects(singles.outages, lost, rows_among, budget, standing, stale)

    def of_several(self, outages: Sequence[Outage], budget: Budget) -> list[Effect]:
        """The effect of each loss of several things at once, in order; of fewer where the budget ends."""
        found: list[Effect] = []
        for start, part in outage_lists.chunks(outages):
            lost = losses(self._falling, self._roots, self._weights, part)
            for row, outage in enumerate(part):
                if outage.cold >= 0:
                    roots = self._when_cold(outage.cold)
                    own = losses(Falling(self._gates, roots.gates), roots, self._weights, [outage])
                    lost.by_flow[row], lost.of_all[row] = own.by_flow[0], own.of_all[0]
            found += self._effects(part, lost, lambda some, part=part: self._rows_among(part, some), budget)  # type: ignore[misc]
            if len(found) < start + len(part):
                break
        return found

    def _rows_among(self, outages: Sequence[Outage], some: Sequence[int]) -> Rows:
        failing, width = outage_lists.worlds(self._gates, [outages[i] for i in some])
        found = self._falling.false(failing, width)
        return lambda gates: [[some[i] for i in positions(found.get(gate, 0))] for gate in gates]

    def _effects(
        self,
        outages: Sequence[Outage],
        lost: Losses,
        rows_among: Callable[[Sequence[int]], Rows],
        budget: Budget,
        standing: Standing | None = None,
        stale: frozenset[int] = frozenset(),
    ) -> list[Effect]:
        """The effects of losses, where `rows_among` some of them says by which of these a gate falls.

        All but those that are `stale` may stand from before an edit.
        """
        is_survived = lost.of_all < 1 - _EPS
        degraded = ~is_survived
        rows = rows_among(np.flatnonzero(is_survived).tolist())
        for gate, hit in zip(self._full.gates, rows(self._full.gates), strict=True):
            degraded[slice(None) if gate == FALSE else list(hit)] = True
        known: Sequence[Effect | None] = [None] * len(outages)
        if standing is not None:
            known = standing.same(outages, lost, degraded, stale, self._inside)
        effects: list[Effect] = []
        moving: list[int] = []
        for row, effect in enumerate(known):
            if effect is None:
                by_flow = lost.by_flow[row].tolist()
                effect = Effect(outages[row], by_flow, float(lost.of_all[row]), bool(degraded[row]))
                if not effect.is_lost and not (standing and row not in stale and self._stands(effect, standing)):
                    moving.append(row)
            effects.append(effect)
        if not moving:
            return effects
        rows = rows_among(moving)
        places: dict[int, list[tuple[int, str]]] = {row: [] for row in moving}
        for place, hit in zip(self._answer, rows(self._answer.values()), strict=True):
            for row in hit:
                places[row].append(place)
        components: dict[int, list[int]] = {row: [] for row in moving}
        for component, hit in zip(self._up, rows(self._up.values()), strict=True):
            for row in hit:
                components[row].append(component)
        for row in moving:
            if budget.spent:
                return effects[:row]
            self._move(effects[row], places[row], components[row])
        return effects

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
        senders = self.load.senders(down)
        moved = self.load.moved(senders, down)
        effect.fresh, effect.changed = moved.rates, moved.loads.copy()
        self._change(effect, lost, lost)
        busy = {c: load for c, load in self.base_overload.items() if c not in effect.changed}
        changed = effect.changed
        busy |= {c: changed[c] for c in moved.busy.union(lost) if changed.get(c, 0.0) > 1 + _EPS}
        late = {c: load for c, load in busy.items() if c in self.consumers and load > self.base_load.get(c, 0.0) + _EPS}
        if late and not moved.is_solved:
            effect.fresh = self.load.throttled(late, effect.fresh, down)
            self._change(effect, {work.places[here][0] for here in effect.fresh} - late.keys(), lost)
            busy = {c: load for c, load in busy.items() if c not in changed} | {
                c: load for c, load in changed.items() if load > 1 + _EPS
            }
        for component, load in busy.items():
            (effect.late if component in self.consumers else effect.overloaded)[component] = load
        effect.is_endless = math.inf in effect.fresh.values()
        if busy or late or moved.is_solved:
            effect.touched = None
        else:
            asked = [c for c, _ in places], [work.places[here][0] for here in senders]
            sender = -1 if outage.link < 0 else self._system.links[outage.link].source
            own = [c for c in (outage.component, outage.cold, sender) if c >= 0]  # visited or not
            effect.touched = frozenset().union(moved.components, lost, components, *asked, own)
        if effect.overloaded and not effect.is_endless:
            items = [self._system.components[c] for c in effect.overloaded]
            shards = {c.index: self._shards(c, outage) for c in items if c.shards > 1}
            effect.shed = self.load.shed(effect.overloaded, effect.fresh, down, shards)

    def _change(self, effect: Effect, components: Iterable[int], lost: Mapping[int, int]) -> None:
        """Note the loads of these components after the loss."""
        outage = effect.outage
        changed = dict(self.load.loads(components, effect.fresh))
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
        shares = item.shard_shares
        return max(self._left(item, outage)) / max(shares)

    def _left(self, item: Component, outage: Outage) -> list[float]:
        """Share of the requests at each shard, for every replica's share that is left; 0 where none is."""
        gone = [0] * item.shards
        for i in outage_lists.lost_instances(item, outage):
            gone[i // item.replicas] += 1
        return [
            share * item.replicas / (item.replicas - lost) if lost < item.replicas else 0.0
            for share, lost in zip(item.shard_shares, gone, strict=True)
        ]

    def _shards(self, item: Component, outage: Outage) -> Shards:
        """What each shard is asked for, and how busy it is beside the busiest."""
        left = self._left(item, outage)
        return [(share, own / max(left)) for share, own in zip(item.shard_shares, left, strict=True) if own > 0]
