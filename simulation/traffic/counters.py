"""What has been counted up to a moment, and the figures between two such moments."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.topology.system import System
from simulation.traffic.statistics import percentiles
from simulation.traffic.tables import layout
from simulation.traffic.world.running import World
from simulation.traffic.world.sessions import held

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_PURE_DELAY = 1 << 29


@dataclass(frozen=True, slots=True)
class Counters:
    """Totals since time 0, by node, edge and flow."""

    t: float
    nodes: dict[str, NDArray[Any]]
    edges: dict[str, Ints]
    flows: dict[str, NDArray[Any]]
    histogram: Ints


def read(world: World) -> Counters:
    """The counters now. Reads only: looking never changes a run."""
    t = world.tables
    now = world.now
    insts = t.insts
    count = len(t.nodes)
    owner = insts["node"]
    dt = now - insts["t_last"]
    pure = insts["slots"] >= _PURE_DELAY
    live = (insts["up"] == 1) & (insts["drain"] == 0)
    slots = np.where(pure, 0, insts["slot_area"] + np.where(live, (now - insts["t_slots"]) * insts["slots"], 0.0))
    busy = insts["busy_area"] + dt * insts["busy"]

    messages = t.nodes["backlog_area"] + t.nodes["backlog"] * (now - t.nodes["backlog_t"])

    def total(values: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(owner, weights=values, minlength=count), dtype=float)

    def whole(values: NDArray[Any]) -> Ints:
        found = np.zeros(count, np.int64)
        np.add.at(found, owner, values)
        return found

    current = insts["drain"] == 0
    nodes = {
        "busy": total(np.where(pure, 0.0, busy)),
        "slots": total(slots),
        "limit": total(slots) * _let_in(world.system),
        "queue": total(insts["queue_area"] + dt * insts["qlen"]) + messages,
        "arrivals": whole(insts["arrivals"]),
        "completed": whole(insts["completed"]),
        "failed": whole(insts["failed"]),
        "rejected": whole(insts["rejected"]),
        "lookups": t.nodes["lookups"].copy(),
        "asked": np.where(t.nodes["dns_n"] > 0, t.nodes["lookups"], whole(insts["arrivals"])),
        "hits": t.nodes["hits"].copy(),
        "backlog": t.nodes["backlog"].copy(),
        "waiting": whole(insts["qlen"]),
        "up": total(current & (insts["up"] == 1)) / np.maximum(total(current), 1.0),
        "replicas": whole(current.astype(np.int64)),
        "sessions": np.array([held(t, n, now) if row["sessions"] else 0 for n, row in enumerate(t.nodes)], np.int64),
    }
    edges = {name: t.edges[name].copy() for name in ("offered", "completed", "failed")}
    names = ("offered", "completed", "failed", "total", "stale", "lost_writes", "lost_sessions", "lost_messages")
    flows = {name: t.flows[name].copy() for name in names}
    return Counters(now, nodes, edges, flows, t.histogram.copy())


def _let_in(system: System) -> Floats:
    """Requests a second that a rate limit lets in for every slot there is; 0 without one."""
    return np.array(
        [float(c.params.get("rate_limit_rps") or 0.0) / c.slots if c.slots else 0.0 for c in system.components]
    )


def in_flight(world: World) -> tuple[Ints, Ints, Ints]:
    """Requests that are under way by flow, work by node and attempts by edge, counted one by one."""
    t = world.tables
    jobs = t.jobs  # column by column: a copy of all records would be large
    kind, inst = jobs["kind"], jobs["inst"]
    direct = kind == layout.DIRECT
    here = (jobs["place"] > 0) & (kind >= 0) & (kind != layout.BRANCH) & (inst >= 0)
    out = (jobs["waiting"] == 1) & (kind >= 0)
    hand = (kind == layout.MESSAGE) & (inst >= 0)
    roots = jobs["flow"][(kind == layout.ROOT) | direct]
    nodes = np.concatenate([jobs["node"][here], t.flows["client"][jobs["flow"][direct]]])
    edges = np.concatenate([jobs["out_edge"][out], jobs["edge"][hand], jobs["edge"][direct]])
    return (
        np.bincount(roots, minlength=len(t.flows)).astype(np.int64),
        np.bincount(nodes, minlength=len(t.nodes)).astype(np.int64),
        np.bincount(edges, minlength=len(t.edges)).astype(np.int64),
    )


def check(world: World) -> None:
    """Raise ArithmeticError unless everything that was offered is completed, failed or in flight."""
    counted = read(world)
    flows, nodes, edges = in_flight(world)
    for what, totals, offered, open_ in (
        ("flow", counted.flows, "offered", flows),
        ("node", counted.nodes, "arrivals", nodes),
        ("edge", counted.edges, "offered", edges),
    ):
        wrong = np.nonzero(totals[offered] - totals["completed"] - totals["failed"] != open_)[0]
        if len(wrong):
            i = int(wrong[0])
            numbers = f"{totals[offered][i]} offered, {totals['completed'][i]} completed, {totals['failed'][i]} failed"
            raise ArithmeticError(f"conservation is violated at {what} {i}: {numbers}, {open_[i]} in flight")


def divide(a: NDArray[Any], b: NDArray[Any] | float) -> Floats:
    """a / b, NaN where b is 0."""
    bottom = np.broadcast_to(np.asarray(b, dtype=float), np.shape(a))
    return np.asarray(np.divide(a, bottom, out=np.full(np.shape(a), np.nan), where=bottom != 0))


def between(a: Counters, b: Counters) -> dict[str, dict[str, Floats]]:
    """The figures of the time from a to b: a frame's columns and the result's."""
    dt = b.t - a.t

    def rise(group: str, name: str) -> NDArray[Any]:
        return np.asarray(getattr(b, group)[name] - getattr(a, group)[name])

    lookups = rise("nodes", "lookups")
    nodes = {
        "utilization": np.fmax(
            divide(rise("nodes", "busy"), rise("nodes", "slots")),
            divide(
                rise("nodes", "arrivals") - rise("nodes", "rejected"), rise("nodes", "limit")
            ),  # what limits it more
        ),
        "queue": divide(rise("nodes", "queue"), dt),
        "arrival_rps": divide(rise("nodes", "asked"), dt),
        "rejected_rps": divide(rise("nodes", "rejected"), dt),
        "up": b.nodes["up"].astype(float),
        "hit_ratio": divide(rise("nodes", "hits"), lookups),
        "backlog": b.nodes["backlog"].astype(float),
    }
    nodes["utilization"] = np.clip(np.nan_to_num(nodes["utilization"], nan=0.0), 0.0, 1.0)
    finished = rise("edges", "completed") + rise("edges", "failed")
    edges = {
        "rate_rps": divide(rise("edges", "offered"), dt),
        "error_rate": divide(rise("edges", "failed"), finished),
    }
    completed, failed = rise("flows", "completed"), rise("flows", "failed")
    histogram = b.histogram - a.histogram
    points = np.array([percentiles(row, (0.5, 0.95, 0.99)) for row in histogram]).reshape(len(completed), 3) * 1000.0
    flows = {
        "offered_rps": divide(rise("flows", "offered"), dt),
        "throughput_rps": divide(completed, dt),
        "goodput_rps": divide(completed, dt),
        "failed_rps": divide(failed, dt),
        "error_rate": divide(failed, completed + failed),
        "mean_ms": divide(rise("flows", "total"), completed) * 1000.0,
        "p50_ms": points[:, 0],
        "p95_ms": points[:, 1],
        "p99_ms": points[:, 2],
        "in_flight": (b.flows["offered"] - b.flows["completed"] - b.flows["failed"]).astype(float),
        "offered": b.flows["offered"].astype(float),
        "completed": b.flows["completed"].astype(float),
        "failed": b.flows["failed"].astype(float),
    }
    return {"nodes": nodes, "edges": edges, "flows": flows}
