"""Unavailability by sampling, where exact ways are too slow: Monte Carlo with a control variate.

The control is the function that fails when one of the known cut sets fails: its probability is computed
exactly, and only what it misses is sampled. A whole batch of worlds is evaluated bit by bit at once.
"""

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.success.gates import Gates

_BATCH = 4096


@dataclass(frozen=True)
class Estimate:
    """An estimated unavailability with its 95 % interval."""

    q: float
    low: float
    high: float


def estimate(
    gates: Gates,
    roots: Sequence[int],
    weights: Sequence[float],
    q: Sequence[float],
    cuts: Collection[frozenset[int]],
    cuts_loss: float,
    seconds: float,
    seed: int = 1,
) -> Estimate:
    """Weighted unavailability of the roots; `cuts_loss` is the exact part that the cut sets explain.

    `cuts` must be cut sets of every root that has weight; then what is sampled is never negative.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    fallible = [v for v, p in enumerate(q) if p > 0]
    chance = np.array([q[v] for v in fallible])
    end = time.monotonic() + max(0.05, seconds)
    total = squares = 0.0
    number = 0
    while number < 64 * _BATCH and (number < _BATCH or time.monotonic() < end):
        worlds: dict[int, int] = {}
        fails = rng.random((len(fallible), _BATCH)) < chance[:, None]
        for variable, row in zip(fallible, fails, strict=True):
            if row.any():
                worlds[variable] = int.from_bytes(np.packbits(~row, bitorder="little").tobytes(), "little")
        ones = (1 << _BATCH) - 1
        known = 0
        for cut in cuts:
            if all(v in worlds for v in cut):
                down = ones
                for v in cut:
                    down &= ones & ~worlds[v]
                known |= down
        value = gates.evaluate(roots, worlds, _BATCH)
        extra = np.zeros(_BATCH)
        for root, weight in zip(roots, weights, strict=True):
            missed = ones & ~value[root] & ~known
            if missed:
                raw = np.frombuffer(missed.to_bytes(_BATCH // 8, "little"), dtype=np.uint8)
                extra += weight * np.unpackbits(raw, bitorder="little")
        total += float(extra.sum())
        squares += float((extra**2).sum())
        number += _BATCH
    mean = total / number
    variance = max(0.0, squares / number - mean**2)
    half = 1.96 * math.sqrt(variance / number) if total else 3.0 / number  # rule of three when nothing was seen
    return Estimate(cuts_loss + mean, cuts_loss + max(0.0, mean - half), min(1.0, cuts_loss + mean + half))
