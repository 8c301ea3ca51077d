"""The clockwork of a run: its tables, the clock, what is due to happen, the log, and room for what is under way.

The kernel moves requests; everything rare happens between two calls of it. Nothing depends on how often or at which
moments one looks.
"""

import heapq
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from simulation.topology.system import System
from simulation.traffic.machine_code import entries
from simulation.traffic.tables import layout
from simulation.traffic.tables.compiling import compile_tables
from simulation.traffic.tables.events import ARRIVE, empty_places, room_later
from simulation.traffic.tables.layout import MORE_EVENTS, MORE_JOBS, MORE_TIMERS, REACHED, SPENT
from simulation.traffic.tables.tableset import Tables

_BATCH = 1_000_000  # events after which one is asked whether to stop

#: Bytes that one run may take for requests in flight, their events and timers, also while these are moved.
MAX_BYTES = 2**30


class Clockwork:
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
        #: Instances of each component, by the shard that they serve.
        self.members: list[list[list[int]]] = [[[] for _ in range(c.shards)] for c in system.components]
        for inst, (component, number) in enumerate(self.tables.places):
            self.members[component][number // system.components[component].replicas].append(inst)
        self._grow_jobs(4096)
        self._grow_timers(4096)
        t = self.tables
        for f in range(len(t.flows)):
            first = entries.renew(t.flows, t.segments, f, 0.0)
            if first < np.inf:
                self._push(first, ARRIVE, f, int(t.flows[f]["serial"]))
        self.mark_plain()

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

    def note(self, event: str, target: str, **more: Any) -> None:
        """Something that belongs in the timeline."""
        self.log.append({"t_s": self.now, "event": event, "target": target, **more})

    def mark_plain(self) -> None:
        """Note how much an attempt over each edge must look at, and which gates always have the same list."""
        e, g = self.tables.edges, self.tables.gates
        g["keyed"] = (g["geo"] == 1) | (g["members"] > 0) | (g["shards"] > 1)
        calm = (e["trip"] < 0) & (e["jitter"] == 0) & (e["loss"] == 0) & (e["fail"] == 0) & (e["transfer"] == 0)
        calm &= (e["budget"] < 0) & (e["cut"] == 0) & (e["down"] == 0)
        calm &= not self.tables.insts["part"].any()
        at_once = (e["latency"] == 0) | ((e["latency"] < 0) & (not self.tables.regions))
        e["plain"] = np.where(calm, 1 + np.isinf(e["timeout"]) * (1 + at_once), 0)

    def reschedule(self, flow: int) -> None:
        """The flow's rate has changed: the pending arrival moves."""
        t = self.tables
        row = t.flows[flow]
        row["serial"] += 1
        when = entries.due(t.flows, t.segments, flow)
        if when < np.inf:
            self._push(when, ARRIVE, flow, int(row["serial"]))

    def lose_writes(self, leader: int, lag: float, end: float) -> int:
        """Count the writes that the leader acknowledged in the last `lag` s before `end` as lost; answers how many."""
        t, since, lost = self.tables, end - lag, 0
        k = int(t.nodes[leader]["commit_head"])
        while k >= 0:
            if since < t.timers[k]["t"] <= end:
                t.flows[t.timers[k]["job"]]["lost_writes"] += 1
                lost += 1
            k = int(t.timers[k]["next"])
        return lost

    # Room ---------------------------------------------------------------------------------------------------

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

    # Who is there -------------------------------------------------------------------------------------------

    def instances(self, component: int) -> list[int]:
        """Instances of a component that are part of it now."""
        return [i for shard in self.members[component] for i in shard]

    def name_of(self, inst: int) -> str:
        """`id#k` of an instance."""
        component, number = self.tables.places[inst]
        return f"{self.system.components[component].id}#{number + 1}"
