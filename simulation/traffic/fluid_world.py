"""A running system whose requests move as a fluid: the same tables, faults and actions, expected values instead.

Steps lie on a grid that the scenario's duration fixes; what is due in between cuts a step. Frames never do, so
looking changes nothing.
"""

import heapq
import math
from collections.abc import Iterable
from typing import Any

import networkx
import numpy as np
from numpy.typing import NDArray

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.system import System
from simulation.topology.wiring import Standby
from simulation.traffic import fluid_contents, fluid_layout, layout
from simulation.traffic.fluid_calls import MORE_ARCS, look_ahead
from simulation.traffic.fluid_closing import close
from simulation.traffic.fluid_stations import erlang_tables
from simulation.traffic.fluid_step import move
from simulation.traffic.replication import Replication
from simulation.traffic.statistics import BOUNDS
from simulation.traffic.world import World

Floats = NDArray[np.float64]
Table = NDArray[Any]
_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_MOST_STEPS = 4000
_RING = 512
_TABLES: tuple[Floats, Floats, Floats, Floats] = erlang_tables()  # type: ignore[no-untyped-call]


def step_length(duration_s: float) -> float:
    """The grid of a run this long, s."""
    return next((g for g in _STEPS_S if duration_s / g <= _MOST_STEPS), _STEPS_S[-1])


class FluidReplication(Replication):
    """Writes that are lost in a failover, as the rate of the last ones over the lag."""

    world: "FluidWorld"

    def _lose_writes(self, primary: int, best: Standby) -> int:
        semis = sum(1 for s in self.standbys[primary] if s.mode == "semi_sync")
        end = self.down_since.get(primary)
        if best.mode == "sync" or (best.mode == "semi_sync" and semis == 1) or end is None:
            return 0
        return self.world.lose_writes(primary, min(self._lag(best), end))


class FluidWorld(World):
    """One fluid run; `run_to` moves its clock."""

    def __init__(self, system: System, seed: int, load_factor: float = 1.0, duration_s: float = 60.0) -> None:
        super().__init__(system, seed, load_factor, duration_s)
        self.replication: FluidReplication = FluidReplication(self)
        self.replication.refresh()
        self.targets.rebuild(range(len(self.tables.sets)))
        t = self.tables
        self.step_s = step_length(duration_s)
        self.clock = 0.0
        self.steps = 0
        self._version: tuple[int, int, int] | None = None
        self.order = self._order_of_nodes()
        self._make_states()
        count, flows = len(self.states), len(t.flows)
        self.nodes = np.zeros(len(t.nodes), fluid_layout.NODE)
        self.nodes["lookup_share"], self.nodes["down_at"] = 1.0, -1.0
        self.calls = np.zeros(len(t.edges), fluid_layout.CALL)
        self.calls["allowed"], self.calls["tokens"] = 1.0, 10.0
        self.lanes = np.zeros(max(len(t.lanes), 1), fluid_layout.LANE)
        self.lanes["taken"] = 1.0
        self.flows = np.zeros(flows, fluid_layout.FLOW)
        self.flows["ok"] = 1.0
        self.stations = np.zeros(0, fluid_layout.STATION)
        self.arcs = np.zeros(4 * count + 1024, fluid_layout.ARC)
        self.sent, self.messages, self.gone, self.memory = (np.zeros((flows, count)) for _ in range(4))
        self.into, self.inside = np.zeros((flows, 0)), np.zeros((flows, 0))
        self.lane_in, self.lane_mass = np.zeros((flows, len(self.lanes))), np.zeros((flows, len(self.lanes)))
        width = max(2 * int(np.max(np.diff(self.root_lo), initial=0)), 2)
        self.parts, self.cached = np.zeros((flows, width, 4)), np.zeros((flows, width, 4))
        self.cdf = np.zeros((flows, layout.BUCKETS))
        self.ring, self.ring_at = np.zeros((flows, _RING, 1 + 4 * width)), np.zeros((flows, 4), np.int64)
        self.ring_at[:, 3] = 1
        self.ways = np.zeros((4, 16))
        self.lane_of, self.lane_lo = self._grouped(t.lanes["node"], len(t.nodes))
        self._make_contents()
        t.not_modelled += not_modelled(system)
        self.marks: dict[int, list[tuple[float, float]]] = {}
        self.marked: dict[int, int] = {}
        self.wrote: dict[int, list[float]] = {}
        self._look_again()

    # What the tables mean to the fluid -----------------------------------------------------------------------

    def _order_of_nodes(self) -> NDArray[np.int64]:
        """Components, callers before what they call; within a circle by index."""
        net: networkx.DiGraph[int] = networkx.DiGraph()
        net.add_nodes_from(range(len(self.system.components)))
        for link in self.system.links:
            if link.kind.id in ("call", "publish", "consume"):
                net.add_edge(link.source, link.target)
                for other in self.replication.standbys.get(link.target, ()):
                    net.add_edge(link.source, other.target)
                net.add_edges_from(
                    (link.source, p) for p in [self.replication.primary_of(link.target)] if p is not None
                )
        parts = networkx.condensation(net)
        first = {part: min(parts.nodes[part]["members"]) for part in parts}
        found = networkx.lexicographical_topological_sort(parts, key=lambda part: first[part])
        return np.array([n for part in found for n in sorted(parts.nodes[part]["members"])], np.int64)

    def _make_states(self) -> None:
        """(component, operation, region of the caller) that can be asked for, in the order of the components."""
        t, operations = self.tables, len(self.tables.operations)
        regions = len(t.regions)
        places: list[list[int]] = [sorted({int(r) for r in t.insts["region"][t.insts["node"] == n]})
                                   for n in range(len(t.nodes))]  # fmt: skip
        reach: dict[int, set[int]] = {}
        for link in self.system.links:
            if link.kind.id in ("call", "publish", "consume"):
                found = reach.setdefault(link.source, set())
                found.add(link.target)
                found |= {s.target for s in self.replication.standbys.get(link.target, ())}
                primary = self.replication.primary_of(link.target)
                if primary is not None:
                    found.add(primary)
        queues = {int(n) for n in t.lanes["node"]}
        seen: set[tuple[int, int, int]] = set()
        roots: list[list[tuple[tuple[int, int, int], float]]] = []
        work: list[tuple[int, int, int]] = []
        for row in t.flows:
            own: dict[tuple[int, int, int], float] = {}
            before = 0.0
            for m in range(row["mix_lo"], row["mix_lo"] + row["mix_n"]):
                share = float(t.shares[m]["cum"]) - before
                before = float(t.shares[m]["cum"])
                homes = [(int(row["where"]), 1.0)]
                if row["region_n"]:
                    cut = t.shares[row["region_lo"] : row["region_lo"] + row["region_n"]]
                    cums = [0.0, *cut["cum"].tolist()]
                    homes = [(int(v), cums[i + 1] - cums[i]) for i, v in enumerate(cut["value"])]
                for where, part in homes:
                    key = (int(row["client"]), int(t.shares[m]["value"]), where)
                    own[key] = own.get(key, 0.0) + share * part
            roots.append(list(own.items()))
            work += own
        while work:
            key = work.pop()
            if key in seen:
                continue
            seen.add(key)
            n, op, where = key
            for target in sorted(reach.get(n, ())):
                homes_of = {where} if n in queues else {r if r >= 0 else where for r in places[target]}
                work += [(target, op, r) for r in sorted(homes_of) if (target, op, r) not in seen]
        rank = {int(n): i for i, n in enumerate(self.order)}
        keys = sorted(seen, key=lambda k: (rank[k[0]], k[1], k[2]))
        by_node = sorted(range(len(keys)), key=lambda i: (keys[i][0], keys[i][1], keys[i][2]))
        self.states = np.zeros(len(keys), fluid_layout.STATE)
        self.state_of = np.full(len(t.steps) * (regions + 1), -1, np.int64)
        self.state_lo = np.zeros(len(t.nodes) + 1, np.int64)
        where_is: dict[tuple[int, int, int], int] = {}
        for s, i in enumerate(by_node):
            n, op, where = keys[i]
            self.states[s]["node"], self.states[s]["op"], self.states[s]["where"] = n, op, where
            self.state_of[(n * operations + op) * (regions + 1) + where + 1] = s
            self.state_lo[n + 1] += 1
            where_is[n, op, where] = s
        self.state_lo = np.cumsum(self.state_lo)
        self.states["ok"] = self.states["w"] = self.states["weight"] = self.states["ratio"] = 1.0
        self.root_lo = np.concatenate([[0], np.cumsum([len(own) for own in roots])]).astype(np.int64)
        self.root_state = np.array([where_is[key] for own in roots for key, _ in own], np.int64)
        self.root_share = np.array([share for own in roots for _, share in own], dtype=float)

    @staticmethod
    def _grouped(owner: Table, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(rows by owner, where each owner's begin)."""
        rows = np.argsort(owner, kind="stable").astype(np.int64)
        ends = np.cumsum(np.bincount(owner, minlength=count))
        return rows, np.concatenate([[0], ends]).astype(np.int64)

    def _make_contents(self) -> None:
        t = self.tables
        count = len(t.contents)
        self.pops, self.counts = np.zeros((count, fluid_contents.GROUPS)), np.zeros((count, fluid_contents.GROUPS))
        self.fill, self.hit_now = np.zeros((count, 6)), np.zeros(count)
        self.misses, self.inserts = np.zeros(count), np.zeros(count)
        owners = {c: n for n in range(len(t.nodes)) for c in self.contents_of(n)}
        self.stores = {int(s): n for n, s in enumerate(t.nodes["store"]) if s >= 0}
        for c, row in enumerate(t.contents):
            node = owners.get(c, self.stores.get(c))
            if row["ratio"] >= 0.0:
                self.hit_now[c] = row["ratio"] * row["filled"]
                continue
            if node is None or row["keys"] == 0:
                continue
            s = float(self.system.components[node].params.get("zipf_s") or 0.0)
            self.pops[c], self.counts[c] = fluid_contents.groups(int(row["keys"]), s, fluid_contents.GROUPS)
            if c not in owners:
                continue
            policy, size = int(row["policy"]), float(row["capacity"])
            self.fill[c, 1] = fluid_contents.characteristic(self.pops[c], self.counts[c], size, policy)
            self.fill[c, 2] = fluid_contents.characteristic(self.pops[c], self.counts[c], size, layout.LRU)
            self.fill[c, 4] = 1.0
            is_warm = not self.system.components[node].params.get("cold_start")
            self.fill[c, 0] = 1e290 if is_warm else 0.0
            self.hit_now[c] = self._hits(c, 1e12)

    def _hits(self, c: int, rate: float) -> float:
        row, own = self.tables.contents[c], self.fill[c]
        return float(
            fluid_contents.hit_ratio(
                self.pops[c],
                self.counts[c],
                float(row["capacity"]),
                int(row["policy"]),
                own[0],
                own[1],
                own[2],
                float(row["ttl"]),
                rate,
            )
        )

    def _look_again(self) -> None:
        """Instances or target lists changed: bring the own tables to their size."""
        t = self.tables
        version = (len(t.cands), len(t.lists), len(t.insts))
        if version == self._version:
            return
        self._version = version
        old = len(self.stations) - 1
        if len(t.insts) != old:
            fresh = np.zeros(len(t.insts) + 1, fluid_layout.STATION)
            fresh["admits"] = fresh["ok_in"] = 1.0
            into, inside = (np.zeros((len(t.flows), len(fresh))) for _ in range(2))
            if old > 0:
                fresh[:old] = self.stations[:old]
                into[:, :old], inside[:, :old] = self.into[:, :old], self.inside[:, :old]
            self.stations, self.into, self.inside = fresh, into, inside
            self.node_inst, self.node_lo = self._grouped(t.insts["node"], len(t.nodes))
            for i in range(max(old, 0), len(t.insts)):
                self.stations[i]["scv"] = _squared_cv(int(t.insts[i]["law"]), float(t.insts[i]["shape"]))
                op = t.steps["mean"][t.insts[i]["node"] * len(t.operations)]
                self.stations[i]["mean"] = op * t.insts[i]["slow"]
        picks = np.zeros(len(t.cands))
        if hasattr(self, "picks"):
            picks[: len(self.picks)] = self.picks
        self.picks: Floats = picks
        most = int(np.max(t.lists["n"], initial=1))
        self.scratch = np.zeros((8, max(most, 2), 4))

    # Time ---------------------------------------------------------------------------------------------------

    def run_to(self, t_end: float) -> None:
        """Move the clock to `t_end`, doing on the way what is due."""
        while self._agenda and self._agenda[0][0] <= t_end:
            t, _, what = heapq.heappop(self._agenda)
            self.now = t
            self._upto(t)
            what()
        self.now = max(self.now, t_end)
        grid = math.floor(t_end / self.step_s + 1e-6) * self.step_s
        self._upto(min(grid, t_end) if grid > self.clock + 1e-9 else self.clock)

    def note(self, event: str, target: str, **more: Any) -> None:
        """Something that belongs in the timeline; the fluid is brought to this moment before it changes."""
        self._upto(self.now)
        super().note(event, target, **more)

    def _upto(self, t_end: float) -> None:
        while self.clock < t_end - 1e-9:
            following = (math.floor(self.clock / self.step_s + 1e-6) + 1) * self.step_s
            self._step(min(following, t_end) - self.clock)
            self.clock = min(following, t_end)
            self.steps += 1
            if self.steps % 256 == 0 and self.stopped():
                raise InterruptedError("the run was stopped")

    def _step(self, dt: float) -> None:
        self._look_again()
        t = self.tables
        is_cut = int(bool(t.insts["part"].any()))
        while True:
            total = look_ahead(
                self.clock, dt, self.order, self.state_lo, self.state_of, t.steps, t.gates, t.lists, t.cands, t.shares,
                t.edges, t.insts, t.nodes, t.rtt, self.states, self.arcs, self.stations, self.calls, self.lanes,
                self.nodes, self.hit_now, self.picks, self.scratch, self.ways, self.node_lo, self.node_inst, is_cut,
            )  # fmt: skip
            if total != MORE_ARCS:
                break
            self.arcs = np.zeros(2 * len(self.arcs), fluid_layout.ARC)
        move(
            self.clock, dt, self.order, self.state_lo, self.state_of, self.node_lo, self.node_inst, self.lane_lo,
            self.lane_of, t.steps, t.insts, t.nodes, t.edges, t.flows, t.segments, t.lanes, t.cands, t.contents,
            self.states, self.arcs, self.stations, self.calls, self.lanes, self.nodes, self.flows, self.root_lo,
            self.root_state, self.root_share, self.sent, self.messages, self.gone, self.into, self.memory, self.inside,
            self.lane_in, self.lane_mass, self.hit_now, self.misses, self.inserts, *_TABLES,
        )  # fmt: skip
        close(
            self.clock, dt, t.edges, self.calls, t.flows, self.flows, self.stations, self.states, self.inside,
            self.root_lo, self.root_state, self.root_share, self.parts, self.cached, self.cdf, BOUNDS, t.histogram,
            self.ring, self.ring_at,
        )  # fmt: skip
        fluid_contents.refresh(
            dt, t.contents, self.fill, self.pops, self.counts, self.misses, self.inserts, self.hit_now
        )
        self._publish(dt)

    def _publish(self, dt: float) -> None:
        """Write the whole parts of the totals where counters are read."""
        t, now = self.tables, self.clock + dt
        s = self.stations[:-1]
        insts = t.insts
        insts["busy_area"] += s["busy"]
        insts["queue_area"] += s["queue"]
        insts["t_last"] = now
        s["busy"] = s["queue"] = 0.0
        served = insts["slots"] < layout.UNBOUNDED
        insts["busy"] = np.where(served, np.rint(s["theta"] * insts["slots"]), 0)
        insts["qlen"] = np.rint(s["lq"])
        insts["arrivals"] = np.floor(s["arrivals"] + 1e-6)
        insts["completed"] = np.floor(s["completed"])
        insts["failed"] = np.floor(s["failed"])
        insts["rejected"] = np.floor(s["rejected"])
        spread = np.where(insts["qlimit"] < layout.UNBOUNDED, insts["qlimit"], np.inf)
        peak = np.minimum(
            np.ceil(s["lq"] + 3.0 * np.sqrt(np.minimum(np.maximum(s["v"], 0.0), s["lq"] ** 2 + s["lq"]))), spread
        )
        insts["qmax"] = np.maximum(insts["qmax"], peak)
        for name in ("offered", "completed", "failed"):
            t.edges[name] = np.floor(self.calls[name] + (1e-6 if name == "offered" else 0.0))
            t.flows[name] = np.floor(self.flows[name] + (1e-6 if name == "offered" else 0.0))
        t.flows["total"] = self.flows["total"]
        t.flows["lost_messages"] = np.floor(self.flows["lost_messages"])
        t.nodes["lookups"], t.nodes["hits"] = np.floor(self.nodes["lookups"]), np.floor(self.nodes["hits"])
        t.control[layout.EVENTS] = self.steps + 1
        if len(t.lanes):
            self._queues(now)
        if self.stores:
            self._stale(dt)

    def _queues(self, now: float) -> None:
        t = self.tables
        backlog = np.bincount(t.lanes["node"], weights=self.lanes["lq"], minlength=len(t.nodes))
        for k in range(len(t.lanes)):
            lane, n = self.lanes[k], int(t.lanes[k]["node"])
            marks = self.marks.setdefault(k, [(0.0, 0.0)])
            if now - marks[-1][0] >= 0.1 - 1e-9:
                marks.append((now, float(lane["seen_in"])))
            at = self.marked.get(k, 0)
            gone = float(lane["seen_out"]) + max(float(lane["x"]) - float(lane["lq"]), 0.0)
            while at + 1 < len(marks) and marks[at + 1][1] <= gone:
                at += 1
            self.marked[k] = at
            if float(lane["lq"]) >= 1.0 and at + 1 < len(marks):
                (t0, a0), (t1, a1) = marks[at], marks[at + 1]
                head = t0 + (t1 - t0) * (gone - a0) / max(a1 - a0, 1e-12)
                t.nodes[n]["oldest"] = max(float(t.nodes[n]["oldest"]), now - max(head, 0.0))
            t.nodes[n]["oldest"] = max(float(t.nodes[n]["oldest"]), float(lane["wait"]) if lane["lq"] < 1.0 else 0.0)
            if at > 4096:
                del marks[:at]
                self.marked[k] = 0
        queues = t.nodes["is_queue"] == 1
        t.nodes["backlog_area"] += t.nodes["backlog"] * (now - t.nodes["backlog_t"])
        t.nodes["backlog_t"] = now
        t.nodes["backlog"][queues] = np.round(backlog[queues])
        np.maximum(t.nodes["backlog_max"], t.nodes["backlog"], out=t.nodes["backlog_max"])

    def _stale(self, dt: float) -> None:
        """Reads at replicas that a write within the lag has overtaken."""
        t = self.tables
        writes = dict.fromkeys(self.stores, 0.0)
        for n in range(len(t.nodes)):
            c = int(t.nodes[n]["store"])
            if c >= 0:
                writes[c] += float(self.nodes[n]["commits"])
                if self.nodes[n]["commits"] > 0.0:
                    self.wrote[n] = [float(x) for x in self.flow_share] + [float(self.nodes[n]["commits"])]
                self.nodes[n]["commits"] = 0.0
        for n in range(len(t.nodes)):
            c, lag = int(t.nodes[n]["store"]), float(t.nodes[n]["lag"])
            if c < 0 or lag <= 0.0 or writes[c] <= 0.0:
                continue
            p, count = self.pops[c], self.counts[c]
            share = float(np.sum(count * p * -np.expm1(-writes[c] * p * lag)))
            for s in range(self.state_lo[n], self.state_lo[n + 1]):
                if not t.steps[n * len(t.operations) + self.states[s]["op"]]["write"]:
                    self.flows["stale"] += self.memory[:, s] * share * dt
        t.flows["stale"] = np.floor(self.flows["stale"])

    @property
    def flow_share(self) -> Floats:
        total = float(self.flows["rate"].sum()) or 1.0
        return np.asarray(self.flows["rate"] / total)

    def lose_writes(self, primary: int, over_s: float) -> int:
        """Count writes of the last seconds before the primary went as lost; answers how many."""
        *shares, rate = self.wrote.get(primary, [0.0])
        lost = 0
        for f, share in enumerate(shares):
            part = round(rate * over_s * share)
            self.tables.flows[f]["lost_writes"] += part
            lost += part
        return lost

    # What the kernel would do -----------------------------------------------------------------------------------

    def push_all(self, kind: int, items: Iterable[tuple[int, int]]) -> None:
        """Events of single requests: the fluid has none."""

    def reschedule(self, flow: int) -> None:
        """The next step reads the rate."""

    def _fail_work(self, insts: list[int]) -> None:
        for i in insts:
            if i >= len(self.stations) - 1:
                continue
            row = self.stations[i]
            row["failed"] += row["spread"]
            lost = self.inside[:, i] * row["done"]
            self.flows["failed"] += lost
            self.flows["live"] -= lost
            self.inside[:, i] = 0.0
            for name in ("x", "v", "e", "lq", "theta", "out", "wait", "wait_v", "spread", "block"):
                row[name] = 0.0

    def drop_backlog(self, queue: int) -> int:
        """Throw away what waits in a queue; answers how many messages."""
        dropped = 0.0
        for k in np.nonzero(self.tables.lanes["node"] == queue)[0]:
            lane = self.lanes[k]
            share = float(lane["lq"]) / max(float(lane["x"]), 1e-300)
            gone = self.lane_mass[:, k] * share
            self.lane_mass[:, k] -= gone
            self.flows["lost_messages"] += gone
            dropped += float(lane["lq"])
            lane["seen_out"] += lane["lq"]
            lane["x"] -= lane["lq"]
            lane["lq"] = lane["v"] = lane["e"] = 0.0
        self.tables.nodes[queue]["backlog"] = 0
        return round(dropped)

    def empty_content(self, c: int) -> None:
        """Forget everything that a cache holds."""
        if self.tables.contents[c]["ratio"] >= 0.0:
            self.tables.contents[c]["filled"] = 0.0
        self.fill[c, 0] = 0.0
        self.hit_now[c] = 0.0

    def _forget(self, component: int, insts: list[int], is_gone: bool) -> None:
        parts = max(len(self.instances(component)), 1)
        for c in self.contents_of(component):
            row = self.tables.contents[c]
            if is_gone:
                self.empty_content(c)
            elif row["ratio"] >= 0.0:
                row["filled"] = max(0.0, float(row["filled"]) - len(insts) / parts)
                self.hit_now[c] = row["ratio"] * row["filled"]
            else:
                rate = max(float(self.fill[c, 5]), 1e-9)
                aim = self._hits(c, rate) * (1.0 - len(insts) / parts)
                low, high = 0.0, min(float(self.fill[c, 0]), 1e15)
                for _ in range(80):
                    self.fill[c, 0] = (low + high) / 2
                    low, high = (self.fill[c, 0], high) if self._hits(c, rate) < aim else (low, self.fill[c, 0])
                self.hit_now[c] = self._hits(c, rate)

    # Conservation -------------------------------------------------------------------------------------------------

    def in_flight(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Whole requests under way by flow, work by node and attempts by edge."""
        t = self.tables
        flows = t.flows["offered"] - t.flows["completed"] - t.flows["failed"]
        work = t.insts["arrivals"] - t.insts["completed"] - t.insts["failed"]
        nodes = np.zeros(len(t.nodes), np.int64)
        np.add.at(nodes, t.insts["node"], work)
        return flows, nodes, t.edges["offered"] - t.edges["completed"] - t.edges["failed"]

    def check(self) -> None:
        """Raise ArithmeticError unless the masses that are held make up offered − completed − failed."""
        for what, rows, offered, held in (
            ("flow", self.flows, "offered", self.flows["live"] + self.flows["line"]),
            ("instance", self.stations[:-1], "arrivals", self.stations[:-1]["spread"]),
            ("edge", self.calls, "offered", self.calls["inside"]),
        ):
            off = rows[offered] - rows["completed"] - rows["failed"] - held
            wrong = np.nonzero((np.abs(off) > 1e-6 * rows[offered] + 1e-3) | (held < -1e-3))[0]
            if len(wrong):
                i = int(wrong[0])
                raise ArithmeticError(f"conservation is violated at {what} {i}: {off[i]:g} of {rows[offered][i]:g}")


def _squared_cv(law: int, shape: float) -> float:
    """Squared coefficient of variation of a law of service (see random_numbers.service)."""
    if law == 1:
        return 0.0
    if law == 2:
        return math.expm1(shape * shape)
    if law == 3:
        return 1.0 / (shape * (shape - 2.0)) if shape > 2.0 else 25.0
    return 1.0 / shape if law == 4 else 1.0


def not_modelled(system: System) -> list[str]:
    """What the document states and a fluid of expected values does not show."""
    found = []
    for c in system.components:
        if c.params.get("sticky"):
            found.append(f"{c.id}: sticky (fluid: users spread evenly over the targets, no user is followed)")
        if c.kind.id == "worker" and int(c.params.get("prefetch") or 0) > (c.slots or 1):
            found.append(f"{c.id}: prefetch beyond its slots (fluid: such messages count as waiting in the queue)")
    for link in system.links:
        breaker, timeout = link.params.get("breaker"), link.params.get("timeout_ms")
        if breaker:
            found.append(f"{link.id}: breaker (fluid: it opens and closes by the mean error rate)")
        if timeout and link.params.get("retries"):
            found.append(f"{link.id}: order of retries (fluid: their number follows from the moment's failure rate)")
    return found


def refuse(system: System) -> None:
    """Raise InvalidInput for what the fluid engine cannot do."""
    for i, flow in enumerate(system.topology.flows):
        if flow.shape and flow.shape.get("times_s"):
            detail = "recorded time stamps are single requests, which a fluid has not; exact, or points with a rate"
            raise InvalidInput([Problem(f"/flows/{i}/shape/times_s", detail)])
