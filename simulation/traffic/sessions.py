"""Sessions of signed-in users: how many are lost when the place that holds them goes.

In memory they are dealt evenly over the server's replicas. The replicas of a shared store are copies (any of
them serves any user), so it loses its sessions with the last of them, unless it persists or a store to which it
replicates is up. A signed token is held by the user and is never lost. Users sign in again at once.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.traffic.world import World


class Sessions:
    """Sessions in memory and in shared stores, by component."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.count = {
            c.index: int(c.params["sessions"])
            for c in world.system.components
            if c.params.get("sessions") and c.params.get("session") == "in_memory"
        }
        self.shared = {
            c.index: self._held_for(c.index) for c in world.system.components if c.kind.id == "session_store"
        }
        self.lost_by: dict[int, int] = {}

    def _held_for(self, store: int) -> int:
        """Sessions of the servers that keep theirs in this store."""
        system = self.world.system
        callers = {link.source for link in system.incoming[store] if link.kind.id == "call"}
        users = [system.components[c].params for c in sorted(callers)]
        return sum(int(p.get("sessions") or 0) for p in users if p.get("session") == "shared")

    def _is_kept(self, store: int) -> bool:
        """Whether the store's sessions are still somewhere."""
        system, t = self.world.system, self.world.tables
        copies = [store, *(link.target for link in system.outgoing[store] if link.kind.id == "replicate")]
        is_persistent = bool(system.components[store].params.get("persistent"))
        return is_persistent or any(t.insts[i]["up"] for c in copies for i in self.world.instances(c))

    def lost(self, component: int, insts: list[int]) -> None:
        """These instances of the component went, with what they held."""
        held = self.shared.get(component, 0)
        if held and not self._is_kept(component):
            self._count(component, held)
        total = self.count.get(component)
        if not total or not insts:
            return
        t = self.world.tables
        left = sum(1 for i in self.world.instances(component) if t.insts[i]["up"] and i not in insts)
        self._count(component, round(total * len(insts) / (left + len(insts))))

    def _count(self, component: int, gone: int) -> None:
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
