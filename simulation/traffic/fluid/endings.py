"""What ends in a step, and how long it has taken: each part of a flow in the order in which it came.

Requests that take about alike end as they came: what ends now came as many of them ago as are in flight, and has met
what was met then. A part that takes far longer than the rest, as what a cache does not spare a growing queue, is
passed by the rest; it ends when the time that it met is over.
"""

# mypy: ignore-errors

from numba import njit

from simulation.traffic.fluid.layout import END, OLDEST
from simulation.traffic.fluid.memory import recall, remember
from simulation.traffic.machine_code.compiler import INNER


@njit(**INNER)
def begin(now, f, n, came, flow, parts, met, met_at, late, late_at):
    """Remember what requests that come now will meet: `parts` 0..n, of which the slow ones are moved to n..2n."""
    weights, mean = 0.0, 0.0
    for j in range(n):
        weights += parts[f, j, 0]
        mean += parts[f, j, 0] * parts[f, j, 1]
    slow, takes = 0.0, 0.0
    for j in range(n):
        share = parts[f, j, 0]
        parts[f, n + j, 0] = 0.0
        if 0.02 * weights < share < 0.9 * weights and parts[f, j, 1] * weights > 1.5 * mean:
            slow += share
            takes += share * parts[f, j, 1]
            for x in range(4):
                parts[f, n + j, x] = parts[f, j, x]
            parts[f, j, 0] = 0.0
    flow.late_in += came * slow
    if slow > 0.0:
        row = remember(late, late_at, f, flow.late_in)
        if row >= 0:
            late[f, row, 1] = now + takes / slow
            keep(late, f, row, 2, n, n, parts, slow)
    row = remember(met, met_at, f, flow.offered - flow.late_in)
    if row >= 0:
        keep(met, f, row, 1, 0, n, parts, max(1.0 - slow, 1e-9))


@njit(**INNER)
def end(now, f, n, left, flow, parts, met, met_at, late, late_at):
    """Of `left` requests that end by now, how many complete: by latency in `parts` 0..2n."""
    row, over = passed(now, f, flow, late, late_at)
    slow = min(max(over - flow.late_done, 0.0), left)
    flow.late_done += slow
    for j in range(n):
        for x in range(4):
            parts[f, n + j, x] = late[f, row, 2 + 4 * j + x]
        parts[f, n + j, 0] *= slow
    row = recall(met, met_at, f, flow.completed + flow.failed + left - flow.late_done)
    done = slow
    for j in range(n):
        for x in range(4):
            parts[f, j, x] = met[f, row, 1 + 4 * j + x]
        parts[f, j, 0] *= left - slow
        done += parts[f, j, 0]
    return done


@njit(**INNER)
def keep(memory, f, row, at, first, n, parts, total):
    """Write parts into a row of a memory, weights as shares of `total`."""
    for j in range(n):
        for x in range(4):
            memory[f, row, at + 4 * j + x] = parts[f, first + j, x]
        memory[f, row, at + 4 * j] /= total


@njit(**INNER)
def passed(now, f, flow, late, late_at):
    """(row of the slow requests that end now, how many have ended since the start)."""
    a, last = late_at[f, OLDEST], late_at[f, END] - 1
    while a < last and (late[f, a + 1, 1] <= now or late[f, a + 1, 0] <= flow.late_done):
        a += 1
    late_at[f, OLDEST] = a
    if a > last or (late[f, a, 1] > now and late[f, a, 0] > flow.late_done):
        return a, flow.late_done
    if a == last:
        return a, flow.late_in
    # Between two that are remembered.
    part = 1.0 if now >= late[f, a + 1, 1] else 0.0
    if late[f, a + 1, 1] > late[f, a, 1]:
        part = min(max((now - late[f, a, 1]) / (late[f, a + 1, 1] - late[f, a, 1]), 0.0), 1.0)
    return a + 1, late[f, a, 0] + part * (late[f, a + 1, 0] - late[f, a, 0])
