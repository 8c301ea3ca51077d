"""Failures by chance, where a scenario asks for them: every replica and container breaks and is repaired on its own.

It works for an exponential time of mean `mtbf_h` and is repaired after an exponential one of mean `mttr_h`, or by
automation that covers it and is quicker than that. Where `availability` is given, the time between failures follows
from it and the repair, so that in the long run each works the share A = MTBF / (MTBF + MTTR) of the time. What
stands in a container that breaks comes back with it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.traffic.observers import CHANCE
from simulation.traffic.random_numbers import GOLDEN, exponential, stream

if TYPE_CHECKING:
    from simulation.traffic.world import World

_HOUR_S = 3600.0
_WORD = (1 << 64) - 1


class Failures:
    """What breaks in one world, and when."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self._states: dict[str, int] = {}
        self._broken: dict[int, float] = {}  # since when
        for inst in range(len(world.tables.places)):
            self.watch(inst)
        for container in world.system.containers:
            self._watch_container(container.index)

    def watch(self, inst: int) -> None:
        """From now on the instance may break."""
        world = self.world
        component = world.system.components[world.tables.places[inst][0]]
        if not component.kind.can_fail:
            return
        repair = float(component.params["mttr_h"]) * _HOUR_S
        automatic = world.observers.automation_takes(component.index)
        works = _works_s(component.params, repair if automatic is None else min(repair, automatic))
        if works < np.inf:
            wait = works * self._draw(world.name_of(inst))
            world.at(world.now + wait, lambda: self._break(inst, repair))

    def _break(self, inst: int, repair: float) -> None:
        world = self.world
        if inst in world.retired:
            return
        name, now = world.name_of(inst), world.now
        self._broken[inst] = now
        world.note("broke", name)
        world.take_down([inst], CHANCE)
        by, done = world.observers.repair(world.tables.places[inst][0]) or ("people", np.inf)
        if done - now >= repair:
            by, done = "people", now + repair * self._draw(name)
        world.at(done, lambda: self._repair(inst, by, now))

    def _repair(self, inst: int, by: str, since: float) -> None:
        if self._broken.get(inst) == since:
            self.world.note("repaired", self.world.name_of(inst), by=by)
            self.world.bring_up([inst], CHANCE)

    def over(self, inst: int) -> None:
        """The instance's failure has ended, by a repair or an action."""
        if self._broken.pop(inst, None) is not None:
            self.watch(inst)

    def _watch_container(self, index: int) -> None:
        container = self.world.system.containers[index]
        repair = float(container.params["mttr_h"]) * _HOUR_S
        works = _works_s(container.params, repair)
        cause = f"{CHANCE} {container.id}"

        def breaks() -> None:
            self.world.note("broke", container.id)
            self.world.darken(index, cause)
            self.world.at(self.world.now + repair * self._draw(container.id), mended)

        def mended() -> None:
            self.world.note("repaired", container.id, by="people")
            self.world.lighten(index, cause)
            self.world.at(self.world.now + works * self._draw(container.id), breaks)

        if works < np.inf:
            self.world.at(self.world.now + works * self._draw(container.id), breaks)

    def _draw(self, name: str) -> float:
        """Exponential with mean 1 from the stream of a replica or container."""
        before = self._states.get(name)
        state = stream(self.world.seed, name, "lifetime") if before is None else before
        self._states[name] = state = (state + int(GOLDEN)) & _WORD
        return float(exponential(np.uint64(state)))


def _works_s(params: Mapping[str, Any], repair_s: float) -> float:
    """Mean time that it works between two failures; infinite where it never fails."""
    stated = params.get("availability")
    if stated is None:
        return float(params["mtbf_h"]) * _HOUR_S
    return repair_s * float(stated) / (1.0 - float(stated)) if stated < 1.0 else np.inf
