"""The fluid engine's own tables beside those of `layout`: rates in 1/s, times in s, masses in requests."""

from typing import Any

import numpy as np

#: What is seen by others is looked at anew when it has moved by more than this share.
SAME = 5e-4


def _record(floats: str, ints: str = "") -> np.dtype:
    return np.dtype([(name, "f8") for name in floats.split()] + [(name, "i8") for name in ints.split()], align=True)


#: What a visit meets behind the station of (node, operation, region of the caller): `ok` and its latency as two
#: parts, time and variance of all outcomes, time until a failure; `hit` the chance that a look-up spares the rest,
#: `join` that it waits for what another fetches, which takes `fetch`; `full` that some queue refuses. It is looked at
#: anew when something that it met has `moved` since; `known_…` are the figures that others have seen.
STATE = _record(
    "ok w m1 v1 d1 m2 v2 d2 time time_v fail_time hit join fetch miss_ok ratio full idle share_weight share_rush seen "
    "weight rush known_ok known_mean known_v known_time known_ratio known_hit known_join",
    "node op where lo hi looked moved",
)

#: One of a call's alternatives: what an attempt there meets, and how many are made (`now`, `made` over all retries).
ALTERNATIVE = _record(
    "pick want bad now made again wish w1 m1 v1 d1 w2 m2 v2 d2 fails idle took gets hit join ratio", "edge inst state"
)

#: What the calls of one gate meet: sums over their alternatives, answers in two parts (first attempts that take
#: about alike, and the rest) as weight, Σ weight × time, Σ weight × time², least time.
ANSWER = _record("w1 s1 q1 d1 w2 s2 q2 d2 ok fail fail_mass ratio ratio_mass hit join")

#: An arc: what a request that leaves the station of a state sends over one edge to one instance.
ARC = _record("attempts reach failed time scv_a scv_b weight rush wish idle", "edge inst state")

#: An instance as a station. `x` the number in it, `e` its effective load, which `moves` so much a step, `v` the
#: variance of `x`.
STATION = _record(
    "x e moves v wait wait_v out lq lq_v theta block admits rise drift slots root exponent exponent_all part part_all "
    "pooled inflow service work work_2 scv_in squares pool hold hold_2 held_s ok ok_in stay rush weight live done "
    "arrivals completed failed rejected spread busy queue peak capacity used msg mean scv level level_in "
    "inflow_last vary_last dt_last known_wait known_wait_v known_admits known_ok_in",
    "two row row_all still moved",
)

#: An edge: rates of the step, attempts under way, totals.
CALL = _record("rate failing stay inside offered completed failed allowed wish line tokens fails late full crossings")

#: A queue's lane.
LANE = _record("x e v lq out again fails taken lost rate seen_in seen_out wait")

#: A component, and where its states, instances and lanes stand in their order.
NODE = _record(
    "down_at lookup_share commits lookups hits", "volatile state_lo state_hi inst_lo inst_hi lane_lo lane_hi"
)

#: A flow: requests `line` beside those at stations, totals, and what its latency is now.
FLOW = _record("rate offered completed failed line total stale lost_messages live mean golden stay_share "
               "steady near full over uneven recovering late_in late_done", "root_lo root_hi")  # fmt: skip

#: Where a flow's requests begin, and which share of them.
ROOT = _record("share", "state")

#: What a flow has in a state in this step, 1/s, and as a mean over the last 0.2 s; and at an instance.
FLUX = _record("sent messages gone memory")
HELD = _record("into inside")

#: A content: shares of its look-ups that hit and that wait for another's fetch, which takes `fetch`; of the step
#: look-ups and fills, 1/s, and the sum of what its fetches take.
HITS = _record("share joins fetch misses inserts took")

#: A part of a latency: weight, mean, variance, least value.
PART = _record("w m v d")

#: One number each: an index, a share, seconds.
INDEX, SHARE, SECONDS = _record("", "i"), _record("share"), _record("s")

#: Places in `clock`: where time stands, the steps made, the arcs in use; until when to go on and to look at all anew.
NOW, STEPS, ARCS, END_S, ANEW_S, IS_NEW = range(6)

#: What a step lacks: arcs, or a look at every state anew.
MORE_ARCS, AFRESH = -1, -2

#: Groups of keys of like popularity that a content has.
GROUPS = 160

#: The figures of a content.
FILLED, LIMIT, FULL, IS_OWN, RATE, FILLED_THEN, RATE_THEN, TAKES, FLYING, ASKED, LANDED, LOOKED, SEEN, THEN = range(14)
FIGURES = 14

#: Entries of a memory, and what is kept of each.
ROOM = 512
OLDEST, END, SKIPPED, STRIDE = range(4)


def memory(count: int, width: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """An empty `memory` of so many things, entries this wide."""
    at = np.zeros((count, 4), np.int64)
    at[:, STRIDE] = 1
    return np.zeros((count, ROOM, width)), at
