"""Sessions of signed-in users: who keeps them, how long, and how many are lost when that place goes.

In memory they are dealt evenly over the server's replicas. The replicas of a shared store are copies (any of
them serves any user), so it loses its sessions with the last of them, unless it persists or a store to which it
replicates is up. A store forgets a session that nobody used for its `ttl_s`; every request is by one of its users,
each as often as any other, all of whom were there at time 0. A signed token is held by the user and is never
lost. Users sign in again at once.
"""

import numpy as np

from simulation.traffic.tables.tableset import Tables
from simulation.traffic.world.clockwork import Clockwork


def held(tables: Tables, store: int, now: float) -> int:
    """Sessions that a store keeps at this moment."""
    node = tables.nodes[store]
    rows = tables.keys["expiry"][node["session_lo"] : node["session_lo"] + node["sessions"]]
    return int(np.count_nonzero(rows > now))


class Sessions:
    """Sessions in memory and in shared stores, by component."""

    def __init__(self, world: Clockwork) -> None:
        self.world = world
        self.count = {
            c.index: int(c.params["sessions"])
            for c in world.system.components
            if c.params.get("sessions") and c.params.get("session") == "in_memory"
        }
        self.lost_by: dict[int, int] = {}

    def _is_kept(self, store: int) -> bool:
        """Whether the store's sessions are still somewhere."""
        system, t = self.world.system, self.world.tables
        copies = [store, *(link.target for link in system.outgoing[store] if link.kind.id == "replicate")]
        is_persistent = bool(system.components[store].params.get("persistent"))
        return is_persistent or any(t.insts[i]["up"] for c in copies for i in self.world.instances(c))

    def lost(self, component: int, insts: list[int]) -> None:
        """These instances of the component went, with what they held."""
        t = self.world.tables
        node = t.nodes[component]
        if node["sessions"] and not self._is_kept(component):
            gone = held(t, component, self.world.now)
            t.keys["expiry"][node["session_lo"] : node["session_lo"] + node["sessions"]] = -1.0
            if gone:
                self._count(component, gone)
        total = self.count.get(component)
        if not total or not insts:
            return
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
