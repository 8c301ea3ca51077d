"""A document resolved against the catalogue: every param has its value, every replica its containers.

Both engines compile from a `System`; neither looks back at the document. Build one with `resolve`
from a document that `validation` accepts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from simulation.topology.catalogue import EDGE_KINDS, KINDS, default_edge_kind
from simulation.topology.catalogue.caching import CONTENT_PARAMS
from simulation.topology.catalogue.model import EdgeKind, Kind, Param, Role
from simulation.topology.document import Edge, Flow, Node, Topology

T = TypeVar("T")

DEFAULT_MIX: Mapping[str, float] = {"read": 1.0}


@dataclass(frozen=True, slots=True)
class Container:
    """A failure domain. `ancestors` are indices into `System.containers`, itself first, outermost last."""

    index: int
    id: str
    kind: Kind
    params: Mapping[str, Any]
    given: frozenset[str]
    ancestors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A node that is no container.

    It has `shards` key ranges with `replicas` instances each. `domains` holds, for each of its
    `instances`, the containers that take it along. `given` names the params that the document states;
    all others are catalogue defaults.
    """

    index: int
    id: str
    kind: Kind
    params: Mapping[str, Any]
    given: frozenset[str]
    replicas: int
    shards: int
    domains: tuple[tuple[int, ...], ...]

    @property
    def instances(self) -> int:
        """All instances; instance i (from 0) serves shard i // replicas and is written `id#(i + 1)`."""
        return self.replicas * self.shards

    @property
    def needed(self) -> int:
        """Replicas a shard needs in the structural figures (`auto` is one)."""
        value = self.params.get("needed", "auto")
        return 1 if value in (None, "auto") else int(value)

    @property
    def common_cause_share(self) -> float:
        """Share of a replica's failures that take all of them at once; 0 where there is only one."""
        return float(self.params.get("common_cause_share") or 0.0) if self.instances > 1 else 0.0

    @property
    def holds_slot(self) -> bool:
        """Whether a slot is held while its request waits for what it calls; a worker always holds its own."""
        return bool(self.params.get("holds_slot", self.kind.id == "worker"))

    def time_ms(self, op: str) -> float:
        """Mean service time of the operation in milliseconds; 0 where the kind has no station."""
        if self.kind.station is None:
            return 0.0
        times = self.kind.station.time
        return float(self.params[times.get(op, times[""])] or 0.0)

    @property
    def slots(self) -> int | None:
        """Slots of one instance; None for a pure delay."""
        station = self.kind.station
        return None if station is None or station.slots is None else int(self.params[station.slots])


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two components, by their indices."""

    index: int
    id: str
    source: int
    target: int
    kind: EdgeKind
    params: Mapping[str, Any]
    given: frozenset[str]

    def carries(self, op: str) -> bool:
        """Whether requests of this operation take the edge by its `ops`."""
        ops = self.params.get("ops")
        return not ops or op in ops


@dataclass(frozen=True, slots=True)
class Source:
    """A flow: `mix` and `regions` are shares that sum to 1 (`regions` may be empty: no home region)."""

    index: int
    id: str
    client: int
    rate_rps: float
    mix: Mapping[str, float]
    regions: Mapping[str, float]
    flow: Flow


@dataclass(frozen=True)
class System:
    """A whole resolved topology. Indices are positions in these tuples, in the document's order.

    After an edit the tuples may have gaps (`resolve`): iteration passes them over, `len` counts them.
    """

    topology: Topology
    components: tuple[Component, ...]
    containers: tuple[Container, ...]
    links: tuple[Link, ...]
    sources: tuple[Source, ...]

    @cached_property
    def component_by_id(self) -> Mapping[str, Component]:
        return {c.id: c for c in self.components}

    @cached_property
    def container_by_id(self) -> Mapping[str, Container]:
        return {c.id: c for c in self.containers}

    @cached_property
    def outgoing(self) -> tuple[tuple[Link, ...], ...]:
        """Links by source component."""
        found: list[list[Link]] = [[] for _ in range(len(self.components))]
        for link in self.links:
            found[link.source].append(link)
        return tuple(tuple(f) for f in found)

    @cached_property
    def incoming(self) -> tuple[tuple[Link, ...], ...]:
        """Links by target component."""
        found: list[list[Link]] = [[] for _ in range(len(self.components))]
        for link in self.links:
            found[link.target].append(link)
        return tuple(tuple(f) for f in found)

    @cached_property
    def responses(self) -> frozenset[int]:
        """Call links that are only the way back of another: of two opposite arrows that say nothing of operations,
        the one that leads towards the clients, unless it states anything about itself.

        Routers that point at each other are a mesh: either may hand a request on to the other.
        """
        plain = {
            (link.source, link.target): link
            for link in self.links
            if link.kind.id == "call" and not link.params.get("ops")
        }
        pairs = [(link, plain[back, front]) for (front, back), link in plain.items() if (back, front) in plain]
        if not pairs:
            return frozenset()
        far = self._steps_from_clients()
        nowhere = len(self.components)
        return frozenset(
            back.index
            for front, back in pairs
            if not back.given
            and far.get(front.source, nowhere) < far.get(back.source, nowhere)
            and not (self.components[front.source].kind.is_router and self.components[back.source].kind.is_router)
        )

    def _steps_from_clients(self) -> dict[int, int]:
        """How many calls each component is away from the nearest client."""
        here = sorted({source.client for source in self.sources})
        found = dict.fromkeys(here, 0)
        while here:
            there = dict.fromkeys(
                link.target
                for component in here
                for link in self.outgoing[component]
                if link.kind.id in ("call", "publish", "consume") and link.target not in found
            )
            found |= dict.fromkeys(there, found[here[0]] + 1)
            here = list(there)
        return found

    @cached_property
    def operations(self) -> tuple[str, ...]:
        """Every operation that some flow sends, sorted."""
        return tuple(sorted({op for s in self.sources for op in s.mix}))


def filled(params: tuple[Param, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values, and the defaults of all others; records are filled member by member."""
    values, records = _template(params)
    values = values.copy()
    for name, value in given.items():
        if name in values:
            fields = records.get(name)
            values[name] = filled(fields, value) if fields is not None and isinstance(value, Mapping) else value
    return values


_Template = tuple[dict[str, Any], dict[str, tuple[Param, ...]]]
_templates: dict[int, tuple[tuple[Param, ...], _Template]] = {}


def _template(params: tuple[Param, ...]) -> _Template:
    """The defaults of a kind's params, and the members of those that are records."""
    known = _templates.get(id(params))
    if known is None:
        records = {p.name: p.fields for p in params if p.type == "record"}
        values = {p.name: p.default for p in params}
        values |= {n: filled(f, values[n]) for n, f in records.items() if isinstance(values[n], Mapping)}
        known = _templates[id(params)] = params, (values, records)  # what is kept keeps its id
    return known[1]


def resolve(topology: Topology, before: System | None = None) -> System:
    """The system that a valid document describes.

    With the system of the document `before` an edit, what has not changed is taken from there and keeps its
    number; what was removed leaves a gap. Where that cannot be (another order, new containers, many gaps) all
    is numbered anew. Raises KeyError on a document that `validation.check` would refuse.
    """
    if before is not None:
        with suppress(_OutOfOrder):
            return _Resolver(topology, before).system()
    return _Resolver(topology, None).system()


#: Gaps in the numbers beyond which everything is numbered anew.
_GAPS = 64


class _OutOfOrder(Exception):
    """The numbers of before cannot be kept."""


class Numbered(tuple[T, ...]):
    """Things by number, some of them removed: those are passed over."""

    def __iter__(self) -> Iterator[T]:
        return filter(None, super().__iter__())


def _numbered(things: list[T | None]) -> tuple[T, ...]:
    return Numbered(things) if None in things else tuple(things)  # type: ignore[arg-type]


class _Resolver:
    """Resolves one document, beside the system before the edit if there is one."""

    def __init__(self, topology: Topology, before: System | None) -> None:
        self.topology = topology
        self.before = before
        self.nodes = {node.id: node for node in topology.nodes}
        boxes = [n for n in topology.nodes if KINDS[n.kind].is_container]
        self.box_index = {n.id: i for i, n in enumerate(boxes)}
        self.old_nodes = {n.id: n for n in before.topology.nodes} if before is not None else {}
        self.old_edges = {e.id: e for e in before.topology.edges} if before is not None else {}
        self.are_boxes_kept = before is not None and [b.id for b in before.containers] == [n.id for n in boxes]
        self.are_places_kept = self.are_boxes_kept and all(_is_same_node(n, self.old_nodes[n.id]) for n in boxes)
        self.containers = tuple(
            before.containers[i]
            if before is not None and self.are_places_kept
            else Container(
                i, n.id, KINDS[n.kind], filled(KINDS[n.kind].params, n.params), frozenset(n.params), self.chain(n.id)
            )
            for i, n in enumerate(boxes)
        )

    def chain(self, box_id: str | None) -> tuple[int, ...]:
        """The containers around something, the innermost first."""
        found: list[int] = []
        while box_id is not None:
            found.append(self.box_index[box_id])
            box_id = self.nodes[box_id].parent
        return tuple(found)

    def system(self) -> System:
        """The whole. Raises _OutOfOrder."""
        before = self.before
        if before is not None and not self.are_boxes_kept:
            raise _OutOfOrder
        nodes = [n for n in self.topology.nodes if not KINDS[n.kind].is_container]
        old = {} if before is None else before.component_by_id
        places = _numbers(
            [n.id for n in nodes], {id: c.index for id, c in old.items()}, before.components if before else None
        )
        components: list[Component | None] = [None] * (max(places, default=-1) + 1)
        for number, node in zip(places, nodes, strict=True):
            known = old.get(node.id)
            is_kept = known is not None and self.are_places_kept and _is_same_node(node, self.old_nodes[node.id])
            made = known if is_kept else self.component(number, node)
            components[number] = known if known == made else made
        index = {n.id: place for n, place in zip(nodes, places, strict=True)}

        edges = self.topology.edges
        links_before = {} if before is None else {link.id: link for link in before.links}
        spots = _numbers(
            [e.id for e in edges], {id: x.index for id, x in links_before.items()}, before.links if before else None
        )
        links: list[Link | None] = [None] * (max(spots, default=-1) + 1)
        for number, edge in zip(spots, edges, strict=True):
            source, target = components[index[edge.source]], components[index[edge.target]]
            assert source is not None
            assert target is not None
            link = links_before.get(edge.id)
            is_kept = (
                link is not None
                and before is not None
                and _is_same_edge(edge, self.old_edges[edge.id])
                and (link.source, link.target) == (source.index, target.index)
                and before.components[link.source].kind is source.kind
                and before.components[link.target].kind is target.kind
            )
            links[number] = link if is_kept else _link(number, edge, source, target)

        sources = tuple(
            Source(i, f.id, index[f.source], f.rate_rps, f.mix or DEFAULT_MIX, f.regions, f)
            for i, f in enumerate(self.topology.flows)
        )
        return System(self.topology, _numbered(components), self.containers, _numbered(links), sources)

    def component(self, number: int, node: Node) -> Component:
        """One node that is no container."""
        kind = KINDS[node.kind]
        params = filled(kind.params, node.params)
        if "hit_ratio" not in node.params and not CONTENT_PARAMS.isdisjoint(node.params):
            params["hit_ratio"] = None
        shards = int(params.get("shards") or 1)
        own = self.chain(node.parent)
        places = [tuple(dict.fromkeys((*self.chain(box), *own))) for box in node.spread] or [own]
        domains = tuple(places[i % node.replicas % len(places)] for i in range(node.replicas * shards))
        return Component(number, node.id, kind, params, frozenset(node.params), node.replicas, shards, domains)


def _link(number: int, edge: Edge, source: Component, target: Component) -> Link:
    kind = EDGE_KINDS[edge.kind or default_edge_kind(source.kind, target.kind)]
    values = filled(kind.params, edge.params)
    if kind.id == "call" and values["required"] is None:
        values["required"] = target.kind.role is not Role.CACHE
    return Link(number, edge.id, source.index, target.index, kind, values, frozenset(edge.params))


def _numbers(ids: list[str], before: Mapping[str, int], taken: Sequence[object] | None) -> Sequence[int]:
    """A number for each id, ascending: that of before, or the next one. Raises _OutOfOrder."""
    if taken is None:
        return range(len(ids))
    found: list[int] = []
    following = len(taken)
    for id in ids:
        number = before.get(id)
        if number is None:
            number, following = following, following + 1
        if found and number <= found[-1]:
            raise _OutOfOrder
        found.append(number)
    if following - len(ids) > _GAPS:
        raise _OutOfOrder
    return found


def _is_same_node(node: Node, old: Node) -> bool:
    """Whether nothing but looks has changed."""
    return node is old or (
        node.kind == old.kind
        and node.params == old.params
        and node.replicas == old.replicas
        and node.parent == old.parent
        and node.spread == old.spread
    )


def _is_same_edge(edge: Edge, old: Edge) -> bool:
    return edge is old or edge == old
