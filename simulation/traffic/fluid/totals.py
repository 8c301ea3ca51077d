"""Whole counts of a fluid run, where counters are read, and the law of conservation over the masses behind them."""

import numpy as np
from numpy.typing import NDArray

from simulation.traffic.fluid.layout import NOW, STEPS
from simulation.traffic.tables import layout
from simulation.traffic.tables.tableset import Table, Tables


def publish(t: Tables, stations: Table, calls: Table, nodes: Table, flows: Table, clock: Table) -> None:
    """Write the whole parts of the fluid's totals where counters are read."""
    s, insts = stations[:-1], t.insts
    insts["busy_area"], insts["queue_area"] = s["busy"], s["queue"]
    insts["t_last"] = clock[NOW]
    served = insts["slots"] < layout.UNBOUNDED
    insts["busy"] = np.where(served, np.rint(s["theta"] * insts["slots"]), 0)
    insts["qlen"] = np.minimum(np.rint(s["lq"]), np.iinfo(insts["qlen"].dtype).max)
    insts["arrivals"] = np.floor(s["arrivals"] + 1e-6)
    peaks = np.bincount(insts["node"], s["peak"], len(t.nodes))
    t.nodes["waiting_max"] = np.ceil(peaks)
    for name in ("completed", "failed", "rejected"):
        insts[name] = np.floor(s[name])
    for name in ("offered", "completed", "failed"):
        t.edges[name] = np.floor(calls[name] + (1e-6 if name == "offered" else 0.0))
        t.flows[name] = np.floor(flows[name] + (1e-6 if name == "offered" else 0.0))
    t.flows["total"] = flows["total"]
    for name in ("lost_messages", "stale"):
        t.flows[name] = np.floor(flows[name])
    t.nodes["lookups"], t.nodes["hits"] = np.floor(nodes["lookups"]), np.floor(nodes["hits"])
    t.control[layout.EVENTS] = int(clock[STEPS])


def in_flight(t: Tables) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Whole requests under way by flow, work by node and attempts by edge."""
    flows = t.flows["offered"] - t.flows["completed"] - t.flows["failed"]
    work = t.insts["arrivals"] - t.insts["completed"] - t.insts["failed"]
    nodes = np.zeros(len(t.nodes), np.int64)
    np.add.at(nodes, t.insts["node"], work)
    return flows, nodes, t.edges["offered"] - t.edges["completed"] - t.edges["failed"]


def check(stations: Table, calls: Table, flows: Table) -> None:
    """Raise ArithmeticError unless the masses that are held make up offered − completed − failed."""
    for what, rows, offered, held in (
        ("flow", flows, "offered", flows["live"] + flows["line"]),
        ("instance", stations[:-1], "arrivals", stations[:-1]["spread"]),
        ("edge", calls, "offered", calls["inside"]),
    ):
        off = rows[offered] - rows["completed"] - rows["failed"] - held
        wrong = np.nonzero((np.abs(off) > 1e-6 * rows[offered] + 1e-3) | (held < -1e-3))[0]
        if len(wrong):
            i = int(wrong[0])
            raise ArithmeticError(f"conservation is violated at {what} {i}: {off[i]:g} of {rows[offered][i]:g}")
