"""A stretch of time in which one flow asks one station and nothing else happens: a loop as short as that.

`run` does the same, event by event, with the same numbers; what it looks up and counts at each event is here looked
up before the stretch and counted after it. The next gap and the next service are drawn before they are needed, so that
what comes first is known without waiting for them. Whatever is not plain ends the stretch and is left to `run`.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.exact.queue_of_events import (
    give_back,
    is_before,
    packed,
    push,
    remove_first,
    replace_first,
    rise,
)
from simulation.traffic.exact.stations import account, count_time, draw_work, join_line, leave_line
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.random_numbers import exponential, mix
from simulation.traffic.streams import GOLDEN
from simulation.traffic.tables.events import ARRIVE, DONE, INDEX_BITS, INDEX_MASK
from simulation.traffic.tables.layout import CROWD, DIRECT, FREE_JOB, HEAP_N, JOBS_FREE, LATER_N, PACE


@njit(**INNER, forceinline=True)
def is_alone(control, step, inst):
    """Whether one arrival and the ends of services at a station that calls nobody are all that is pending."""
    return (
        step.lo == step.hi
        and control[HEAP_N] == inst.busy + 1
        and control[LATER_N] == 0
        and 2 * control[HEAP_N] <= control[CROWD]
    )


@njit(**INNER)
def _is_plain(flow, segment, inst, step, gate, lists, job, control):
    """Whether each request does as `job` does: it comes at a steady rate, is served or waits, and is done."""
    return (
        job.kind == DIRECT
        and flow.mix_n == 1
        and flow.region_n == 0
        and flow.stamped == 0
        and flow.factor > 0.0
        and segment.slope == 0.0
        and segment.end == np.inf
        and segment.rate > 0.0
        and lists[gate.list].n == 1
        and step.guarded == 0
        and step.dead == 0
        and inst.fail == 0.0
        and inst.holds == 0
        and inst.busy <= inst.slots
        and control[PACE] == 0
    )


@njit(**INNER)
def _take_arrival(heap, control):
    """Take the only arrival out of the heap, and answer its time."""
    t = np.inf
    left = 0
    for place in range(control[HEAP_N]):
        x = heap[place].x
        due = heap[place].t
        heap[place].t = np.inf
        heap[place].x = -1
        if (x >> INDEX_BITS) & 15 == ARRIVE:
            t = due
        else:
            rise(heap, left, due, x)
            left += 1
    control[HEAP_N] = left
    return t


@njit(**INNER, forceinline=True)
def _draw_gap(flow, rate, state):
    """(time between two arrivals, state of the flow's stream after it)."""
    if flow.poisson == 1:
        state = state + GOLDEN
        return exponential(state) / rate, state
    return 1.0 / rate, state


@njit(**INNER)
def _liken(new, job):
    """Give a fresh record all that the requests of a stretch have in common."""
    new.waiting = 0
    new.hit = 0
    new.inst = job.inst
    new.step = job.step
    new.gate = job.gate
    new.gate_end = job.gate_end
    new.parent = -1
    new.edge = job.edge
    new.cnode = -1
    new.hits = 0
    new.left = job.left
    new.attempt = 0
    new.timer = -1
    new.node = job.node
    new.flow = job.flow
    new.op = job.op
    new.where = job.where


@njit(**INNER)
def serve_alone(
    pattern, t_end, most, most_pending, margin, control, now_box, heap, later, jobs, steps, gates, lists, edges, insts,
    nodes, flows, segments, histogram,
):  # fmt: skip
    """Go on up to `t_end`, at most so many events, while all is plain; answers how many events that were.

    `pattern` is a request that has gone straight to its station, where it is served or waits, and that found it alone.
    """
    first = jobs[pattern]  # when it is done another may take its record, alike in all that is read of it
    f, e, at = np.int64(first.flow), np.int64(first.edge), np.int64(first.step)
    flow, edge, inst, node = flows[f], edges[e], insts[first.inst], nodes[first.node]
    segment = segments[flow.seg]
    if not _is_plain(flow, segment, inst, steps[at], gates[first.gate], lists, first, control):
        return 0
    rate = segment.rate * flow.factor
    mean = steps[at].mean * inst.slow
    alike = 0  # so many of the first free records have all that the requests have in common
    came = done = 0
    now = now_box[0]
    arrival = packed(ARRIVE, f, flow.serial)
    due = _take_arrival(heap, control)
    arrival_drawn = flow.rng_arrival
    gap, arrival_ahead = _draw_gap(flow, rate, arrival_drawn)
    work, work_ahead = draw_work(inst, mean, inst.rng_service)
    while came + done < most:
        if is_before(heap, 0, due, arrival):
            is_free = inst.busy < inst.slots
            has_room = control[HEAP_N] + 2 <= most_pending if is_free else inst.qlen < inst.qlimit
            if due > t_end or not has_room or control[JOBS_FREE] < margin:
                break
            now = due
            account(inst, now)
            came += 1
            j = control[FREE_JOB]
            job = jobs[j]
            control[FREE_JOB] = job.next
            control[JOBS_FREE] -= 1
            if alike > 0:
                alike -= 1
            else:
                _liken(job, first)
            job.kind = DIRECT
            flow.rng_mix += GOLDEN
            job.user = mix(flow.rng_mix)
            job.answered = now
            job.t0 = now
            if is_free:
                job.place = 2
                rise(heap, inst.busy, now + work, packed(DONE, j, job.serial))
                control[HEAP_N] += 1
                inst.busy += 1
                inst.rng_service = work_ahead
                work, work_ahead = draw_work(inst, mean, work_ahead)
            else:
                join_line(jobs, inst, node, j)
            flow.t_last = now
            due = now + gap
            arrival_drawn = arrival_ahead
            gap, arrival_ahead = _draw_gap(flow, rate, arrival_drawn)
        else:
            j = heap[0].x & INDEX_MASK
            job = jobs[j]
            if heap[0].t > t_end or job.kind != DIRECT or job.edge != e or job.flow != f or job.step != at:
                break
            k = np.int64(inst.qhead)
            if k >= 0 and jobs[k].step != at:
                break
            now = heap[0].t
            account(inst, now)
            done += 1
            if k >= 0:
                leave_line(jobs, inst, node)
                replace_first(heap, np.int64(inst.busy), now + work, packed(DONE, k, jobs[k].serial))
                inst.rng_service = work_ahead
                work, work_ahead = draw_work(inst, mean, work_ahead)
            else:
                inst.busy -= 1
                control[HEAP_N] -= 1
                remove_first(heap, np.int64(inst.busy))
            count_time(histogram, flow, f, now - job.t0)
            job.place = 0
            give_back(jobs, control, j)
            alike += 1
    push(heap, later, control, due, arrival)
    now_box[0] = now
    if came > 0:
        flow.remaining = exponential(arrival_drawn) if flow.poisson == 1 else 1.0
    flow.rng_arrival = arrival_drawn
    flow.offered += came
    flow.completed += done
    edge.offered += came
    edge.completed += done
    inst.arrivals += came
    inst.completed += done
    inst.conns += came - done
    insts[flow.inst].arrivals += came
    insts[flow.inst].completed += done
    return came + done
