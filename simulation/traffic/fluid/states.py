"""What can be asked for in a system: (component, operation, region of the caller), in the order of the components."""

import heapq
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.topology.circles import strong_parts
from simulation.topology.system import System
from simulation.topology.wiring import WRITE
from simulation.traffic.fluid import layout as fluid_layout
from simulation.traffic.tables.copying import COPY
from simulation.traffic.tables.tableset import Tables
from simulation.traffic.world.replication import Replication

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class States:
    """The states as rows, how to find them, and where each flow begins."""

    order: NDArray[Any]  # components, callers before what they call
    rows: NDArray[Any]
    of: NDArray[Any]  # (component × operations + operation) × (regions + 1) + region + 1 → state; -1: none
    lo: Ints  # where each component's begin
    roots: NDArray[Any]
    root_lo: Ints  # where each flow's roots begin


def find(system: System, tables: Tables, replication: Replication) -> States:
    """All states that the system's flows can come to."""
    t, operations = tables, len(tables.operations)
    order = _order_of_nodes(system, replication)
    regions = len(t.regions)
    places: list[set[int]] = [set() for _ in range(len(t.nodes))]
    for n, r in zip(t.insts["node"].tolist(), t.insts["region"].tolist(), strict=True):
        places[n].add(r)
    reach: dict[int, set[int]] = {}
    for link in system.links:
        if link.kind.id in ("call", "publish", "consume"):
            found = reach.setdefault(link.source, set())
            found.add(link.target)
            found |= {s.target for s in replication.standbys.get(link.target, ())}
            primary = replication.primary_of(link.target)
            if primary is not None:
                found.add(primary)
    seen: set[tuple[int, int, int]] = set()
    roots: list[list[tuple[tuple[int, int, int], float]]] = []
    work: list[tuple[int, int, int]] = []
    for row in t.flows:
        own: dict[tuple[int, int, int], float] = {}
        before = 0.0
        for m in range(row["mix_lo"], row["mix_lo"] + row["mix_n"]):
            share = float(t.shares[m]["cum"]) - before
            before = float(t.shares[m]["cum"])
            homes = [(int(row["where"]), 1.0)]
            if row["region_n"]:
                cut = t.shares[row["region_lo"] : row["region_lo"] + row["region_n"]]
                cums = [0.0, *cut["cum"].tolist()]
                homes = [(int(v), cums[i + 1] - cums[i]) for i, v in enumerate(cut["value"])]
            for where, part in homes:
                key = (int(row["client"]), int(t.shares[m]["value"]), where)
                own[key] = own.get(key, 0.0) + share * part
        roots.append(list(own.items()))
        work += own
    while work:
        key = work.pop()
        if key in seen:
            continue
        seen.add(key)
        n, op, where = key
        ahead = [(target, op) for target in sorted(reach.get(n, ()))]
        if t.operations[op] in (WRITE, COPY):
            copies = sorted({s.target for some in replication.copies.get(n, ()) for s in some})
            ahead += [(target, t.operations.index(COPY)) for target in copies]
        for target, asked in ahead:
            homes_of = {r if r >= 0 else where for r in places[target]}
            work += [(target, asked, r) for r in sorted(homes_of) if (target, asked, r) not in seen]
    keys = sorted(seen)
    rows = np.zeros(len(keys), fluid_layout.STATE)
    state_of = np.full(len(t.steps) * (regions + 1), -1, np.int64)
    state_lo = np.zeros(len(t.nodes) + 1, np.int64)
    where_is: dict[tuple[int, int, int], int] = {}
    for s, (n, op, where) in enumerate(keys):
        rows[s]["node"], rows[s]["op"], rows[s]["where"] = n, op, where
        state_of[(n * operations + op) * (regions + 1) + where + 1] = s
        state_lo[n + 1] += 1
        where_is[n, op, where] = s
    for name in ("ok", "w", "weight", "ratio"):
        rows[name] = 1.0
    return States(
        order.astype(fluid_layout.INDEX),
        rows,
        state_of.astype(fluid_layout.INDEX),
        np.cumsum(state_lo),
        np.array([(share, where_is[key]) for own in roots for key, share in own], fluid_layout.ROOT),
        np.concatenate([[0], np.cumsum([len(own) for own in roots])]).astype(np.int64),
    )


def _order_of_nodes(system: System, replication: Replication) -> Ints:
    """Components, callers before what they call; within a circle by index."""
    calls: dict[int, set[int]] = {n: set() for n in range(len(system.components))}
    for link in system.links:
        if link.kind.id in ("call", "publish", "consume"):
            primary = replication.primary_of(link.target)
            standbys = [other.target for other in replication.standbys.get(link.target, ())]
            calls[link.source] |= {link.target, *standbys, *([] if primary is None else [primary])}
        elif link.kind.id == "replicate" and link.source in replication.copies:
            calls[link.source].add(link.target)
    parts = {min(part): sorted(part) for part in strong_parts({n: sorted(ahead) for n, ahead in calls.items()})}
    part_of = {n: first for first, part in parts.items() for n in part}
    ahead = {first: {part_of[to] for n in part for to in calls[n]} - {first} for first, part in parts.items()}
    callers = Counter(to for targets in ahead.values() for to in targets)
    ready = [first for first in parts if not callers[first]]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        first = heapq.heappop(ready)
        order += parts[first]
        for to in ahead[first]:
            callers[to] -= 1
            if not callers[to]:
                heapq.heappush(ready, to)
    return np.array(order, np.int64)
