"""From a document to its system: every param filled in, every element numbered.

After an edit what has not changed keeps its number and stays the same object, so that whoever kept something about it
knows it again.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from simulation.topology.catalogue import EDGE_KINDS, KINDS, default_edge_kind
from simulation.topology.catalogue.caching import CONTENT_PARAMS
from simulation.topology.catalogue.model import Param, Role
from simulation.topology.document import Edge, Node, Topology
from simulation.topology.system import Component, Container, Link, Source, System

T = TypeVar("T")

DEFAULT_MIX: Mapping[str, float] = {"read": 1.0}


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
        if self.before is not None and not self.are_boxes_kept:
            raise _OutOfOrder
        components = self.components()
        index = {c.id: c.index for c in components if c is not None}
        sources = tuple(
            Source(i, f.id, index[f.source], f.rate_rps, f.mix or DEFAULT_MIX, f.regions, f)
            for i, f in enumerate(self.topology.flows)
        )
        links = self.links(components, index)
        return System(self.topology, _numbered(components), self.containers, _numbered(links), sources)

    def components(self) -> list[Component | None]:
        """Every node that is no container, at its number."""
        nodes = [n for n in self.topology.nodes if not KINDS[n.kind].is_container]
        old = {} if self.before is None else self.before.component_by_id
        numbers = {id: c.index for id, c in old.items()}
        places = _numbers([n.id for n in nodes], numbers, self.before.components if self.before else None)
        found: list[Component | None] = [None] * (max(places, default=-1) + 1)
        for number, node in zip(places, nodes, strict=True):
            known = old.get(node.id)
            is_kept = known is not None and self.are_places_kept and _is_same_node(node, self.old_nodes[node.id])
            made = known if is_kept else self.component(number, node)
            found[number] = known if known == made else made
        return found

    def links(self, components: Sequence[Component | None], index: Mapping[str, int]) -> list[Link | None]:
        """Every edge, at its number; `index` are the numbers of the components."""
        edges = self.topology.edges
        old = {} if self.before is None else {link.id: link for link in self.before.links}
        numbers = {id: link.index for id, link in old.items()}
        places = _numbers([e.id for e in edges], numbers, self.before.links if self.before else None)
        found: list[Link | None] = [None] * (max(places, default=-1) + 1)
        for number, edge in zip(places, edges, strict=True):
            source, target = components[index[edge.source]], components[index[edge.target]]
            assert source is not None
            assert target is not None
            known = old.get(edge.id)
            is_kept = known is not None and self.is_same_link(known, edge, source, target)
            found[number] = known if is_kept else _link(number, edge, source, target)
        return found

    def is_same_link(self, known: Link, edge: Edge, source: Component, target: Component) -> bool:
        """Whether a link from before the edit is that of an edge between these two."""
        assert self.before is not None
        before = self.before.components
        return (
            _is_same_edge(edge, self.old_edges[edge.id])
            and (known.source, known.target) == (source.index, target.index)
            and before[known.source].kind is source.kind
            and before[known.target].kind is target.kind
        )

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
