"""Who fetches what a cache misses: remembered until it is put in, and shared where misses are coalesced.

A content that coalesces has a row a key from `flight_lo` in the keys: `expiry` 1 says that a fetch is in flight,
`next` and `prev` are the first and the last of those who wait for it (a list in the timers, where rows of others are
kept too). A cache that asks through shares the outcome, as a single flight does; beside the store the first that waits
fetches when the one before failed, as with a lease (Nishtala et al. 2013, Scaling Memcache at Facebook).
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.exact.content import insert
from simulation.traffic.exact.queue_of_events import packed, put
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.tables.events import WAKE
from simulation.traffic.tables.layout import FREE_TIMER, TIMERS_FREE

_LAST = 1 << 30  # as a serial: after all else that happens at the same time, of which a kill is one


@njit(**INNER)
def _take_timer(timers, control):
    k = control[FREE_TIMER]
    control[FREE_TIMER] = timers[k].next
    control[TIMERS_FREE] -= 1
    timers[k].next = -1
    return k


@njit(**INNER)
def free_timer(timers, control, k):
    """Give a row of the timers back."""
    timers[k].next = control[FREE_TIMER]
    control[FREE_TIMER] = k
    control[TIMERS_FREE] += 1


@njit(**INNER)
def remember_another(timers, jobs, control, j):
    """Job `j` is about to fetch for a second cache: keep the first."""
    k = _take_timer(timers, control)
    timers[k].job = jobs[j].cnode
    timers[k].serial = jobs[j].ckey
    timers[k].next = jobs[j].fills
    jobs[j].fills = k


@njit(**INNER)
def wait_for_fetch(contents, keys, timers, jobs, control, c, key, j):
    """Whether job `j` now waits for a fetch of the key that is in flight; otherwise the fetch is its own."""
    row = contents[c].flight_lo + key
    if keys[row].expiry == 0.0:
        keys[row].expiry = 1.0
        return False
    k = _take_timer(timers, control)
    timers[k].job = j
    timers[k].serial = jobs[j].serial
    if keys[row].prev >= 0:
        timers[keys[row].prev].next = k
    else:
        keys[row].next = k
    keys[row].prev = k
    jobs[j].hit = 1
    return True


@njit(**INNER)
def _land(contents, keys, timers, jobs, heap, later, control, c, key, through, ok, now):
    """The fetch of a key is over: wake those who wait, or let the first of them fetch."""
    row = contents[c].flight_lo + key
    keys[row].expiry = 0.0
    k = np.int64(keys[row].next)
    if ok == 1 or through:
        keys[row].next = -1
        keys[row].prev = -1
        if k >= 0:
            put(heap, later, control, now, packed(WAKE, k, _LAST + ok))
        return
    while k >= 0:
        keys[row].next = timers[k].next
        if timers[k].next < 0:
            keys[row].prev = -1
        j = np.int64(timers[k].job)
        if jobs[j].serial == timers[k].serial:
            timers[k].next = -1
            keys[row].expiry = 1.0
            jobs[j].hit = 2
            jobs[j].cnode = c
            jobs[j].ckey = key
            jobs[j].fills = -1
            put(heap, later, control, now, packed(WAKE, k, _LAST + 1))
            return
        free_timer(timers, control, k)
        k = np.int64(keys[row].next)


@njit(**INNER)
def settle(contents, keys, timers, jobs, steps, heap, later, control, j, ok, now):
    """Job `j` is over: put in what it fetched (`ok` 1), and tell those who wait for it."""
    c = np.int64(jobs[j].cnode)
    key = np.int64(jobs[j].ckey)
    own = steps[jobs[j].step].content
    while True:
        if ok == 1:
            if contents[c].ratio >= 0.0:
                contents[c].filled = min(1.0, contents[c].filled + contents[c].fill_step)
            else:
                insert(contents, keys, c, key, now)
        if contents[c].flight_lo >= 0:
            through = own == c and jobs[j].hit == 1
            _land(contents, keys, timers, jobs, heap, later, control, c, key, through, ok, now)
        k = np.int64(jobs[j].fills)
        if k < 0:
            break
        c = np.int64(timers[k].job)
        key = np.int64(timers[k].serial)
        jobs[j].fills = timers[k].next
        free_timer(timers, control, k)
    jobs[j].cnode = -1
