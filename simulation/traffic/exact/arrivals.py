"""When requests arrive: the next point of a flow whose rate changes in time.

The rate is a line in every segment. A unit-rate process (exponential gaps for Poisson, gaps of one for
deterministic arrivals) is carried through the integral of the rate, so that arrivals are exact for every shape.
Recorded time stamps are segments of one arrival each. More or less load repeats or leaves out stamps at random:
thinning and replication keep the pattern in time, where stretching it would not.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.machine_code.rows import rows
from simulation.traffic.random_numbers import exponential, unit
from simulation.traffic.streams import GOLDEN


@njit(**INNER)
def advance(flows, segments, f, now):
    """Take off what the rate has integrated since `t_last`, up to `now`."""
    t = flows[f].t_last
    left = flows[f].remaining
    s = flows[f].seg
    while t < now:
        end = min(now, segments[s].end)
        a = segments[s].rate + segments[s].slope * (t - segments[s].start)
        b = segments[s].rate + segments[s].slope * (end - segments[s].start)
        left -= 0.5 * (a + b) * (end - t) * flows[f].factor
        t = end
        if t >= segments[s].end and s + 1 < flows[f].seg_end:
            s += 1
        elif t < now:
            break
    flows[f].seg = s
    flows[f].t_last = now
    flows[f].remaining = max(left, 0.0)


@njit(**INNER)
def _due(flows, segments, f):
    """When the next arrival comes, from `t_last` and `remaining`; infinity for never. Changes nothing."""
    t = flows[f].t_last
    left = flows[f].remaining
    s = flows[f].seg
    factor = flows[f].factor
    if factor <= 0.0:
        return np.inf
    while True:
        a = (segments[s].rate + segments[s].slope * (t - segments[s].start)) * factor
        slope = segments[s].slope * factor
        end = segments[s].end
        if slope == 0.0:
            if a > 0.0 and t + left / a <= end:
                return t + left / a
            if end == np.inf:
                return np.inf
            left -= a * (end - t)
        else:
            b = a + slope * (end - t)
            area = 0.5 * (a + b) * (end - t)
            if area >= left:
                root = np.sqrt(max(a * a + 2.0 * slope * left, 0.0))
                return min(t + 2.0 * left / (a + root), end) if a + root > 0.0 else end
            left -= area
        t = end
        s += 1
        if s >= flows[f].seg_end:
            return np.inf
        if left < 0.0:
            left = 0.0


@njit(**INNER)
def due(flows, segments, f):
    """The same, as Python calls it."""
    return _due(rows(flows), rows(segments), f)


@njit(**INNER)
def _stamps_ahead(flows, f):
    """How many time stamps on the next arrival is (0: another one at this); negative for never."""
    if flows[f].again > 0:
        flows[f].again -= 1
        return 0
    whole = np.int64(flows[f].copies)
    rest = flows[f].copies - whole
    if flows[f].copies <= 0.0:
        return -1
    ahead = 1
    while True:
        state = flows[f].rng_arrival + GOLDEN
        flows[f].rng_arrival = state
        count = whole + (1 if unit(state) < rest else 0)
        if count > 0:
            flows[f].again = count - 1
            return ahead
        ahead += 1


@njit(**INNER)
def restamp(flows, segments, f, copies):
    """From `t_last` on every time stamp makes so many arrivals; the next is drawn anew."""
    flows, segments = rows(flows), rows(segments)
    flows[f].copies = copies
    flows[f].again = 0
    ahead = _stamps_ahead(flows, f)
    s = flows[f].seg
    if ahead < 0 or segments[s].end == np.inf:
        flows[f].remaining = np.inf
    else:
        flows[f].remaining = (segments[s].end - flows[f].t_last) * segments[s].rate + ahead - 1


@njit(**INNER, forceinline=True)
def next_arrival(flows, segments, f, now):
    """After an arrival at `now`: draw the next gap, answer when the next one comes."""
    while flows[f].seg + 1 < flows[f].seg_end and segments[flows[f].seg].end <= now:
        flows[f].seg += 1
    flows[f].t_last = now
    if flows[f].poisson == 1:
        state = flows[f].rng_arrival + GOLDEN
        flows[f].rng_arrival = state
        flows[f].remaining = exponential(state)
    elif flows[f].stamped == 1:
        ahead = _stamps_ahead(flows, f)
        flows[f].remaining = ahead
        if ahead == 0:
            return now
        if ahead < 0:
            flows[f].remaining = np.inf
            return np.inf
    else:
        flows[f].remaining = 1.0
    s = flows[f].seg
    if segments[s].slope == 0.0 and segments[s].end == np.inf and flows[f].factor > 0.0 and segments[s].rate > 0.0:
        return now + flows[f].remaining / (segments[s].rate * flows[f].factor)
    return _due(flows, segments, f)


@njit(**INNER)
def renew(flows, segments, f, now):
    """The same, as Python calls it."""
    return next_arrival(rows(flows), rows(segments), f, now)
