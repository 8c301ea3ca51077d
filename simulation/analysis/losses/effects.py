"""The effect of a loss, and which effects are known from before an edit: those that are the same after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.load.routing import NOTHING, Down
from simulation.analysis.losses.outages import Inside, Outage
from simulation.analysis.losses.shares import Losses
from simulation.analysis.report import Contingency

_EPS = 1e-9


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


class Standing:
    """The effects of `outages` before an edit, beside what they lost, and what the edit did.

    It `moved` the load of some components, and by some losses, given as bits, other things fall than before:
    `otherwise`. `are_ways_kept` where all requests go as they went, whatever fails. A loss is known again by being the
    same object: those of what an edit leaves as it was are.
    """

    def __init__(
        self,
        outages: Sequence[Outage],
        effects: Sequence[Effect],
        lost: Losses,
        moved: frozenset[int],
        otherwise: int,
        are_ways_kept: bool,
    ) -> None:
        self._outages = outages  # what is kept keeps its id
        self._effects = effects
        self._lost = lost
        self._row = {id(outage): row for row, outage in enumerate(outages)}
        self.moved = moved
        self.otherwise = otherwise
        self.are_ways_kept = are_ways_kept

    def kept(self, outage: Outage) -> Effect | None:
        """The effect of the loss before the edit."""
        row = self._row.get(id(outage))
        return None if row is None else self._effects[row]

    def same(
        self,
        outages: Sequence[Outage],
        lost: Losses,
        degraded: NDArray[np.bool_],
        stale: frozenset[int],
        inside: Inside,
    ) -> list[Effect | None]:
        """The effects that are as they were, None for the others: `stale` ones, and those that touch what has moved.

        `lost` is what the losses take now, and `degraded` says which take something optional.
        """
        rows = np.array([self._row.get(id(outage), -1) for outage in outages], dtype=np.int64)
        was_degraded = np.array([effect.degraded for effect in self._effects], dtype=bool)
        is_same = rows >= 0
        is_same[is_same] = (
            (lost.by_flow[is_same] == self._lost.by_flow[rows[is_same]]).all(axis=1)
            & (lost.of_all[is_same] == self._lost.of_all[rows[is_same]])
            & (degraded[is_same] == was_degraded[rows[is_same]])
        )
        is_same[list(stale)] = False
        effects, is_untouched = self._effects, self.moved.isdisjoint
        stirred = {box for box, members in inside.items() if not is_untouched(members)}
        known = [effects[row] if same else None for row, same in zip(rows.tolist(), is_same.tolist(), strict=True)]
        return [
            effect
            if effect is not None
            and (touched := effect.touched) is not None
            and is_untouched(touched)
            and effect.outage.container not in stirred
            else None
            for effect in known
        ]
