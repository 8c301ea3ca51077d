"""A message queue: what waits in it, who takes it out, what comes back and what is given up."""

from collections import deque
from typing import TYPE_CHECKING

from simulation.topology.document import Node

if TYPE_CHECKING:
    from tests.traffic.oracle.engine import Job, Oracle


class Queue:
    """Messages in lines, one for each set of edges that take an operation out."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.lines: dict[tuple[str, ...], deque[Job]] = {}
        self._turn: dict[tuple[str, ...], int] = {}

    def _line(self, oracle: "Oracle", op: str) -> tuple[str, ...]:
        line = tuple(e.id for e in oracle.plan.outgoing(self.node.id, op, "consume"))
        self.lines.setdefault(line, deque())
        return line

    def __len__(self) -> int:
        return sum(map(len, self.lines.values()))

    def take(self, oracle: "Oracle", job: "Job") -> None:
        """A message is taken, or refused; its publisher hears which, then it is handed out."""
        from tests.traffic.oracle.engine import Job

        p, line = self.node.params, self._line(oracle, job.op)
        if len(self) >= (p.get("capacity_messages") or 1 << 60):
            if p.get("overflow") != "drop_oldest" or not self.lines[line]:
                job.inst.rejected += 1
                oracle.finish(job, False)
                return
            oracle.lost[self.lines[line].popleft().flow] += 1
        message = Job("message", job.flow, job.op, job.user, self.node, job.inst, oracle.now)
        message.start = oracle.now
        self.lines[line].append(message)
        oracle.next(job)
        self.deliver(oracle, line)

    def deliver(self, oracle: "Oracle", line: tuple[str, ...]) -> None:
        """Hand out what waits to whoever has room, in turn; the last that was handed out begins first."""
        takers = [(oracle.links[e], i) for e in line for i in oracle.insts[oracle.links[e].edge.target]]
        begun = []
        while self.lines[line]:
            start = self._turn.get(line, 0)
            order = [(start + k) % len(takers) for k in range(len(takers))]
            free = [k for k in order if takers[k][1].up and takers[k][1].hand < takers[k][1].hand_limit]
            if not free:
                break
            self._turn[line] = free[0] + 1
            link, inst = takers[free[0]]
            message = self.lines[line].popleft()
            link.offered += 1
            pieces = int(link.work)
            if link.work != 1 and link._network.unit() < link.work - pieces:
                pieces += 1
            if not pieces:
                link.completed += 1
                continue
            inst.hand += 1
            message.tries += 1
            message.pieces = pieces
            message.link, message.inst, message.node = link, inst, inst.node
            message.at, message.skipped, message.fills = 0, set(), []
            begun.append(message)
        for message in reversed(begun):
            oracle.visit(message)

    def settled(self, oracle: "Oracle", job: "Job") -> None:
        """A worker is done with a message."""
        assert job.link is not None
        line = self._line(oracle, job.op)
        if job.ok and job.pieces > 1:
            job.pieces -= 1
            job.at, job.skipped, job.fills = 0, set(), []
            oracle.visit(job)
            return
        job.inst.hand -= 1
        if job.ok:
            job.link.completed += 1
        else:
            job.link.failed += 1
            p = self.node.params
            if p.get("delivery") == "at_most_once" or job.tries >= (p.get("max_deliveries") or 1 << 60):
                oracle.lost[job.flow] += 1
            else:
                oracle.at(oracle.now + p["redelivery_s"], lambda: self._again(oracle, job, line))
        self.deliver(oracle, line)

    def _again(self, oracle: "Oracle", job: "Job", line: tuple[str, ...]) -> None:
        self.lines[line].append(job)
        self.deliver(oracle, line)
