"""Everything that was compiled and computed about one document, for the readers of it.

A `Model` is built once a document; its parts are computed when they are first read and then kept.
Findings, advice and the report read it.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

from simulation.analysis import free_routing, outages, work
from simulation.analysis.availability import Availability, assess, variable_rates
from simulation.analysis.budget import Budget
from simulation.analysis.classes import FlowClass, Roots, Settled, compile_roots, flow_classes
from simulation.analysis.compile import Bounds, Compiler
from simulation.analysis.contingencies import Assessor, Effect
from simulation.analysis.falling import Falling
from simulation.analysis.gates import FALSE, TRUE, Gates
from simulation.analysis.reliability import Rate
from simulation.analysis.report import Contingency
from simulation.analysis.timing import Timing
from simulation.topology.document import Topology
from simulation.topology.system import Component, System, resolve
from simulation.topology.wiring import Gate, Policy, Wiring

_EPS = 1e-9


@dataclass
class Model:
    """One document, compiled. Shares of all traffic weigh the flows by their rates."""

    topology: Topology
    budget: Budget = field(default_factory=Budget)

    @cached_property
    def system(self) -> System:
        return resolve(self.topology)

    @cached_property
    def wiring(self) -> Wiring:
        return Wiring(self.system)

    @property
    def clients(self) -> list[int]:
        """The component at which each flow begins."""
        return [source.client for source in self.system.sources]

    @cached_property
    def flow_weights(self) -> list[float]:
        """Share of all traffic of each flow; equal shares where nothing is offered."""
        rates = [s.rate_rps for s in self.system.sources]
        total = sum(rates)
        return [r / total if total > 0 else 1 / len(rates) for r in rates]

    # -- work and time --------------------------------------------------------------------------------

    @cached_property
    def work(self) -> "work.Work | None":
        """Loads at the offered rates; None where a cycle multiplies its own calls without end."""
        try:
            return work.solve(self.system, self.wiring)
        except work.Unstable:
            return None

    @cached_property
    def has_free_pool(self) -> bool:
        """Whether some pool's requests could be split otherwise."""
        return self.work is not None and free_routing.has_free_pool(self.work)

    @cached_property
    def timing(self) -> Timing | None:
        """Times at the offered load; None without loads or where calls run in a circle."""
        return Timing(self.work) if self.work is not None and self.work.order else None

    @cached_property
    def consumers(self) -> frozenset[int]:
        """Components that take messages out of a queue: behind them nobody waits."""
        return frozenset(link.target for link in self.system.links if link.kind.id == "consume")

    # -- success --------------------------------------------------------------------------------------

    @cached_property
    def gates(self) -> Gates:
        return Gates()

    @cached_property
    def hits(self) -> dict[int, float]:
        """Hit ratio of every cache and CDN; where there is no load to compute one from, those that are stated."""
        if self.work is not None:
            return dict(self.work.routing.hits)
        stated = ((c.index, c.params.get("hit_ratio")) for c in self.system.components)
        return {index: float(ratio) for index, ratio in stated if ratio is not None}

    @cached_property
    def compiler(self) -> Compiler:
        return Compiler(self.system, self.wiring, self.gates, self.hits, self.budget.gates)

    @cached_property
    def _classes(self) -> tuple[list[FlowClass], list[Settled]]:
        classes: list[FlowClass] = []
        worst: list[Settled] = []
        for source in self.system.sources:
            found, given_up = flow_classes(self.compiler, source, self.hits)
            classes += found
            worst += given_up
        return classes, worst

    @property
    def classes(self) -> list[FlowClass]:
        """All flow classes with their shares of their flow."""
        return self._classes[0]

    @property
    def settled(self) -> list[Settled]:
        """Choices that were taken for the worst, because there are too many."""
        return self._classes[1]

    @cached_property
    def roots(self) -> Roots:
        """`served` of every class, structurally."""
        return compile_roots(self.compiler, self.classes, self.clients)

    @cached_property
    def _by_shard(self) -> list[FlowClass]:
        """Classes that differ by shard only."""
        return [
            c
            for source in self.system.sources
            for c in flow_classes(self.compiler, source, self.hits, with_hits=False)[0]
        ]

    @cached_property
    def full_roots(self) -> Roots:
        """`full` of every operation: with everything optional."""
        whole = [FlowClass(c.flow, c.op, {}, 1.0) for c in self._by_shard]
        return compile_roots(self.compiler, whole, self.clients, "full")

    @cached_property
    def dead(self) -> frozenset[int]:
        """Roots that are false although nothing has failed: requests that nothing can serve."""
        return frozenset(i for i, gate in enumerate(self.roots.gates) if gate == FALSE)

    @cached_property
    def falling(self) -> Falling:
        """What of `roots` falls when something fails."""
        return Falling(self.gates, self.roots.gates)

    @property
    def rates(self) -> list[Rate]:
        """How often each variable of the gates fails."""
        return variable_rates(self.system, self.gates, self.hits)

    @cached_property
    def availability(self) -> Availability:
        """Structural: `needed` as given, else one."""
        roots = compile_roots(self.compiler, self._by_shard, self.clients, "chance")
        return assess(self.gates, roots, self.flow_weights, self.rates, self.budget)

    # -- losses ---------------------------------------------------------------------------------------

    @cached_property
    def assessor(self) -> Assessor | None:
        """Assesses losses; None without loads."""
        if self.work is None:
            return None
        return Assessor(self.compiler, self.work, self.roots, self.full_roots, self.falling, self.flow_weights)

    @cached_property
    def outages(self) -> "list[outages.Outage]":
        """Every single loss: nodes, replicas, containers, edges, cold caches."""
        assessor = self.assessor  # compiles what the losses are read from
        del assessor
        system, gates = self.system, self.gates
        return [
            *outages.nodes(system, gates),
            *outages.replicas(system, gates),
            *outages.containers(system, gates),
            *outages.edges(system, gates),
            *outages.cold_caches(system),
        ]

    @cached_property
    def contingencies(self) -> tuple[list[Contingency], list[Effect]]:
        """The verdict on every single loss; fewer than `outages` where the budget ran out."""
        if self.assessor is None:
            return [], []
        return self.assessor.assess(self.outages, self.budget)

    # -- capacity counted -----------------------------------------------------------------------------

    @cached_property
    def carried(self) -> Availability | None:
        """Availability with capacity counted: as many replicas and pool members as the load needs, and
        nothing lost whose loss leaves others overloaded. None without loads."""
        if self.work is None or self.assessor is None:
            return None
        bounds = Bounds(self._replicas, self._members)
        roots = compile_roots(self.compiler, self._by_shard, self.clients, "chance", bounds)
        vital = self._vital()
        position: dict[int, int] = {}
        shares: list[dict[int, float]] = []
        for flow, own in enumerate(roots.shares):
            mapped: dict[int, float] = {}
            for root, share in own.items():
                gate = self.gates.all_of((roots.gates[root], *vital[flow]))
                place = position.setdefault(gate, len(position))
                mapped[place] = mapped.get(place, 0.0) + share
            shares.append(mapped)
        joined = Roots(tuple(position), tuple(shares))
        return assess(self.gates, joined, self.flow_weights, self.rates, self.budget)

    def _load(self, component: int) -> float:
        assert self.assessor is not None
        return 0.0 if component in self.consumers else self.assessor.base_load.get(component, 0.0)

    def _replicas(self, component: Component) -> int:
        """Replicas that the load needs, or as many as the document says."""
        if component.params.get("needed", "auto") not in (None, "auto"):
            return component.needed
        return max(1, math.ceil(self._load(component.index) * component.replicas - _EPS))

    def _members(self, _component: int, _op: str, _position: int, gate: Gate) -> int:
        """Members of a balanced pool that the load needs, whichever of them are lost."""
        if gate.policy is not Policy.BALANCE or gate.needed > 1 or len(gate.members) < 2:
            return gate.needed
        weights = [m.weight for m in gate.members]
        total = sum(weights)
        if total <= 0:
            return gate.needed
        for survivors in range(1, len(gate.members) + 1):
            if all(
                self._load(m.target) * total / (m.weight + sum(sorted(weights[:i] + weights[i + 1 :])[: survivors - 1]))
                <= 1 + _EPS
                for i, m in enumerate(gate.members)
                if m.weight > 0
            ):
                return survivors
        return len(gate.members)

    def _vital(self) -> list[list[int]]:
        """By flow the gates of nodes and containers whose loss leaves others of the flow's nodes overloaded."""
        assert self.work is not None
        found: list[list[int]] = [[] for _ in self.system.sources]
        _, effects = self.contingencies
        assert self.assessor is not None
        base = set(self.assessor.base_overload)
        for effect in effects:
            outage = effect.outage
            if outage.type not in ("node", "container") or not set(effect.overloaded) - base:
                continue
            for flow in range(len(found)):
                if effect.by_flow[flow] <= _EPS and self._visits(flow, set(effect.overloaded) - base):
                    if outage.container >= 0:
                        found[flow].append(self.gates.var(("box", outage.container)))
                    else:
                        names = ((("replica", outage.component, i)) for i in self._instances(outage.component))
                        found[flow].append(self.gates.any_of(self.gates.var(n) for n in names))
        return [[g for g in own if g != TRUE] for own in found]

    def _instances(self, component: int) -> range:
        return range(self.system.components[component].instances)

    def _visits(self, flow: int, components: set[int]) -> bool:
        assert self.work is not None
        return any(
            self.work.plain[p, flow] > 0 or not self.work.plain[p].any()
            for c in components
            for p in self.work.visited[c]
        )
