"""The event queue: a 4-ary heap of (time, packed event), and the pools that events refer to.

An event packs serial (31 bits), kind (4) and index (28). Of two events at the same time the one with
the smaller packed value comes first, so the order never depends on the heap's history.
"""

# mypy: ignore-errors

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.typing import signature
from numba.extending import intrinsic

from simulation.traffic.layout import EVENT, FREE_JOB, HEAP_N, JOBS_FREE
from simulation.traffic.rows import BARE, rows

ARRIVE, REACH, DONE, BACK, RETRY, TIMER, FAIL, COMMIT, RETURN, DELIVER, WAKE = range(11)
INDEX_BITS, KIND_BITS = 28, 4
INDEX_MASK = (1 << INDEX_BITS) - 1


def empty_places(count: int) -> Any:
    """So many places of a queue, each holding what comes after every event."""
    places = np.empty(count, EVENT)
    places["t"], places["x"] = np.inf, -1
    return places


_WORD = ir.IntType(128)  # an event as one number: time above, packed value below


def _load(builder: Any, heap: Any, index: Any) -> Any:
    place = builder.bitcast(builder.gep(heap, [index]), _WORD.as_pointer())
    return builder.load(place, align=8)


@intrinsic
def _least(typingctx: Any, heap: Any, first: Any) -> Any:
    """The place of the earliest of four events side by side, found without a jump: none could be foreseen."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        base, at = args
        places = [builder.add(at, ir.Constant(at.type, k)) for k in range(4)]
        events = [_load(builder, base, place) for place in places]
        while len(places) > 1:
            pairs = [(i, i + 1) for i in range(0, len(places), 2)]
            before = [builder.icmp_unsigned("<", events[b], events[a]) for a, b in pairs]
            places = [builder.select(c, places[b], places[a]) for c, (a, b) in zip(before, pairs, strict=True)]
            events = [builder.select(c, events[b], events[a]) for c, (a, b) in zip(before, pairs, strict=True)]
        return places[0]

    return signature(types.int64, heap, types.int64), codegen


@intrinsic
def _is_before(typingctx: Any, heap: Any, place: Any, t: Any, x: Any) -> Any:
    """Whether the event (t, x) comes before the one at the place."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        base, at, t_, x_ = args
        high = builder.shl(builder.zext(builder.bitcast(t_, ir.IntType(64)), _WORD), ir.Constant(_WORD, 64))
        event = builder.or_(high, builder.zext(x_, _WORD))
        return builder.icmp_unsigned("<", event, _load(builder, base, at))

    return signature(types.boolean, heap, types.int64, types.float64, types.int64), codegen


@njit(**BARE, forceinline=True)
def _rise(heap, i, t, x):
    """Put an event into the free place `i`, or above it."""
    while i > 0:
        above = (i - 1) >> 2
        if not _is_before(heap, above, t, x):
            break
        heap[i].t = heap[above].t
        heap[i].x = heap[above].x
        i = above
    heap[i].t = t
    heap[i].x = x


@njit(**BARE, forceinline=True)
def packed(kind, index, serial):
    """An event as one number."""
    return (np.int64(serial) << 32) | (kind << INDEX_BITS) | index


@njit(**BARE, forceinline=True)
def push(heap, control, t, x):
    """Add a packed event; the caller has made sure that there is room."""
    heap = rows(heap)
    n = control[HEAP_N]
    control[HEAP_N] = n + 1
    _rise(heap, n, t, x)


@njit(**BARE, forceinline=True)
def pop(heap, control):
    """Remove the first event; it has been read at position 0."""
    n = control[HEAP_N] - 1
    control[HEAP_N] = n
    t = heap[n].t
    x = heap[n].x
    heap[n].t = np.inf
    heap[n].x = -1
    # The gap sinks to the bottom, where the last event came from and most likely belongs.
    i = 0
    child = 1
    while child < n:
        k = _least(heap, child)
        heap[i].t = heap[k].t
        heap[i].x = heap[k].x
        i = k
        child = 4 * i + 1
    if n > 0:
        _rise(heap, i, t, x)


@njit(**BARE, forceinline=True)
def take(jobs, control):
    """A free job, with the fields that nobody else sets before they are read."""
    j = control[FREE_JOB]
    job = jobs[j]
    control[FREE_JOB] = job.next
    control[JOBS_FREE] -= 1
    job.place = 0
    job.waiting = 0
    job.hit = 0
    job.cnode = -1
    job.hits = 0
    return j


@njit(**BARE, forceinline=True)
def give_back(jobs, control, j):
    """Free a job; whoever still refers to it by serial finds it changed."""
    jobs[j].serial = (jobs[j].serial + 1) & 0x7FFFFFFF
    jobs[j].kind = -1
    jobs[j].next = control[FREE_JOB]
    control[FREE_JOB] = j
    control[JOBS_FREE] += 1


@njit(**BARE, forceinline=True)
def change_backlog(nodes, n, by, now):
    """Count a message in or out of a queue, its area over time, and the most that it held."""
    nodes[n].backlog_area += nodes[n].backlog * (now - nodes[n].backlog_t)
    nodes[n].backlog_t = now
    nodes[n].backlog += by
    if nodes[n].backlog > nodes[n].backlog_max:
        nodes[n].backlog_max = nodes[n].backlog
