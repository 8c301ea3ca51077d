"""Keys by popularity, and what a cache holds of them."""

import math
from collections import OrderedDict

from tests.traffic.oracle.streams import Stream


class Keys:
    """Keys 0 to n - 1, key k with weight 1 / (k + 1)^s, drawn by Walker's alias method."""

    def __init__(self, stream: Stream, count: int, s: float) -> None:
        self.stream, self.count = stream, count
        self.cut, self.other = [1.0] * count, list(range(count))
        if s > 0:
            self._make(s)

    def _make(self, s: float) -> None:
        raw = [(k + 1) ** -s for k in range(self.count)]
        weight = [w * self.count / math.fsum(raw) for w in raw]
        small = [k for k, w in enumerate(weight) if w < 1]
        large = [k for k, w in enumerate(weight) if w >= 1]
        while small and large:
            a, b = small.pop(), large[-1]
            self.cut[a], self.other[a] = weight[a], b
            weight[b] -= 1 - weight[a]
            if weight[b] < 1:
                small.append(large.pop())

    def draw(self) -> int:
        x = self.stream.unit() * self.count
        k = int(x)
        return k if x - k < self.cut[k] else self.other[k]


class Cache:
    """Keys with their expiry, evicted by LRU, LFU (counted while held), FIFO or at random."""

    def __init__(self, keys: Keys, evict: Stream, capacity: int, policy: str, ttl: float, cold: bool) -> None:
        self.keys, self.evict, self.policy, self.ttl = keys, evict, policy, ttl
        self.capacity = min(capacity, keys.count)
        self.expiry: OrderedDict[int, float] = OrderedDict()  # oldest first
        self.uses: dict[int, int] = {}
        self.slots: list[int] = []
        if not cold:
            self._warm()

    def _warm(self) -> None:
        for k in reversed(range(self.capacity)):
            self.put(k, 0.0)
        for _ in range(10 * self.capacity):
            k = self.keys.draw()
            if not self.has(k, 0.0):
                self.put(k, 0.0)
        if self.ttl < math.inf:
            for k in sorted(self.expiry):
                self.expiry[k] = self.evict.unit() * self.ttl

    def has(self, key: int, now: float) -> bool:
        if self.expiry.get(key, -1.0) <= now:
            return False
        self.uses[key] += 1
        if self.policy in ("lru", "lfu"):
            self.expiry.move_to_end(key)
        return True

    def put(self, key: int, now: float) -> None:
        if key in self.expiry:
            self.expiry[key] = now + self.ttl
            return
        if len(self.expiry) >= self.capacity:
            self._evict()
        self.expiry[key] = now + self.ttl
        self.uses[key] = 0
        self.slots.append(key)

    def _evict(self) -> None:
        if self.policy == "random":
            at = int(self.evict.unit() * len(self.slots))
            key = self.slots[at]
            self.slots[at] = self.slots[-1]
            self.slots.pop()
            del self.expiry[key]
            return
        key = next(iter(self.expiry))
        if self.policy == "lfu":
            key = min(self.expiry, key=lambda k: self.uses[k])  # of equals the one used least recently
        del self.expiry[key]
        self.slots.remove(key)

    def clear(self) -> None:
        self.expiry.clear()
        self.slots.clear()


class Ratio:
    """A given hit ratio, reached again as the keys come back after a loss."""

    def __init__(self, stream: Stream, ratio: float, keys: int, cold: bool) -> None:
        self.stream, self.ratio, self.step = stream, ratio, 1 / keys
        self.filled = 0.0 if cold else 1.0

    def hits(self) -> bool:
        return self.stream.unit() < self.ratio * self.filled

    def put(self) -> None:
        self.filled = min(1.0, self.filled + self.step)

    def clear(self) -> None:
        self.filled = 0.0
