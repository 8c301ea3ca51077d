"""A running system: the tables, the clock, who is up, and what is due to happen.

The kernel moves requests; everything rare happens here, between two calls of it: faults, health checks,
failover, scaling. Nothing here depends on how often or at which moments one looks.
"""

import heapq
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.topology.catalogue.model import Role
from simulation.topology.system import System
from simulation.traffic.machine_code import entries
from simulation.traffic.tables import layout
from simulation.traffic.tables.compiling import compile_tables
from simulation.traffic.tables.events import ARRIVE, DELIVER, FAIL, empty_places, room_later
from simulation.traffic.tables.layout import MORE_EVENTS, MORE_JOBS, MORE_TIMERS, REACHED, SPENT
from simulation.traffic.tables.places import instance_record, passed_through
from simulation.traffic.tables.tableset import Tables
from simulation.traffic.world.failures import Failures
from simulation.traffic.world.observers import CHANCE, Observers
from simulation.traffic.world.replication import Replication
from simulation.traffic.world.sessions import Sessions
from simulation.traffic.world.targets import Targets

_BATCH = 1_000_000  # events after which one is asked whether to stop

#: Bytes that one run may take for requests in flight, their events and timers, also while these are moved.
MAX_BYTES = 2**30


class World:
    """One run of one system from one seed; `run_to` moves its clock."""

    #: Whether single requests arrive.
    single = True

    def __init__(self, system: System, seed: int, load_factor: float = 1.0, duration_s: float = 60.0) -> None:
        self.system = system
        self.tables: Tables = compile_tables(system, seed, load_factor, duration_s, single=self.single)
        self.seed = seed
        self.now = 0.0
        #: Why to stop now; an empty answer goes on.
        self.stopped: Callable[[], str] = str
        self.log: list[dict[str, Any]] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self.causes: list[set[str]] = [set() for _ in self.tables.places]
        self.cuts: list[set[int]] = [set() for _ in self.tables.places]
        self.retired: set[int] = set()
        self._paces: dict[int, dict[str, float]] = {}
        self.dark: dict[int, set[str]] = {}  # containers that are down, and why
        self.failures: Failures | None = None
        self.members: list[list[list[int]]] = [[[] for _ in range(c.shards)] for c in system.components]
        for inst, (component, number) in enumerate(self.tables.places):
            self.members[component][number // system.components[component].replicas].append(inst)
        self.replication = Replication(self)
        self.sessions = Sessions(self)
        self.observers = Observers(self)
        self._grow_jobs(4096)
        self._grow_timers(4096)
        self.targets = Targets(self)
        self.replication.refresh()
        self._refresh_lanes()
        self.mark_plain()
        t = self.tables
        for f in range(len(t.flows)):
            first = entries.renew(t.flows, t.segments, f, 0.0)
            if first < np.inf:
                self._push(first, ARRIVE, f, int(t.flows[f]["serial"]))

    # Time ---------------------------------------------------------------------------------------------------

    def at(self, t: float, what: Callable[[], None]) -> None:
        """Do it at that simulated time, after everything that happens until then."""
        self._order += 1
        heapq.heappush(self._agenda, (t, self._order, what))

    def run_to(self, t_end: float) -> None:
        """Move the clock to `t_end`, doing on the way what is due."""
        while self._agenda and self._agenda[0][0] <= t_end:
            t, _, what = heapq.heappop(self._agenda)
            self._kernel(t)
            self.now = t
            what()
        self._kernel(t_end)
        self.now = max(self.now, t_end)

    def _kernel(self, t_end: float) -> None:
        t = self.tables
        while True:
            self._end_if(self.stopped())
            state = entries.run(float(t_end), _BATCH, t.margin, *t.arrays())
            if state == REACHED:
                return
            if state != SPENT and 3 * sum(pool.nbytes for pool in (t.jobs, t.heap, t.later, t.timers)) > MAX_BYTES:
                self._end_if(f"what is under way needs more than {MAX_BYTES / 2**30:.3g} GB of memory")
            if state == MORE_JOBS:
                self._grow_jobs(len(t.jobs))
            elif state == MORE_EVENTS:
                self._make_room()
            elif state == MORE_TIMERS:
                self._grow_timers(len(t.timers))

    def _end_if(self, reason: str) -> None:
        """End the run at its last event, where there is a reason; what was counted until then stands."""
        if reason:
            self.now = max(self.now, float(self.tables.now[0]))
            raise InterruptedError(reason)

    def mark_plain(self) -> None:
        """Note how much an attempt over each edge must look at, and which gates always have the same list."""
        e, g = self.tables.edges, self.tables.gates
        g["keyed"] = (g["geo"] == 1) | (g["members"] > 0) | (g["shards"] > 1)
        calm = (e["trip"] < 0) & (e["jitter"] == 0) & (e["loss"] == 0) & (e["fail"] == 0) & (e["transfer"] == 0)
        calm &= (e["budget"] < 0) & (e["cut"] == 0) & (e["down"] == 0)
        calm &= not self.tables.insts["part"].any()
        at_once = (e["latency"] == 0) | ((e["latency"] < 0) & (not self.tables.regions))
        e["plain"] = np.where(calm, 1 + np.isinf(e["timeout"]) * (1 + at_once), 0)

    def _grow_jobs(self, more: int) -> None:
        t = self.tables
        more = max(more, 2 * t.margin)
        start = len(t.jobs)
        t.jobs = layout.longer(t.jobs, more)
        rows = t.jobs[start:]
        rows["kind"] = rows["inst"] = -1
        rows["next"] = np.arange(start + 1, start + more + 1)
        rows["next"][-1] = t.control[layout.FREE_JOB]
        t.control[layout.FREE_JOB] = start
        t.control[layout.JOBS_FREE] += more

    def _grow_timers(self, more: int) -> None:
        t = self.tables
        more = max(more, 2 * t.margin)
        start = len(t.timers)
        rows = np.zeros(more, layout.TIMER)
        rows["next"] = np.arange(start + 1, start + more + 1)
        rows["next"][-1] = t.control[layout.FREE_TIMER]
        t.timers = np.concatenate([t.timers, rows])
        t.control[layout.FREE_TIMER] = start
        t.control[layout.TIMERS_FREE] += more

    def push_all(self, kind: int, items: Iterable[tuple[int, int]]) -> None:
        """Add events at this moment: (index, serial) each."""
        for index, serial in items:
            self._push(self.now, kind, index, serial)

    def _push(self, when: float, kind: int, index: int, serial: int) -> None:
        t = self.tables
        if t.control[layout.HEAP_N] + t.control[layout.LATER_N] + 1 >= len(t.heap):
            self._make_room()
        entries.place(t.heap, t.later, t.control, when, kind, index, serial)

    def _make_room(self) -> None:
        """Twice the room for events."""
        t = self.tables
        more = max(len(t.heap), 4096)
        t.heap = np.concatenate([t.heap, empty_places(more)])
        t.later = room_later(t.control, t.later, len(t.heap))

    def note(self, event: str, target: str, **more: Any) -> None:
        """Something that belongs in the timeline."""
        self.log.append({"t_s": self.now, "event": event, "target": target, **more})

    # Who is there -------------------------------------------------------------------------------------------

    def instances(self, component: int) -> list[int]:
        """Instances of a component that are part of it now."""
        return [i for shard in self.members[component] for i in shard]

    def name_of(self, inst: int) -> str:
        """`id#k` of an instance."""
        component, number = self.tables.places[inst]
        return f"{self.system.components[component].id}#{number + 1}"

    def domain(self, inst: int) -> tuple[int, ...]:
        """Containers that take the instance along."""
        component, number = self.tables.places[inst]
        domains = self.system.components[component].domains
        return domains[number % len(domains)]

    def leading(self, component: int, edge: int, write: bool, unseen: set[tuple[int, int]]) -> tuple[int, int]:
        """Who serves what is meant for the component: itself, or the replica that was promoted in its place."""
        return self.replication.leading(component, edge, write, unseen)

    def keeps_answers(self, component: int) -> bool:
        """Whether the component's choices stay in use for a while (a name server's TTL)."""
        return bool(self.tables.nodes[component]["dns_n"])

    def account(self, inst: int) -> None:
        """Bring the instance's integrals up to now."""
        row = self.tables.insts[inst]
        dt = self.now - row["t_last"]
        row["busy_area"] += dt * row["busy"]
        row["queue_area"] += dt * row["qlen"]
        row["t_last"] = self.now
        if row["up"] and inst not in self.retired:
            row["slot_area"] += (self.now - row["t_slots"]) * row["slots"]
        row["t_slots"] = self.now

    def fresh(self, inst: int) -> Any:
        """The instance's record as its document makes it."""
        component, number = self.tables.places[inst]
        return instance_record(self.system, self.system.components[component], number, self.seed, self.tables.geography)

    def set_pace(self, inst: int, cause: str, factor: float) -> None:
        """Let the instance take so many times as long; factors of several causes multiply."""
        paces = self._paces.setdefault(inst, {})
        paces[cause] = factor
        self.tables.insts[inst]["slow"] = float(self.fresh(inst)["slow"]) * math.prod(paces.values())

    def cut_off(self, insts: Iterable[int]) -> None:
        """End what instances that were taken out still work on."""
        found = [i for i in insts if self.tables.insts[i]["up"]]
        for inst in found:
            self._halt(inst)
        self._fail_work(found)

    def joined(self, inst: int) -> None:
        """A new instance stands where a container may be down, and may break as the others."""
        causes = {cause for box in self.domain(inst) for cause in self.dark.get(box, ())}
        for cause in sorted(causes):
            self.take_down([inst], cause)
        if self.failures:
            self.failures.watch(inst)

    def within(self, container: int) -> list[int]:
        """Instances that a container takes along; clients never fail."""
        return [
            i
            for c in self.system.components
            if c.kind.role is not Role.CLIENT
            for i in self.instances(c.index)
            if container in self.domain(i)
        ]

    def darken(self, container: int, cause: str) -> None:
        """Stop everything in a container, and what will be put there, for a cause."""
        self.dark.setdefault(container, set()).add(cause)
        self.take_down(self.within(container), cause)

    def lighten(self, container: int, cause: str) -> None:
        """Take a cause away from everything in a container."""
        self.dark.get(container, set()).discard(cause)
        self.bring_up(self.within(container), cause)

    def _halt(self, inst: int) -> None:
        self.account(inst)
        row = self.tables.insts[inst]
        row["up"] = 0
        self.tables.nodes[row["node"]]["waiting"] -= row["qlen"]
        row["busy"] = row["qlen"] = 0
        row["qhead"] = row["qtail"] = -1

    # Up and down --------------------------------------------------------------------------------------------

    def take_down(self, insts: Iterable[int], cause: str) -> list[int]:
        """Stop these instances for a cause; work in them fails. Answers those that were up."""
        t = self.tables
        stopped = []
        for inst in insts:
            before = bool(self.causes[inst])
            self.causes[inst].add(cause)
            if not before:
                stopped.append(inst)
        if not stopped:
            return []
        for inst in stopped:
            self._halt(inst)
        self._fail_work(stopped)
        for component in sorted({t.places[i][0] for i in stopped}):
            self._lost(component, [i for i in stopped if t.places[i][0] == component])
        for inst in stopped:
            self.observers.went_down(inst, cause)
        return stopped

    def bring_up(self, insts: Iterable[int], cause: str) -> list[int]:
        """Take a cause away; what has no other works again. Answers those that came up."""
        t = self.tables
        started = []
        for inst in insts:
            if cause in self.causes[inst]:
                self.causes[inst].discard(cause)
                if cause == CHANCE and self.failures:
                    self.failures.over(inst)
                if not self.causes[inst]:
                    started.append(inst)
        for inst in started:
            self.account(inst)
            t.insts[inst]["up"] = 1
            self.observers.came_up(inst)
        for component in sorted({t.places[i][0] for i in started}):
            self.count(component)
            self.targets.changed(component)
            self.replication.came_up(component)
        if started:
            self.poke_lanes()
        return started

    def count(self, component: int) -> int:
        """Instances that are up, which the tables are told: none is a node that is down; each lets its own pass."""
        node = self.tables.nodes[component]
        up = sum(1 for i in self.instances(component) if self.tables.insts[i]["up"])
        node["up"] = int(up > 0)
        if node["limit"] >= 0.0:
            node["limit"], node["burst"] = passed_through(self.system.components[component], up)
        return up

    def _fail_work(self, insts: list[int]) -> None:
        jobs = self.tables.jobs
        here = np.isin(jobs["inst"], insts) & ((jobs["place"] > 0) | (jobs["kind"] == layout.BRANCH))
        here &= jobs["kind"] >= 0
        found: NDArray[np.int64] = np.nonzero(here)[0]
        jobs["place"][found] = np.where(jobs["kind"][found] == layout.BRANCH, 0, 3)
        # Whoever waits for an answer and dies at the same moment does nothing with it.
        asked = found[(jobs["kind"][found] == layout.CALL) | (jobs["kind"][found] == layout.BRANCH)]
        jobs["pserial"][asked[here[jobs["parent"][asked]]]] = -1
        self.push_all(FAIL, [(int(j), int(jobs[j]["serial"])) for j in found])

    def _lost(self, component: int, insts: list[int]) -> None:
        """What a component loses with these instances beside the work in them."""
        c = self.system.components[component]
        is_gone = not self.count(component)
        if c.kind.role is Role.CACHE and not c.params.get("persistent"):
            self._forget(component, insts, is_gone)
        if c.kind.role is Role.QUEUE and is_gone and not c.params.get("durable", True):
            self.drop_backlog(component)
        self.sessions.lost(component, insts)
        self.replication.went_down(component)
        self.targets.changed(component)
        self.poke_lanes()

    def _forget(self, component: int, insts: list[int], is_gone: bool) -> None:
        t = self.tables
        for c in sorted({int(s) for s in self._steps(component)["content"] if s >= 0}):
            row = t.contents[c]
            parts = max(len(self.instances(component)), 1)
            if is_gone:
                self.empty_content(c)
            elif row["ratio"] >= 0.0:
                row["filled"] = max(0.0, float(row["filled"]) - len(insts) / parts)
            else:
                for inst in insts:
                    entries.drop_part(t.contents, t.keys, c, t.places[inst][1] % parts, parts)

    def _steps(self, component: int) -> NDArray[Any]:
        count = len(self.tables.operations)
        return self.tables.steps[component * count : (component + 1) * count]

    def contents_of(self, component: int) -> list[int]:
        """Cache contents of a component."""
        return sorted({int(c) for c in self._steps(component)["content"] if c >= 0})

    def empty_content(self, c: int) -> None:
        """Forget everything that a cache holds."""
        t = self.tables
        if t.contents[c]["ratio"] >= 0.0:
            t.contents[c]["filled"] = 0.0
        else:
            entries.empty(t.contents, t.keys, c)

    # Queues -------------------------------------------------------------------------------------------------

    def poke_lanes(self) -> None:
        """Let every queue look again for a consumer with room."""
        self._refresh_lanes()
        self.tables.lanes["full"] = 0
        self.push_all(DELIVER, [(lane, 0) for lane in range(len(self.tables.lanes))])

    def _refresh_lanes(self) -> None:
        """Which instances take messages out of each lane."""
        t = self.tables
        for lane, links in enumerate(t.lane_links):
            pairs = [(e, i) for e in links for i in self.instances(self.system.links[e].target)]
            rows = np.zeros(len(pairs), layout.CANDIDATE)
            for k, (edge, inst) in enumerate(pairs):
                rows[k] = (0.0, edge, inst)
            row = t.lanes[lane]
            same = row["count"] == len(pairs) and np.array_equal(t.cands[row["lo"] : row["lo"] + row["count"]], rows)
            if not same:
                row["lo"], row["count"], row["cursor"] = len(t.cands), len(pairs), 0
                t.cands = np.concatenate([t.cands, rows])

    def drop_backlog(self, queue: int) -> int:
        """Throw away what waits in a queue; answers how many messages."""
        t = self.tables
        dropped = 0
        for lane in range(len(t.lanes)):
            row = t.lanes[lane]
            if row["node"] != queue:
                continue
            j = int(row["head"])
            while j >= 0:
                following = int(t.jobs[j]["next"])
                t.flows[t.jobs[j]["flow"]]["lost_messages"] += 1
                self._release(j)
                dropped += 1
                j = following
            row["head"] = row["tail"] = -1
            row["n"] = 0
        node = t.nodes[queue]
        node["backlog_area"] += node["backlog"] * (self.now - node["backlog_t"])
        node["backlog_t"], node["backlog"] = self.now, 0
        return dropped

    def _release(self, j: int) -> None:
        t = self.tables
        job = t.jobs[j]
        job["serial"] = (int(job["serial"]) + 1) & 0x7FFFFFFF
        job["kind"] = job["inst"] = -1
        job["next"] = t.control[layout.FREE_JOB]
        t.control[layout.FREE_JOB] = j
        t.control[layout.JOBS_FREE] += 1

    # Traffic ------------------------------------------------------------------------------------------------

    def reschedule(self, flow: int) -> None:
        """The flow's rate has changed: the pending arrival moves."""
        t = self.tables
        row = t.flows[flow]
        row["serial"] += 1
        when = entries.due(t.flows, t.segments, flow)
        if when < np.inf:
            self._push(when, ARRIVE, flow, int(row["serial"]))
