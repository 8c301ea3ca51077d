"""What a rule may ask about a system: its drawing, read by operation, and the figures of its report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter, itemgetter

from simulation.analysis.advice.changes import Changes
from simulation.analysis.findings.told import Told
from simulation.analysis.load.circles import Unstable
from simulation.analysis.load.loading import solve
from simulation.analysis.load.work import Work
from simulation.analysis.report import Contingency, NodeFigures, Report, Spof
from simulation.topology.catalogue.model import Role
from simulation.topology.document import Topology
from simulation.topology.system import Component, Container, Link, System
from simulation.topology.wiring import WRITE, Gate, Wiring

#: Containers that are whole sites.
SITES = ("datacenter", "region")


class Context:
    """A system with its wiring, and the report of tier A (None while only the drawing is known)."""

    def __init__(
        self, system: System, wiring: Wiring | None = None, report: Report | None = None, work: Work | None = None
    ) -> None:
        self.system = system
        self.wiring = wiring or Wiring(system)
        self._report = report
        self._work = work
        self.told = Told()

    @property
    def topology(self) -> Topology:
        return self.system.topology

    @cached_property
    def changes(self) -> Changes:
        """What can be done to the document."""
        return Changes(self.topology)

    @property
    def report(self) -> Report:
        """The figures; only rules of tier A may ask for them."""
        if self._report is None:
            raise LookupError("the figures are not computed: only the drawing is known")
        return self._report

    @property
    def has_figures(self) -> bool:
        return self._report is not None

    @cached_property
    def work(self) -> Work | None:
        """The load behind the figures; None where there is no finite one."""
        try:
            return self._work or solve(self.system, self.wiring)
        except Unstable:
            return None

    @cached_property
    def nodes(self) -> Mapping[str, NodeFigures]:
        """Figures by node id."""
        return {n.id: n for n in self.report.nodes}

    @cached_property
    def spofs(self) -> Mapping[str, Spof]:
        """Single points of failure among the components, by node id; a replica counts for its node, worst first."""
        found: dict[str, Spof] = {}
        for spof in self.report.spofs:
            if spof.type == "component":
                name = spof.component.partition("#")[0]
                if name not in found or spof.loss_share > found[name].loss_share:
                    found[name] = spof
        return found

    def of_kind(self, *kinds: str) -> Sequence[Component]:
        """Components of one of the kinds, in the document's order."""
        found = [self._by_kind[kind] for kind in kinds if kind in self._by_kind]
        return found[0] if len(found) == 1 else sorted(chain(*found), key=attrgetter("index"))

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Component]]:
        found: dict[str, list[Component]] = {}
        for component in self.system.components:
            found.setdefault(component.kind.id, []).append(component)
        return found

    def of_role(self, *roles: Role) -> Sequence[Component]:
        """Components of one of the roles, in the document's order."""
        return self.of_kind(*[kind for kind, members in self._by_kind.items() if members[0].kind.role in roles])

    def component(self, node: str) -> Component | None:
        """The component of that id, also when a replica of it is named (`web#2`)."""
        return self.system.component_by_id.get(node.partition("#")[0])

    def links(self, component: Component, kind: str) -> Iterator[Link]:
        """Links of one kind that leave the component."""
        return (link for link in self.system.outgoing[component.index] if link.kind.id == kind)

    def target(self, link: Link) -> Component:
        return self.system.components[link.target]

    def source(self, link: Link) -> Component:
        return self.system.components[link.source]

    def callees(self, component: Component) -> list[Component]:
        """What the component calls."""
        components = self.system.components
        return [components[link.target] for link in self.system.outgoing[component.index] if link.kind.id == "call"]

    def callers(self, component: Component) -> list[int]:
        """Numbers of what calls the component."""
        return [link.source for link in self.system.incoming[component.index] if link.kind.id == "call"]

    @cached_property
    def arriving(self) -> tuple[frozenset[str], ...]:
        """For each component the operations that reach it from some flow, by calls, publishing or consuming."""
        found: list[tuple[str, ...]] = [()] * len(self.system.components)
        for op, reached in self._ways.items():
            for component in reached:
                found[component] += (op,)
        alike = {ops: frozenset(ops) for ops in set(found)}
        return tuple([alike[ops] for ops in found])

    @property
    def _ways(self) -> Mapping[str, Mapping[int, tuple[Gate, ...]]]:
        """What each component that an operation reaches needs for it, by operation."""
        return self._walked[0]

    @cached_property
    def _walked(self) -> tuple[dict[str, dict[int, tuple[Gate, ...]]], list[tuple[int, Gate]]]:
        """The ways of all operations, and the pools on them with whose they are."""
        queues = {component.index for component in self.of_role(Role.QUEUE)}
        ways: dict[str, dict[int, tuple[Gate, ...]]] = {}
        pools: list[tuple[int, Gate]] = []
        for op in sorted(self._senders):
            found = ways[op] = dict.fromkeys(self._senders[op], ())
            waiting = list(found)
            for here in waiting:
                gates = found[here] = self.wiring.gates(here, op)
                for gate in gates:
                    members = gate.members
                    if len(members) > 1 or gate.needed > 1:
                        pools.append((here, gate))
                    for member in members:
                        if member.target not in found:
                            found[member.target] = ()
                            waiting.append(member.target)
                for link in self.wiring.consumers(here, op) if here in queues else ():
                    if link.target not in found:
                        found[link.target] = ()
                        waiting.append(link.target)
        return ways, pools

    @cached_property
    def _senders(self) -> Mapping[str, frozenset[int]]:
        """Clients by the operations that they send; while no flow is drawn yet, all of them read and write."""
        sources = self.system.sources
        if not sources:
            clients = frozenset(c.index for c in self.of_kind("client"))
            return dict.fromkeys(("read", WRITE), clients)
        return {op: frozenset(s.client for s in sources if s.mix.get(op, 0.0) > 0) for op in self.system.operations}

    def gates(self, component: Component) -> list[tuple[str, Gate]]:
        """What the component needs for each operation that reaches it."""
        return [(op, gate) for op, reached in self._ways.items() for gate in reached.get(component.index, ())]

    @cached_property
    def _alternatives(self) -> frozenset[int]:
        """Components that some gate could do without, since another member takes over."""
        return frozenset(
            member.target for _, gate in self.pools if gate.needed < len(gate.members) for member in gate.members
        )

    @cached_property
    def pools(self) -> list[tuple[Component, Gate]]:
        """What components need of several, or more than one of, for each operation that reaches them."""
        found = sorted(self._walked[1], key=itemgetter(0))
        return [(self.system.components[component], gate) for component, gate in found]

    def has_alternative(self, component: Component) -> bool:
        """Whether another node can take the component's place somewhere."""
        return component.index in self._alternatives

    def synchronous(self) -> Iterator[Component]:
        """Components that a user waits for, in the document's order."""
        return (c for c in self.system.components if c.index in self._waited_for)

    def waited_for(self, flow: str) -> Iterator[Component]:
        """Components that the users of one flow wait for."""
        (source,) = (s for s in self.system.sources if s.id == flow)
        found = [self._called(op, [source.client]) for op, share in source.mix.items() if share > 0]
        return (self.system.components[i] for i in sorted(set().union(*found)))

    @cached_property
    def _waited_for(self) -> frozenset[int]:
        if not self.of_edge_kind("publish") and not self.of_edge_kind("consume"):
            return frozenset([component for component, ops in enumerate(self.arriving) if ops])
        return frozenset().union(*(self._called(op, clients) for op, clients in self._senders.items()))

    def _called(self, op: str, clients: Iterable[int]) -> set[int]:
        """Components that an operation of clients reaches by calls."""
        found = set(clients)
        waiting = list(found)
        while waiting:
            for gate in self.wiring.gates(waiting.pop(), op):
                following = {member.target for member in gate.members} - found if not gate.publish else set()
                found |= following
                waiting += following
        return found

    @cached_property
    def named_operations(self) -> frozenset[str]:
        """Operations that some edge says it carries."""
        return frozenset([op for link in self.system.links for op in link.params.get("ops") or ()])

    def of_edge_kind(self, kind: str) -> Sequence[Link]:
        """Edges of one kind, in the document's order."""
        return self._by_edge_kind.get(kind, ())

    @cached_property
    def _by_edge_kind(self) -> Mapping[str, list[Link]]:
        found: dict[str, list[Link]] = {}
        for link in self.system.links:
            found.setdefault(link.kind.id, []).append(link)
        return found

    def is_replicated(self, component: Component) -> bool:
        """Whether a copy of its data is kept on another node."""
        return component.index in self._replicated

    @cached_property
    def _replicated(self) -> frozenset[int]:
        return frozenset(c for link in self.copying for c in (link.source, link.target))

    @property
    def copying(self) -> Sequence[Link]:
        """The edges from primaries to their copies."""
        return self.of_edge_kind("replicate")

    def containers_of(self, component: Component, *kinds: str) -> frozenset[str]:
        """Containers of one of the kinds that some instance of the component is in."""
        boxes = self.system.containers
        return frozenset([boxes[i].id for i in component.boxes if boxes[i].kind.id in kinds])

    def members(self, container: Container) -> list[Component]:
        """Components with an instance in the container."""
        return self._members.get(container.index, [])

    @cached_property
    def _members(self) -> Mapping[int, list[Component]]:
        found: dict[int, list[Component]] = {}
        for component in self.system.components:
            for box in component.boxes:
                found.setdefault(box, []).append(component)
        return found

    @cached_property
    def _overloading(self) -> list[Contingency]:
        return [contingency for contingency in self.report.contingencies if contingency.overloaded]

    @cached_property
    def overloads(self) -> list[tuple[Contingency, str, float]]:
        """Every (contingency, node, utilization) where a single loss overloads a node that carries its load today."""
        return [
            (contingency, over.node, over.utilization)
            for contingency in self._overloading
            for over in contingency.overloaded
            if over.utilization is not None and over.utilization > 1 and not self._is_overloaded(over.node)
        ]

    def _is_overloaded(self, node: str) -> bool:
        figures = self.nodes.get(node)
        return figures is not None and figures.utilization is not None and figures.utilization > 1

    def endless(self) -> Iterator[tuple[Contingency, list[str]]]:
        """Every loss after which calls multiply in a circle, and the nodes that have no finite load then."""
        for contingency in self._overloading:
            nodes = [over.node for over in contingency.overloaded if over.utilization is None]
            if nodes:
                yield contingency, nodes

    def cache_of(self, contingency: Contingency) -> str | None:
        """The cache that the contingency takes away or empties, be it by an edge to it; None of any other loss: a store
        without its cache is another matter."""
        edge = self._link_by_id.get(contingency.outage) if contingency.type == "edge" else None
        component = self.component(contingency.outage) if edge is None else self.target(edge)
        return component.id if component is not None and component.kind.id == "cache" else None

    @cached_property
    def _link_by_id(self) -> Mapping[str, Link]:
        return {link.id: link for link in self.system.links}

    def offered_rps(self) -> float:
        return sum(s.rate_rps for s in self.system.sources)
