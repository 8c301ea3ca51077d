"""Sessions of signed-in users: how many are lost when the place that holds them goes.

In memory they are dealt evenly over the server's replicas; a shared store loses what its lost replica held,
unless it persists; a signed token is held by the user and is never lost. Users sign in again at once.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.traffic.world import World


class Sessions:
    """Sessions in memory, by component."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.count = {
            c.index: int(c.params["sessions"])
            for c in world.system.components
            if c.params.get("sessions") and c.params.get("session") == "in_memory"
        }
        self.lost_by: dict[int, int] = {}

    def lost(self, component: int, insts: list[int]) -> None:
        """These instances of the component went, with what they held."""
        total = self.count.get(component)
        if not total or not insts:
            return
        t = self.world.tables
        left = sum(1 for i in self.world.instances(component) if t.insts[i]["up"] and i not in insts)
        gone = round(total * len(insts) / (left + len(insts)))
        self.lost_by[component] = self.lost_by.get(component, 0) + gone
        self.world.note("sessions_lost", self.world.system.components[component].id, sessions=gone)
        self._blame(gone)

    def _blame(self, gone: int) -> None:
        """Over the flows by what they have sent, so that the parts add up."""
        flows = self.world.tables.flows
        weights = [int(f["offered"]) + 1 for f in flows]
        total, given, at = sum(weights), 0, 0
        for flow, weight in zip(flows, weights, strict=True):
            at += weight
            part = gone * at // total - given
            flow["lost_sessions"] += part
            given += part
