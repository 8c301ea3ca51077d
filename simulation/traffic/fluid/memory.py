"""What came when: a memory for each flow or lane, by the running total of what came.

What ends now came as many requests ago as are in flight; it meets what was remembered then. When a memory is full,
what lies behind is dropped, or every second entry.
"""

# mypy: ignore-errors

from numba import njit

from simulation.traffic.fluid.layout import END, OLDEST, SKIPPED, STRIDE
from simulation.traffic.machine_code.compiler import INNER


@njit(**INNER)
def remember(memory, at, f, total):
    """The entry for what came when `total` had come, to be filled by the caller; -1 when this one is left out."""
    at[f, SKIPPED] += 1
    if at[f, SKIPPED] < at[f, STRIDE] and at[f, END] > at[f, OLDEST]:
        return -1
    at[f, SKIPPED] = 0
    if at[f, END] >= memory.shape[1]:
        first, stride = at[f, OLDEST], 1
        if first <= memory.shape[1] // 4:
            stride = 2
            at[f, STRIDE] *= 2
        kept = 0
        for j in range(first, at[f, END], stride):
            for x in range(memory.shape[2]):
                memory[f, kept, x] = memory[f, j, x]
            kept += 1
        at[f, OLDEST], at[f, END] = 0, kept
    at[f, END] += 1
    memory[f, at[f, END] - 1, 0] = total
    return at[f, END] - 1


@njit(**INNER)
def recall(memory, at, f, total):
    """The entry of the request number `total`; what came before it is forgotten."""
    while at[f, OLDEST] + 1 < at[f, END] and memory[f, at[f, OLDEST], 0] < total - 1e-9:
        at[f, OLDEST] += 1
    if at[f, END] - at[f, OLDEST] <= 2:
        at[f, STRIDE] = 1
    return at[f, OLDEST]
