"""Hit ratios of caches in the mean: which share of the keys is held, by groups of keys of like popularity.

A content that was emptied fills with every key that is asked for and served: after U such requests key k is held
with probability 1 − exp(−p_k U), until it is full. Then LRU holds it as by Che's approximation (Che, Tung, Wang
2002, doi:10.1109/JSAC.2002.801752; Fricker, Robert, Roberts 2012), FIFO and random with p_k t / (1 + p_k t), LFU the
most popular. A time to live ends an entry at a fixed age.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.layout import LFU, LRU
from simulation.traffic.random_numbers import exp, log

GROUPS = 160


@njit(cache=True, nogil=True)
def groups(keys, s, most):
    """(popularity of one key, number of keys) by groups: single keys first, then ever wider ones; s: Zipf exponent."""
    p = np.zeros(most)
    count = np.zeros(most)
    if s <= 0.0:
        p[0], count[0] = 1.0 / keys, keys
        return p, count
    at = 0
    g = 0
    total = 0.0
    while at < keys and g < most:
        size = 1 if at < 32 else max(1, np.int64(at * 0.12))
        if g == most - 1:
            size = keys - at
        size = min(size, keys - at)
        weight = 0.0
        for k in range(at, at + size):
            weight += exp(-s * log(k + 1.0))
        p[g], count[g] = weight / size, size
        total += weight
        at += size
        g += 1
    for i in range(g):
        p[i] /= total
    return p, count


@njit(cache=True, nogil=True)
def characteristic(p, count, capacity, policy):
    """The number of requests after which a full content forgets what was not asked for; 1e300 when all keys fit."""
    everything = 0.0
    for g in range(p.shape[0]):
        everything += count[g]
    if everything <= capacity:
        return 1e300
    lo, hi = 0.0, 1.0
    while held(p, count, hi, policy) < capacity and hi < 1e290:
        hi *= 2.0
    for _ in range(80):
        mid = 0.5 * (lo + hi)
        if held(p, count, mid, policy) < capacity:
            lo = mid
        else:
            hi = mid
    return 0.5 * (lo + hi)


@njit(cache=True, nogil=True)
def held(p, count, t, policy):
    total = 0.0
    for g in range(p.shape[0]):
        if count[g] > 0.0:
            x = p[g] * t
            total += count[g] * (1.0 - exp(-x) if policy in (LRU, LFU) else x / (1.0 + x))
    return total


@njit(cache=True, nogil=True)
def hit_ratio(p, count, capacity, policy, filled, limit, full, ttl, rate):
    """Share of the look-ups that hit after `filled` served requests; `limit` by the policy, `full` when filling ends.

    Between being put in and leaving, a key of rate λ stays min(ttl, until it is evicted): it is held the share
    λE / (1 + λE) of the time.
    """
    total = 0.0
    rank = 0.0
    for g in range(p.shape[0]):
        if count[g] <= 0.0:
            continue
        fresh = 1.0 - exp(-min(p[g] * filled, 600.0))
        x = p[g] * limit
        lam = p[g] * rate
        if policy == LRU:
            share = 1.0 - exp(-min(x, 600.0))
        elif policy == LFU:
            inside = min(max(capacity - rank, 0.0), count[g]) / count[g]
            learnt = 1.0 - exp(-max(filled - full, 0.0) / (10.0 * full)) if full < 1e299 else 0.0
            early = 1.0 - exp(-min(p[g] * min(full, 1e280), 600.0))
            share = learnt * inside + (1.0 - learnt) * early
        else:
            share = x / (1.0 + x)
        if ttl < 1e299 and share > 0.0 and lam > 0.0:
            stay = share / max(1.0 - share, 1e-12) / lam
            sure = limit / rate if policy == LRU and rate > 0.0 else 0.0
            if ttl <= sure:
                stay = ttl
            else:
                rest = max(stay - sure, 1e-12)
                stay = sure + rest * (1.0 - exp(-min((ttl - sure) / rest, 600.0)))
            share = lam * stay / (1.0 + lam * stay)
        rank += count[g]
        total += count[g] * p[g] * min(fresh, share)
    return total


@njit(cache=True, nogil=True)
def refresh(dt, contents, state, pops, counts, misses, inserts, hit_now):
    """Move all caches on by dt with the look-ups and fills of the step; `state`: filled, limit, full, ttl."""
    for c in range(hit_now.shape[0]):
        if contents[c].ratio >= 0.0:
            filled = contents[c].filled + contents[c].fill_step * inserts[c] * dt
            contents[c].filled = min(filled, 1.0)
            hit_now[c] = contents[c].ratio * contents[c].filled
            continue
        if state[c, 4] == 0.0:
            continue
        looked = misses[c]
        missed = looked * (1.0 - hit_now[c])
        served = inserts[c] / missed if missed > 1e-12 else 1.0
        state[c, 0] = min(state[c, 0] + looked * min(served, 1.0) * dt, 1e290)
        # As a mean over the last seconds, so that the time to live does not flicker.
        state[c, 5] += (looked - state[c, 5]) * min(1.0, dt)
        hit_now[c] = hit_ratio(
            pops[c], counts[c], contents[c].capacity, contents[c].policy, state[c, 0], state[c, 1], state[c, 2],
            contents[c].ttl, max(state[c, 5], looked if state[c, 5] <= 0.0 else state[c, 5]),
        )  # fmt: skip
