"""The event queue: a 4-ary heap of (time, packed event), and the pools that events refer to.

An event packs serial (31 bits), kind (4) and index (28). Of two events at the same time the one with
the smaller packed value comes first, so the order never depends on the heap's history.
"""

# mypy: disable-error-code="no-untyped-def"

from numba import njit

from simulation.traffic.layout import FREE_JOB, HEAP_N, JOBS_FREE
from simulation.traffic.rows import BARE

ARRIVE, REACH, DONE, BACK, RETRY, TIMER, FAIL, COMMIT, RETURN, DELIVER, WAKE = range(11)
INDEX_BITS, KIND_BITS = 28, 4
INDEX_MASK = (1 << INDEX_BITS) - 1


@njit(**BARE, forceinline=True)
def push(heap, control, t, kind, index, serial):
    """Add an event; the caller has made sure that there is room."""
    x = (serial << 32) | (kind << 28) | index
    i = control[HEAP_N]
    control[HEAP_N] = i + 1
    while i > 0:
        p = (i - 1) >> 2
        pt = heap[p].t
        if t < pt or (t == pt and x < heap[p].x):
            heap[i].t = pt
            heap[i].x = heap[p].x
            i = p
        else:
            break
    heap[i].t = t
    heap[i].x = x


@njit(**BARE, forceinline=True)
def pop(heap, control):
    """Remove the first event; it has been read at position 0."""
    n = control[HEAP_N] - 1
    control[HEAP_N] = n
    t = heap[n].t
    x = heap[n].x
    i = 0
    while True:
        c = 4 * i + 1
        if c >= n:
            break
        best = c
        bt = heap[c].t
        last = min(c + 4, n)
        for k in range(c + 1, last):
            kt = heap[k].t
            if kt < bt or (kt == bt and heap[k].x < heap[best].x):
                best = k
                bt = kt
        if bt < t or (bt == t and heap[best].x < x):
            heap[i].t = bt
            heap[i].x = heap[best].x
            i = best
        else:
            break
    heap[i].t = t
    heap[i].x = x


@njit(**BARE, forceinline=True)
def take(jobs, control):
    """A free job, with its fields as a new one needs them."""
    j = control[FREE_JOB]
    control[FREE_JOB] = jobs[j].next
    control[JOBS_FREE] -= 1
    jobs[j].hits = 0
    jobs[j].left = -1
    jobs[j].attempt = 0
    jobs[j].waiting = 0
    jobs[j].place = 0
    jobs[j].next = -1
    jobs[j].cnode = -1
    jobs[j].shard = -1
    jobs[j].hit = 0
    jobs[j].back = 0.0
    jobs[j].out_inst = -1
    return j


@njit(**BARE, forceinline=True)
def give_back(jobs, control, j):
    """Free a job; whoever still refers to it by serial finds it changed."""
    jobs[j].serial = (jobs[j].serial + 1) & 0x7FFFFFFF
    jobs[j].kind = -1
    jobs[j].inst = -1
    jobs[j].waiting = 0
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
