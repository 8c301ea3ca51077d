"""Hit ratios of caches under independent requests over Zipf-distributed keys.

Characteristic-time approximations: LRU by Che, Tung and Wang (2002, doi:10.1109/JSAC.2002.801752), FIFO and
random by Fricker, Robert and Roberts (2012, arXiv:1202.3974), LFU as the most popular keys, expiry as a
TTL that a hit does not renew (Jung, Berger, Balakrishnan 2003, doi:10.1109/INFCOM.2003.1208691). Small LRU
caches are exact (King 1971).
"""

import math
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from simulation.topology.system import Component

_EXACT_KEYS = 2_000
_EXACT_ORDERS = 20_000


@lru_cache(maxsize=256)
def popularity(keys: int, zipf_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Popularity of keys by rank and how many keys share it: the head key by key, the tail in bands."""
    head = min(keys, _EXACT_KEYS)
    rank = np.arange(1, head + 1, dtype=float)
    count = np.ones(head)
    weight = rank**-zipf_s
    if keys > head:
        edges = np.unique(np.round(np.geomspace(head, keys, 400)))
        low, high = edges[:-1] + 0.5, edges[1:] + 0.5
        number = high - low
        total = (
            np.log(high / low)
            if abs(zipf_s - 1) < 1e-9
            else (high ** (1 - zipf_s) - low ** (1 - zipf_s)) / (1 - zipf_s)
        )
        weight = np.concatenate([weight, total / number])
        count = np.concatenate([count, number])
    return weight / float(weight @ count), count


@lru_cache(maxsize=1024)
def hit_ratio(
    keys: int, zipf_s: float, capacity: int, eviction: str = "lru", ttl_s: float | None = None, rate_rps: float = 0.0
) -> float:
    """Share of look-ups answered by the cache.

    With a `ttl_s` it depends on the rate of look-ups; a rate of 0 then hits nothing.
    """
    p, count = popularity(keys, zipf_s)
    if ttl_s is not None and rate_rps <= 0:
        return 0.0
    rate = p if ttl_s is None else p * rate_rps
    life = math.inf if ttl_s is None else ttl_s
    if eviction == "lfu":
        return float((p * _taken(count, capacity)) @ _resident(rate, np.full_like(rate, life)))
    unlimited = _resident(rate, np.full_like(rate, life))
    if float(count @ unlimited) <= capacity:
        return float((p * count) @ unlimited)
    if eviction == "lru" and ttl_s is None and keys <= 12 and math.perm(keys, capacity) <= _EXACT_ORDERS:
        return king(tuple(p), capacity)

    def surplus(log_t: float) -> float:
        return float(count @ _resident(rate, _stay(eviction, rate, math.exp(log_t), life))) - capacity

    from scipy.optimize import brentq  # slow to load, and many systems have no such cache

    low, high = -60.0, 60.0
    t = math.exp(float(brentq(surplus, low, high, xtol=1e-9)))
    return float((p * count) @ _resident(rate, _stay(eviction, rate, t, life)))


def _taken(count: NDArray[np.float64], capacity: int) -> NDArray[np.float64]:
    """How many keys of each band are among the first `capacity`."""
    before = np.concatenate([[0.0], np.cumsum(count)[:-1]])
    taken: NDArray[np.float64] = np.clip(capacity - before, 0.0, count)
    return taken


def _resident(rate: NDArray[np.float64], stay: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability that a key is in the cache, for the mean time that it stays once it is let in."""
    with np.errstate(over="ignore", invalid="ignore"):
        load = rate * stay
        share: NDArray[np.float64] = np.where(np.isfinite(load), load / (1 + load), 1.0)
        return share


def _stay(eviction: str, rate: NDArray[np.float64], t: float, life: float) -> NDArray[np.float64]:
    """Mean time in the cache for the characteristic time t, cut by the expiry."""
    if eviction == "fifo":
        return np.full_like(rate, min(t, life))
    if eviction == "random":
        return np.full_like(rate, t if math.isinf(life) else -t * math.expm1(-life / t))
    with np.errstate(over="ignore"):
        mean = np.expm1(np.minimum(rate * t, 700.0)) / rate  # idle for t ends it; every hit renews
    if math.isinf(life):
        return mean
    if t >= life:
        return np.full_like(rate, life)
    beyond = np.maximum(mean - t, 1e-300)
    return t - beyond * np.expm1(-(life - t) / beyond)


def king(p: tuple[float, ...], capacity: int) -> float:
    """Exact hit ratio of LRU: the sum over the cache's ordered contents. Only for a handful of keys."""
    total = 0.0
    for content in permutations(range(len(p)), capacity):
        probability, rest = 1.0, 1.0
        for key in content:
            probability *= p[key] / rest
            rest -= p[key]
        total += probability * (1 - rest)
    return total


def lookup_rate(rate_rps: float, ttl_s: float, resolvers: int) -> float:
    """Look-ups that reach a name server when each resolver keeps the answer for the TTL."""
    each = rate_rps / resolvers
    return rate_rps / (1 + each * ttl_s)


def keeps_keys(cache: Component) -> bool:
    """Whether the hit ratio of a cache or CDN follows from the keys that it keeps, and is not stated."""
    stated = "hit_ratio" in cache.given or not cache.given & {"key_count", "zipf_s", "capacity_keys", "eviction"}
    return cache.params.get("hit_ratio") is None or not stated


def of_component(cache: Component, rate_rps: float) -> float:
    """Hit ratio of a cache or CDN at a rate of look-ups: as given, or from its content."""
    params = cache.params
    if not keeps_keys(cache):
        return float(params["hit_ratio"])
    ttl = params.get("ttl_s")
    coarse = float(f"{rate_rps:.3g}") if ttl is not None else 0.0
    return hit_ratio(
        int(params["key_count"]),
        float(params["zipf_s"]),
        int(params["capacity_keys"]),
        str(params["eviction"]),
        None if ttl is None else float(ttl),
        coarse,
    )
