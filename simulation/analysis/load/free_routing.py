"""Capacity where balanced pools may be split at will: the upper bound that other weights could reach.

A linear program with gains: requests at a place go on as they must, or, at a pool that is free, to any of
its members in any shares; no node and no link may be offered more than it can do; all traffic grows alike,
as far as it can. Solved by HiGHS (Huangfu and Hall 2018, doi:10.1007/s12532-017-0130-5); the constraints
with a price are the bottlenecks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.analysis.load.work import Work, capacity_of
from simulation.topology.wiring import Gate, Policy

#: Places beyond which the program is not set up.
LARGEST = 20_000
_EPS = 1e-9


@dataclass(frozen=True)
class Free:
    """How far all traffic can grow (1 is today's), and the nodes and links that stop it, the dearest first."""

    growth: float
    bottlenecks: list[str]


def has_free_pool(work: Work) -> bool:
    """Whether any requests pass a pool that could be split otherwise."""
    return any(work.steps[here] for here, _ in _free_gates(work))


def grown(work: Work, flow: int, seconds: float) -> Free | None:
    """The largest growth that the flow's way carries; None where nothing limits it or time ran out."""
    size = len(work.places)
    free = dict.fromkeys(sorted(_free_gates(work)), 0.0)
    for here, steps in enumerate(work.steps):
        for step in steps:
            if (here, step.gate) in free:
                free[here, step.gate] += step.visits * step.reach
    pool = {key: n for n, key in enumerate(free)}
    # Columns: growth, the rate at each place, then what each member of a free pool gets.
    equal, columns = _Rows(), 1 + size
    parts: dict[int, list[int]] = {}  # by link the columns of what it carries freely
    fixed: dict[int, list[tuple[int, float]]] = {}  # by link places and calls a visit
    for here, steps in enumerate(work.steps):
        equal.add(here, 1 + here, 1.0)
        equal.add(here, 0, -float(work.entries[here].sum()))
        for step, (to, arrives) in zip(steps, work.ways(steps), strict=True):
            if (here, step.gate) in free:
                equal.add(to, columns, -work.lossy.get(step.link, 1.0) * work.once.get(step.link, 1.0))
                equal.add(size + pool[here, step.gate], columns, 1.0)
                parts.setdefault(step.link, []).append(columns)
                columns += 1
            else:
                equal.add(to, 1 + here, -arrives)
                fixed.setdefault(step.link, []).append((here, step.visits))
    for (here, number), visits in free.items():
        equal.add(size + pool[here, number], 1 + here, -visits)
    most, names = _limits(work, flow, parts, fixed)
    if not names:
        return None
    from scipy.optimize import linprog  # slow to load, and most systems need no program

    solved = linprog(
        np.concatenate([[-1.0], np.zeros(columns - 1)]),
        A_ub=most.matrix(len(names), columns),
        b_ub=np.ones(len(names)),
        A_eq=equal.matrix(size + len(pool), columns),
        b_eq=np.zeros(size + len(pool)),
        method="highs",
        options={"time_limit": max(0.1, seconds)},
    )
    if solved.status != 0 or solved.x is None:
        return None
    prices = -np.asarray(solved.ineqlin.marginals)
    dearest = [int(i) for i in np.argsort(-prices, kind="stable") if prices[i] > _EPS]
    return Free(float(solved.x[0]), list(dict.fromkeys(names[i] for i in dearest)))


def _limits(
    work: Work,
    flow: int,
    parts: dict[int, list[int]],
    fixed: dict[int, list[tuple[int, float]]],
) -> tuple["_Rows", list[str]]:
    """What no node and no link on the flow's way may exceed, as shares of what it can do."""
    rows, names = _Rows(), list[str]()
    system, on_way = work.system, work.waited_for(flow)
    for c in system.components:
        places = work.visited[c.index]
        if c.index not in on_way:
            continue
        limit = float(c.params.get("rate_limit_rps") or 0.0) * c.instances
        for busy in ({p: work.busy[p] for p in places}, dict.fromkeys(places, 1 / limit) if limit else {}):
            if any(busy.values()):
                for p, share in busy.items():
                    rows.add(len(names), 1 + p, share)
                names.append(c.id)
    for link in system.links:
        most = capacity_of(link)
        if most is not None and link.source in on_way and link.kind.id != "consume":
            for column in parts.get(link.index, ()):
                rows.add(len(names), column, 1 / most)
            for here, visits in fixed.get(link.index, ()):
                rows.add(len(names), 1 + here, visits / most)
            names.append(link.id)
    return rows, names


def _free_gates(work: Work) -> list[tuple[int, int]]:
    """The pools that could be split otherwise: places, each with the gate's position."""
    return [
        (here, position)
        for component, pools in work.routing.wiring.pools.items()
        for op, position, gate in pools
        if _is_free(work, component, gate)
        for here in work.visited[component]
        if work.places[here][1] == op
    ]


def _is_free(work: Work, component: int, gate: Gate) -> bool:
    """Whether the several members are a balanced pool of which one is needed, without stated weights and not bound by
    keys or sessions."""
    if gate.policy is not Policy.BALANCE or gate.needed > 1 or gate.publish:
        return False
    params = work.system.components[component].params
    if params.get("algorithm") in ("consistent_hash", "weighted") or params.get("sticky"):
        return False
    return not any("weight" in work.system.links[m.link].given for m in gate.members)


class _Rows:
    """A sparse matrix while it is written."""

    def __init__(self) -> None:
        self._row: list[int] = []
        self._column: list[int] = []
        self._value: list[float] = []

    def add(self, row: int, column: int, value: float) -> None:
        self._row.append(row)
        self._column.append(column)
        self._value.append(value)

    def matrix(self, rows: int, columns: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array((self._value, (self._row, self._column)), shape=(rows, columns))
