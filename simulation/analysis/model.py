"""Everything that was compiled and computed about one document, for the readers of it.

A `Model` is built once a document; its parts are computed when they are first read and then kept.
Findings, advice and the report read it.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from simulation.analysis import stages
from simulation.analysis.budget import Budget
from simulation.analysis.difference import Difference
from simulation.analysis.load import free_routing
from simulation.analysis.load.circles import Unstable
from simulation.analysis.load.loading import solve
from simulation.analysis.load.routing import Routing, is_placed_alike
from simulation.analysis.load.work import Work
from simulation.analysis.losses import outages, spofs
from simulation.analysis.losses.contingencies import Assessor
from simulation.analysis.losses.demand import Demand
from simulation.analysis.losses.effects import Effect
from simulation.analysis.losses.moving import Effects
from simulation.analysis.losses.shares import Losses, Singles, single_losses
from simulation.analysis.losses.spofs import Found
from simulation.analysis.report import Assumption, Contingency, CutSetList, Importance, NodeFigures, Spof
from simulation.analysis.success.availability import Availability, Rates, assess, importances, unavailabilities
from simulation.analysis.success.chances import Chances
from simulation.analysis.success.circuit import Circuit
from simulation.analysis.success.classes import FlowClass, Roots, Settled, compile_roots, flow_classes, roots_when_cold
from simulation.analysis.success.compile import Compiler
from simulation.analysis.success.cuts import CutSets
from simulation.analysis.success.falling import Falling
from simulation.analysis.success.gates import FALSE, Gates
from simulation.analysis.success.kills import KillSets
from simulation.analysis.success.reliability import Rate
from simulation.analysis.success.states import knows_seldom_calls
from simulation.analysis.time.timing import Timing
from simulation.topology.document import Topology
from simulation.topology.resolving import resolve
from simulation.topology.system import Link, System
from simulation.topology.wiring import Wiring

#: An edit of more than one in so many components, if these are many, is a new document.
_SHARE, _FEW = 4, 16


@dataclass
class Edit:
    """The model before an edit, and what the edit reaches."""

    before: "Model"
    difference: Difference

    @property
    def is_placed_alike(self) -> bool:
        """Whether containers, and where users are, have not changed."""
        return is_placed_alike(self.before.system, self.difference.now)


def _kind(hit_ratio: float | None) -> int:
    """Whether a cache never, sometimes or always hits."""
    return 0 if not hit_ratio else 1 if hit_ratio < 1 else 2


@dataclass
class Model:
    """One document, compiled. Shares of all traffic weigh the flows by their rates.

    What the model `before` an edit knows is handed on, and grows; a model `apart` leaves it as it is.
    """

    topology: Topology
    budget: Budget = field(default_factory=Budget)
    before: "Model | None" = None
    circuit: Circuit | None = None
    apart: bool = False

    @cached_property
    def system(self) -> System:
        return resolve(self.topology, None if self.before is None else self.before.system)

    @cached_property
    def _difference(self) -> Difference | None:
        """What has changed since the model before."""
        return None if self.before is None else Difference(self.before.system, self.system)

    @cached_property
    def edit(self) -> "Edit | None":
        """What is known of the document before an edit; None where too little of it is left."""
        before, difference = self.before, self._difference
        self.before = None
        if before is None or difference is None:
            return None
        most = len(self.system.components) // _SHARE
        return Edit(before, difference) if len(difference.components) <= max(most, _FEW) else None

    def keep(self) -> None:
        """Take over the stages that an edit has not touched at all."""
        edit = self.edit
        if edit is None:
            return
        names = stages.kept(edit.before.system, self.system, edit.difference)
        if self.apart:
            names = tuple([name for name in names if name != "_rates"])  # they grow with the gates
        own, known = self.__dict__, edit.before.__dict__
        if names and ("work" in names or self.chances.of_sources == edit.before.chances.of_sources):
            own.update({name: known[name] for name in names if name in known})
            if (timing := own.get("timing")) is not None:
                timing.begin(self.budget)

    @property
    def is_as_before(self) -> bool:
        """Whether an edit changed looks only: names, notes, positions."""
        before = self.before
        if before is None:
            return False
        old, new = before.system, self.system
        return (
            len(old.components) == len(new.components)
            and len(old.links) == len(new.links)
            and old.containers == new.containers
            and before.topology.flows == self.topology.flows
            and self._difference is not None
            and not self._difference.components
            and not self._difference.links
        )

    def look(self, topology: Topology) -> None:
        """Take the looks of a document that is otherwise the same."""
        self.topology = topology
        self.system = replace(self.system, topology=topology)

    @cached_property
    def wiring(self) -> Wiring:
        edit = self.edit
        return Wiring(self.system, edit.before.wiring, edit.difference.wiring) if edit else Wiring(self.system)

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
    def work(self) -> Work | None:
        """Loads at the offered rates; None where a cycle multiplies its own calls without end."""
        try:
            kept = self.edit and self.edit.before.work
            if not kept or not self.edit:
                return solve(self.system, self.wiring)
            return solve(self.system, self.wiring, kept, self.edit.difference.wiring)
        except Unstable:
            return None

    @cached_property
    def has_free_pool(self) -> bool:
        """Whether some pool's requests could be split otherwise."""
        return self.work is not None and free_routing.has_free_pool(self.work)

    @cached_property
    def timing(self) -> Timing | None:
        """Times at the offered load; None without loads or where calls run in a circle."""
        if self.work is None or not self.work.order:
            return None
        timing = Timing(self.work, self.budget)
        edit = self.edit
        if edit is not None and edit.before.timing is not None and edit.is_placed_alike:
            timing.keep(edit.before.timing, self._moved, edit.difference.above)
        return timing

    @cached_property
    def _moved(self) -> frozenset[int]:
        """Components that an edit has changed, or that are visited at other rates or send their requests elsewhere."""
        edit = self.edit
        assert edit is not None
        assert self.work is not None
        assert edit.before.work is not None
        return edit.difference.rewired(edit.before.wiring, self.wiring) | self.work.moved(edit.before.work)

    @cached_property
    def consumers(self) -> frozenset[int]:
        """Components that take messages out of a queue: behind them nobody waits."""
        return frozenset(link.target for link in self.system.links if link.kind.id == "consume")

    @cached_property
    def assumed(self) -> dict[int, list[Assumption]]:
        """Defaults that figures of components lean on, as far as they were asked for."""
        edit = self.edit
        if edit is None or self.work is None or edit.before.work is None:
            return {}
        old, new = edit.before.work.visited, self.work.visited
        near = edit.difference.near | edit.difference.callers(edit.difference.near)  # what is called has a say
        return {
            c: known
            for c, known in edit.before.assumed.items()
            if c not in near and c < len(new) and bool(old[c]) == bool(new[c])
        }

    @cached_property
    def assumed_of_links(self) -> dict[int, list[Assumption]]:
        """The same of the edges that carry any requests."""
        edit = self.edit
        if edit is None or self.work is None or edit.before.work is None:
            return {}
        near, links, before = edit.difference.near, self.system.links, edit.before.system.links
        carrying = self.work.link_rate
        return {
            n: known
            for n, known in edit.before.assumed_of_links.items()
            if n < len(links)
            and (link := links[n]) is before[n]
            and link.source not in near
            and link.target not in near
            and carrying.get(n, 0.0) > 0
        }

    @cached_property
    def figured(self) -> dict[int, NodeFigures]:
        """Figures of nodes without their importance, as far as they were asked for and nothing is missing."""
        edit = self.edit
        if edit is None or self.timing is None or edit.before.timing is None or not edit.is_placed_alike:
            return {}
        is_kept = self.timing is edit.before.timing
        reached = frozenset() if is_kept else self.timing.reached
        if reached is None:
            return {}
        other = reached | edit.difference.near | self.consumers | edit.before.consumers
        return {c: known for c, known in edit.before.figured.items() if c not in other}

    # -- success --------------------------------------------------------------------------------------

    @cached_property
    def gates(self) -> Gates:
        if self.edit is None:
            return Gates()
        gates = self.edit.before.gates
        return gates.copy() if self.apart and "compiler" not in self.__dict__ else gates

    @cached_property
    def hits(self) -> dict[int, float]:
        """Hit ratio of every cache and CDN; where there is no load to compute one from, those that are stated."""
        if self.work is not None:
            return dict(self.work.routing.hits)
        stated = ((c.index, c.params.get("hit_ratio")) for c in self.system.components)
        return {index: float(ratio) for index, ratio in stated if ratio is not None}

    @cached_property
    def chances(self) -> Chances:
        """How likely every stroke of luck is."""
        work = self.work
        routing = work.routing if work is not None else Routing(self.system, self.wiring, self.hits)
        return Chances(self.compiler, routing, self.system.sources, self.hits)

    @cached_property
    def compiler(self) -> Compiler:
        edit, limit = self.edit, self.budget.gates
        if edit is None:
            return Compiler(self.system, self.wiring, self.gates, self.hits, limit)
        before = edit.before
        if knows_seldom_calls(before.system) != knows_seldom_calls(self.system):
            return Compiler(self.system, self.wiring, self.gates, self.hits, limit)
        turned = {c for c in {*self.hits, *before.hits} if _kind(self.hits.get(c)) != _kind(before.hits.get(c))}
        dirty = edit.difference.above(edit.difference.wiring | turned)
        after = Compiler(self.system, self.wiring, self.gates, self.hits, limit, before.compiler, dirty)
        if after.states.alike != before.compiler.states.alike:
            return Compiler(self.system, self.wiring, self.gates, self.hits, limit)
        return after

    @cached_property
    def _classes(self) -> tuple[list[FlowClass], list[Settled]]:
        classes: list[FlowClass] = []
        worst: list[Settled] = []
        for source in self.system.sources:
            found, given_up = flow_classes(self.compiler, source, self.chances)
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
    def states(self) -> set[tuple[int, str]]:
        """Components, with the operations that reach them and are waited for."""
        return self.compiler.states.below(
            (s.client, op) for s in self.system.sources for op, part in s.mix.items() if part > 0
        )

    @cached_property
    def needed_by_some(self) -> set[str]:
        """Ids of components that can fail and that a request may ask something of before it is answered."""
        found = {component for component, _ in self.states}
        publishers = {link.source for link in self.system.links if link.kind.id == "publish"}
        for component, op in self.states if publishers else ():
            for gate in self.wiring.gates(component, op) if component in publishers else ():
                if gate.publish:
                    found.update([member.target for member in gate.members])
        if self._copies:
            found.update([link.target for link in self._copies if link.source in found])
        return {self.system.components[c].id for c in found if self.system.components[c].kind.can_fail}

    @cached_property
    def _copies(self) -> list[Link]:
        return [link for link in self.system.links if link.kind.id == "replicate"]

    @cached_property
    def _by_shard(self) -> list[FlowClass]:
        """Classes that differ by shard only."""
        return [
            c
            for source in self.system.sources
            for c in flow_classes(self.compiler, source, self.chances, with_luck=False)[0]
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
    def kills(self) -> KillSets:
        """What each single loss makes false."""
        if self.edit is None:
            return KillSets(self.gates)
        known = self.edit.before.kills
        return known if self.gates is self.edit.before.gates else known.copy(self.gates)

    @cached_property
    def falling(self) -> Falling:
        """What of `roots` falls when something fails."""
        before: Falling | None = None if self.edit is None else self.edit.before.__dict__.get("falling")
        if before is None or before.gates is not self.gates:
            return Falling(self.gates, self.roots.gates)
        before.follow(self.roots.gates)
        return before

    @cached_property
    def _rates(self) -> Rates:
        edit = self.edit
        if edit is None or edit.before.system.containers != self.system.containers:
            return Rates(self.system, self.gates, self.chances.by_name)
        return Rates(self.system, self.gates, self.chances.by_name, edit.before._rates, self._failing_otherwise(edit))

    def _failing_otherwise(self, edit: Edit) -> set[str]:
        """Ids of components that may fail at other rates than before the edit, or answer from a cache."""
        now, before = self.chances.by_name, edit.before.chances.by_name
        systems = edit.before.system, self.system
        near = [s.components[n] for s in systems for n in edit.difference.near if n < len(s.components)]
        found = {component.id for component in near if component is not None}
        return found.union([str(name[1]) for name in now.keys() | before.keys() if now.get(name) != before.get(name)])

    @property
    def rates(self) -> list[Rate]:
        """How often each variable of the gates fails."""
        return self._rates.all()

    def _circuit(self) -> Circuit:
        """The circuit of the gates as they are now."""
        perfect = [rate.q == 0.0 for rate in self.rates]
        known = self.circuit or (self.edit and self.edit.before.circuit)
        if known and self.edit and known.gates is self.edit.before.gates is not self.gates:
            known = known.copy(self.gates)
        if not known or known.gates is not self.gates or known.perfect != perfect[: len(known.perfect)]:
            known = Circuit(self.gates, perfect)
        known.perfect = perfect
        self.circuit = known
        return known

    @cached_property
    def spofs(self) -> list[Spof]:
        """Every single point of failure, the most harmful first."""
        return spofs.ranked(self._spofs)

    @cached_property
    def _spofs(self) -> Found:
        before = {} if self.edit is None else self.edit.before._spofs
        return spofs.find(self.system, self.wiring, self.outages, self.losses, self.inside, before)

    @cached_property
    def part_names(self) -> dict[int, str]:
        """What the report calls the parts that variables stand for, as far as it was asked."""
        edit = self.edit
        if edit is None:
            return {}
        found = edit.before.part_names.copy()
        both = [(s, n) for s in (edit.before.system, self.system) for n in edit.difference.components]
        changed = [s.components[n] for s, n in both if n < len(s.components) and s.components[n] is not None]
        for name in [name for component in changed for name in outages.replica_names(component)]:
            if (variable := self.gates.index_of(name)) is not None:
                found.pop(variable, None)
        return found

    @cached_property
    def lost_with(self) -> dict[frozenset[int], float]:
        """Share of all traffic that is lost when all variables of a cut set fail, as far as it was asked for."""
        return {}

    @cached_property
    def cut_lists(self) -> dict[int, CutSetList]:
        """Named cut sets by the order that was asked for, as far as they were."""
        return {}

    @cached_property
    def cuts(self) -> dict[int, CutSets]:
        """Cut sets that were found, by their greatest order."""
        if self.edit is None:
            return {}
        known = self.edit.before.cuts
        if self.gates is self.edit.before.gates:
            return known
        return {order: reader.copy(self.gates) for order, reader in known.items()}

    def forget(self) -> None:
        """Let go of what was before the edit, once everything that is wanted has been read."""
        if self.edit is not None:
            self.circuit = self.circuit or self.edit.before.circuit
            self.__dict__.update(wiring=self.wiring, gates=self.gates, kills=self.kills, cuts=self.cuts)  # for the next
        self.__dict__["edit"] = self.__dict__["_difference"] = None
        if self.timing is not None:
            self.timing.shrink()

    @cached_property
    def availability(self) -> Availability:
        """Structural: `needed` as given, else one."""
        roots = compile_roots(self.compiler, self._by_shard, self.clients, "chance")
        return assess(self._circuit(), roots, self.flow_weights, self.rates, self.budget)

    @cached_property
    def importances(self) -> dict[int, Importance]:
        """What each variable means to all traffic; nothing where that was sampled."""
        found = self.availability if self.system.sources else None
        if found is None or found.birnbaum is None:
            return {}
        return importances(self.gates, found.birnbaum, self.rates, found.of_all)

    # -- losses ---------------------------------------------------------------------------------------

    @cached_property
    def assessor(self) -> Assessor | None:
        """Assesses losses; None without loads."""
        if self.work is None:
            return None
        roots = self.roots, self.full_roots
        edit = self.edit
        known = None if edit is None or edit.before.assessor is None else edit.before.assessor.effects
        when_cold = partial(roots_when_cold, self.compiler, self.classes, self.clients)
        made = Effects(self.compiler, self.work, *roots, self.kills, self.flow_weights, self.inside, when_cold, known)
        if edit is not None and known is not None and edit.is_placed_alike:
            before = edit.before
            made.keep(before.outages, before.contingencies[1], before.losses, known, self._moved)
        return Assessor(made)

    @cached_property
    def inside(self) -> outages.Inside:
        """What is in each container."""
        return outages.inside(self.system)

    @cached_property
    def _outages(self) -> outages.Outages:
        before = None if self.edit is None else self.edit.before._outages
        return outages.Outages(self.system, self.inside, before)

    @property
    def outages(self) -> "list[outages.Outage]":
        """Every single loss: nodes, replicas, containers, edges, cold caches."""
        return self._outages.all

    @cached_property
    def singles(self) -> Singles:
        """Every single loss beside what it makes false."""
        return Singles(self.kills, self.outages)

    @cached_property
    def losses(self) -> Losses:
        """What every single loss takes of each flow."""
        return single_losses(self.singles, self.roots, self.flow_weights)

    @cached_property
    def contingencies(self) -> tuple[list[Contingency], list[Effect]]:
        """The verdict on every single loss; fewer than `outages` where the budget ran out."""
        if self.assessor is None:
            return [], []
        return self.assessor.singles(self.singles, self.losses, self.budget)

    # -- capacity counted -----------------------------------------------------------------------------

    @cached_property
    def carried(self) -> tuple[list[float], str] | None:
        """Unavailability of each flow with capacity counted: as many replicas and pool members as the load needs,
        and nothing lost whose loss leaves others overloaded; and who answered. None without loads."""
        if self.work is None or self.assessor is None:
            return None
        return unavailabilities(self._circuit(), self.carried_roots, self.flow_weights, self.rates, self.budget)

    @cached_property
    def carried_roots(self) -> Roots:
        """`served` with what the load asks for, and with nothing lost that leaves others overloaded."""
        assert self.work is not None
        assert self.assessor is not None
        demand = Demand(self.work, self.assessor.effects.base_load, self.consumers)
        roots = compile_roots(self.compiler, self._by_shard, self.clients, "chance", demand.bounds(self.states))
        vital = demand.vital(self.contingencies[1], set(self.assessor.effects.base_overload), self.gates)
        position: dict[int, int] = {}
        shares: list[dict[int, float]] = []
        for flow, own in enumerate(roots.shares):
            mapped: dict[int, float] = {}
            for root, share in own.items():
                gate = self.gates.all_of((roots.gates[root], *vital[flow]))
                place = position.setdefault(gate, len(position))
                mapped[place] = mapped.get(place, 0.0) + share
            shares.append(mapped)
        return Roots(tuple(position), tuple(shares))
