"""Who notices that something is down, when, and what they do about it.

Automation notices after its own `detects_in_s`. Metrics and logging that observe a component see a failure
at their next collection (every `interval_s` from time 0) and tell after it has lasted `alert_after_s` from then.
Automation starts with the first of both, and works `repairs_in_s`; what a container took along comes back with the
container. Without automation an alert reaches people,
whose repairs are actions of the scenario. An observer that is down notices nothing.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from simulation.topology.catalogue.model import Role
from simulation.topology.system import Component
from simulation.traffic.world.clockwork import Clockwork

#: Causes of a stop: a deployment, which needs no repair; an action on the thing itself; chance; chance that takes
#: all replicas at once.
PLANNED, OWN, CHANCE, COMMON = "deployment", "own", "chance", "common cause"
_REPAIRS = {"restart", "replace"}


class Observers:
    """Alerts and repairs of one world; `bring_up` takes a cause away, and answers who works again."""

    def __init__(self, world: Clockwork, bring_up: Callable[[Iterable[int], str], list[int]]) -> None:
        self.world, self._bring_up = world, bring_up
        self.down_at: dict[int, float] = {}

    def went_down(self, inst: int, cause: str) -> None:
        """An instance stopped: let those who watch it find out."""
        if cause == PLANNED:
            return
        world = self.world
        now = self.down_at[inst] = world.now
        component = world.tables.places[inst][0]
        for at, name in self._alerts(component):
            world.at(at, partial(self._alert, inst, now, name))
        found = self.repair(component) if cause == OWN else None
        if found:
            helper, done = found
            world.at(done, lambda: self._repaired(inst, now, cause, helper))

    def _alerts(self, component: int) -> list[tuple[float, str]]:
        """When somebody is told of a failure that begins now, and by whom."""
        observers = (o for o in self._joined(component, "observe") if "interval_s" in o.params)
        return sorted((self._alert_at(o), o.id) for o in observers)

    def _helpers(self, component: int) -> Iterator[Component]:
        for helper in self._joined(component, "manage"):
            if helper.kind.id == "automation" and _REPAIRS & set(helper.params.get("covers") or ()):
                yield helper

    def automation_takes(self, component: int) -> float | None:
        """Seconds from a failure until automation has repaired it when nothing tells it earlier; None without."""
        times = [float(h.params["detects_in_s"]) + float(h.params["repairs_in_s"]) for h in self._helpers(component)]
        return min(times, default=None)

    def repair(self, component: int) -> tuple[str, float] | None:
        """Which automation will have repaired a failure that begins now, and when; None where none covers it."""
        told = [at for at, _ in self._alerts(component)]
        found = [
            (min([self.world.now + float(h.params["detects_in_s"]), *told]) + float(h.params["repairs_in_s"]), h.id)
            for h in self._helpers(component)
        ]
        if not found:
            return None
        done, helper = min(found)
        return helper, done

    def came_up(self, inst: int) -> None:
        """An instance works again: nobody is told any more."""
        self.down_at.pop(inst, None)

    def _joined(self, component: int, kind: str) -> Iterator[Component]:
        """Observers that are up and joined to the component by an edge of this kind that is there."""
        system, edges = self.world.system, self.world.tables.edges
        for link in (*system.incoming[component], *system.outgoing[component]):
            if link.kind.id == kind and not (edges[link.index]["down"] or edges[link.index]["cut"]):
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
        if self.down_at.get(inst) == since and self._bring_up([inst], cause):
            self.world.note("repaired", self.world.name_of(inst), by=helper)
