"""What every single loss does: what falls at once, what is overloaded, what must be shed, what cascades.

Overloaded nodes either shed (the optimistic end) or fail in turn, until nothing more is overloaded (the pessimistic
end): the truth lies between.
"""

import math
from collections.abc import Sequence

from simulation.analysis.budget import Budget
from simulation.analysis.losses import outages as outage_lists
from simulation.analysis.losses.effects import Effect
from simulation.analysis.losses.moving import Effects
from simulation.analysis.losses.outages import Outage
from simulation.analysis.losses.shares import Losses, Singles
from simulation.analysis.report import Contingency, Overloaded, Verdict

_EPS = 1e-9
_ROUNDS = 8


class Assessor:
    """Judges losses by their effects on one compiled system at its load."""

    def __init__(self, effects: Effects) -> None:
        self.effects = effects
        self._work = effects.load.work
        self._system = self._work.system

    def singles(self, singles: Singles, lost: Losses, budget: Budget) -> tuple[list[Contingency], list[Effect]]:
        """The verdict on each single loss. Fewer than asked for where the budget ran out."""
        return self._assessed(self.effects.of_singles(singles, lost, budget), budget)

    def several(self, outages: Sequence[Outage], budget: Budget) -> tuple[list[Contingency], list[Effect]]:
        """The same for losses of several things at once."""
        return self._assessed(self.effects.of_several(outages, budget), budget)

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
        elif effect.of_all > _EPS or effect.degraded or self._is_later(effect) or effect.outage.cold >= 0:
            verdict = "degraded"
        busy: list[tuple[int, float]] = []
        if effect.overloaded or effect.late:
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

    def _is_later(self, effect: Effect) -> bool:
        """Whether some consumer falls behind that does not today, or faster."""
        today = self.effects.base_overload
        return any(load > today.get(c, 1.0) + _EPS for c, load in effect.late.items())

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
            for same, effect in zip(distinct.values(), self.effects.of_several(worlds, budget), strict=False):
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
        return outage._replace(names=names, collapsed=frozenset(components), loss=None)

    def safe_share(self, flow: int, effects: Sequence[Effect]) -> tuple[float, str] | None:
        """Largest growth of all traffic that any one loss leaves carried, and the loss that sets it.

        Losses that take a part of the flow with them are single points of failure, not a matter of
        capacity; they do not count beside others. Where no loss at all is survived the share is 0. None
        where nothing limits the flow.
        """
        work = self._work
        own = work.waited_for(flow)
        base = sorted(((u, c) for c, u in self.effects.base_load.items() if c in own), reverse=True)
        worst = (max([work.tightest_link(flow)[0], *(u for u, _ in base[:1])]), "")
        survived = [e for e in effects if e.by_flow[flow] <= _EPS and e.of_all < 1 - _EPS]
        for effect in survived:
            if effect.highest <= worst[0]:
                continue  # nor is anything else busier than the busiest is today
            load = next((u for u, c in base if c not in effect.changed), 0.0)
            moved = [
                u
                for c, u in effect.changed.items()
                if c not in self.effects.consumers
                and (c in own or not any(self.effects.load.base[p] > 0 for p in work.visited[c]))
            ]
            load = max([load, *moved])
            if load > worst[0]:
                worst = (load, effect.outage.id)
        if effects and not survived:
            return 0.0, effects[0].outage.id
        return (1 / worst[0], worst[1]) if worst[0] > 0 else None
