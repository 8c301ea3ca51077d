"""Tables of keys: what caches hold, when each key of a store was written, and the sessions that are followed.

All share one table of keys; a content is a range of it with what happens to it, a session a row.
"""

import math
from typing import Any

import numpy as np

from simulation.topology.catalogue.model import Role, Text
from simulation.topology.document import InvalidInput, Problem
from simulation.topology.replication import replica_groups
from simulation.topology.system import Component, System
from simulation.traffic.machine_code import entries
from simulation.traffic.streams import stream
from simulation.traffic.tables import layout
from simulation.traffic.tables.tableset import Table

MAX_KEYS = 5_000_000
EVICTIONS = {"lru": layout.LRU, "lfu": layout.LFU, "fifo": layout.FIFO, "random": layout.RANDOM_EVICTION}


class KeyTables:
    """Collects the contents of a system; `not_modelled` and `assumptions` say what was taken how."""

    def __init__(self, system: System, seed: int) -> None:
        self.system = system
        self.seed = seed
        self.groups = replica_groups(system)
        self.contents: list[dict[str, Any]] = []
        self.key_rows = 0
        self.session_rows: list[tuple[int, int, float]] = []
        self.not_modelled: list[Text] = []
        self.assumptions: list[str] = []

    def add_stores(self, nodes: Table) -> None:
        """Databases that copy to replicas remember when each key was written."""
        stores: dict[int, int] = {}
        for link in self.system.links:
            if link.kind.id != "replicate":
                continue
            group = self.groups[link.source]
            leader = self.system.components[link.source]
            if group not in stores:
                keys = int(leader.params.get("key_count") or 100_000)
                stores[group] = self._content(leader.id, keys, float(leader.params.get("zipf_s") or 0.0), None, None)
            nodes[link.source]["store"] = nodes[link.target]["store"] = stores[group]

    def add_sessions(self, nodes: Table) -> None:
        """A row for every user of a session store; stores that are copies of each other share them."""
        first: dict[int, int] = {}
        for c in self.system.components:
            users = _users_of(self.system, c.index) if c.kind.id == "session_store" else 0
            if not users:
                continue
            if users > MAX_KEYS:
                detail = (
                    f"{users} sessions in {c.id} are more than are followed one by one; up to {MAX_KEYS} are accepted"
                )
                raise InvalidInput([Problem("/nodes", detail)])
            if self.groups[c.index] not in first:
                first[self.groups[c.index]] = self.key_rows
                self.session_rows.append((self.key_rows, users, float(c.params["ttl_s"])))
                self.key_rows += users
            row = nodes[c.index]
            row["sessions"], row["session_lo"], row["ttl"] = users, first[self.groups[c.index]], c.params["ttl_s"]

    def add_caches(self) -> dict[int, int]:
        """The content of every cache and CDN, by component."""
        found: dict[int, int] = {}
        for c in self.system.components:
            if self._has_uncounted_sessions(c):
                what = f"{c.id}: lost sessions (how many there are is not stated: sessions)"
                what_ko = f"{c.id}: 잃는 세션 (몇 개인지 적혀 있지 않음: sessions)"
                self.not_modelled.append(Text(what, what_ko))
            if c.kind.role is not Role.CACHE and c.kind.id != "cdn":
                continue
            p = c.params
            own_keys = "hit_ratio" not in c.given and c.given & {"key_count", "zipf_s", "capacity_keys", "eviction"}
            ratio = None if own_keys or p.get("hit_ratio") is None else float(p["hit_ratio"])
            if p.get("coalesce") and ratio is not None:
                self.assumptions.append(
                    f"{c.id}: with a given hit_ratio the keys that miss are drawn by key_count and zipf_s"
                )
            found[c.index] = self._content(c.id, int(p["key_count"]), float(p.get("zipf_s") or 0.0), p, ratio)
        return found

    def _has_uncounted_sessions(self, c: Component) -> bool:
        if c.kind.id != "session_store":
            return c.params.get("session") == "in_memory" and not c.params.get("sessions")
        callers = [self.system.components[link.source] for link in self.system.incoming[c.index]]
        return bool(callers) and not any(caller.params.get("sessions") for caller in callers)

    def _content(self, owner: str, keys: int, s: float, params: Any, ratio: float | None) -> int:
        if (ratio is None or (params or {}).get("coalesce")) and keys > MAX_KEYS:
            node = next(i for i, n in enumerate(self.system.topology.nodes) if n.id == owner)
            detail = (
                f"{keys} keys are more than the exact engine holds; up to {MAX_KEYS}, or a hit_ratio without coalesce, "
                "are accepted"
            )
            raise InvalidInput([Problem(f"/nodes/{node}/params/key_count", detail)])
        p = params or {}
        policy = EVICTIONS[str(p.get("eviction") or "lru")]
        own = keys if ratio is None or p.get("coalesce") else 0
        row = {
            "ratio": -1.0 if ratio is None else ratio,
            "filled": 0.0 if p.get("cold_start") else 1.0,
            "fill_step": 1.0 / keys,
            "ttl": float(p.get("ttl_s") or math.inf),
            "rng_key": stream(self.seed, owner, "key"),
            "rng_evict": stream(self.seed, owner, "eviction"),
            "lo": self.key_rows,
            "keys": own,
            "capacity": min(int(p.get("capacity_keys") or 1), keys),
            "policy": policy,
            "zipf": int(s > 0.0),
            "bucket_lo": self.key_rows + own,
            "count_lo": self.key_rows + own + layout.LFU_COUNTS,
            "flight_lo": -1,
            "s": s,
            "warm": bool(params) and ratio is None and not p.get("cold_start"),
        }
        self.key_rows += own + (layout.LFU_COUNTS + own if policy == layout.LFU and own else 0)
        if p.get("coalesce"):
            row["flight_lo"] = self.key_rows
            self.key_rows += own
        self.contents.append(row)
        return len(self.contents) - 1

    def tables(self) -> tuple[Table, Table, Table]:
        """Keys, the laws by which they are drawn, and contents, warm where they start warm."""
        aliases = self._laws()
        keys = np.zeros(max(self.key_rows, 1), layout.KEY)
        rows = np.zeros(max(len(self.contents), 1), layout.CONTENT)
        for lo, users, ttl in self.session_rows:
            keys["expiry"][lo : lo + users] = ttl
        for i, spec in enumerate(self.contents):
            for name in layout.CONTENT.names or ():
                if name in spec:
                    rows[i][name] = spec[name]
            if spec["keys"] == 0:
                continue
            if spec["flight_lo"] >= 0:
                flights = keys[spec["flight_lo"] : spec["flight_lo"] + spec["keys"]]
                flights["next"] = flights["prev"] = -1
            entries.empty(rows, keys, i)
            if spec["warm"]:
                entries.warm(rows, keys, aliases, i, min(10 * spec["capacity"], 2_000_000))
        return keys, aliases, rows

    def _laws(self) -> Table:
        """A table for each number of keys and exponent; contents are told where theirs begins."""
        laws: dict[tuple[int, float], int] = {}
        size = 0
        for spec in self.contents:
            if spec["keys"] and spec["s"] > 0.0:
                law = spec["keys"], float(spec["s"])
                if law not in laws:
                    laws[law] = size
                    size += law[0]
                spec["alias_lo"] = laws[law]
        aliases = np.zeros(max(size, 1), layout.ALIAS)
        for (keys, s), lo in laws.items():
            scratch = np.zeros(keys), np.zeros(keys, np.int64), np.zeros(keys, np.int64)
            entries.build_alias(aliases, lo, keys, s, *scratch)
        return aliases


def _users_of(system: System, store: int) -> int:
    """Users of the servers that keep their sessions in this store or in one that is a copy of it."""
    groups = replica_groups(system)
    stores = [i for i, group in enumerate(groups) if group == groups[store]]
    callers = {link.source for s in stores for link in system.incoming[s] if link.kind.id == "call"}
    users = [system.components[c].params for c in sorted(callers)]
    return sum(int(p.get("sessions") or 0) for p in users if p.get("session") == "shared")
