"""Random numbers by name: a SplitMix64 stream for each (entity, purpose), with exact integers.

`{flow}/arrival` gaps · `{flow}/request` user, operation · `{source}/gate {op} {position}` calls, choice ·
`{store}/shard` with the user the shard ·
`{edge}/network` jitter, loss · `{edge}/retry` back-off · `{node#k}/service` · `{node#k}/failure` · `{node}/key` ·
`{node}/eviction` · `{node}/resolver`.
"""

import hashlib
import math
from itertools import pairwise

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mixed(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def strips() -> list[float]:
    """Right edges of 256 strips of equal area under e^-x; the first is as wide as its share of the tail makes it."""
    r = 7.69711747013104972
    area = (r + 1) * math.exp(-r)
    edges = [area / math.exp(-r), r]
    while len(edges) < 256:
        edges.append(-math.log(math.exp(-edges[-1]) + area / edges[-1]))
    return [*edges, 0.0]


EDGES = strips()
STRIPS = list(pairwise(EDGES))


def begun(seed: int, entity: str, purpose: str) -> int:
    name = f"linchpin/1\n{seed}\n{entity}\n{purpose}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "little")


class Stream:
    """One stream; every method draws."""

    def __init__(self, seed: int, entity: str, purpose: str) -> None:
        self.state = begun(seed, entity, purpose)

    def word(self) -> int:
        self.state = (self.state + GOLDEN) & MASK
        return mixed(self.state)

    def unit(self) -> float:
        return (self.word() >> 11) / 2**53

    def exponential(self) -> float:
        """The ziggurat as it is drawn: a strip, a point in it, and again when it lies above the curve."""
        word, far = self.word(), 0.0
        while True:
            wide, inner = STRIPS[word % 256]
            x = (word >> 11) / 2**53 * wide
            if x < inner:
                return far + x
            if word % 256 == 0:
                far += EDGES[1]
            else:
                word = mixed((word + GOLDEN) & MASK)
                low, high = math.exp(-wide), math.exp(-inner)
                if low + (word >> 11) / 2**53 * (high - low) < math.exp(-x):
                    return far + x
            word = mixed((word + GOLDEN) & MASK)

    def normal(self) -> float:
        while True:
            a, b = 2 * self.unit() - 1, 2 * self.unit() - 1
            s = a * a + b * b
            if 0 < s < 1:
                return a * math.sqrt(-2 * math.log(s) / s)

    def gamma(self, mean: float, shape: float) -> float:
        boost, k = 1.0, shape
        if k < 1:
            boost, k = math.exp(-self.exponential() / k), k + 1
        d = k - 1 / 3
        while True:
            z = self.normal()
            v = (1 + z / math.sqrt(9 * d)) ** 3
            if v > 0 and math.log(self.unit() + 2**-54) < 0.5 * z * z + d - d * v + d * math.log(v):
                return mean / shape * boost * d * v

    def service(self, law: str, mean: float, cv: float) -> float:
        """A time with this mean and coefficient of variation."""
        if law == "deterministic":
            return mean
        if law == "lognormal":
            sigma = math.sqrt(math.log(1 + cv * cv))
            return mean * math.exp(sigma * self.normal() - sigma * sigma / 2)
        if law == "pareto":
            alpha = 1 + math.sqrt(1 + 1 / (cv * cv))
            return mean * (alpha - 1) / alpha * math.exp(self.exponential() / alpha)
        if law == "gamma":
            return self.gamma(mean, 1 / (cv * cv))
        return mean * self.exponential()
