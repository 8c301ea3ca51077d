"""Hit ratios of caches in the mean: which share of the keys is held, by groups of keys of like popularity.

A content that was emptied fills with every key that is asked for and served: after U such requests key k is held
with probability 1 − exp(−p_k U), until it is full. Then LRU holds it as by Che's approximation (Che, Tung, Wang
2002, doi:10.1109/JSAC.2002.801752; Fricker, Robert, Roberts 2012), FIFO and random with p_k t / (1 + p_k t), LFU the
most popular. A time to live ends an entry at a fixed age.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.compiled import INNER
from simulation.traffic.fluid_layout import FILLED, FILLED_THEN, FULL, IS_OWN, LIMIT, RATE, RATE_THEN
from simulation.traffic.layout import LFU, LRU
from simulation.traffic.random_numbers import exp, log


@njit(**INNER)
def groups(keys, s, p, count):
    """Fill (popularity of one key, number of keys) by groups: single keys, then ever wider ones; s: Zipf exponent."""
    most = p.shape[0]
    if s <= 0.0:
        p[0], count[0] = 1.0 / keys, keys
        return
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


@njit(**INNER)
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


@njit(**INNER)
def held(p, count, t, policy):
    total = 0.0
    for g in range(p.shape[0]):
        if count[g] > 0.0:
            x = p[g] * t
            total += count[g] * (1.0 - exp(-x) if policy in (LRU, LFU) else x / (1.0 + x))
    return total


@njit(**INNER)
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


@njit(**INNER)
def refresh(dt, contents, own, pops, counts, hits):
    """Move all caches on by dt with the look-ups and fills of the step; `own`: the figures named above for each."""
    for c in range(contents.shape[0]):
        content = contents[c]
        if content.ratio >= 0.0:
            content.filled = min(content.filled + content.fill_step * hits[c].inserts * dt, 1.0)
            hits[c].share = content.ratio * content.filled
            continue
        if own[c, IS_OWN] == 0.0:
            continue
        looked = hits[c].misses
        missed = looked * (1.0 - hits[c].share)
        served = hits[c].inserts / missed if missed > 1e-12 else 1.0
        own[c, FILLED] = min(own[c, FILLED] + looked * min(served, 1.0) * dt, 1e290)
        # As a mean over the last seconds, so that the time to live does not flicker.
        own[c, RATE] += (looked - own[c, RATE]) * min(1.0, dt)
        rate = own[c, RATE] if own[c, RATE] > 0.0 else looked
        grown = abs(own[c, FILLED] - own[c, FILLED_THEN]) > 1e-4 * own[c, FILLED_THEN]
        other = content.ttl < 1e299 and abs(rate - own[c, RATE_THEN]) > 1e-4 * own[c, RATE_THEN]
        if grown or other:
            own[c, FILLED_THEN], own[c, RATE_THEN] = own[c, FILLED], rate
            hits[c].share = hit_ratio(
                pops[c], counts[c], np.float64(content.capacity), np.int64(content.policy), own[c, FILLED],
                own[c, LIMIT], own[c, FULL], content.ttl, rate,
            )  # fmt: skip


@njit(**INNER)
def stale(dt, nodes, fnodes, states, steps, operations, pops, counts, fluxes, fflows, writes, wrote):
    """Count reads at replicas that a write within the lag has overtaken; `wrote`: a primary's writes, by flow."""
    nf = fflows.shape[0]
    total = 0.0
    for f in range(fflows.shape[0]):
        total += fflows[f].rate
    for c in range(writes.shape[0]):
        writes[c] = 0.0
    for n in range(nodes.shape[0]):
        commits = fnodes[n].commits
        fnodes[n].commits = 0.0
        if nodes[n].store >= 0 and commits > 0.0:
            writes[nodes[n].store] += commits
            for f in range(fflows.shape[0]):
                wrote[n, f] = commits * fflows[f].rate / max(total, 1e-300)
    for n in range(nodes.shape[0]):
        c = nodes[n].store
        if c < 0 or nodes[n].lag <= 0.0 or writes[c] <= 0.0:
            continue
        share = 0.0
        for g in range(pops.shape[1]):
            share += counts[c, g] * pops[c, g] * (1.0 - exp(-writes[c] * pops[c, g] * nodes[n].lag))
        for s in range(fnodes[n].state_lo, fnodes[n].state_hi):
            if steps[n * operations + states[s].op].write == 0:
                for f in range(fflows.shape[0]):
                    fflows[f].stale += fluxes[s * nf + f].memory * share * dt
