"""The end of a fluid's step: attempts that ended by edge, requests and their latencies by flow."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid_latency import below, spread
from simulation.traffic.fluid_stations import power, reservoir
from simulation.traffic.layout import BUCKETS
from simulation.traffic.random_numbers import exp

_GOLDEN = 0.6180339887498949


@njit(cache=True, nogil=True)
def close(now, dt, edges, calls, flows, fflows, stations, states, inside, root_lo, root_state, root_share, parts,
          cached, cdf, bounds, histogram, ring, ring_at):  # fmt: skip
    """Count what ended in the step: attempts by edge, requests and their latencies by flow."""
    for e in range(calls.shape[0]):
        call = calls[e]
        stay = call.stay / call.rate if call.rate > 0.0 else 0.0
        if call.rate > 0.0:
            call.fails = min(call.failing / call.rate, 1.0)
        call.inside, left = reservoir(call.inside, call.rate, stay, dt)
        call.offered += call.rate * dt
        call.completed += left * (1.0 - call.fails)
        call.failed += left * call.fails
        edge = edges[e]
        if edge.budget >= 0.0:
            fresh = call.rate - call.wish * call.allowed
            call.tokens = min(call.tokens + edge.budget * max(fresh, 0.0) * dt, 10.0 + edge.budget * fresh * dt)
            used = min(call.wish * dt, call.tokens)
            call.tokens = min(call.tokens - used, 10.0)
            want = used / (call.wish * dt) if call.wish > 0.0 else 1.0
            call.allowed = 0.7 * call.allowed + 0.3 * want
        if edge.transfer > 0.0:
            call.line = max(call.line + (call.rate * edge.transfer - 1.0) * dt, 0.0)
        if edge.trip >= 0.0 and call.rate > 0.0:
            number = call.rate * dt
            if edge.open_until < 0.0 or now >= edge.open_until:
                if edge.open_until >= 0.0:
                    # The trial call.
                    if call.fails > 0.5:
                        edge.open_until = now + edge.open_s
                    else:
                        edge.open_until = -1.0
                        edge.errors = 0.0
                        edge.seen = 0
                else:
                    edge.errors = call.fails + (edge.errors - call.fails) * power(0.95, number)
                    edge.seen = min(edge.seen + np.int64(np.ceil(number)), 1 << 20)
                    if edge.seen >= 20 and edge.errors > edge.trip:
                        edge.open_until = now + edge.open_s
    for f in range(fflows.shape[0]):
        flow = fflows[f]
        ok, idle = 0.0, 0.0
        n = 0
        for r in range(root_lo[f], root_lo[f + 1]):
            s = states[root_state[r]]
            p = root_share[r]
            ok += p * s.ok
            idle += p * s.idle
            parts[f, n, 0], parts[f, n, 1], parts[f, n, 2], parts[f, n, 3] = p * s.ok * s.w, s.m1, s.v1, s.d1
            n += 1
            parts[f, n, 0], parts[f, n, 1], parts[f, n, 2], parts[f, n, 3] = p * s.ok * (1.0 - s.w), s.m2, s.v2, s.d2
            n += 1
        live = 0.0
        worst, most = 0, 0.0
        for i in range(inside.shape[1]):
            x = inside[f, i]
            if x > 0.0:
                live += x * stations[i].done
                st = stations[i]
                code = regime(st)
                if code > worst and (x > 0.02 * live or x * st.done > 0.5):
                    worst = code
            most += x
        offered = flow.rate * dt
        change = live - flow.live
        enters = offered - change
        held = flow.line + enters
        if held < 0.0:
            live += held
            held = 0.0
        if idle <= 1e-9:
            after = 0.0
        else:
            keep = exp(-dt / idle)
            after = min(flow.line * keep + max(enters, 0.0) / dt * idle * (1.0 - keep), held)
        left = held - after
        flow.live = live
        flow.line = after
        flow.offered += offered
        if flow.rate > 0.0:
            flow.ok = min(ok, 1.0)
        done = left * flow.ok
        # What ends now came as many requests ago as are in flight: its latency is that of its arrival.
        push(ring, ring_at, f, flow.offered, parts)
        flow.failed += left - done
        before = np.int64(np.floor(flow.completed))
        flow.completed += done
        number = np.int64(np.floor(flow.completed)) - before
        gone = flow.completed + flow.failed
        row = find(ring, ring_at, f, gone)
        weights, mean = 0.0, 0.0
        for j in range(n):
            weights += ring[f, row, 1 + 4 * j]
            mean += ring[f, row, 1 + 4 * j] * ring[f, row, 2 + 4 * j]
        if weights <= 0.0:
            continue
        mean /= weights
        flow.total += done * mean
        flow.mean = mean
        if number <= 0:
            continue
        is_new = False
        for j in range(n):
            for x in range(4):
                a, b = ring[f, row, 1 + 4 * j + x], cached[f, j, x]
                if x == 0:
                    is_new = is_new or abs(a / weights - b) > 1e-3
                else:
                    is_new = is_new or abs(a - b) > 3e-3 * abs(b) + 1e-9
        if is_new:
            for j in range(n):
                for x in range(4):
                    cached[f, j, x] = ring[f, row, 1 + 4 * j + x] / (weights if x == 0 else 1.0)
            fill(cdf, bounds, f, n, cached)
        flow.golden = flow.golden + _GOLDEN
        flow.golden -= np.floor(flow.golden)
        spread(histogram[f], bounds, cdf[f], number, flow.golden)
        if worst == 0:
            flow.steady += done
        elif worst == 1:
            flow.near += done
        elif worst == 2:
            flow.full += done
        elif worst == 3:
            flow.over += done
        else:
            flow.recovering += done


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def fill(cdf, bounds, f, n, parts):
    """The distribution of a flow's latency at the upper ends of the histogram's buckets."""
    least, top = 1e300, 0.0
    for j in range(n):
        if parts[f, j, 0] > 1e-9:
            least = min(least, parts[f, j, 3])
            top = max(top, parts[f, j, 1] + 40.0 * parts[f, j, 2] ** 0.5)
    value = 0.0
    for b in range(BUCKETS):
        upper = bounds[b + 1]
        if upper < least or value >= 1.0:
            cdf[f, b] = value
            continue
        if upper > top or b == BUCKETS - 1:
            value = 1.0
            cdf[f, b] = 1.0
            continue
        total = 0.0
        for j in range(n):
            if parts[f, j, 0] > 1e-9:
                total += parts[f, j, 0] * below(parts[f, j, 1], parts[f, j, 2], parts[f, j, 3], upper)
        value = max(value, min(total, 1.0))
        if value > 1.0 - 1e-9:
            value = 1.0
        cdf[f, b] = value


@njit(cache=True, nogil=True)
def push(ring, at, f, total, parts):
    """Remember what a request that arrives now meets; when there is no room, every second memory goes."""
    size = ring.shape[1]
    at[f, 2] += 1
    if at[f, 2] < at[f, 3] and at[f, 1] > at[f, 0]:
        return
    at[f, 2] = 0
    if at[f, 1] >= size:
        kept = 0
        if at[f, 0] > size // 4:
            for j in range(at[f, 0], at[f, 1]):
                ring[f, kept] = ring[f, j]
                kept += 1
        else:
            for j in range(at[f, 0], at[f, 1], 2):
                ring[f, kept] = ring[f, j]
                kept += 1
            at[f, 3] *= 2
        at[f, 0], at[f, 1] = 0, kept
    row = at[f, 1]
    ring[f, row, 0] = total
    for j in range(parts.shape[1]):
        for x in range(4):
            ring[f, row, 1 + 4 * j + x] = parts[f, j, x]
    at[f, 1] = row + 1


@njit(cache=True, nogil=True)
def find(ring, at, f, gone):
    """The memory that belongs to the request number `gone`."""
    while at[f, 0] + 1 < at[f, 1] and ring[f, at[f, 0], 0] < gone - 1e-9:
        at[f, 0] += 1
    if at[f, 1] - at[f, 0] <= 2:
        at[f, 3] = 1
    return at[f, 0]
