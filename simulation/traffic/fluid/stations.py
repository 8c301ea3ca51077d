"""A station as a pointwise-stationary fluid: mean number, throughput, refusals and waiting at an effective load.

The number in a station moves by x' = admitted − out(x), where out is the throughput that a station in
equilibrium with that mean number has (Tipper, Sundareshan 1990, doi:10.1109/49.63001, "pointwise stationary
fluid flow"). One implicit step is always stable and conserves mass. Equilibria are M/M/c and M/M/c/K with the
wait scaled by (ca² + cs²)/2 (Allen-Cunneen; Whitt 1983, doi:10.1002/j.1538-7305.1983.tb03204.x).
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.random_numbers import exp, log

PURE_DELAY = 1 << 29
_SLOTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
_POINTS = 64


def _erlang_b(c, a):
    """Erlang's loss formula at c slots for an array of offered loads."""
    b = np.ones_like(a)
    for k in range(1, c + 1):
        b = a * b / (k + a * b)
    return b


def _erlang_tables():
    """(C ÷ ρ^(√(2(c+1))−1) over ρ in 0..1, Erlang B over ρ in 0..1, B over 1/ρ in 0..1): a row for each of _SLOTS."""
    rho = np.arange(_POINTS + 1) / _POINTS
    ratio = np.ones((len(_SLOTS), _POINTS + 1))
    below, above = np.ones_like(ratio), np.ones_like(ratio)
    for i, c in enumerate(_SLOTS):
        below[i] = _erlang_b(c, c * rho)
        above[i, 1:] = _erlang_b(c, c / rho[1:])
        b, inside = below[i, 1:-1], rho[1:-1]
        ratio[i, 1:-1] = b / (1 - inside * (1 - b)) / inside ** ((2.0 * (c + 1)) ** 0.5 - 1.0)
        ratio[i, 0] = ratio[i, 1]
    # Rounded, so that they are the same whatever a platform's power function answers in the last digit.
    return np.minimum(ratio, 4.0).round(12), below, above


_ROWS = np.array(_SLOTS, dtype=float)
_RATIO, _BELOW, _ABOVE = _erlang_tables()


@njit(**INNER, forceinline=True)
def power(x, y):
    """x to the y for x > 0; 0 at 0."""
    return exp(y * log(x)) if x > 1e-300 else 0.0


@njit(**INNER)
def shape(slots):
    """(row of the tables, part of the next row, exponent of Erlang C) for so many slots, linear in their logarithm."""
    c = np.float64(slots)
    row = 0
    while row + 2 < _ROWS.shape[0] and _ROWS[row + 1] <= c:
        row += 1
    low, high = log(_ROWS[row]), log(_ROWS[row + 1])
    part = (log(c) - low) / (high - low) if c > _ROWS[row] else 0.0
    return row, min(part, 1.0), (2.0 * (c + 1.0)) ** 0.5 - 1.0


@njit(**INNER, forceinline=True)
def read(values, row, part, x):
    """A table at x in 0..1 between two of its rows."""
    y = min(max(x, 0.0), 1.0) * _POINTS
    j = min(np.int64(y), _POINTS - 1)
    y -= j
    a = values[row, j] * (1.0 - y) + values[row, j + 1] * y
    b = values[row + 1, j] * (1.0 - y) + values[row + 1, j + 1] * y
    return a * (1.0 - part) + b * part


@njit(**INNER)
def fit(st, slots):
    """Note what a station reads the tables by, when its slots or those it shares a queue with have changed."""
    if st.slots != slots:
        st.slots, st.root = slots, slots**0.5
        st.row, st.part, st.exponent = shape(slots)
        st.pooled = -1.0
    if st.pooled != st.pool:
        st.pooled, st.rise = st.pool, 0.0
        if st.pool > 1.0:
            st.row_all, st.part_all, st.exponent_all = shape(slots * st.pool)


@njit(**INNER, forceinline=True)
def waits(rho, row, part, exponent):
    """Erlang C: the share that waits at load ρ < 1."""
    return min(power(rho, exponent) * read(_RATIO, row, part, rho), 1.0)


@njit(**INNER)
def sums(r, k):
    """(Σ r^j, Σ j r^j, Σ j² r^j) over j = 1..k, and the weight of an empty queue: all divided by max(1, r^k)."""
    if k <= 0.0:
        return 0.0, 0.0, 0.0, 1.0, 1.0
    z = log(r) * k
    if -0.1 < z < 0.1:
        u = log(r)
        p1 = k * (k + 1.0) / 2.0
        p2 = k * (k + 1.0) * (2.0 * k + 1.0) / 6.0
        p3 = p1 * p1
        p4 = p2 * (3.0 * k * k + 3.0 * k - 1.0) / 5.0
        s0 = k + u * p1 + 0.5 * u * u * p2
        s1 = p1 + u * p2 + 0.5 * u * u * p3
        s2 = p2 + u * p3 + 0.5 * u * u * p4
        return s0, s1, s2, 1.0, exp(z)
    q = r if r < 1.0 else 1.0 / r
    qk = exp(-z) if r > 1.0 else exp(z)
    d = 1.0 - q
    # Over i = 0..k-1 with weights q^i.
    t0 = (1.0 - qk) / d
    t1 = q * (1.0 - qk) / (d * d) - k * qk / d
    t2 = q * (1.0 + q) * (1.0 - qk) / (d * d * d) - 2.0 * k * q * qk / (d * d) - k * k * qk / d
    if r > 1.0:
        # j = k - i, weights r^k q^i.
        return t0, k * t0 - t1, k * k * t0 - 2.0 * k * t1 + t2, qk, 1.0
    # j = i + 1, weights r q^i.
    return r * t0, r * (t1 + t0), r * (t2 + 2.0 * t1 + t0), 1.0, qk


@njit(**INNER)
def equilibrium(st, e, k, vary):
    """(waiting, throughput ÷ capacity, refused share, variance of the waiting number) of a station at load e.

    `k` places to wait (-1: no limit), `vary` (ca² + cs²)/2. `st.pool` stations share their queue by
    least connections; `st.two` 1: the better of two drawn.
    """
    c = st.slots
    if k < 0.0:
        rho = min(e, 1.0 - 1e-12)
        busy = rho / (1.0 - rho)
        if st.pool > 1.0:
            few = waits(rho, st.row_all, st.part_all, st.exponent_all)
            # Joining the shortest queue is not quite one queue: a little is lost at middling loads.
            short = few * busy * vary / st.pool * (1.0 + 1.45 * (1.0 - rho) / max(c, 1.0))
            some, lq = few, short
            if st.two == 1:
                # Between the limit of many stations and that of joining the shortest queue of few.
                some = waits(rho, st.row, st.part, st.exponent)
                lq = some * busy * vary
                many = lq * choice_of_two(rho)
                lq = min(lq, 1.06 * (many * many + short * short) ** 0.5)
        else:
            some = waits(rho, st.row, st.part, st.exponent)
            lq = some * busy * vary
        m = lq / max(some, 1e-12)
        return lq, rho, 0.0, some * (2.0 - some) * m * m
    if e < 0.97:
        some = waits(e, st.row, st.part, st.exponent)
        b = some * (1.0 - e) / (1.0 - some * e)
    elif e <= 1.0:
        b = read(_BELOW, st.row, st.part, e)
    else:
        b = read(_ABOVE, st.row, st.part, 1.0 / e)
    if k <= 0.0:
        return 0.0, e * (1.0 - b), b, 0.0
    s0, s1, s2, empty, last = sums(max(e, 1e-9), k)
    norm = empty + b * s0
    # What is refused and served follows from the load alone; how long the queue is also from the variability.
    block = b * last / norm
    theta = min(e * (empty + b * (s0 - last)) / norm, 1.0)
    if vary < 0.98 or vary > 1.02:
        s0, s1, s2, empty, last = sums(max(power(e, 1.0 / max(vary, 0.05)), 1e-9), k)
        norm = empty + b * s0
    lq = b * s1 / norm
    return lq, theta, block, max(b * s2 / norm - lq * lq, 0.0)


@njit(**INNER)
def choice_of_two(rho):
    """Wait behind the better of two drawn queues ÷ wait behind one (Mitzenmacher 2001, doi:10.1109/71.963420)."""
    total = 0.0
    exponent = 2.0
    for _ in range(30):
        term = power(rho, exponent)
        if term < 1e-6:
            break
        total += term
        exponent = 2.0 * exponent + 2.0
    return max(total * (1.0 - rho) / max(rho, 1e-9), 1e-3)


@njit(**INNER)
def settle(st, inflow, capacity, dt, k, vary):
    """Find the load after an implicit step of dt from the number st.x with this inflow; see the module.

    Leaves it in `st.e` with what belongs to it, and how number and drift rise with it in `st.rise`, `st.drift`.
    """
    c = st.slots
    y = st.x + inflow * dt
    top = 1.0 - 1e-12 if k < 0.0 else 1e6
    lo, hi = 0.0, -1.0 if k >= 0.0 else top
    e = st.e + st.moves
    if not 0.0 < e < top:
        e = st.e if st.e > 1e-9 else min(inflow / capacity + 1e-6, 0.5)
        e = min(e, top)
    before, number0, drift0 = -1.0, 0.0, 0.0
    if k < 0.0 and st.rise > 0.0 and st.vary_last > 0.0 and abs(e - st.e) > 1e-5 * st.e * (1.0 - st.e):
        # Where the last step ended is a point of the curve too.
        before, number0, drift0 = st.e, c * st.theta + st.lq * vary / st.vary_last, capacity * st.e
    if st.rise <= 0.0:
        # The first look: a second load beside it tells the slopes.
        near = e * (1.0 - 1e-4)
        lq, theta, block, _v = equilibrium(st, near, k, vary)
        number, drift = c * theta + lq, capacity * theta + inflow * block
        lq, theta, block, _v = equilibrium(st, e, k, vary)
        st.rise = max((c * theta + lq - number) / (e - near), 1e-9)
        st.drift = max((capacity * theta + inflow * block - drift) / (e - near), 0.0)
    for _ in range(60):
        lq, theta, block, var = equilibrium(st, e, k, vary)
        number, drift = c * theta + lq, capacity * theta + inflow * block
        st.e, st.lq, st.theta, st.block, st.lq_v = e, lq, theta, block, var
        if before > 0.0 and abs(e - before) > 1e-7 * e * max(1.0 - e, 1e-9):
            st.rise = max((number - number0) / (e - before), 1e-9)
            st.drift = max((drift - drift0) / (e - before), 0.0)
        off = number + dt * drift - y
        if abs(off) < 1e-8 * y + 1e-13 or (hi >= 0.0 and hi - lo < 1e-15):
            return
        if off > 0.0:
            hi = e
        else:
            lo = e
        before, number0, drift0 = e, number, drift
        following = e - off / (st.rise + dt * st.drift)
        if k < 0.0 and abs(following - e) < 1e-3 * min(e, number / st.rise):
            # So near that the curve is straight to 1e-6: what belongs to the load follows without another look.
            st.lq = max(lq + (st.rise - c) * (following - e), 0.0)
            st.e = st.theta = following
            return
        if hi < 0.0:
            e = following if lo < following < 4.0 * lo + 0.1 else 2.0 * e + 0.05
            if e > top:
                return
        elif lo < following < hi:
            e = following
        elif k < 0.0 and lo > 0.5:
            # Near one the number goes like 1 / (1 - e): halve there.
            e = 1.0 - ((1.0 - lo) * (1.0 - hi)) ** 0.5
        else:
            e = 0.5 * (lo + hi)


@njit(**INNER)
def reservoir(inside, rate, stay, dt):
    """(inside after, gone) of what stays a mean time while more comes at a rate."""
    if stay <= 1e-12:
        return 0.0, inside + rate * dt
    keep = exp(-dt / stay) if dt < 40.0 * stay else 0.0
    after = inside * keep + rate * stay * (1.0 - keep)
    return after, inside + rate * dt - after


@njit(**INNER)
def solve(st, inflow, capacity, dt, k, scv_in, scv, vary):
    """Move a station one step; its record is changed. Answers what is refused, 1/s."""
    same = abs(inflow - st.inflow_last) <= 1e-9 * inflow and abs(vary - st.vary_last) <= 1e-9 * vary
    if st.still == 1 and same and st.capacity == capacity and st.dt_last == dt:
        refused = inflow * st.block
        st.out = inflow - refused
        return refused
    x0, e0 = st.x, st.e
    c = st.slots
    if x0 + inflow * dt <= 1e-12:
        st.e = st.lq = st.theta = st.block = st.lq_v = 0.0
    else:
        settle(st, inflow, capacity, dt, k, vary)
    st.inflow_last, st.vary_last, st.dt_last, st.capacity = inflow, vary, dt, capacity
    st.moves = st.e - e0
    refused = min(inflow * st.block, inflow)
    # What goes out follows from the load; the number from what came and went, so that nothing is lost to rounding.
    out = min(max(capacity * st.theta, 0.0), x0 / dt + inflow - refused)
    x1 = max(x0 + (inflow - refused - out) * dt, 0.0)
    relax = st.drift / st.rise
    noise = (inflow - refused) * max(scv_in, 0.02) + out * max(scv, 0.02)
    level = noise / max(2.0 * relax, 1e-300)
    v0 = st.v
    st.v = level + (st.v - level) * exp(-2.0 * relax * dt) if relax * dt < 10.0 else level
    if relax * dt < 1e-7:
        st.v = min(st.v, x0 * x0 + x0 + noise * dt)
    share = min(st.v / level, 1.5) if level > 0.0 else 1.0
    through = capacity * st.theta
    if through > 1e-12 and st.e > 1e-9:
        st.wait = st.lq / through
        st.wait_v = st.lq_v * share / (through * through)
        st.wait_v += max(1.0 - share, 0.0 if k < 0.0 else 1.0) * st.lq * scv / (capacity * capacity)
    else:
        st.wait = 0.0
        st.wait_v = 0.0
    st.x, st.lq, st.out = x1, max(x1 - c * st.theta, 0.0), out
    still = abs(x1 - x0) <= 1e-9 * x1 and abs(st.v - v0) <= 1e-9 * st.v
    st.still = 1 if still else 0
    if not still:
        crowd = min(max(st.v, 0.0), st.lq * st.lq + st.lq)
        st.peak = max(st.peak, min(st.lq + 3.0 * crowd**0.5, k if k >= 0.0 else 1e300))
    return refused
