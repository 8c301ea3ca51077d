"""Events as Python sees them: their kinds, and the room that the queue has for them."""

from typing import Any

import numpy as np

from simulation.traffic.tables.layout import EVENT, FREE_LATER, LATER, zeros

ARRIVE, REACH, DONE, BACK, RETRY, TIMER, FAIL, COMMIT, RETURN, DELIVER, WAKE = range(11)
INDEX_BITS = 28
INDEX_MASK = (1 << INDEX_BITS) - 1

#: So many events in the heap are cut into buckets, of which there are so many.
CROWDED, HEADS = 64, 8192
#: Events of a bucket lie in blocks. A head, or the first place of a block, says which block comes (next) and how many
#: events it holds: place << 4 | count. None is a full block at 0.
BLOCK = 16
FULL = EMPTY = BLOCK - 1


def empty_places(count: int) -> Any:
    """So many places of a queue, each holding what comes after every event."""
    places = np.empty(count, EVENT)
    places["t"], places["x"] = np.inf, -1
    return places


def room_later(control: Any, later: Any, count: int) -> Any:
    """Room in the buckets for so many events altogether; what is there already stays."""
    blocks = HEADS + -(-count // FULL) + 2  # in every bucket one block may be begun
    start = len(later) or HEADS
    rows_ = zeros(HEADS + blocks * BLOCK, LATER)
    rows_["x"][:HEADS] = EMPTY
    rows_[: len(later)] = later
    fresh = np.arange(start, len(rows_), BLOCK)
    rows_["x"][fresh] = fresh + BLOCK
    rows_["x"][fresh[-1]] = control[FREE_LATER]
    control[FREE_LATER] = start
    return rows_
