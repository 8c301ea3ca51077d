"""A running simulation: advance it, look at frames, act on it, ask for its result.

The result does not depend on how time was cut into frames: the timeline's rows lie on their own grid, and
looking at the counters changes nothing.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from msgspec.structs import replace

from simulation.topology.document import InvalidInput, Problem, Topology
from simulation.topology.resolving import resolve
from simulation.topology.system import System
from simulation.traffic import counters
from simulation.traffic.counters import Counters, between, read
from simulation.traffic.fluid import accuracy as fluid_accuracy
from simulation.traffic.fluid import totals as fluid_totals
from simulation.traffic.fluid.world import FluidWorld
from simulation.traffic.frame import Frame
from simulation.traffic.governor import choose
from simulation.traffic.observed import CHECKPOINTS, Observed, Run
from simulation.traffic.result import FlowAccuracy, Result
from simulation.traffic.scenario import Scenario, parse
from simulation.traffic.summary import summarize
from simulation.traffic.tables import layout
from simulation.traffic.world.control import Command, Control
from simulation.traffic.world.failures import Failures
from simulation.traffic.world.running import World

_GRIDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0, 600.0, 3600.0)
_MOST_ROWS = 500

#: A frame shows the rates and percentiles of at least so much simulated time: a tenth of it has too few requests.
WINDOW_S = 1.0


class Session:
    """One run of a topology under a scenario. Raises InvalidInput for what cannot be simulated."""

    def __init__(
        self,
        topology: Topology,
        scenario: Scenario | Mapping[str, Any] | None = None,
        *,
        seed: int | None = None,
        live_speed: float | None = None,
    ) -> None:
        self.scenario: Scenario = parse(scenario)
        self.topology = topology = _recorded(topology, self.scenario.traces)
        self.system: System = resolve(topology)
        choice = choose(self.system, self.scenario, live_speed)
        self.engine, self.engine_reason = choice.engine, choice.reason
        self.world = (FluidWorld if self.engine == "fluid" else World)(
            self.system,
            self.scenario.seed if seed is None else seed,
            self.scenario.load_factor,
            self.scenario.duration_s,
        )
        self.control = Control(self.world)
        if self.scenario.failures:
            Failures(self.world)
        self.control.load = self.scenario.load_factor
        self.frame_s = self.scenario.frame_s or next(
            (g for g in _GRIDS if self.scenario.duration_s / g <= _MOST_ROWS), _GRIDS[-1]
        )
        for i, event in enumerate(self.scenario.events):
            command = self.control.command(event.action, event.target, event.params, f"/events/{i}")
            self.world.at(event.at_s, self._act(command))
        start = read(self.world)
        self._last_row = start
        self._recent: deque[Counters] = deque([start])
        self._frames = 0
        self._rows: list[dict[str, Any]] = []
        self._checkpoints: list[Counters] = [start]
        self._stops = self._boundaries()
        self._logged = self._rowed = 0
        self.records_rows = True

    def _act(self, command: Command) -> Callable[[], None]:
        return lambda: self.control.carry_out(command)

    def _boundaries(self) -> list[tuple[float, str]]:
        """Moments at which something is recorded, last first."""
        duration = self.scenario.duration_s
        rows = math.ceil(duration / self.frame_s - 1e-9)
        stops = [(min(k * self.frame_s, duration), "row") for k in range(1, rows + 1)]
        stops += [(duration * k / CHECKPOINTS, "checkpoint") for k in range(1, CHECKPOINTS + 1)]
        if self.scenario.warmup_s:
            stops.append((self.scenario.warmup_s, "warmup"))
        return sorted(stops, reverse=True)

    @property
    def now_s(self) -> float:
        """Simulated time."""
        return self.world.now

    @property
    def done(self) -> bool:
        """Whether the scenario's duration is over."""
        return self.world.now >= self.scenario.duration_s

    def hello(self) -> dict[str, Any]:
        """What the arrays of a frame stand for: ids of nodes, edges and flows in their order."""
        return {
            "nodes": [c.id for c in self.system.components],
            "edges": [link.id for link in self.system.links],
            "flows": [s.id for s in self.system.sources],
            "engine": self.engine,
            "engine_reason": self.engine_reason,
            "frame_s": self.frame_s,
            "duration_s": self.scenario.duration_s,
        }

    def advance(self, dt_s: float) -> Frame:
        """Move on by so much simulated time (at most to the end) and answer what happened meanwhile."""
        self.run_to(min(self.world.now + dt_s, self.scenario.duration_s))
        here = read(self.world)
        while len(self._recent) > 1 and self._recent[1].t <= here.t - WINDOW_S + 1e-9:
            self._recent.popleft()
        figures = between(self._recent[0], here)
        self._recent.append(here)
        self._frames += 1
        events = tuple(self.world.log[self._logged :])
        self._logged = len(self.world.log)
        edges = {name: column[: len(self.system.links)] for name, column in figures["edges"].items()}
        return Frame(self._frames, self.world.now, figures["nodes"], edges, figures["flows"], events)

    #: Why the run ended before its time; empty when it did not.
    cut_short = ""

    def run_to(self, t_end: float) -> None:
        """Move the clock without building a frame.

        Raises InterruptedError where it may not go on: `result` then answers what was counted until then.
        """
        try:
            self._run_to(t_end)
        except InterruptedError as reason:
            self.cut_short = str(reason)
            raise

    def _run_to(self, t_end: float) -> None:
        while self._stops and self._stops[-1][0] <= t_end:
            t, what = self._stops.pop()
            self.world.run_to(t)
            if what == "row":
                if self.records_rows:
                    self._row()
            elif what == "checkpoint":
                self._checkpoints.append(read(self.world))
            else:
                self._warm = read(self.world)
        self.world.run_to(t_end)

    _warm: Counters | None = None

    def _row(self) -> None:
        here = read(self.world)
        figures = between(self._last_row, here)
        self._last_row = here
        things_of: dict[str, tuple[Any, ...]] = {
            "nodes": self.system.components,
            "edges": self.system.links,
            "flows": self.system.sources,
        }
        row: dict[str, Any] = {"t_s": here.t}
        for group, things in things_of.items():
            columns = {name: column.tolist() for name, column in figures[group].items()}
            row[group] = [
                {"id": thing.id, **{name: _plain(column[i]) for name, column in columns.items()}}
                for i, thing in enumerate(things)
            ]
        row["events"] = self.world.log[self._rowed :]
        self._rowed = len(self.world.log)
        self._rows.append(row)

    def apply(self, action: Mapping[str, Any]) -> None:
        """Do it now: `{"action": …, "target": …, …}`. Raises InvalidInput when it makes no sense."""
        if not isinstance(action, Mapping):
            raise InvalidInput([Problem("", f"{action!r} is no action: an object was expected")])
        for name in ("action", "target"):
            if not isinstance(action.get(name), str):
                raise InvalidInput([Problem(f"/{name}", f"{action.get(name)!r} is not a string")])
        rest = {k: v for k, v in action.items() if k not in ("action", "target", "id")}
        self.control.carry_out(self.control.command(str(action["action"]), str(action["target"]), rest))

    def stop_when(self, stopped: Callable[[], str]) -> None:
        """Ask this between batches of events; an answer, the reason, ends the run with InterruptedError."""
        self.world.stopped = stopped

    def finished(self) -> Run:
        """What one replication counted, checked against the laws of conservation."""
        if isinstance(self.world, FluidWorld):
            world = self.world
            fluid_totals.check(world.stations, world.calls, world.flows)
            flows, nodes, edges = fluid_totals.in_flight(world.tables)
        else:
            counters.check(self.world)
            flows, nodes, edges = counters.in_flight(self.world)
        return Run(
            self._checkpoints,
            self._warm,
            read(self.world),
            flows,
            nodes,
            edges,
            self._oldest(),
            self._queue_max(),
            self.cut_short,
        )

    def _oldest(self) -> list[float | None]:
        t = self.world.tables
        found: list[float | None] = [None] * len(t.nodes)
        for lane in t.lanes:
            found[lane["node"]] = max(found[lane["node"]] or 0.0, float(t.nodes[lane["node"]]["oldest"]))
            if lane["head"] >= 0:
                age = self.world.now - float(t.jobs[lane["head"]]["t0"])
                found[lane["node"]] = max(found[lane["node"]] or 0.0, age)
        return found

    def _queue_max(self) -> np.ndarray[Any, Any]:
        t = self.world.tables
        most: np.ndarray[Any, Any] = np.maximum(t.nodes["waiting_max"], t.nodes["backlog_max"])
        return most

    def _accuracy(self) -> list[FlowAccuracy]:
        """How far each flow's figures may be off; empty for the exact engine, whose intervals say it."""
        if not isinstance(self.world, FluidWorld):
            return []
        rows, edges = self.world.flows, self.world.tables.edges
        feeds_back = bool(np.any((edges["timeout"] < np.inf) | (edges["retries"] > 0) | (edges["trip"] >= 0.0)))
        stations = self.world.stations[:-1]
        insts = self.world.tables.insts[: len(stations)]  # those that have served up to now
        served = insts["slots"] < layout.UNBOUNDED
        laws = zip(insts["law"][served], stations["scv"][served], strict=True)
        tail = fluid_accuracy.tail_of([(int(law), float(scv)) for law, scv in set(laws)])
        columns = rows.dtype.names or ()
        return [
            fluid_accuracy.of_flow(
                s.id,
                {name: float(rows[i][name]) for name in columns},
                feeds_back,
                tail,
                fluid_accuracy.is_deep(self.system, s.client),
                fluid_accuracy.filling(self.system, s.client),
            )
            for i, s in enumerate(self.system.sources)
        ]

    def observed(self) -> Observed:
        """What this run is, and what was seen of it up to now beside its counts."""
        world = self.world
        engine, why = self.engine, self.engine_reason
        accuracy = self._accuracy()
        return Observed(self.system, self.scenario, engine, why, world.tables, self._rows, world.log, accuracy)

    def result(self) -> Result:
        """The result up to now, of this one run."""
        return summarize(self.observed(), [self.finished()])


def _recorded(topology: Topology, traces: Mapping[str, Mapping[str, Any]]) -> Topology:
    """The topology whose flows send what a scenario says was recorded."""
    known = [flow.id for flow in topology.flows]
    for flow in traces:
        if flow not in known:
            detail = f"{flow!r} is no flow of this topology; accepted: {', '.join(known)}"
            raise InvalidInput([Problem(f"/traces/{flow}", detail)])
    if not traces:
        return topology
    flows = [replace(flow, shape=dict(traces.get(flow.id) or flow.shape or {}) or None) for flow in topology.flows]
    return replace(topology, flows=flows)


def _plain(x: float) -> float | None:
    return None if math.isnan(x) else x
