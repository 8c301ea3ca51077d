"""An edge: what a call meets on its way, how often it is tried again, and when it is not tried at all."""

import math

from simulation.topology.document import Edge
from tests.traffic.oracle.streams import Stream


class Link:
    """The network, the retries and the breaker of one edge."""

    def __init__(self, edge: Edge, seed: int, kind: str) -> None:
        self.edge = edge
        p = edge.params if kind == "call" else {}
        self._network, self._retry = Stream(seed, edge.id, "network"), Stream(seed, edge.id, "retry")
        self.latency = (p.get("latency_ms") or 0) / 1000
        self.jitter: float = p.get("jitter_ms", 0) / 1000
        self.loss = p.get("loss", 0)
        mbps = p.get("bandwidth_mbps")
        self.transfer = p.get("payload_kb", 10) * 8 / 1000 / mbps if mbps else 0.0
        self._free_at = 0.0
        timeout = p.get("timeout_ms")
        self.timeout = math.inf if timeout is None else timeout / 1000
        self.retries = p.get("retries", 0)
        self._backoff = p.get("backoff_ms", 0) / 1000
        self._budget, self._tokens = p.get("retry_budget"), 10.0
        self._breaker = p.get("breaker")
        self._errors, self._seen, self._open_until, self._trial = 0.0, 0, -1.0, False
        self.offered = self.completed = self.failed = 0
        self.work = edge.params.get("messages", 1) if kind == "consume" else 1

    def travel(self, now: float) -> tuple[float, float, bool, bool]:
        """(seconds there, seconds back, lost, refused)."""
        there = back = self.latency
        if self.jitter:
            there, back = self._jittered(), self._jittered()
        lost = bool(self.loss) and self._network.unit() < self.loss
        if self.transfer:
            self._free_at = max(self._free_at, now) + self.transfer
            there += self._free_at - now
        return there, back, lost, False

    def _jittered(self) -> float:
        if self.latency:
            return self._network.gamma(self.latency, (self.latency / self.jitter) ** 2)
        return self.jitter * self._network.exponential()

    def earn(self, attempt: int) -> None:
        if self._budget is not None and attempt == 0:
            self._tokens = min(10.0, self._tokens + self._budget)

    def may_retry(self) -> bool:
        if self._budget is None:
            return True
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def backoff(self, attempt: int) -> float:
        return 2 * self._retry.unit() * self._backoff * 2 ** (attempt - 1) if self._backoff else 0.0

    def admits(self, now: float) -> bool:
        """Whether the breaker lets a call through; after its time one is tried, alone."""
        if self._open_until < 0:
            return True
        if now < self._open_until or self._trial:
            return False
        self._trial = True
        return True

    def give_up(self) -> None:
        """Nobody waits for the attempt any more: it counts as failed, and another trial is made."""
        self.failed += 1
        self._trial = False

    def learn(self, ok: bool, now: float) -> None:
        """Count how an attempt ended; the breaker opens over its error rate, and closes when the trial works."""
        self.completed += ok
        self.failed += not ok
        if self._breaker is None:
            return
        self._errors = self._errors * 0.95 + (0 if ok else 0.05)
        self._seen += 1
        if self._trial:
            self._trial = False
            if ok:
                self._errors, self._seen, self._open_until = 0.0, 0, -1.0
            else:
                self._open_until = now + self._breaker["open_s"]
        elif not ok and self._open_until < 0 and self._seen >= 20 and self._errors > self._breaker["error_rate"]:
            self._open_until = now + self._breaker["open_s"]
