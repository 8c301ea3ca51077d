"""What a station does: it serves as many requests as it has slots; the others wait in line, first come first served."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.random_numbers import bits_of, exponential, service
from simulation.traffic.streams import GOLDEN
from simulation.traffic.tables.layout import BUCKETS, EXPONENTIAL, LOWEST


@njit(**INNER, forceinline=True)
def account(inst, now):
    """Bring the time that slots were busy and requests waited up to now, before either changes."""
    dt = now - inst.t_last
    inst.busy_area += dt * inst.busy
    inst.queue_area += dt * inst.qlen
    inst.t_last = now


@njit(**INNER, forceinline=True)
def draw_work(inst, mean, state):
    """(time of a service, state of the station's stream after it)."""
    if inst.law == EXPONENTIAL:
        state = state + GOLDEN
        return mean * exponential(state), state
    return service(np.int64(inst.law), mean, inst.shape, state)


@njit(**INNER, forceinline=True)
def join_line(jobs, inst, node, j):
    """Job `j` waits behind those that wait already."""
    inst.qlen += 1
    node.waiting += 1
    if node.waiting > node.waiting_max:
        node.waiting_max = node.waiting
    jobs[j].place = 1
    jobs[j].next = -1
    if inst.qtail >= 0:
        jobs[inst.qtail].next = j
    else:
        inst.qhead = j
    inst.qtail = j


@njit(**INNER, forceinline=True)
def leave_line(jobs, inst, node):
    """The job that has waited longest is served."""
    k = np.int64(inst.qhead)
    inst.qhead = jobs[k].next
    if jobs[k].next < 0:
        inst.qtail = -1
    inst.qlen -= 1
    node.waiting -= 1
    jobs[k].place = 2
    return k


@njit(**INNER, forceinline=True)
def count_time(histogram, flow, f, s):
    """A request of the flow took so many seconds."""
    flow.total += s
    b = (bits_of(s) >> 46) - LOWEST
    if b < 0:
        b = 0
    elif b >= BUCKETS:
        b = BUCKETS - 1
    histogram[f, b] += 1
