"""Walks requests through a plan: callbacks at times, one job for each request, call, branch and message."""

import heapq
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from simulation.topology.document import Edge, Node, Topology
from tests.traffic.oracle.choosing import Choosing
from tests.traffic.oracle.contents import Cache, Keys, Ratio
from tests.traffic.oracle.links import Link
from tests.traffic.oracle.plan import ROUTERS, Member, Need, Plan
from tests.traffic.oracle.queues import Queue
from tests.traffic.oracle.stations import Instance
from tests.traffic.oracle.streams import Stream, begun


class Job:
    """A request at one place: the user's own, a call, one branch of several at once, or a message."""

    def __init__(self, kind: str, flow: str, op: str, user: int, node: Node, inst: Instance, answered: float) -> None:
        self.kind, self.flow, self.op, self.user = kind, flow, op, user
        self.node, self.inst, self.answered = node, inst, answered
        self.parent: Job | None = None
        self.token: object = object()  # changes with every attempt: an answer to an old one is not heard
        self.heard: object = None  # the parent's token for which this job works
        self.link: Link | None = None  # by which it came
        self.out: tuple[Link, Instance | None] | None = None  # by which it waits
        self.last: Instance | None = None  # that the last attempt went to
        self.needs: list[Need] = []
        self.at = self.left = self.attempt = 0
        self.shard = -1
        self.skipped: set[int] = set()
        self.fills: list[tuple[str, int]] = []  # what it puts in when it is served
        self.found = ""  # of a look-up: hit, or miss (the caller fetches)
        self.ok, self.holds = True, False
        self.pieces = 1  # of a message: work that it still makes
        self.back = self.start = 0.0
        self.pending = self.wanted = 0
        self.tries = 0


class Oracle:
    """Runs a document for a time. The public counters are by flow, edge, `node#k` and node."""

    def __init__(self, topology: Topology, seed: int) -> None:
        self.plan, self.seed, self.now = Plan(topology), seed, 0.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.offered, self.completed, self.failed = Counter[str](), Counter[str](), Counter[str]()
        self.stale, self.lost, self.total = Counter[str](), Counter[str](), defaultdict[str, float](float)
        self.lookups, self.hits = Counter[str](), Counter[str]()
        self.insts = {n.id: self._instances(n) for n in topology.nodes}
        self.links = {e.id: Link(e, seed, self.plan.kinds[e.id]) for e in topology.edges}
        self.queues = {n.id: Queue(n) for n in topology.nodes if n.kind == "message_queue"}
        self.choosing = Choosing(self)
        self.contents = {n.id: self._content(n) for n in topology.nodes if n.kind in ("cache", "cdn")}
        self.written: dict[str, dict[int, float]] = {p: {} for p in self.plan.primary.values()}
        self.store_keys = {p: self._store_keys(self.plan.nodes[p]) for p in self.written}
        self.resolvers = {n.id: self._resolvers(n) for n in topology.nodes if n.kind == "dns"}
        self._draws: dict[tuple[str, str], Stream] = {}
        for flow in topology.flows:
            self._begin(flow)

    def _instances(self, node: Node) -> list[Instance]:
        count = node.replicas * node.params.get("shards", 1)
        return [Instance(node, k, self.seed) for k in range(count)]

    def _content(self, node: Node) -> Cache | Ratio:
        p = node.params
        if p.get("hit_ratio") is not None:
            stream = Stream(self.seed, node.id, "key")
            return Ratio(stream, p["hit_ratio"], p.get("key_count", 100_000), p.get("cold_start", False))
        keys = Keys(Stream(self.seed, node.id, "key"), p["key_count"], p["zipf_s"])
        evict = Stream(self.seed, node.id, "eviction")
        ttl = p["ttl_s"] if p.get("ttl_s") else math.inf
        return Cache(keys, evict, p["capacity_keys"], p["eviction"], ttl, p.get("cold_start", False))

    def _store_keys(self, node: Node) -> Keys:
        return Keys(Stream(self.seed, node.id, "key"), node.params["key_count"], node.params.get("zipf_s", 0))

    def _resolvers(self, node: Node) -> tuple[Stream, list[float]]:
        raw = np.random.PCG64(begun(self.seed, node.id, "phase")).random_raw(node.params["resolvers"])
        expiry = [int(r) // 2**11 / 2**53 * node.params["ttl_s"] for r in raw]
        return Stream(self.seed, node.id, "resolver"), expiry

    # Time -------------------------------------------------------------------------------------------------------

    def at(self, t: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (t, next(self._order), what))

    def run(self, until: float) -> None:
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, what = heapq.heappop(self._agenda)
            what()
        self.now = until

    def _begin(self, flow: Any) -> None:
        arrival, request = Stream(self.seed, flow.id, "arrival"), Stream(self.seed, flow.id, "request")
        mix = sorted((flow.mix or {"read": 1.0}).items())
        client = self.plan.nodes[flow.source]

        def arrive() -> None:
            user, op = request.word(), mix[0][0]
            if len(mix) > 1:
                u, passed = request.unit(), 0.0
                for name, share in mix:
                    op, passed = name, passed + share
                    if u < passed:
                        break
            self.offered[flow.id] += 1
            job = Job("root", flow.id, op, user, client, self.insts[flow.source][0], self.now)
            self.at(self.now + arrival.exponential() / flow.rate_rps, arrive)
            self.visit(job)

        self.at(arrival.exponential() / flow.rate_rps, arrive)

    # One place --------------------------------------------------------------------------------------------------

    def visit(self, job: Job) -> None:
        """The job arrives at its instance."""
        inst = job.inst
        if job.kind != "message":
            job.start = self.now
        inst.here[job] = None
        inst.arrivals += 1
        serves = True
        if job.node.kind == "dns":
            stream, expiry = self.resolvers[job.node.id]
            r = int(stream.unit() * len(expiry))
            ttl = job.node.params["ttl_s"]
            if expiry[r] > self.now:
                serves, job.answered = False, expiry[r] - ttl
            elif inst.up:
                expiry[r], job.answered = self.now + ttl, self.now
        if (serves and not inst.up) or not inst.lets_pass(self.now):
            self.finish(job, False)
            return
        mean = inst.mean(job.op)
        if mean <= 0 or not serves:
            self._served(job)
        elif inst.busy < inst.slots:
            inst.busy += 1
            self._serve(job)
        elif len(inst.waiting) < inst.limit:
            inst.waiting.append(job)
        else:
            inst.rejected += 1
            self.finish(job, False)

    def _serve(self, job: Job) -> None:
        job.holds, token = True, job.token
        self.at(self.now + job.inst.service_time(job.op), lambda: self._served(job) if job.token is token else None)

    def _give_slot(self, job: Job) -> None:
        if job.holds:
            job.holds = False
            if job.inst.waiting:
                self._serve(job.inst.waiting.popleft())
            else:
                job.inst.busy -= 1

    def _served(self, job: Job) -> None:
        node, inst = job.node, job.inst
        if not inst.keeps_slot:
            self._give_slot(job)
        if inst.fails():
            self.finish(job, False)
            return
        job.needs = self.plan.needs(node.id, job.op)
        if node.kind == "database":
            self._at_database(job)
        elif node.kind == "message_queue":
            self.queues[node.id].take(self, job)
        elif node.id in self.contents and self._is_cached(node, job.op):
            self._look_up(job)
        else:
            self.next(job)

    def _is_cached(self, node: Node, op: str) -> bool:
        return op in (node.params.get("cacheable_ops") or ["static"]) if node.kind == "cdn" else op != "write"

    def _at_database(self, job: Job) -> None:
        node = job.node.id
        primary = self.plan.primary.get(node, node)
        if primary not in self.written:
            self.next(job)
        elif job.op == "copy":
            self.finish(job, True)
        elif job.op == "write":
            waits, token = self._write_waits(primary), job.token
            if waits is None:
                self.finish(job, False)
                return

            def commit() -> None:
                if job.token is token:
                    self.written[primary][self.store_keys[primary].draw()] = self.now
                    copies = self._copies(job, primary)
                    self.next(job)
                    for copy in reversed(copies):
                        self.next(copy)

            if waits:
                self.at(self.now + waits, commit)
            else:
                commit()
        else:
            edge = next((e for e in self.plan.edges if e.target == node and self.plan.kinds[e.id] == "replicate"), None)
            if edge is not None and edge.params["mode"] != "sync":
                key = self.store_keys[primary].draw()
                if self.written[primary].get(key, -1.0) > self.now - edge.params["lag_ms"] / 1000:
                    self.stale[job.flow] += 1
            self.next(job)

    def _copies(self, job: Job, primary: str) -> list[Job]:
        """The work of a write at the replicas that it waits for; nobody waits for that."""
        found: list[Job] = []
        for e in self.plan.edges:
            if e.source == primary and self.plan.kinds[e.id] == "replicate" and e.params["mode"] != "async":
                copy = Job("branch", job.flow, "copy", job.user, job.node, job.inst, job.answered)
                member = Member(e, self.plan.nodes[e.target], 1.0, 0)
                copy.needs = [Need(f"gate copy\n {1000 + len(found)}", [member], "balance", True, 1.0)]
                copy.inst.here[copy] = None
                found.append(copy)
        return found

    def _write_waits(self, primary: str) -> float | None:
        """The slowest synchronous copy, and the quickest semi-synchronous one that is up; None where one is missing."""
        copies = [e for e in self.plan.edges if e.source == primary and self.plan.kinds[e.id] == "replicate"]
        alive = [e.params for e in copies if any(i.up for i in self.insts[e.target])]
        modes = [[p["mode"] for p in found] for found in (alive, [e.params for e in copies])]
        if modes[0].count("sync") < modes[1].count("sync") or ("semi_sync" in modes[1] and "semi_sync" not in modes[0]):
            return None
        sync = [p["lag_ms"] / 1000 for p in alive if p["mode"] == "sync"]
        semi = [p["lag_ms"] / 1000 for p in alive if p["mode"] == "semi_sync"]
        return float(max([*sync, min(semi, default=0.0), 0.0]))

    def _look_up(self, job: Job) -> None:
        content, node = self.contents[job.node.id], job.node.id
        self.lookups[node] += 1
        key = -1
        if isinstance(content, Ratio):
            hit = content.hits()
        else:
            key = content.keys.draw()
            hit = content.has(key, self.now)
        if hit:
            self.hits[node] += 1
            job.found = "hit"
            self.finish(job, True)
            return
        job.fills = [(node, key)]
        job.found = "hit" if job.needs else "miss"
        if job.needs:
            self.next(job)
        else:
            self.finish(job, True)

    def _put_in(self, job: Job) -> None:
        for node, key in reversed(job.fills):
            content = self.contents[node]
            if isinstance(content, Ratio):
                content.put()
            else:
                content.put(key, self.now)

    # What it needs ----------------------------------------------------------------------------------------------

    def draws(self, job: Job, need: Need) -> Stream:
        key = (job.node.id, need.stream)
        if key not in self._draws:
            self._draws[key] = Stream(self.seed, *key)
        return self._draws[key]

    def next(self, job: Job) -> None:
        """Go on to the next dependency, or be done."""
        while job.at < len(job.needs):
            need = job.needs[job.at]
            if need.spared_by & job.skipped:
                job.at += 1
                continue
            if need.parts:
                self._fan_out(job, need)
                return
            whole = int(need.calls)
            if need.calls > whole and self.draws(job, need).unit() < need.calls - whole:
                whole += 1
            if whole:
                job.left, job.attempt, job.shard = whole, 0, -1
                self.attempt(job)
                return
            job.at += 1
        has_end = job.kind == "branch" or job.node.kind not in ROUTERS or bool(job.needs)
        self.finish(job, has_end)

    def _fan_out(self, job: Job, need: Need) -> None:
        job.pending, job.wanted = len(need.parts), need.enough
        branches = []
        for part in need.parts:
            branch = Job("branch", job.flow, job.op, job.user, job.node, job.inst, job.answered)
            branch.parent, branch.heard, branch.needs = job, job.token, [part]
            branches.append(branch)
            job.inst.here[branch] = None
        for branch in reversed(branches):
            self.next(branch)

    def attempt(self, job: Job) -> None:
        need = job.needs[job.at]
        link, inst = self.choosing.choose(job, need, self.draws(job, need))
        job.out, job.last = (link, inst), inst
        link.offered += 1
        link.earn(job.attempt)
        if inst is None:
            self.unserved(job)
            return
        inst.calls += 1
        if not link.admits(self.now):
            # An open breaker refuses by itself, and learns nothing from it.
            job.out = None
            inst.calls -= 1
            link.failed += 1
            self.unserved(job)
            return
        there, back, lost, refused = link.travel(self.now)
        if refused:
            self.unserved(job)
            return
        token = job.token
        if link.timeout < math.inf:
            self.at(self.now + link.timeout, lambda: self.unserved(job) if job.token is token else None)
        if lost:
            if link.timeout == math.inf:
                self.unserved(job)
            return
        call = Job("call", job.flow, job.op, job.user, self.plan.nodes[inst.node.id], inst, job.answered)
        call.parent, call.heard, call.link, call.back = job, token, link, back
        if there > 0:
            self.at(self.now + there, lambda: self.visit(call))
        else:
            self.visit(call)

    def unserved(self, job: Job) -> None:
        """The attempt failed or ran out of time: again, or give up."""
        job.token = object()
        need, link = job.needs[job.at], self.choosing.last_link(job)
        self._settle(job, False)
        if job.attempt < link.retries and link.may_retry():
            job.attempt += 1
            token, wait = job.token, link.backoff(job.attempt)
            if wait:
                self.at(self.now + wait, lambda: self.attempt(job) if job.token is token else None)
            else:
                self.attempt(job)
        elif need.required:
            self.finish(job, False)
        else:
            job.at += 1
            self.next(job)

    def _settle(self, job: Job, ok: bool) -> None:
        """The attempt that is out is over."""
        if job.out is None:
            return
        link, inst = job.out
        job.out = None
        link.learn(ok, self.now)
        if inst is not None:
            inst.calls -= 1

    # Its end ----------------------------------------------------------------------------------------------------

    def finish(self, job: Job, ok: bool) -> None:
        """The job is over at its place; whoever waits for it will hear."""
        job.ok = ok
        if job.kind != "branch":
            self._give_slot(job)
        if job.out is not None:  # it is over before its call is
            link, inst = job.out
            job.out = None
            link.give_up()
            if inst is not None:
                inst.calls -= 1
        job.token = object()
        if ok and job.found != "miss":
            self._put_in(job)
        job.inst.here.pop(job, None)
        if job.kind != "branch":
            job.inst.completed += ok
            job.inst.failed += not ok
        if job.kind == "root":
            (self.completed if ok else self.failed)[job.flow] += 1
            if ok:
                self.total[job.flow] += self.now - job.start
        elif job.kind == "message":
            assert job.link is not None
            self.queues[job.link.edge.source].settled(self, job)
        elif job.parent is not None and job.parent.token is job.heard:
            if job.back > 0:
                self.at(self.now + job.back, lambda: self._answer(job))
            else:
                self._answer(job)

    def _answer(self, job: Job) -> None:
        parent = job.parent
        assert parent is not None
        if parent.token is not job.heard:
            return
        if job.kind == "branch":
            self._branch_answers(job, parent)
            return
        if not job.ok:
            self.unserved(parent)
            return
        self._settle(parent, True)
        parent.token = object()
        if job.found == "hit" and parent.needs[parent.at].lookup:
            parent.skipped.add(parent.at)
        elif job.found == "miss":
            parent.fills = [*parent.fills, *job.fills]
        parent.attempt = 0
        parent.left -= 1
        if parent.left > 0:
            self.attempt(parent)
        else:
            parent.at += 1
            self.next(parent)

    def _branch_answers(self, job: Job, parent: Job) -> None:
        parent.pending -= 1
        parent.wanted -= job.ok
        if parent.wanted <= 0:
            parent.token = object()
            parent.at += 1
            self.next(parent)
        elif parent.wanted > parent.pending:
            parent.token = object()
            if parent.needs[parent.at].required:
                self.finish(parent, False)
            else:
                parent.at += 1
                self.next(parent)

    # Up and down ------------------------------------------------------------------------------------------------

    def kill(self, node: str, number: int) -> None:
        """An instance stops: its work fails, and those who check it will notice."""
        inst = self.insts[node][number - 1]
        if not inst.up:
            return
        inst.up, inst.busy = False, 0
        inst.waiting.clear()
        dying = dict(inst.here)
        for job in dying:
            job.holds = False
            if job.parent in dying:
                job.parent = None  # who dies at the same moment does nothing with the answer
        for job in dying:
            self.finish(job, False)
        if node in self.contents and not any(i.up for i in self.insts[node]):
            self.contents[node].clear()
        self.choosing.changed(inst)
        self.wake_queues()

    def revive(self, node: str, number: int) -> None:
        inst = self.insts[node][number - 1]
        if not inst.up:
            inst.up = True
            self.choosing.changed(inst)
            self.wake_queues()

    def wake_queues(self) -> None:
        for queue in self.queues.values():
            for op in list(queue.lines):
                queue.deliver(self, op)

    def edges_to(self, node: str) -> list[Edge]:
        return [
            e for e in self.plan.edges if e.target == node and self.plan.kinds[e.id] in ("call", "publish", "replicate")
        ]
