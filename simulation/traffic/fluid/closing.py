"""The end of a fluid's step: attempts that ended by edge, requests and their latencies by flow."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.endings import begin, end
from simulation.traffic.fluid.latency import below
from simulation.traffic.fluid.stations import power, reservoir
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.machine_code.rows import rows
from simulation.traffic.random_numbers import exp
from simulation.traffic.tables.layout import BUCKETS

_GOLDEN = 0.6180339887498949
_STRIDE = 4


@njit(**INNER)
def close(now, dt, edges, calls, flows, fflows, stations, states, held, roots, parts,
          cached, cdf, bounds, histogram, memory, at, late, late_at):  # fmt: skip
    """Count what ended in the step: attempts by edge, requests and their latencies by flow."""
    many, nf = calls.shape[0], fflows.shape[0]
    count = stations.shape[0] - 1
    edges, calls, flows, fflows = rows(edges), rows(calls), rows(flows), rows(fflows)
    stations, states, held, roots = rows(stations), rows(states), rows(held), rows(roots)
    for e in range(many):
        call = calls[e]
        if call.rate > 0.0 or call.inside > 0.0 or call.line > 0.0:
            attempts(now, dt, edges[e], call)
    for f in range(nf):
        flow = fflows[f]
        idle = 0.0
        n = np.int64(0)
        for r in range(fflows[f].root_lo, fflows[f].root_hi):
            s = states[roots[r].state]
            p = roots[r].share
            idle += p * s.idle
            parts[f, n, 0], parts[f, n, 1], parts[f, n, 2], parts[f, n, 3] = p * s.ok * s.w, s.m1, s.v1, s.d1
            n += 1
            parts[f, n, 0], parts[f, n, 1], parts[f, n, 2], parts[f, n, 3] = p * s.ok * (1.0 - s.w), s.m2, s.v2, s.d2
            n += 1
        live = 0.0
        worst = 0
        for i in range(count):
            x = held[i * nf + f].inside
            if x > 0.0:
                st = stations[i]
                live += x * st.done
                code = regime(st)
                if code > worst and (x > 0.02 * live or x * st.done > 0.5):
                    worst = code
        offered = flow.rate * dt
        enters = offered - (live - flow.live)
        beside = flow.line + enters
        if beside < 0.0:
            live += beside
            beside = 0.0
        after = 0.0
        if idle > 1e-9:
            keep = exp(-dt / idle)
            after = min(flow.line * keep + max(enters, 0.0) / dt * idle * (1.0 - keep), beside)
        left = beside - after
        flow.live = live
        flow.line = after
        flow.offered += offered
        begin(now + dt, f, n, offered, flow, parts, memory, at, late, late_at)
        done = end(now + dt, f, n, left, flow, parts, memory, at, late, late_at)
        flow.failed += left - done
        before = np.int64(np.floor(flow.completed))
        flow.completed += done
        tell(f, 2 * n, done, np.int64(np.floor(flow.completed)) - before, flow, parts, cached, cdf, bounds, histogram)
        if worst == 0:
            flow.steady += done
        elif worst == 1:
            flow.near += done
        elif worst == 2:
            flow.full += done
        elif worst == 3:
            if flow.late_in - flow.late_done >= 1.0:
                flow.uneven += done
            else:
                flow.over += done
        else:
            flow.recovering += done


@njit(**INNER)
def attempts(now, dt, edge, call):
    """Attempts of one edge that ended, what its retries may still spend, its line and its breaker."""
    stay = 0.0
    if call.rate > 0.0:
        stay = call.stay / call.rate
        call.fails = min(call.failing / call.rate, 1.0)
    call.inside, left = reservoir(call.inside, call.rate, stay, dt)
    call.offered += call.rate * dt
    call.completed += left * (1.0 - call.fails)
    call.failed += left * call.fails
    if edge.budget >= 0.0:
        fresh = max(call.rate - call.wish * call.allowed, 0.0)
        call.tokens = min(call.tokens + edge.budget * fresh * dt, 10.0 + edge.budget * fresh * dt)
        used = min(call.wish * dt, call.tokens)
        call.tokens = min(call.tokens - used, 10.0)
        want = used / (call.wish * dt) if call.wish > 0.0 else 1.0
        call.allowed = 0.7 * call.allowed + 0.3 * want
    if edge.transfer > 0.0:
        call.line = max(call.line + (call.rate * edge.transfer - 1.0) * dt, 0.0)
    if edge.trip < 0.0 or call.rate <= 0.0 or (edge.open_until >= 0.0 and now < edge.open_until):
        return
    if edge.open_until >= 0.0:
        # The trial call.
        if call.fails > 0.5:
            edge.open_until = now + edge.open_s
        else:
            edge.open_until = -1.0
            edge.errors = call.late = 0.0
            edge.seen = 0
        return
    number = call.rate * dt
    # Outcomes are known when they come back: of breakers in a row the last one opens first, and so ends first.
    call.late += (call.fails - call.late) * (1.0 - exp(-dt / stay) if dt < 40.0 * stay else 1.0)
    edge.errors = call.late + (edge.errors - call.late) * power(0.95, number)
    edge.seen = min(edge.seen + np.int64(np.ceil(number)), 1 << 20)
    call.crossings += number * crossings(edge.trip - edge.errors, call.late, call.full)
    if edge.seen >= 20 and (edge.errors > edge.trip or call.crossings >= 1.0):
        edge.open_until = now + edge.open_s
        call.crossings = 0.0


@njit(**INNER)
def crossings(room, fails, full):
    """How often a call takes a breaker's error rate over its limit, which is `room` above its mean.

    The rate is a mean of outcomes with weights 0.05 × 0.95^k, nearly normal; such a sequence goes over a level z
    standard deviations up arccos(0.95) / 2π × exp(−z² / 2) times a step (Rice 1944,
    doi:10.1002/j.1538-7305.1944.tb00874.x). Refusals come in runs: a queue that stays full takes what leaves it, so
    of n calls a Poisson number of mean n (1 − full) over a gamma distributed time are taken.
    """
    if room <= 0.0:
        return 1.0
    alone = max(fails - full, 0.0)
    spread = alone * (1.0 - alone) + min((1.0 - full) * (2.0 - full), 20.0 * full)
    z_z = room * room / max(spread * 0.05 / 1.95, 1e-12)
    return 0.05055 * exp(-0.5 * z_z) if z_z < 60.0 else 0.0


@njit(**INNER)
def tell(f, n, done, number, flow, parts, cached, cdf, bounds, histogram):
    """Put the latencies of what a flow completed into its sum and its histogram."""
    weights, mean = 0.0, 0.0
    for j in range(n):
        weights += parts[f, j, 0]
        mean += parts[f, j, 0] * parts[f, j, 1]
    if weights <= 0.0:
        return
    flow.mean = mean / weights
    flow.total += done * flow.mean
    if number <= 0:
        return
    is_new = False
    for j in range(n):
        for x in range(4):
            value = parts[f, j, x] / (weights if x == 0 else 1.0)
            # A histogram's bucket is 1.1 % wide.
            near = 4e-3 * abs(cached[f, j, x])
            off = 2e-3 if x == 0 else (2.0 * near if x == 2 else near) + 1e-9
            is_new = is_new or abs(value - cached[f, j, x]) > off
    if is_new:
        for j in range(n):
            for x in range(4):
                cached[f, j, x] = parts[f, j, x] / (weights if x == 0 else 1.0)
        fill(cdf, bounds, f, n, cached)
    flow.golden += _GOLDEN
    flow.golden -= np.floor(flow.golden)
    spread(histogram, cdf, f, number, flow.golden)


@njit(**INNER)
def regime(st):
    """0 settled below 0.9, 1 settled near 1, 2 refusing, 3 over capacity or draining, 4 about to have drained."""
    if st.capacity <= 0.0 or st.theta <= 0.0:
        return 0
    load = st.level_in / st.capacity
    if st.block > 0.02:
        return 2
    if st.e > 0.9 and load < st.e - 0.05:
        left = st.lq / max(st.capacity - st.level_in, 1e-9)
        return 4 if left < 2.0 else 3
    if load >= 1.0:
        return 3
    return 1 if st.e > 0.9 else 0


@njit(**INNER)
def fill(cdf, bounds, f, n, parts):
    """The distribution of a flow's latency at the upper ends of the histogram's buckets."""
    least, top = 1e300, 0.0
    for j in range(n):
        if parts[f, j, 0] > 1e-9:
            least = min(least, parts[f, j, 3])
            top = max(top, parts[f, j, 1] + 40.0 * parts[f, j, 2] ** 0.5)
    b, value = 0, 0.0
    while b < BUCKETS and value < 1.0 - 1e-9 and bounds[b + 1] <= top:
        # Every fourth bucket; what lies between follows, where the distribution does not jump.
        upto = min(b + _STRIDE, BUCKETS - 1)
        far = share_below(f, n, parts, least, bounds[upto])
        smooth = far - value < 0.02
        for k in range(b, upto):
            if smooth:
                cdf[f, k] = value + (far - value) * (k + 1 - b) / (upto - b)
            else:
                cdf[f, k] = max(share_below(f, n, parts, least, bounds[k + 1]), cdf[f, k - 1] if k > 0 else 0.0)
        value = max(value, cdf[f, upto - 1])
        b = upto
        if b == BUCKETS - 1:
            break
    for k in range(b, BUCKETS):
        cdf[f, k] = 1.0


@njit(**INNER)
def share_below(f, n, parts, least, t):
    """Share of a flow's latencies that are at most t."""
    if t < least:
        return 0.0
    total = 0.0
    for j in range(n):
        if parts[f, j, 0] > 1e-9:
            total += parts[f, j, 0] * below(parts[f, j, 1], parts[f, j, 2], parts[f, j, 3], t)
    return min(total, 1.0)


@njit(**INNER)
def spread(histogram, cdf, f, count, theta):
    """Put `count` whole requests into a flow's histogram, evenly over its distribution at the buckets' upper ends."""
    before = 0
    for b in range(BUCKETS):
        if cdf[f, b] <= 0.0:
            continue
        upto = np.int64(np.floor(count * cdf[f, b] - theta + 1.0))
        upto = min(max(upto, before), count)
        histogram[f, b] += upto - before
        before = upto
        if before >= count:
            return
    histogram[f, BUCKETS - 1] += count - before
