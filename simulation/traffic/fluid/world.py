"""A running system whose requests move as a fluid: the same tables, faults and actions, expected values instead.

Steps lie on a grid that the scenario's duration fixes; what is due in between cuts a step. Frames never do, so
looking changes nothing.
"""

import heapq
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.topology.system import System
from simulation.traffic.fluid import layout as fluid_layout
from simulation.traffic.fluid import states as fluid_states
from simulation.traffic.fluid.caches import Caches
from simulation.traffic.fluid.layout import AFRESH, ANEW_S, END_S, IS_NEW, MORE_ARCS, NOW
from simulation.traffic.fluid.scope import not_modelled
from simulation.traffic.fluid.totals import publish
from simulation.traffic.machine_code import entries
from simulation.traffic.statistics import BOUNDS
from simulation.traffic.tables import layout
from simulation.traffic.tables.tableset import Table, Tables
from simulation.traffic.world.running import World

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_MOST_STEPS = 4000
_BATCH = 256  # steps after which one is asked whether to stop


def step_length(duration_s: float) -> float:
    """The grid of a run this long, s."""
    return next((g for g in _STEPS_S if duration_s / g <= _MOST_STEPS), _STEPS_S[-1])


class FluidWorld(World):
    """One fluid run; `run_to` moves its clock."""

    single = False

    def __init__(self, system: System, seed: int, load_factor: float = 1.0, duration_s: float = 60.0) -> None:
        super().__init__(system, seed, load_factor, duration_s)
        t = self.tables
        self.step_s = step_length(duration_s)
        self.clock = np.zeros(6)
        self.found = found = fluid_states.find(system, t, self.replication)
        self.states = found.rows
        self.caches = Caches(system, t, {c: n for n in range(len(t.nodes)) for c in self.contents_of(n)}, self.step_s)
        count, flows, lanes = len(self.states), len(t.flows), max(len(t.lanes), 1)
        self.nodes = np.zeros(len(t.nodes), fluid_layout.NODE)
        self.nodes["lookup_share"], self.nodes["down_at"] = 1.0, -1.0
        self.calls = np.zeros(len(t.edges), fluid_layout.CALL)
        self.calls["allowed"], self.calls["tokens"] = 1.0, 10.0
        self.lanes = np.zeros(lanes, fluid_layout.LANE)
        self.lanes["taken"] = 1.0
        self.flows = np.zeros(flows, fluid_layout.FLOW)
        self.stations = np.zeros(0, fluid_layout.STATION)
        self.arcs = np.zeros(4 * count + 1024, fluid_layout.ARC)
        self.fluxes, self.held = np.zeros(count * flows, fluid_layout.FLUX), np.zeros(0, fluid_layout.HELD)
        self.lane_in, self.lane_mass = np.zeros((lanes, flows)), np.zeros((lanes, flows))
        self.flows["root_lo"], self.flows["root_hi"] = found.root_lo[:-1], found.root_lo[1:]
        width = max(2 * int(np.max(np.diff(found.root_lo), initial=0)), 2)
        self.parts, self.cached = np.zeros((flows, 2 * width, 4)), np.zeros((flows, 2 * width, 4))
        self.cdf = np.zeros((flows, layout.BUCKETS))
        self.met, self.met_at = fluid_layout.memory(flows, 1 + 4 * width)
        self.late, self.late_at = fluid_layout.memory(flows, 2 + 4 * width)
        self.marks, self.marks_at = fluid_layout.memory(lanes, 3)
        self.answers, self.ways, self.bits = (
            np.zeros(1, fluid_layout.ANSWER),
            np.zeros(16, fluid_layout.PART),
            np.zeros(128, fluid_layout.SHARE),
        )
        self.nodes["state_lo"], self.nodes["state_hi"] = found.lo[:-1], found.lo[1:]
        self.lane_of = self._grouped(t.lanes["node"], "lane")
        self.rtt = t.rtt.ravel().astype(fluid_layout.SECONDS)
        t.not_modelled += not_modelled(system)
        for row in t.nodes[t.nodes["sessions"] > 0]:
            t.keys["expiry"][row["session_lo"] : row["session_lo"] + row["sessions"]] = np.inf
        self._look_again()

    def _look_again(self) -> None:
        """What the world says anew: bring the own tables to its size; every state is looked at anew."""
        self.is_new = True
        self._go: Callable[[], int] | None = None
        t = self.tables
        old = len(self.stations) - 1
        if len(t.insts) != old:
            fresh = np.zeros(len(t.insts) + 1, fluid_layout.STATION)
            fresh["admits"] = fresh["ok_in"] = 1.0
            held = np.zeros(len(fresh) * len(t.flows), fluid_layout.HELD)
            if old > 0:
                fresh[:old] = self.stations[:old]
                held[: old * len(t.flows)] = self.held[: old * len(t.flows)]
            self.stations, self.held = fresh, held
            self.node_inst = self._grouped(t.insts["node"], "inst")
            for i in range(max(old, 0), len(t.insts)):
                self.stations[i]["scv"] = _squared_cv(int(t.insts[i]["law"]), float(t.insts[i]["shape"]))
                op = t.steps["mean"][t.insts[i]["node"] * len(t.operations)]
                self.stations[i]["mean"] = op * t.insts[i]["slow"]
        picks = np.zeros(len(t.cands), fluid_layout.SHARE)
        if hasattr(self, "picks"):
            picks[: len(self.picks)] = self.picks
        self.picks: Table = picks
        self.dealt = _dealt(t)
        self.alternatives = np.zeros(max(int(np.max(t.lists["n"], initial=1)), 2), fluid_layout.ALTERNATIVE)
        # Who shares a queue with others is found while looking.
        self.stations["pool"] = 0.0
        self.is_cut = int(bool(t.insts["part"].any()))
        edges = t.edges
        restless = (edges["transfer"] > 0.0) | (edges["trip"] >= 0.0) | (edges["budget"] >= 0.0)
        self.nodes["volatile"] = (t.nodes["dns_n"] > 0) | (t.nodes["is_queue"] == 1)
        for link in self.system.links:
            if restless[link.index]:
                self.nodes[link.source]["volatile"] = 1
        # While a name server's old answers age, lists have other shares with every step.
        ages = (t.lists["prev"] >= 0) & (t.lists["since"] >= 0.0)
        self.clock[ANEW_S] = np.max(t.lists["since"][ages], initial=-1.0) + np.max(t.nodes["ttl"], initial=0.0)

    def _grouped(self, owner: Table, what: str) -> Table:
        """Rows by owner; where each component's begin and end is noted."""
        ends = np.cumsum(np.bincount(owner, minlength=len(self.nodes)))
        self.nodes[f"{what}_lo"][1:], self.nodes[f"{what}_hi"] = ends[:-1], ends
        return np.argsort(owner, kind="stable").astype(np.int64).astype(fluid_layout.INDEX)

    # Time ---------------------------------------------------------------------------------------------------

    def run_to(self, t_end: float) -> None:
        """Move the clock to `t_end`, doing on the way what is due."""
        while self._agenda and self._agenda[0][0] <= t_end:
            t, _, what = heapq.heappop(self._agenda)
            self.now = t
            self._upto(t)
            what()
            self._changed = True
        self.now = max(self.now, t_end)
        grid = math.floor(t_end / self.step_s + 1e-6) * self.step_s
        self._upto(min(grid, t_end) if grid > self.clock[NOW] + 1e-9 else self.clock[NOW])

    _changed = True

    def note(self, event: str, target: str, **more: Any) -> None:
        """Something that belongs in the timeline; the fluid is brought to this moment before it changes."""
        self._upto(self.now)
        self._changed = True
        super().note(event, target, **more)

    def _upto(self, t_end: float) -> None:
        if self.clock[NOW] >= t_end - 1e-9:
            return
        if self._changed:
            self._look_again()
            self._changed = False
        while self.clock[NOW] < t_end - 1e-9:
            self._advance(t_end)
            reason = self.stopped()
            if reason:
                self.now = float(self.clock[NOW])
                self._publish()
                raise InterruptedError(reason)
        self._publish()

    def _publish(self) -> None:
        publish(self.tables, self.stations, self.calls, self.nodes, self.flows, self.clock)

    def _advance(self, t_end: float) -> None:
        if self._go is None:
            self._go = self._bound()
        self.clock[END_S], self.clock[IS_NEW] = t_end, self.is_new
        lacks = self._go()
        if lacks == MORE_ARCS:
            self.arcs = np.zeros(2 * len(self.arcs), fluid_layout.ARC)
            self._go = None
        self.is_new = lacks in (MORE_ARCS, AFRESH)

    def _bound(self) -> Callable[[], int]:
        """The compiled steps over the tables as they lie now."""
        t, found, caches = self.tables, self.found, self.caches
        return entries.advance.bound(
            self.step_s, _BATCH, self.clock,
            len(t.regions), found.order, found.of, t.steps, t.gates, t.lists, t.cands, t.shares, t.edges, t.insts,
            t.nodes, self.rtt, self.states, self.arcs, self.stations, self.calls, self.lanes, self.nodes, caches.hits,
            self.picks, self.dealt, self.alternatives, self.answers, self.ways, self.bits, self.node_inst, self.is_cut,
            self.lane_of, t.flows, t.segments, t.lanes, self.flows, found.roots, self.fluxes, self.held, self.lane_in,
            self.lane_mass, self.marks, self.marks_at, self.parts, self.cached, self.cdf, BOUNDS, t.histogram, self.met,
            self.met_at, self.late, self.late_at, t.contents, caches.own, caches.pops, caches.counts, caches.fetched,
            caches.asked, caches.trace, caches.trace_at, caches.writes, caches.wrote,
        )  # fmt: skip

    def lose_writes(self, leader: int, lag: float, end: float) -> int:
        """The same, as the rate of the last writes over that time."""
        lost = 0
        for f, rate in enumerate(self.caches.wrote[leader].tolist() if len(self.caches.wrote) else []):
            part = round(rate * min(lag, end))
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
            own = slice(i * len(self.flows), (i + 1) * len(self.flows))
            lost = self.held["inside"][own] * row["done"]
            self.flows["failed"] += lost
            self.flows["live"] -= lost
            self.flows["late_done"] = np.minimum(self.flows["late_done"] + lost, self.flows["late_in"])
            self.held["inside"][own] = 0.0
            for name in ("x", "v", "e", "lq", "theta", "out", "wait", "wait_v", "spread", "block"):
                row[name] = 0.0
            row["still"] = 0

    def drop_backlog(self, queue: int) -> int:
        """Throw away what waits in a queue; answers how many messages."""
        dropped = 0.0
        for k in np.nonzero(self.tables.lanes["node"] == queue)[0]:
            lane = self.lanes[k]
            share = float(lane["lq"]) / max(float(lane["x"]), 1e-300)
            gone = self.lane_mass[k] * share
            self.lane_mass[k] -= gone
            self.flows["lost_messages"] += gone
            dropped += float(lane["lq"])
            lane["seen_out"] += lane["lq"]
            lane["x"] -= lane["lq"]
            lane["lq"] = lane["v"] = lane["e"] = 0.0
        self.tables.nodes[queue]["backlog"] = 0
        return round(dropped)

    def empty_content(self, c: int) -> None:
        """Forget everything that a cache holds."""
        self.caches.empty(c)

    def _forget(self, component: int, insts: list[int], is_gone: bool) -> None:
        parts = max(len(self.instances(component)), 1)
        for c in self.contents_of(component):
            if is_gone:
                self.caches.empty(c)
            else:
                self.caches.lose(c, len(insts) / parts)


def _dealt(t: Tables) -> Table:
    """Which share of its keys each shard has, by the list of a call that chooses a shard."""
    found = np.zeros(len(t.lists), fluid_layout.SHARE)
    for gate in t.gates[(t.gates["shards"] > 1) & (t.gates["members"] == 0)]:
        shards, pieces, hot = int(gate["shards"]), int(gate["parts"]), float(gate["hot"])
        own = np.full(shards, 1.0 / shards)
        if pieces:
            owners = t.shares["value"][gate["part_lo"] : gate["part_lo"] + pieces]
            own = np.bincount(owners, minlength=shards) / pieces
        own = (1.0 - hot) * own
        own[0] += hot
        copies = len(t.regions) + 1 if gate["geo"] else 1
        found["share"][gate["list"] : gate["list"] + copies * shards] = np.tile(own, copies)
    return found


def _squared_cv(law: int, shape: float) -> float:
    """Squared coefficient of variation of a law of service (see random_numbers.service)."""
    if law == 1:
        return 0.0
    if law == 2:
        return math.expm1(shape * shape)
    if law == 3:
        return 1.0 / (shape * (shape - 2.0)) if shape > 2.0 else 25.0
    return 1.0 / shape if law == 4 else 1.0
