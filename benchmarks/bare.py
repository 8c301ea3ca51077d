"""A bare kernel: stations that calls visit in order, and nothing else. What all other semantics cost is the difference.

It has the product's event queue and random numbers and counts the same (areas of busy slots and queues, arrivals,
completions, a histogram), but knows no faults, timeouts, caches with keys, regions, shards, queues or algorithms.
Networks with one flow and one operation, every call made once.
"""

# mypy: ignore-errors

import math
import time
from typing import Any

import numpy as np
from numba import njit

from simulation.traffic.exact.queue_of_events import hold, pop, push, push_over
from simulation.traffic.machine_code.compiler import BARE
from simulation.traffic.machine_code.rows import rows
from simulation.traffic.random_numbers import bits_of, exponential, unit
from simulation.traffic.streams import GOLDEN, stream
from simulation.traffic.tables.events import empty_places, room_later
from simulation.traffic.tables.layout import BUCKETS, HEAP_N, LATER, LOWEST

STATION = np.dtype(
    {
        "names": ["last", "busy_area", "queue_area", "arrivals", "completed", "rng", "slots", "busy", "queue", "head",
                  "tail"],
        "formats": ["f8", "f8", "f8", "i8", "i8", "u8", "i4", "i4", "i4", "i4", "i4"],
    },
    align=True,
)  # fmt: skip
VISIT = np.dtype(
    {
        "names": ["mean", "hit", "rng", "place_lo", "place_n", "gate_lo", "gate_hi"],
        "formats": ["f8", "f8", "u8", "i4", "i4", "i4", "i4"],
    },
    align=True,
)
GATE = np.dtype(
    {"names": ["behind", "rng", "lo", "n", "lookup"], "formats": ["i8", "u8", "i4", "i4", "i4"]}, align=True
)
CALL = np.dtype(
    {
        "names": ["start", "hits", "visit", "station", "parent", "gate", "next", "found"],
        "formats": ["f8", "i8", "i4", "i4", "i4", "i4", "i4", "i4"],
    },
    align=True,
)
ARRIVAL = 1 << 28


@njit(**BARE)
def _run(end, gap, client, control, heap, later, calls, free, stations, places, visits, gates, members, histogram, rng):
    """(mean s, requests, events) up to `end`. Choices by place and by member have equal chances."""
    heap, later, calls = rows(heap), rows(later), rows(calls)
    stations, visits, gates = rows(stations), rows(visits), rows(gates)
    top = free.shape[0]
    done = events = 0
    total = 0.0
    arrivals = rng + GOLDEN
    push(heap, later, control, gap * exponential(arrivals), ARRIVAL)
    held = False
    while True:
        if held:
            pop(heap, control)
        now = heap[0].t
        if now > end:
            break
        x = heap[0].x
        hold(heap)
        held = True
        events += 1
        child = np.int64(-1)
        if x == ARRIVAL:
            arrivals += GOLDEN
            held = push_over(heap, later, control, now + gap * exponential(arrivals), ARRIVAL)
            top -= 1
            c = np.int64(free[top])
            child = c
            calls[c].parent = -1
            calls[c].visit = client
        else:
            c = x
            station = stations[calls[c].station]
            dt = now - station.last
            station.busy_area += dt * station.busy
            station.queue_area += dt * station.queue
            station.last = now
            station.completed += 1
            k = np.int64(station.head)
            if k >= 0:
                station.head = calls[k].next
                station.queue -= 1
                station.rng += GOLDEN
                due = now + visits[calls[k].visit].mean * exponential(station.rng)
                held = push_over(heap, later, control, due, k)
            else:
                station.busy -= 1
        while True:
            call = calls[c]
            visit = visits[call.visit]
            if child >= 0:
                child = np.int64(-1)
                call.start = now
                call.hits = 0
                call.found = 0
                call.gate = visit.gate_lo
                if visit.mean > 0.0:
                    s = np.int64(visit.place_lo)
                    if visit.place_n > 1:
                        visit.rng += GOLDEN
                        s += np.int64(unit(visit.rng) * visit.place_n)
                    s = np.int64(places[s])
                    call.station = s
                    station = stations[s]
                    dt = now - station.last
                    station.busy_area += dt * station.busy
                    station.queue_area += dt * station.queue
                    station.last = now
                    station.arrivals += 1
                    if station.busy < station.slots:
                        station.busy += 1
                        station.rng += GOLDEN
                        due = now + visit.mean * exponential(station.rng)
                        if held:
                            held = push_over(heap, later, control, due, c)
                        else:
                            push(heap, later, control, due, c)
                    else:
                        call.next = -1
                        if station.head < 0:
                            station.head = c
                        else:
                            calls[station.tail].next = c
                        station.tail = c
                        station.queue += 1
                    break
            if visit.hit > 0.0 and call.gate == visit.gate_lo:
                visit.rng += GOLDEN
                call.found = unit(visit.rng) < visit.hit
            g = np.int64(call.gate)
            while g < visit.gate_hi and call.hits & gates[g].behind != 0:
                g += 1
            if g < visit.gate_hi and call.found == 0:
                call.gate = g
                gate = gates[g]
                m = np.int64(gate.lo)
                if gate.n > 1:
                    gate.rng += GOLDEN
                    m += np.int64(unit(gate.rng) * gate.n)
                top -= 1
                child = np.int64(free[top])
                calls[child].parent = c
                calls[child].visit = members[m]
                c = child
                continue
            p = np.int64(call.parent)
            free[top] = c
            top += 1
            if p < 0:
                s = now - call.start
                total += s
                done += 1
                b = (bits_of(s) >> 46) - LOWEST
                histogram[min(max(b, 0), BUCKETS - 1)] += 1
                break
            if call.found == 1:
                calls[p].hits |= gates[calls[p].gate].lookup
            calls[p].gate += 1
            c = p
    return total / done, done, events


def bare(net: dict[str, Any], requests: int) -> tuple[float, float, int, int]:
    """(CPU s, mean s, requests, events) of a network; the first call compiles."""
    (flow,) = net["flows"]
    ((op, _),) = flow["mix"]
    count = len(net["places"])
    stations = np.zeros(len(net["stations"]), STATION)
    stations["slots"] = [s or 0 for s in net["stations"]]
    stations["head"] = -1
    stations["rng"] = [stream(1, f"station {i}", "service") for i in range(len(stations))]
    visits, gates, members, places = np.zeros(count, VISIT), [], [], []
    for c in range(count):
        visit = net["visits"][f"{c} {op}"]
        first = len(gates)
        for k, gate in enumerate(visit["gates"]):
            if gate["calls"] != 1.0 or gate["all"]:
                raise ValueError("the bare kernel makes every call once, to one member")
            chosen = [m for m in gate["members"] for _ in net["places"][m]]  # by the number of their places
            behind = sum(1 << b for b in gate["behind"])
            gates.append((behind, stream(1, f"gate {c} {k}", "choice"), len(members), len(chosen),
                          int(gate["lookup"]) << k))  # fmt: skip
            members += chosen
        own = net["places"][c]
        visits[c] = (visit["mean"], visit["hit"], stream(1, f"visit {c}", "choice"), len(places), len(own), first,
                     len(gates))  # fmt: skip
        places += own
    pool = 1 << 16
    control, heap = np.zeros(16, np.int64), empty_places(pool)
    later = room_later(control, np.zeros(0, LATER), pool)
    tables = (control, heap, later, np.zeros(pool, CALL), np.arange(pool), stations, np.array(places), visits,
              np.array(gates, GATE), np.array(members), np.zeros(BUCKETS, np.int64))  # fmt: skip
    assert control[HEAP_N] == 0
    end = requests / flow["rate"]
    rng = np.uint64(stream(1, "flow", "arrival"))
    started = time.process_time()
    mean, done, events = _run(end, 1.0 / flow["rate"], flow["client"], *tables, rng)
    return time.process_time() - started, mean if math.isfinite(mean) else 0.0, done, events
