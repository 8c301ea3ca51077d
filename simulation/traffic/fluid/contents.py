"""Hit ratios of caches in the mean: which share of the keys is held, by groups of keys of like popularity.

A content that was emptied fills with every key that is asked for and served: after U such requests key k is held
with probability 1 − exp(−p_k U), until it is full. Then LRU holds it as by Che's approximation (Che, Tung, Wang
2002, doi:10.1109/JSAC.2002.801752; Fricker, Robert, Roberts 2012), FIFO and random with p_k t / (1 + p_k t), LFU the
most popular. A time to live ends an entry at a fixed age.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.layout import (
    ASKED,
    FILLED,
    FILLED_THEN,
    FLYING,
    FULL,
    IS_OWN,
    LANDED,
    LIMIT,
    LOOKED,
    RATE,
    RATE_THEN,
    SEEN,
    TAKES,
    THEN,
)
from simulation.traffic.fluid.memory import recall, remember
from simulation.traffic.fluid.stations import reservoir
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.random_numbers import exp, log
from simulation.traffic.tables.layout import LFU, LRU


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
    """Keys held when each leaves `t` requests after it was last asked for (LRU, LFU), or put in (the others)."""
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
        share = kept(p[g], count[g], rank, capacity, policy, filled, limit, full, ttl, rate)
        rank += count[g]
        total += count[g] * p[g] * min(fresh, share)
    return total


@njit(**INNER)
def kept(p, count, rank, capacity, policy, filled, limit, full, ttl, rate):
    """Share of the time that a key of a group is held which was asked for long enough; `rank` keys are before it."""
    x, lam = p * limit, p * rate
    if policy == LRU:
        share = 1.0 - exp(-min(x, 600.0))
    elif policy == LFU:
        inside = min(max(capacity - rank, 0.0), count) / count
        learnt = 1.0 - exp(-max(filled - full, 0.0) / (10.0 * full)) if full < 1e299 else 0.0
        early = 1.0 - exp(-min(p * min(full, 1e280), 600.0))
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
    return share


@njit(**INNER)
def refresh(dt, contents, own, pops, counts, fetched, asked, trace, trace_at, hits):
    """Move all caches on by dt with the look-ups and fills of the step; `own`: the figures named above for each.

    What a fetch brings is there when it has come back: a content knows now what was asked for when those were that
    come back now. `trace` remembers look-ups and what a fetch took by the number of the fetch.
    """
    for c in range(contents.shape[0]):
        content, hit, at = contents[c], hits[c], own[c]
        if content.ratio < 0.0 and at[IS_OWN] == 0.0:
            continue
        missed = hit.misses * max(1.0 - hit.share - hit.joins, 0.0)
        served = 1.0
        if missed > 1e-12:
            served = min(hit.inserts / missed, 1.0)
            at[TAKES] = hit.took / missed
        at[FLYING], came = reservoir(at[FLYING], missed, at[TAKES], dt)
        # As means over the last seconds, and over what a fetch takes, so that nothing flickers.
        at[RATE] += (hit.misses - at[RATE]) * min(1.0, dt)
        hit.fetch += (at[TAKES] - hit.fetch) * dt / (dt + hit.fetch)
        rate = at[RATE] if at[RATE] > 0.0 else hit.misses
        grew = 0.0
        if content.ratio >= 0.0:
            content.filled = min(content.filled + content.fill_step * came * served, 1.0)
            hit.share = content.ratio * content.filled
        else:
            grew = landed(dt, c, missed, came, hit, at, trace, trace_at)
            at[FILLED] = min(at[FILLED] + grew * served, 1e290)
        if content.flight_lo >= 0 and content.keys > 0:
            together(dt, content, rate, grew, served, at, pops[c], counts[c], fetched[c], asked[c], hit)
            continue
        grown = abs(at[FILLED] - at[FILLED_THEN]) > 1e-4 * at[FILLED_THEN]
        other = content.ttl < 1e299 and abs(rate - at[RATE_THEN]) > 1e-4 * at[RATE_THEN]
        if content.ratio < 0.0 and (grown or other):
            at[FILLED_THEN], at[RATE_THEN] = at[FILLED], rate
            hit.share = hit_ratio(
                pops[c], counts[c], np.float64(content.capacity), np.int64(content.policy), at[FILLED], at[LIMIT],
                at[FULL], content.ttl, rate,
            )  # fmt: skip


@njit(**INNER)
def landed(dt, c, missed, came, hit, at, trace, trace_at):
    """How many look-ups there were between the fetches that have come back in this step."""
    at[LOOKED] += hit.misses * dt
    if missed * dt <= 1e-12:
        return 0.0
    at[ASKED] += missed * dt
    at[LANDED] = min(at[LANDED] + came, at[ASKED])
    row = remember(trace, trace_at, c, at[ASKED])
    if row >= 0:
        trace[c, row, 1], trace[c, row, 2], trace[c, row, 3] = at[LOOKED], hit.misses / missed, hit.fetch
    row = recall(trace, trace_at, c, at[LANDED])
    back = trace[c, row, 1] - max(trace[c, row, 0] - at[LANDED], 0.0) * trace[c, row, 2]
    grew = max(back - at[SEEN], 0.0)
    at[SEEN] += grew
    at[THEN] = trace[c, row, 3]
    return grew


@njit(**INNER)
def together(dt, content, rate, grew, served, at, pops, counts, fetched, asked, hit):
    """Shares of the look-ups that hit and that join a fetch, where the misses of one key share one.

    While a content fills, a key is there when somebody had asked for it by the time at which those fetches began that
    have come back (`fetched`: such look-ups by group), and is being fetched when somebody has asked since (`asked`);
    a fetch that fails is made again. Later a key of rate λ is fetched λ / (1 + λT) times a second while it is not
    there, where T is what a fetch takes: so it is held h / (1 + λT (1 − h)) of the time where it would be held h if
    fetches took no time.
    """
    total, leads, rank = 0.0, 0.0, 0.0
    for g in range(pops.shape[0]):
        if counts[g] <= 0.0:
            continue
        flying = pops[g] * hit.misses * hit.fetch
        if content.ratio >= 0.0:
            share = hit.share
            lead = (1.0 - share) / (1.0 + flying * (1.0 - share))
        else:
            then = pops[g] * hit.misses * at[THEN]
            fetched[g] = min(fetched[g] + grew * pops[g] * served / (1.0 + (1.0 - served) * then), 600.0)
            more = hit.misses * dt * pops[g] * served / (1.0 + (1.0 - served) * flying)
            asked[g] = min(max(asked[g] + more, fetched[g]), 600.0)
            share = kept(
                pops[g], counts[g], rank, np.float64(content.capacity), np.int64(content.policy), at[FILLED],
                at[LIMIT], at[FULL], content.ttl, rate,
            )  # fmt: skip
            share /= 1.0 + flying * (1.0 - share)
            fresh = 1.0 - exp(-fetched[g])
            lead = (1.0 - min(share, fresh)) / (1.0 + flying)
            if fresh < share:
                # Over the next step, in which a key that many ask for is fetched once.
                once = (1.0 - exp(-more)) / more if more > 1e-6 else 1.0
                lead = served * exp(-asked[g]) * once + (1.0 - served) * lead
                share = fresh
        rank += counts[g]
        total += counts[g] * pops[g] * share
        leads += counts[g] * pops[g] * lead
    hit.share, hit.joins = total, max(1.0 - total - leads, 0.0)


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
            if steps[n * operations + states[s].op].write == 0 and steps[n * operations + states[s].op].plain == 0:
                for f in range(fflows.shape[0]):
                    fflows[f].stale += fluxes[s * nf + f].memory * share * dt
