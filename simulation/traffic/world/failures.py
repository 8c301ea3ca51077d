"""Failures by chance, where a scenario asks for them: every replica and container breaks and is repaired on its own.

It works for an exponential time of mean `mtbf_h` and is repaired after an exponential one of mean `mttr_h`, or by
automation that covers it and is quicker than that. Where `availability` is given, the time between failures follows
from it and the repair, so that in the long run each works the share A = MTBF / (MTBF + MTTR) of the time. What
stands in a container that breaks comes back with it. Of the failures of several replicas the `common_cause_share`
takes all of them at once.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simulation.topology.system import Component
from simulation.traffic.machine_code.entries import exponential
from simulation.traffic.streams import GOLDEN, stream
from simulation.traffic.world.observers import CHANCE, COMMON
from simulation.traffic.world.running import World

_HOUR_S = 3600.0
_WORD = (1 << 64) - 1


class Failures:
    """What breaks in one world, and when."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._states: dict[str, int] = {}
        self._broken: dict[int, float] = {}  # since when
        for inst in range(len(world.tables.places)):
            self.watch(inst)
        world.may_break = self.watch
        for component in world.system.components:
            if component.kind.can_fail and component.common_cause_share > 0:
                self._watch_all(component)
        for container in world.system.containers:
            self._watch_container(container.index)

    def watch(self, inst: int) -> None:
        """From now on the instance may break; if it was broken, it is no more, by a repair or an action."""
        world = self.world
        self._broken.pop(inst, None)
        component = world.system.components[world.tables.places[inst][0]]
        if not component.kind.can_fail:
            return
        repair = float(component.params["mttr_h"]) * _HOUR_S
        works = self._works_s(component, 1 - component.common_cause_share)
        if works < np.inf:
            wait = works * self._draw(world.name_of(inst))
            world.at(world.now + wait, lambda: self._break(inst, repair))

    def _works_s(self, component: Component, share: float) -> float:
        """Mean time between two failures of those that are a share of all."""
        repair = float(component.params["mttr_h"]) * _HOUR_S
        automatic = self.world.observers.automation_takes(component.index)
        works = _works_s(component.params, repair if automatic is None else min(repair, automatic))
        return works / share if share > 0 else np.inf

    def _break(self, inst: int, repair: float) -> None:
        world = self.world
        if inst in world.retired:
            return
        name, now = world.name_of(inst), world.now
        self._broken[inst] = now
        world.note("broke", name)
        world.take_down([inst], CHANCE)
        by, done = self._repaired(world.tables.places[inst][0], repair, name)
        world.at(done, lambda: self._repair(inst, by, now))

    def _repaired(self, component: int, repair: float, name: str) -> tuple[str, float]:
        """Who will have repaired a failure that begins now, and when."""
        by, done = self.world.observers.repair(component) or ("people", np.inf)
        if done - self.world.now >= repair:
            return "people", self.world.now + repair * self._draw(name)
        return by, done

    def _repair(self, inst: int, by: str, since: float) -> None:
        if self._broken.get(inst) == since:
            self.world.note("repaired", self.world.name_of(inst), by=by)
            self.world.bring_up([inst], CHANCE)

    def _watch_all(self, component: Component) -> None:
        """From now on all replicas of the component may break at once."""
        world, name = self.world, f"{component.id} {COMMON}"
        repair = float(component.params["mttr_h"]) * _HOUR_S

        def breaks() -> tuple[str, float]:
            here = (i for i in world.instances(component.index) if i not in world.retired)
            world.take_down(here, COMMON)
            return self._repaired(component.index, repair, name)

        def mended() -> None:
            world.bring_up(world.instances(component.index), COMMON)

        works = self._works_s(component, component.common_cause_share)
        self._in_turns(component.id, works, name, breaks, mended)

    def _watch_container(self, index: int) -> None:
        world, container = self.world, self.world.system.containers[index]
        repair = float(container.params["mttr_h"]) * _HOUR_S
        cause = f"{CHANCE} {container.id}"

        def breaks() -> tuple[str, float]:
            world.darken(index, cause)
            return "people", world.now + repair * self._draw(container.id)

        works = _works_s(container.params, repair)
        self._in_turns(container.id, works, container.id, breaks, lambda: world.lighten(index, cause))

    def _in_turns(
        self, shown: str, works: float, name: str, breaks: Callable[[], tuple[str, float]], mended: Callable[[], None]
    ) -> None:
        """Something that works for a mean time, breaks, is mended by whom and when `breaks` says, and so on."""
        world = self.world

        def begins() -> None:
            if works < np.inf:
                world.at(world.now + works * self._draw(name), ends)

        def ends() -> None:
            world.note("broke", shown)
            by, done = breaks()
            world.at(done, lambda: goes_on(by))

        def goes_on(by: str) -> None:
            world.note("repaired", shown, by=by)
            mended()
            begins()

        begins()

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
