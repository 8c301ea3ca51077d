"""The event queue: a 4-ary heap of (time, packed event) for what is near, lists for what comes later.

An event packs serial (31 bits), kind (4) and index (28). Of two events at the same time the one with
the smaller packed value comes first, so the order never depends on the queue's history.

A heap alone is best for few events. When it is crowded, time is cut into buckets of about two dozen events each: the
heap holds the current bucket, and every other is an unsorted list until its turn comes (a calendar queue: Brown 1988,
doi:10.1145/63039.63045). What the next buckets will touch is fetched into the processor's cache meanwhile.
"""

# mypy: ignore-errors

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.typing import signature
from numba.extending import intrinsic

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.machine_code.rows import prefetch, rows
from simulation.traffic.random_numbers import bits_of, float_of
from simulation.traffic.tables.events import (
    BACK,
    COMMIT,
    CROWDED,
    DONE,
    EMPTY,
    FULL,
    HEADS,
    INDEX_BITS,
    INDEX_MASK,
    REACH,
    RETRY,
)
from simulation.traffic.tables.layout import (
    BUCKET,
    CROWD,
    DONE_THEN,
    FREE_JOB,
    FREE_LATER,
    HEAP_N,
    JOBS_FREE,
    LATER_N,
    PACE,
    TURNS,
)

_JOBS = 1 << REACH | 1 << DONE | 1 << BACK | 1 << RETRY | 1 << COMMIT  # kinds whose index is a job

_SHARE = 24  # events a bucket should have
_PROBE = 1024  # after so many buckets it is seen whether they have
_FEW = 24  # so few events altogether are not cut into buckets


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
def is_before(typingctx: Any, heap: Any, place: Any, t: Any, x: Any) -> Any:
    """Whether the event (t, x) comes before the one at the place."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        base, at, t_, x_ = args
        high = builder.shl(builder.zext(builder.bitcast(t_, ir.IntType(64)), _WORD), ir.Constant(_WORD, 64))
        event = builder.or_(high, builder.zext(x_, _WORD))
        return builder.icmp_unsigned("<", event, _load(builder, base, at))

    return signature(types.boolean, heap, types.int64, types.float64, types.int64), codegen


@njit(**INNER, forceinline=True)
def rise(heap, i, t, x):
    """Put an event into the free place `i`, or above it."""
    while i > 0:
        above = (i - 1) >> 2
        if not is_before(heap, above, t, x):
            break
        heap[i].t = heap[above].t
        heap[i].x = heap[above].x
        i = above
    heap[i].t = t
    heap[i].x = x


@intrinsic
def packed(typingctx: Any, kind: Any, index: Any, serial: Any) -> Any:
    """An event as one number."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind_, index_, serial_ = args
        high = builder.shl(serial_, ir.Constant(serial_.type, 32))
        middle = builder.shl(kind_, ir.Constant(kind_.type, INDEX_BITS))
        return builder.or_(builder.or_(high, middle), index_)

    return signature(types.int64, types.int64, types.int64, types.int64), codegen


@njit(**INNER, forceinline=True)
def _add(heap, control, t, x):
    n = control[HEAP_N]
    control[HEAP_N] = n + 1
    rise(heap, n, t, x)


@njit(**INNER, forceinline=True)
def _put_off(later, control, bucket, t, x):
    head = later[bucket & (HEADS - 1)]
    word = head.x
    if word & 15 == FULL:
        block = control[FREE_LATER]
        control[FREE_LATER] = later[block].x
        later[block].x = word
        word = block << 4
    word += 1
    head.x = word
    place = later[(word >> 4) + (word & 15)]
    place.t = t
    place.x = x
    control[LATER_N] += 1


@njit(**INNER, forceinline=True)
def push(heap, later, control, t, x):
    """Add a packed event; the caller has made sure that there is room."""
    bucket = np.int64(t * float_of(control[PACE]))
    if bucket <= control[BUCKET]:
        _add(heap, control, t, x)
    else:
        _put_off(later, control, bucket, t, x)


@njit(**INNER, forceinline=True)
def hold(heap):
    """Leave the first place to the event that has been read there: it comes before every other."""
    heap[0].t = 0.0
    heap[0].x = 0


@njit(**INNER, forceinline=True)
def replace_first(heap, n, t, x):
    """Put an event in the place of the first of `n`, or below it."""
    i = 0
    child = 1
    while child < n:
        k = _least(heap, child)
        if is_before(heap, k, t, x):
            break
        heap[i].t = heap[k].t
        heap[i].x = heap[k].x
        i = k
        child = 4 * i + 1
    heap[i].t = t
    heap[i].x = x


@njit(**INNER, forceinline=True)
def push_over(heap, later, control, t, x):
    """Add a packed event in the place that is held, or later; answers whether the place is still held."""
    bucket = np.int64(t * float_of(control[PACE]))
    if bucket > control[BUCKET]:
        _put_off(later, control, bucket, t, x)
        return True
    replace_first(heap, control[HEAP_N], t, x)
    return False


@njit(**INNER)
def put(heap, later, control, t, x):
    """The same as `push`, compiled once: for what happens now and then."""
    push(heap, later, control, t, x)


@njit(**INNER)
def place(heap, later, control, t, kind, index, serial):
    """Add an event from outside of the kernel."""
    put(rows(heap), rows(later), control, t, packed(kind, index, serial))


@njit(**INNER, forceinline=True)
def pop(heap, control):
    """Remove the first event; it has been read at position 0."""
    n = control[HEAP_N] - 1
    control[HEAP_N] = n
    remove_first(heap, n)


@njit(**INNER, forceinline=True)
def remove_first(heap, n):
    """Remove the first event, so that `n` are left."""
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
        rise(heap, i, t, x)


@njit(**INNER)
def _fetch_bucket(heap, later, control, bucket, pace):
    """Move what belongs to the bucket (or an earlier one) to the heap; what comes a round later goes back."""
    head = later[bucket & (HEADS - 1)]
    word = head.x
    head.x = EMPTY
    while word != EMPTY:
        block = word >> 4
        control[LATER_N] -= word & 15
        for place in range(block + 1, block + 1 + (word & 15)):
            t = later[place].t
            x = later[place].x
            if np.int64(t * pace) <= bucket:
                _add(heap, control, t, x)
            else:
                _put_off(later, control, bucket, t, x)
        word = later[block].x
        later[block].x = control[FREE_LATER]
        control[FREE_LATER] = block


@njit(**INNER)
def _foresee(later, control, jobs, bucket):
    """Have the processor fetch what the next buckets will need: their jobs, and before these the events."""
    word = later[(bucket + 3) & (HEADS - 1)].x
    for line in range(4):
        prefetch(later[word >> 4], line)
    word = later[(bucket + 2) & (HEADS - 1)].x
    if word != EMPTY:
        word = later[word >> 4].x
        for line in range(4):
            prefetch(later[word >> 4], line)
    word = later[(bucket + 1) & (HEADS - 1)].x
    while word != EMPTY:
        block = word >> 4
        for place in range(block + 1, block + 1 + (word & 15)):
            x = later[place].x
            if _JOBS >> ((x >> INDEX_BITS) & 15) & 1:
                prefetch(jobs[x & INDEX_MASK], 0)
                prefetch(jobs[x & INDEX_MASK], 1)
        word = later[block].x


@njit(**INNER)
def _cut(heap, later, control, pace):
    """Cut time into so many buckets a second, and put all events there."""
    for head in range(HEADS):
        _fetch_bucket(heap, later, control, head, 0.0)
    n = control[HEAP_N]
    control[PACE] = bits_of(pace)
    control[BUCKET] = np.int64(heap[0].t * pace)
    control[HEAP_N] = 0
    for i in range(n):
        t = heap[i].t
        x = heap[i].x
        heap[i].t = np.inf
        heap[i].x = -1
        push(heap, later, control, t, x)
    control[CROWD] = max(CROWDED, 2 * control[HEAP_N])


@njit(**INNER)
def turn(heap, later, control, jobs, done):
    """The heap is empty: go to the next bucket that holds something; so many events are done."""
    if control[LATER_N] < _FEW:
        control[PACE] = 0
        control[BUCKET] = 0
        for head in range(HEADS):
            _fetch_bucket(heap, later, control, head, 0.0)
        return
    pace = float_of(control[PACE])
    if control[TURNS] >= _PROBE:
        share = (done - control[DONE_THEN]) / control[TURNS]
        control[TURNS] = 0
        if share > 1.5 * _SHARE or share < _SHARE / 1.5:
            pace *= max(share, 0.01) / _SHARE
            _cut(heap, later, control, pace)
    if control[TURNS] == 0:
        control[DONE_THEN] = done
    bucket = control[BUCKET]
    looked_at = 0
    while control[HEAP_N] == 0:
        bucket += 1
        looked_at += 1
        if looked_at == HEADS:
            # Nothing for a whole round: go straight to the first.
            bucket = np.int64(1) << 62
            for head in range(HEADS):
                word = later[head].x
                while word != EMPTY:
                    for place in range((word >> 4) + 1, (word >> 4) + 1 + (word & 15)):
                        bucket = min(bucket, np.int64(later[place].t * pace))
                    word = later[word >> 4].x
        if later[bucket & (HEADS - 1)].x != EMPTY:
            _fetch_bucket(heap, later, control, bucket, pace)
    control[TURNS] += bucket - control[BUCKET]
    control[BUCKET] = bucket
    for i in range(control[HEAP_N]):
        if _JOBS >> ((heap[i].x >> INDEX_BITS) & 15) & 1:
            parent = jobs[heap[i].x & INDEX_MASK].parent
            if parent >= 0:
                prefetch(jobs[parent], 0)
                prefetch(jobs[parent], 1)
    _foresee(later, control, jobs, bucket)


@njit(**INNER)
def spread(heap, later, control, now):
    """The heap is crowded: cut time into buckets, anew if it was cut before."""
    n = control[HEAP_N]
    sample = n // 2
    for i in range(sample):
        _put_off(later, control, i, heap[0].t, heap[0].x)
        pop(heap, control)
    width = (heap[0].t - now) * (_SHARE / sample)
    if width > 1e-15 * now and width > 0.0:
        _cut(heap, later, control, 1.0 / width)
    else:
        # All at once: no cut parts them.
        for head in range(HEADS):
            _fetch_bucket(heap, later, control, head, 0.0)
        control[PACE] = 0
        control[BUCKET] = 0
        control[CROWD] = 2 * control[HEAP_N]


@njit(**INNER, forceinline=True)
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
    job.timer = -1
    job.hits = 0
    return j


@njit(**INNER, forceinline=True)
def give_back(jobs, control, j):
    """Free a job; whoever still refers to it by serial finds it changed."""
    jobs[j].serial = (jobs[j].serial + 1) & 0x7FFFFFFF
    jobs[j].kind = -1
    jobs[j].next = control[FREE_JOB]
    control[FREE_JOB] = j
    control[JOBS_FREE] += 1


@njit(**INNER)
def change_backlog(nodes, n, by, now):
    """Count a message in or out of a queue, its area over time, and the most that it held."""
    nodes[n].backlog_area += nodes[n].backlog * (now - nodes[n].backlog_t)
    nodes[n].backlog_t = now
    nodes[n].backlog += by
    if nodes[n].backlog > nodes[n].backlog_max:
        nodes[n].backlog_max = nodes[n].backlog
