"""Timeouts of attempts: a list for each edge, soonest first, since every attempt over an edge may take equally long.

One event for each edge wakes up for its first timer. An attempt that ends takes its own timer out, so that the lists
hold only what is under way and stay in the processor's cache.
"""

# mypy: ignore-errors

from numba import njit

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.tables.layout import FREE_TIMER, TIMERS_FREE


@njit(**INNER, forceinline=True)
def arm(timers, edge, job, control, j, t):
    """Let the attempt of job `j` over the edge end at `t`; answers whether the edge must be woken up for it."""
    k = control[FREE_TIMER]
    timer = timers[k]
    control[FREE_TIMER] = timer.next
    control[TIMERS_FREE] -= 1
    timer.t = t
    timer.job = j
    timer.next = -1
    timer.prev = edge.timer_tail
    if edge.timer_tail >= 0:
        timers[edge.timer_tail].next = k
    else:
        edge.timer_head = k
    edge.timer_tail = k
    job.timer = k
    asleep = edge.armed == 0
    edge.armed = 1
    return asleep


@njit(**INNER)
def disarm(timers, edge, job, control):
    """The attempt is over: take its timer out."""
    k = job.timer
    timer = timers[k]
    job.timer = -1
    if timer.prev >= 0:
        timers[timer.prev].next = timer.next
    else:
        edge.timer_head = timer.next
    if timer.next >= 0:
        timers[timer.next].prev = timer.prev
    else:
        edge.timer_tail = timer.prev
    timer.next = control[FREE_TIMER]
    control[FREE_TIMER] = k
    control[TIMERS_FREE] += 1
