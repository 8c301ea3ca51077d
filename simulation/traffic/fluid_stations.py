"""A station as a pointwise-stationary fluid: mean number, throughput, refusals and waiting at an effective load.

The number in a station moves by x' = admitted − out(x), where out is the throughput that a station in
equilibrium with that mean number has (Tipper, Sundareshan 1990, doi:10.1109/49.63001, "pointwise stationary
fluid flow"). One implicit step is always stable and conserves mass. Equilibria are M/M/c and M/M/c/K with the
wait scaled by (ca² + cs²)/2 (Allen-Cunneen; Whitt 1983, doi:10.1002/j.1538-7305.1983.tb03204.x).
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.random_numbers import exp, log

PURE_DELAY = 1 << 29
_SLOTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
_POINTS = 64


@njit(cache=True, nogil=True)
def power(x, y):
    """x to the y for x > 0; 0 at 0."""
    return exp(y * log(x)) if x > 1e-300 else 0.0


def erlang_tables():
    """(slots, C ÷ ρ^(√(2(c+1))−1) over ρ in 0..1, Erlang B over ρ in 0..1, B over 1/ρ in 0..1) on a grid."""
    slots = np.array(_SLOTS, dtype=float)
    ratio = np.ones((len(_SLOTS), _POINTS + 1))
    below = np.zeros((len(_SLOTS), _POINTS + 1))
    above = np.zeros((len(_SLOTS), _POINTS + 1))
    for i, c in enumerate(_SLOTS):
        for j in range(_POINTS + 1):
            rho = j / _POINTS
            b = _erlang_b(c, c * rho)
            below[i, j] = b
            above[i, j] = _erlang_b(c, c / rho) if j else 1.0
            if 0 < j < _POINTS:
                wait = b / (1 - rho * (1 - b))
                ratio[i, j] = wait / power(rho, (2.0 * (c + 1)) ** 0.5 - 1.0)
        ratio[i, 0] = ratio[i, 1]
    return slots, np.minimum(ratio, 4.0), below, above


def _erlang_b(c, a):
    b = 1.0
    for k in range(1, c + 1):
        b = a * b / (k + a * b)
    return b


@njit(cache=True, nogil=True)
def table(slots, values, c, x):
    """The table at c slots (linear in log c) and x in 0..1."""
    n = slots.shape[0]
    i = 0
    while i + 2 < n and slots[i + 1] <= c:
        i += 1
    part = (log(c) - log(slots[i])) / (log(slots[i + 1]) - log(slots[i])) if c > slots[i] else 0.0
    part = min(part, 1.0)
    m = values.shape[1] - 1
    y = min(max(x, 0.0), 1.0) * m
    j = min(np.int64(y), m - 1)
    y -= j
    a = values[i, j] * (1.0 - y) + values[i, j + 1] * y
    if part == 0.0:
        return a
    b = values[i + 1, j] * (1.0 - y) + values[i + 1, j + 1] * y
    return a * (1.0 - part) + b * part


@njit(cache=True, nogil=True)
def waits(slots, ratio, c, rho):
    """Erlang C: the share that waits at c slots and load ρ < 1."""
    return min(power(rho, (2.0 * (c + 1.0)) ** 0.5 - 1.0) * table(slots, ratio, c, rho), 1.0)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def equilibrium(slots, ratio, below, above, e, c, k, vary, pool, two):
    """(waiting, throughput ÷ capacity, refused share, share that waits, variance of the waiting number) at load e.

    `k` places to wait (-1: no limit), `vary` (ca² + cs²)/2, `pool` stations that share their queue by
    least connections, `two` 1: the better of two drawn.
    """
    if k < 0.0:
        rho = min(e, 1.0 - 1e-12)
        if pool > 1.0 and two == 0:
            some = waits(slots, ratio, c * pool, rho)
            lq = some * rho / (1.0 - rho) * vary / pool
            # Joining the shortest queue is not quite one queue: a little is lost at middling loads.
            lq *= 1.0 + 1.45 * (1.0 - rho) / max(c, 1.0)
        else:
            some = waits(slots, ratio, c, rho)
            lq = some * rho / (1.0 - rho) * vary
            if pool > 1.0:
                # Between the limit of many stations and that of joining the shortest queue of few.
                many = lq * choice_of_two(rho)
                few = waits(slots, ratio, c * pool, rho) * rho / (1.0 - rho) * vary / pool
                few *= 1.0 + 1.45 * (1.0 - rho) / max(c, 1.0)
                lq = min(lq, 1.06 * (many * many + few * few) ** 0.5)
        m = lq / max(some, 1e-12)
        return lq, rho, 0.0, some, some * (2.0 - some) * m * m
    if e < 0.97:
        some = waits(slots, ratio, c, e)
        b = some * (1.0 - e) / (1.0 - some * e)
    elif e <= 1.0:
        b = table(slots, below, c, e)
    else:
        b = table(slots, above, c, 1.0 / e)
    s0, s1, s2, empty, last = sums(max(e, 1e-9), k)
    norm = empty + b * s0
    if k <= 0.0:
        block = b
        return 0.0, e * (1.0 - b), block, 0.0, 0.0
    # What is refused and served follows from the load alone; how long the queue is also from the variability.
    block = b * last / norm
    theta = min(e * (empty + b * (s0 - last)) / norm, 1.0)
    if vary < 0.98 or vary > 1.02:
        s0, s1, s2, empty, last = sums(max(power(e, 1.0 / max(vary, 0.05)), 1e-9), k)
        norm = empty + b * s0
    lq = b * s1 / norm
    second = b * s2 / norm
    some = min(b * (s0 + empty - last) / norm / max(1.0 - block, 1e-12), 1.0)
    return lq, theta, block, some, max(second - lq * lq, 0.0)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def settle(slots, ratio, below, above, e0, x0, inflow, capacity, dt, c, k, vary, pool, two):
    """The effective load after an implicit step of dt from number x0 with this inflow; see the module."""
    y = x0 + inflow * dt
    if y <= 1e-12:
        return 0.0
    lo = 0.0
    hi = 1.0 - 1e-12 if k < 0.0 else -1.0
    e = e0 if e0 > 1e-9 else min(inflow / capacity + 1e-6, 0.5)
    if k < 0.0:
        e = min(e, 1.0 - 1e-9)
    last_e = -1.0
    last_g = 0.0
    for _ in range(80):
        lq, theta, block, _s, _v = equilibrium(slots, ratio, below, above, e, c, k, vary, pool, two)
        g = c * theta + lq + dt * capacity * theta + dt * inflow * block - y
        if abs(g) < 1e-10 * y + 1e-13:
            return e
        if g > 0.0:
            hi = e
        else:
            lo = e
        nxt = -1.0
        if last_e >= 0.0 and g != last_g:
            nxt = e - g * (e - last_e) / (g - last_g)
        last_e = e
        last_g = g
        if hi < 0.0:
            e = nxt if lo < nxt < 4.0 * lo + 0.1 else 2.0 * e + 0.05
            if e > 1e6:
                return 1e6
        elif lo < nxt < hi:
            e = nxt
        elif k < 0.0 and lo > 0.5:
            # Near one the number goes like 1 / (1 - e): halve there.
            e = 1.0 - ((1.0 - lo) * (1.0 - hi)) ** 0.5
        else:
            e = 0.5 * (lo + hi)
        if hi >= 0.0 and hi - lo < 1e-15:
            return e
    return e


@njit(cache=True, nogil=True)
def reservoir(inside, rate, stay, dt):
    """(inside after, gone) of what stays a mean time while more comes at a rate."""
    if stay <= 1e-12:
        return 0.0, inside + rate * dt
    keep = exp(-dt / stay)
    after = inside * keep + rate * stay * (1.0 - keep)
    return after, inside + rate * dt - after


@njit(cache=True, nogil=True)
def solve(slots, ratio, low, high, st, inflow, capacity, dt, c, k, scv_in, scv, vary):
    """Move a station one step; its record is changed. Answers what is refused, 1/s."""
    x0 = st.x
    st.capacity = capacity
    e = settle(slots, ratio, low, high, st.e, x0, inflow, capacity, dt, c, k, vary, st.pool, st.two)
    lq, theta, block, _some, var = equilibrium(slots, ratio, low, high, e, c, k, vary, st.pool, st.two)
    step = 1e-4 * min(e, 1.0 - e) if k < 0.0 else 1e-4 * e
    lq2, theta2, block2, _some2, _var2 = equilibrium(slots, ratio, low, high, e - step, c, k, vary, st.pool, st.two)
    rise = c * (theta - theta2) + lq - lq2
    x1 = max(c * theta + lq, 0.0)
    # What the implicit step let in and out, so that nothing is lost to rounding.
    out = min(max(capacity * theta, 0.0), x0 / dt + inflow)
    refused = min(inflow * block, inflow)
    out = (x0 - x1) / dt + inflow - refused
    if out < 0.0:
        x1 += out * dt
        out = 0.0
    drift = capacity * (theta - theta2) + inflow * (block - block2)
    relax = max(drift / rise, 0.0) if rise > 0.0 else 1e9
    noise = (inflow - refused) * max(scv_in, 0.02) + out * max(scv, 0.02)
    level = noise / max(2.0 * relax, 1e-300)
    fade = exp(-min(2.0 * relax * dt, 600.0))
    st.v = level + (st.v - level) * fade if fade > 1e-9 else level
    if relax * dt < 1e-7:
        st.v = min(st.v, x0 * x0 + x0 + noise * dt)
    share = min(st.v / level, 1.5) if level > 0.0 else 1.0
    st.e, st.x, st.lq, st.theta, st.block = e, x1, max(x1 - c * theta, 0.0), theta, block
    st.out = out
    through = capacity * theta
    if through > 1e-12 and e > 1e-9:
        st.wait = lq / through
        st.wait_v = var * share / (through * through)
        st.wait_v += max(1.0 - share, 0.0 if k < 0.0 else 1.0) * lq * scv / (capacity * capacity)
    else:
        st.wait = 0.0
        st.wait_v = 0.0
    return refused
