"""The caches of a fluid run: their keys in groups, how full they are, what they hit now and what makes them forget."""

import numpy as np

from simulation.topology.system import System
from simulation.traffic.fluid import layout as fluid_layout
from simulation.traffic.fluid.layout import FIGURES, FILLED, FULL, GROUPS, IS_OWN, LIMIT, LOOKED, RATE, SEEN
from simulation.traffic.machine_code import entries
from simulation.traffic.tables import layout
from simulation.traffic.tables.tableset import Tables


class Caches:
    """The contents of one world, each of the component that `owners` says; `hits` is what each does now."""

    def __init__(self, system: System, t: Tables, owners: dict[int, int], step_s: float) -> None:
        self.tables, self.step_s = t, step_s
        count = len(t.contents)
        self.pops, self.counts = np.zeros((count, GROUPS)), np.zeros((count, GROUPS))
        self.fetched, self.asked = np.zeros((count, GROUPS)), np.zeros((count, GROUPS))
        self.trace, self.trace_at = fluid_layout.memory(count, 4)
        self.own, self.hits = np.zeros((count, FIGURES)), np.zeros(count, fluid_layout.HITS)
        stores = {int(s): n for n, s in enumerate(t.nodes["store"]) if s >= 0}
        #: By content that remembers writes: their rate now; and each primary's last ones by flow.
        self.writes = np.zeros(count if stores else 0)
        self.wrote = np.zeros((len(t.nodes) if stores else 0, len(t.flows)))
        for c, row in enumerate(t.contents):
            node = owners.get(c, stores.get(c))
            if row["ratio"] >= 0.0:
                self.hits["share"][c] = row["ratio"] * row["filled"]
            if node is None or row["keys"] == 0:
                continue
            params = system.components[node].params
            entries.groups(int(row["keys"]), float(params.get("zipf_s") or 0.0), self.pops[c], self.counts[c])
            if c not in owners or row["ratio"] >= 0.0:
                continue
            policy, size = int(row["policy"]), float(row["capacity"])
            keys = (self.pops[c], self.counts[c], size)
            self.own[c, LIMIT] = entries.characteristic(*keys, policy)
            self.own[c, FULL] = entries.characteristic(*keys, layout.LRU)
            self.own[c, IS_OWN] = 1.0
            self._fill(c, 0.0 if params.get("cold_start") else 1e290)
            self.hits["share"][c] = self.ratio(c, 1e12)
            if params.get("cold_start"):
                self._begin(c, float(np.sum(t.segments["rate"][t.flows["seg"]] * t.flows["factor"])))

    def ratio(self, c: int, rate: float) -> float:
        """The hit ratio of a content as full as it is, at so many look-ups a second."""
        row, own = self.tables.contents[c], self.own[c]
        keys = (self.pops[c], self.counts[c], float(row["capacity"]), int(row["policy"]))
        filled = (float(own[FILLED]), float(own[LIMIT]), float(own[FULL]))
        return float(entries.hit_ratio(*keys, *filled, float(row["ttl"]), rate))

    def empty(self, c: int) -> None:
        """Forget everything that a content holds."""
        if self.tables.contents[c]["ratio"] >= 0.0:
            self.tables.contents[c]["filled"] = 0.0
        self._fill(c, 0.0)
        self.own[c, SEEN] = self.own[c, LOOKED]  # what is under way is of keys that are hardly asked for
        self.hits["share"][c] = 0.0
        self._begin(c, float(self.own[c, RATE]))

    def lose(self, c: int, share: float) -> None:
        """Forget so much of what a content holds."""
        row = self.tables.contents[c]
        if row["ratio"] >= 0.0:
            row["filled"] = max(0.0, float(row["filled"]) - share)
            self.hits["share"][c] = row["ratio"] * row["filled"]
            return
        rate = max(float(self.own[c, RATE]), 1e-9)
        aim = self.ratio(c, rate) * (1.0 - share)
        low, high = 0.0, min(float(self.own[c, FILLED]), 1e15)
        for _ in range(80):
            self.own[c, FILLED] = (low + high) / 2
            low, high = (self.own[c, FILLED], high) if self.ratio(c, rate) < aim else (low, self.own[c, FILLED])
        self._fill(c, float(self.own[c, FILLED]))
        self.hits["share"][c] = self.ratio(c, rate)

    def _begin(self, c: int, rate: float) -> None:
        """Who of so many look-ups a second joins a fetch in the first step of an empty content."""
        row = self.tables.contents[c]
        if row["flight_lo"] < 0 or row["ratio"] >= 0.0:
            return
        asked = np.maximum(self.pops[c] * rate * self.step_s, 1e-9)
        leads = self.counts[c] * self.pops[c] * -np.expm1(-asked) / asked * np.exp(self.fetched[c] - self.asked[c])
        self.hits["joins"][c] = 1.0 - float(leads.sum())

    def _fill(self, c: int, requests: float) -> None:
        """Let a content have what so many requests have left in it."""
        flying = self.asked[c] - self.fetched[c]
        self.own[c, FILLED] = requests
        self.fetched[c] = np.minimum(self.pops[c] * requests, 600.0)
        self.asked[c] = self.fetched[c] + flying
