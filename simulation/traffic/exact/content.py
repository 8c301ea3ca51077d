"""What a cache holds: exact LRU, LFU, FIFO and random eviction over keys drawn from a Zipf law, with expiry.

Keys of a content are `lo .. lo + keys`, most popular first. Linked lists run through `next` and `prev`
of the keys; `prev` -2 means: not held. Random eviction keeps its slots in `next` and a key's slot in `prev`.
LFU counts only while a key is held (in-cache LFU), capped, least recently used first within a count.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.machine_code.rows import prefetch, rows
from simulation.traffic.random_numbers import exp, log, mix, unit
from simulation.traffic.streams import GOLDEN
from simulation.traffic.tables.layout import LFU, LFU_COUNTS, LRU, RANDOM_EVICTION

ABSENT = -2
_S11 = np.uint64(11)


@njit(**INNER)
def build_alias(aliases, lo, n, s, weight, small, large):
    """Walker's alias table for weights 1/k^s, k = 1..n (Vose 1991, doi:10.1109/32.92917); the last three are room."""
    aliases = rows(aliases)
    total = 0.0
    for k in range(n):
        weight[k] = exp(-s * log(k + 1.0))
        total += weight[k]
    ns = 0
    nl = 0
    for k in range(n):
        weight[k] = weight[k] * n / total
        if weight[k] < 1.0:
            small[ns] = k
            ns += 1
        else:
            large[nl] = k
            nl += 1
    while ns > 0 and nl > 0:
        ns -= 1
        a = small[ns]
        b = large[nl - 1]
        aliases[lo + a].cut = weight[a]
        aliases[lo + a].other = b
        weight[b] = weight[b] - (1.0 - weight[a])
        if weight[b] < 1.0:
            nl -= 1
            small[ns] = b
            ns += 1
    while nl > 0:
        nl -= 1
        aliases[lo + large[nl]].cut = 1.0
        aliases[lo + large[nl]].other = large[nl]
    while ns > 0:
        ns -= 1
        aliases[lo + small[ns]].cut = 1.0
        aliases[lo + small[ns]].other = small[ns]


@njit(**INNER, forceinline=True)
def _key_of(contents, aliases, c, state):
    x = unit(state) * contents[c].keys
    k = np.int64(x)
    if contents[c].zipf == 1:
        alias = aliases[contents[c].alias_lo + k]
        if x - k >= alias.cut:
            k = np.int64(alias.other)
    return k


@njit(**INNER)
def draw_key(contents, keys, aliases, c):
    """A key by popularity, from the content's own stream."""
    state = contents[c].rng_key + GOLDEN
    contents[c].rng_key = state
    # The next draws are known already: what they look at will be in the processor's cache by then.
    prefetch(keys[contents[c].lo + _key_of(contents, aliases, c, state + GOLDEN)], 0)
    if contents[c].zipf == 1:
        after = np.int64(unit(state + GOLDEN + GOLDEN) * contents[c].keys)
        prefetch(aliases[contents[c].alias_lo + after], 0)
    return _key_of(contents, aliases, c, state)


@njit(**INNER)
def _unlink(contents, keys, c, k):
    lo = contents[c].lo
    a, b = keys[lo + k].prev, keys[lo + k].next
    bucket = contents[c].policy == LFU
    slot = contents[c].bucket_lo + keys[contents[c].count_lo + k].next if bucket else 0
    if a >= 0:
        keys[lo + a].next = b
    elif bucket:
        keys[slot].next = b
    else:
        contents[c].head = b
    if b >= 0:
        keys[lo + b].prev = a
    elif bucket:
        keys[slot].prev = a
    else:
        contents[c].tail = a


@njit(**INNER)
def _append(contents, keys, c, k):
    """Put the key at the young end of its list."""
    lo = contents[c].lo
    bucket = contents[c].policy == LFU
    slot = contents[c].bucket_lo + keys[contents[c].count_lo + k].next if bucket else 0
    tail = keys[slot].prev if bucket else contents[c].tail
    keys[lo + k].prev = tail
    keys[lo + k].next = -1
    if tail >= 0:
        keys[lo + tail].next = k
    elif bucket:
        keys[slot].next = k
    else:
        contents[c].head = k
    if bucket:
        keys[slot].prev = k
    else:
        contents[c].tail = k


@njit(**INNER)
def look_up(contents, keys, c, k, now):
    """Whether the key is held and fresh; a hit makes it young (LRU) or counts it (LFU)."""
    lo = contents[c].lo
    if keys[lo + k].prev == ABSENT or keys[lo + k].expiry <= now:
        return False
    policy = contents[c].policy
    if policy == LRU:
        if contents[c].tail != k:
            _unlink(contents, keys, c, k)
            _append(contents, keys, c, k)
    elif policy == LFU and keys[contents[c].count_lo + k].next < LFU_COUNTS - 1:
        count = contents[c].count_lo + k
        _unlink(contents, keys, c, k)
        if contents[c].least == keys[count].next and keys[contents[c].bucket_lo + keys[count].next].next < 0:
            contents[c].least += 1
        keys[count].next += 1
        _append(contents, keys, c, k)
    return True


@njit(**INNER)
def remove(contents, keys, c, k):
    """Take the key out."""
    lo = contents[c].lo
    if keys[lo + k].prev == ABSENT:
        return
    if contents[c].policy == RANDOM_EVICTION:
        slot = keys[lo + k].prev
        last = contents[c].size - 1
        moved = keys[lo + last].next
        keys[lo + slot].next = moved
        keys[lo + moved].prev = slot
    else:
        _unlink(contents, keys, c, k)
    keys[lo + k].prev = ABSENT
    contents[c].size -= 1


@njit(**INNER)
def insert(contents, keys, c, k, now):
    """Put the key in, evicting one when the content is full; a held key is only renewed."""
    lo = contents[c].lo
    keys[lo + k].expiry = now + contents[c].ttl
    if keys[lo + k].prev != ABSENT:
        return
    policy = contents[c].policy
    if contents[c].size >= contents[c].capacity:
        if policy == RANDOM_EVICTION:
            state = contents[c].rng_evict + GOLDEN
            contents[c].rng_evict = state
            victim = np.int64(keys[lo + np.int64(unit(state) * contents[c].size)].next)
        elif policy == LFU:
            b = contents[c].least
            while keys[contents[c].bucket_lo + b].next < 0:
                b += 1
            victim = np.int64(keys[contents[c].bucket_lo + b].next)
        else:
            victim = np.int64(contents[c].head)
        remove(contents, keys, c, victim)
    if policy == RANDOM_EVICTION:
        slot = contents[c].size
        keys[lo + slot].next = k
        keys[lo + k].prev = slot
    else:
        if policy == LFU:
            keys[contents[c].count_lo + k].next = 0
        contents[c].least = 0
        _append(contents, keys, c, k)
    contents[c].size += 1


@njit(**INNER)
def empty(contents, keys, c):
    """Forget everything."""
    contents, keys = rows(contents), rows(keys)
    lo = contents[c].lo
    for k in range(contents[c].keys):
        keys[lo + k].prev = ABSENT
        keys[lo + k].next = -1
        keys[lo + k].expiry = -1.0
    if contents[c].policy == LFU:
        for b in range(LFU_COUNTS):
            keys[contents[c].bucket_lo + b].next = -1
            keys[contents[c].bucket_lo + b].prev = -1
    contents[c].head = -1
    contents[c].tail = -1
    contents[c].size = 0
    contents[c].least = 0


@njit(**INNER)
def drop_part(contents, keys, c, part, parts):
    """Forget the keys of one of several equal parts, dealt by hash: what one lost replica held."""
    contents, keys = rows(contents), rows(keys)
    for k in range(np.int64(contents[c].keys)):
        if np.int64(mix(np.uint64(k) + GOLDEN) >> _S11) % parts == part:
            remove(contents, keys, c, k)


@njit(**INNER)
def warm(contents, keys, aliases, c, draws):
    """Fill with the most popular keys, then draw until the policy has made the content its own."""
    contents, keys, aliases = rows(contents), rows(keys), rows(aliases)
    n = min(contents[c].capacity, contents[c].keys)
    ttl = contents[c].ttl
    for i in range(n):
        insert(contents, keys, c, n - 1 - i, 0.0)
    for _ in range(draws):
        k = draw_key(contents, keys, aliases, c)
        if not look_up(contents, keys, c, k, 0.0):
            insert(contents, keys, c, k, 0.0)
    if ttl < 1e300:
        state = contents[c].rng_evict
        for k in range(contents[c].keys):
            if keys[contents[c].lo + k].prev != ABSENT:
                state = state + GOLDEN
                keys[contents[c].lo + k].expiry = unit(state) * ttl
        contents[c].rng_evict = state
