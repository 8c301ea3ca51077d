"""A second engine, plain and slow, that shares no code with the kernel.

It knows one model: a client that calls replicas of a server chosen at random, with a timeout, retries at
once, slots and a bounded queue. Given the same seed it must count what the kernel counts, request by request.
"""

import hashlib
import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

MASK = (1 << 64) - 1


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


class Stream:
    """SplitMix64 with exact integers."""

    def __init__(self, seed: int, entity: str, purpose: str) -> None:
        name = f"linchpin/1\n{seed}\n{entity}\n{purpose}".encode()
        self.state = int.from_bytes(hashlib.sha256(name).digest()[:8], "little")

    def word(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        return mixed(self.state)

    def unit(self) -> float:
        return (self.word() >> 11) / 2**53

    def exponential(self) -> float:
        """The ziggurat as it is drawn: a strip, a point in it, and again when it lies above the curve."""
        word, far = self.word(), 0.0
        while True:
            strip, x = word % 256, (word >> 11) / 2**53
            x *= EDGES[strip]
            if x < EDGES[strip + 1]:
                return far + x
            if strip == 0:
                far += EDGES[1]
            else:
                word = mixed((word + 0x9E3779B97F4A7C15) & MASK)
                low, high = math.exp(-EDGES[strip]), math.exp(-EDGES[strip + 1])
                if low + (word >> 11) / 2**53 * (high - low) < math.exp(-x):
                    return far + x
            word = mixed((word + 0x9E3779B97F4A7C15) & MASK)


@dataclass
class Server:
    slots: int
    limit: float
    mean: float
    stream: Stream
    busy: int = 0
    waiting: deque["Call"] = field(default_factory=deque)
    arrivals: int = 0
    rejected: int = 0


@dataclass
class Request:
    start: float
    attempt: int = 0
    last: int = -1
    call: "Call | None" = None


@dataclass
class Call:
    request: Request
    server: Server


@dataclass
class Counted:
    offered: int = 0
    completed: int = 0
    failed: int = 0
    total: float = 0.0


class Oracle:
    """Runs the model for a time; `counted` and `servers` hold what happened."""

    def __init__(
        self, seed: int, rate: float, mean: float, replicas: int, slots: int, limit: float, timeout: float, retries: int
    ) -> None:
        self.arrival = Stream(seed, "f", "arrival")
        self.choice = Stream(seed, "users", "gate read 0")
        self.servers = [Server(slots, limit, mean, Stream(seed, f"web#{k + 1}", "service")) for k in range(replicas)]
        self.rate, self.timeout, self.retries = rate, timeout, retries
        self.counted = Counted()
        self.now = 0.0
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def at(self, t: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (t, next(self._order), what))

    def run(self, duration: float) -> None:
        self.at(self.arrival.exponential() / self.rate, self._arrive)
        while self._queue and self._queue[0][0] <= duration:
            self.now, _, what = heapq.heappop(self._queue)
            what()

    def _arrive(self) -> None:
        self.counted.offered += 1
        self.at(self.now + self.arrival.exponential() / self.rate, self._arrive)
        self._try(Request(self.now))

    def _try(self, request: Request) -> None:
        count = len(self.servers)
        pick = 0
        for tries in range(9):
            pick = int(self.choice.unit() * count) if count > 1 else 0
            if request.attempt == 0 or count == 1 or tries == 8 or pick != request.last:
                break
        request.last = pick
        call = request.call = Call(request, self.servers[pick])
        if self.timeout < math.inf:
            self.at(self.now + self.timeout, lambda: self._failed(call))
        server = call.server
        server.arrivals += 1
        if server.busy < server.slots:
            server.busy += 1
            self._serve(call)
        elif len(server.waiting) < server.limit:
            server.waiting.append(call)
        else:
            server.rejected += 1
            self._failed(call)

    def _serve(self, call: Call) -> None:
        self.at(self.now + call.server.mean * call.server.stream.exponential(), lambda: self._served(call))

    def _served(self, call: Call) -> None:
        if call.server.waiting:
            self._serve(call.server.waiting.popleft())
        else:
            call.server.busy -= 1
        if call.request.call is call:
            call.request.call = None
            self.counted.completed += 1
            self.counted.total += self.now - call.request.start

    def _failed(self, call: Call) -> None:
        request = call.request
        if request.call is not call:
            return
        request.call = None
        if request.attempt < self.retries:
            request.attempt += 1
            self._try(request)
        else:
            self.counted.failed += 1
