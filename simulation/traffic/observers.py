"""Who notices that something is down, when, and what they do about it.

Automation notices after its own `detects_in_s`. Metrics and logging that observe a component see a failure
at their next collection (every `interval_s` from time 0) and tell after it has lasted `alert_after_s` from then.
Automation starts with the first of both, and works `repairs_in_s`. Without automation an alert reaches people,
whose repairs are actions of the scenario. An observer that is down notices nothing.
"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulation.topology.catalogue.model import Role
from simulation.topology.system import Component

if TYPE_CHECKING:
    from simulation.traffic.world import World

#: Cause of a stop that needs no repair.
PLANNED = "deployment"
_REPAIRS = {"restart", "replace"}


class Observers:
    """Alerts and repairs of one world."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.down_at: dict[int, float] = {}

    def went_down(self, inst: int, cause: str) -> None:
        """An instance stopped: let those who watch it find out."""
        if cause == PLANNED:
            return
        world = self.world
        now = self.down_at[inst] = world.now
        component = world.tables.places[inst][0]
        alerts = sorted(
            (self._alert_at(o), o.id) for o in self._joined(component, "observe") if "interval_s" in o.params
        )
        for at, name in alerts:
            world.at(at, lambda at=at, name=name: self._alert(inst, now, name))  # type: ignore[misc]
        helpers = [
            h
            for h in self._joined(component, "manage")
            if h.kind.id == "automation" and _REPAIRS & set(h.params.get("covers") or ())
        ]
        if helpers:
            helper = helpers[0]
            begin = min([now + float(helper.params["detects_in_s"]), *(at for at, _ in alerts)])
            done = begin + float(helper.params["repairs_in_s"])
            world.at(done, lambda: self._repaired(inst, now, cause, helper.id))

    def came_up(self, inst: int) -> None:
        """An instance works again: nobody is told any more."""
        self.down_at.pop(inst, None)

    def _joined(self, component: int, kind: str) -> Iterator[Component]:
        """Observers that are up and joined to the component by an edge of this kind."""
        system = self.world.system
        for link in (*system.incoming[component], *system.outgoing[component]):
            if link.kind.id == kind:
                other = system.components[link.source if link.target == component else link.target]
                insts = self.world.instances(other.index)
                if other.kind.role is Role.OBSERVER and any(self.world.tables.insts[i]["up"] for i in insts):
                    yield other

    def _alert_at(self, observer: Component) -> float:
        interval = float(observer.params["interval_s"])
        return math.ceil(self.world.now / interval) * interval + float(observer.params["alert_after_s"])

    def _alert(self, inst: int, since: float, observer: str) -> None:
        if self.down_at.get(inst) == since:
            self.world.note("alerted", self.world.name_of(inst), by=observer)

    def _repaired(self, inst: int, since: float, cause: str, helper: str) -> None:
        if self.down_at.get(inst) == since and self.world.bring_up([inst], cause):
            self.world.note("repaired", self.world.name_of(inst), by=helper)
