"""One instance: slots, a line before them, and how long work takes."""

import math
from collections import deque
from typing import TYPE_CHECKING

from simulation.topology.document import Node
from tests.traffic.oracle.streams import Stream

if TYPE_CHECKING:
    from tests.traffic.oracle.engine import Job


class Instance:
    """Replica `number` (from 0) of a node."""

    def __init__(self, node: Node, number: int, seed: int) -> None:
        p = node.params
        self.node, self.number = node, number
        self.name = f"{node.id}#{number + 1}"
        self.shard = number // node.replicas
        self.slots = math.inf if node.kind in ("client", "dns", "cdn") else p["concurrency"]
        limited = p.get("queue_limit") if node.kind in ("web_server", "service", "database") else None
        self.limit = math.inf if limited is None else limited
        self.keeps_slot = p.get("holds_slot", node.kind == "worker")
        self.hand_limit = max(p.get("prefetch") or 0, self.slots)
        self._service = Stream(seed, self.name, "service")
        self._failure = Stream(seed, self.name, "failure")
        self._rate = p.get("rate_limit_rps")
        self._tokens = self._burst = max(p.get("burst") or self._rate or 1, 1)
        self._filled = 0.0
        self.up, self.busy, self.calls, self.hand = True, 0, 0, 0
        self.waiting: deque[Job] = deque()
        self.here: dict[Job, None] = {}
        self.arrivals = self.completed = self.failed = self.rejected = 0

    def mean(self, op: str) -> float:
        """Mean service time, s."""
        p = self.node.params
        name = {
            "client": "",
            "dns": "lookup_ms",
            "cdn": "edge_time_ms",
            "database": "write_time_ms" if op in ("write", "copy") else "read_time_ms",
        }.get(self.node.kind, "service_time_ms")
        return p[name] / 1000 if name else 0.0

    def service_time(self, op: str) -> float:
        p = self.node.params
        return self._service.service(p.get("distribution", "exponential"), self.mean(op), p.get("cv", 1.0))

    def fails(self) -> bool:
        rate = self.node.params.get("failure_rate", 0)
        return bool(rate) and self._failure.unit() < rate

    def lets_pass(self, now: float) -> bool:
        """A gateway's bucket of tokens."""
        if self._rate is None:
            return True
        self._tokens = min(self._tokens + (now - self._filled) * self._rate, self._burst)
        self._filled = now
        if self._tokens < 1:
            self.rejected += 1
            return False
        self._tokens -= 1
        return True
