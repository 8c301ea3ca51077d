"""The fluid engine's own tables beside those of `layout`: rates in 1/s, times in s, masses in requests."""

import numpy as np


def _record(floats: str, ints: str = "") -> np.dtype:
    return np.dtype([(name, "f8") for name in floats.split()] + [(name, "i8") for name in ints.split()], align=True)


#: What a visit meets behind the station of (node, operation, region of the caller): `ok` and its latency as two
#: parts, time and variance of all outcomes, time until a failure; `hit` the chance that a look-up spares the rest.
STATE = _record(
    "ok w m1 v1 d1 m2 v2 d2 time time_v fail_time hit miss_ok ratio scv share_weight share_rush seen weight rush idle",
    "node op where lo hi",
)

#: An arc: what a request that leaves the station of a state sends over one edge to one instance.
ARC = _record("attempts reach failed time scv_a scv_b weight rush wish idle", "edge inst state")

#: An instance as a station. `x` the number in it, `e` its effective load, `v` the variance of `x`.
STATION = _record(
    "x e v wait wait_v out lq theta block admits inflow service work work_2 scv_in squares pool hold hold_2 held_s ok "
    "ok_in stay rush weight live done arrivals completed failed rejected inside spread busy queue capacity used msg "
    "mean scv level level_in",
    "two",
)

#: An edge: rates of the step, attempts under way, totals.
CALL = _record("rate failing stay inside offered completed failed allowed wish line tokens fails")

#: A queue's lane.
LANE = _record("x e v lq out again fails taken lost rate seen_in seen_out age wait")

NODE = _record("lookups hits backlog down_at lookup_share commits")

#: A flow: requests `line` beside those at stations, totals, and what its latency is now.
FLOW = _record(
    "rate offered completed failed line total stale lost_messages live ok mean var stay golden other level steady "
    "stay_share near full over recovering",
    "n",
)
