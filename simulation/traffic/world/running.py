"""A running system: who is up, who comes and goes, and what each part of it does about that."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.topology.catalogue.model import Role
from simulation.topology.system import System
from simulation.traffic.machine_code import entries
from simulation.traffic.tables import layout
from simulation.traffic.tables.events import DELIVER, FAIL
from simulation.traffic.tables.places import instance_record, passed_through
from simulation.traffic.world.clockwork import Clockwork
from simulation.traffic.world.observers import CHANCE, Observers
from simulation.traffic.world.replication import Replication
from simulation.traffic.world.sessions import Sessions
from simulation.traffic.world.targets import Targets


class World(Clockwork):
    """One run of one system from one seed, with all that happens around its requests."""

    def __init__(self, system: System, seed: int, load_factor: float = 1.0, duration_s: float = 60.0) -> None:
        super().__init__(system, seed, load_factor, duration_s)
        self.causes: list[set[str]] = [set() for _ in self.tables.places]
        self.cuts: list[set[int]] = [set() for _ in self.tables.places]
        self.retired: set[int] = set()
        self._paces: dict[int, dict[str, float]] = {}
        self.dark: dict[int, set[str]] = {}  # containers that are down, and why
        #: Told of every instance that joins, and of one that chance kept down until now.
        self.may_break: Callable[[int], None] = lambda inst: None
        self.replication = Replication(self, self._follow_leaders)
        self.sessions = Sessions(self)
        self.observers = Observers(self, self.bring_up)
        self.targets = Targets(self, self.replication)
        self.replication.refresh()
        self._refresh_lanes()

    # Who is there -------------------------------------------------------------------------------------------

    def domain(self, inst: int) -> tuple[int, ...]:
        """Containers that take the instance along."""
        component, number = self.tables.places[inst]
        domains = self.system.components[component].domains
        return domains[number % len(domains)]

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
        self.may_break(inst)

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
                if cause == CHANCE:
                    self.may_break(inst)
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

    def _follow_leaders(self) -> None:
        self.targets.rebuild(range(len(self.tables.sets)))

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
