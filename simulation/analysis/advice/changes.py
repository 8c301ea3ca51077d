"""Changes to a document as JSON Patches: the moves that advice and findings propose.

Members are written with `add`, which replaces what is there (RFC 6902, 4.1), so that a patch applies
whether or not the document spells out a default.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from simulation.topology.catalogue import KINDS
from simulation.topology.document import Edge, Node, Topology
from simulation.topology.patching import Patch
from simulation.topology.wiring import WRITE

_CONTAINERS = frozenset(kind.id for kind in KINDS.values() if kind.is_container)


class Changes:
    """What can be done to one document. Every method answers a patch and leaves the document as it is."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Index of each node in the document."""
        return {node.id: i for i, node in enumerate(self.topology.nodes)}

    @cached_property
    def edge_places(self) -> Mapping[str, int]:
        """Index of each edge in the document."""
        return {edge.id: i for i, edge in enumerate(self.topology.edges)}

    @cached_property
    def _taken(self) -> frozenset[str]:
        nodes, edges, flows = self.topology.nodes, self.topology.edges, self.topology.flows
        return frozenset([*[n.id for n in nodes], *[e.id for e in edges], *[f.id for f in flows]])

    @cached_property
    def _inside(self) -> Mapping[str, int]:
        """How many nodes stand in each container."""
        counts: dict[str, int] = {}
        for node in self.topology.nodes:
            for box in {node.parent, *node.spread} if node.spread else (node.parent,):
                if box is not None:
                    counts[box] = counts.get(box, 0) + 1
        return counts

    @cached_property
    def _alike(self) -> Mapping[tuple[str, str | None], list[str]]:
        """Containers of the same kind in the same place."""
        found: dict[tuple[str, str | None], list[str]] = {}
        for node in self.topology.nodes:
            if node.kind in _CONTAINERS:
                found.setdefault((node.kind, node.parent), []).append(node.id)
        return found

    @cached_property
    def _by_use(self) -> Mapping[tuple[str, str | None], list[str]]:
        """The same, those first in which the most nodes stand."""
        return {
            alike: sorted(names, key=lambda name: (self._inside.get(name, 0), name), reverse=True)
            for alike, names in self._alike.items()
        }

    def node(self, name: str) -> Node:
        """The node of that id. Raises KeyError."""
        return self.topology.nodes[self.places[name]]

    def fresh_id(self, wanted: str) -> str:
        """An id like the wanted one that no node, edge or flow has."""
        name, number = wanted[:64], 2
        while name in self._taken:
            number += 1
            tail = f"-{number}"
            name = wanted[: 64 - len(tail)] + tail
        return name

    def with_params(self, node: str, **params: Any) -> Patch:
        """Sets params of a node; the others stay."""
        index = self.places[node]
        value = {**self.topology.nodes[index].params, **params}
        return [{"op": "add", "path": f"/nodes/{index}/params", "value": value}]

    def with_edge_params(self, edge: str, **params: Any) -> Patch:
        """Sets params of an edge; the others stay, those set to None are left out."""
        index = self.edge_places[edge]
        value = {k: v for k, v in {**self.topology.edges[index].params, **params}.items() if v is not None}
        return [{"op": "add", "path": f"/edges/{index}/params", "value": value}]

    def without_edge(self, edge: str) -> Patch:
        """Removes an edge."""
        return [{"op": "remove", "path": f"/edges/{self.edge_places[edge]}"}]

    def with_replicas(self, node: str, replicas: int) -> Patch:
        """Sets the number of replicas; an autoscaled node may then also grow to it."""
        index = self.places[node]
        patch: Patch = [{"op": "add", "path": f"/nodes/{index}/replicas", "value": replicas}]
        autoscale = self.topology.nodes[index].params.get("autoscale")
        if isinstance(autoscale, dict) and autoscale.get("max", 10) < replicas:
            patch += self.with_params(node, autoscale={**autoscale, "max": replicas})
        return patch

    def duplicated(self, node: str, replicas: int | None = None) -> Patch:
        """One more replica (or as many as given), dealt over a second container where the first is drawn in one."""
        return self.with_replicas(node, replicas or self.node(node).replicas + 1) + self.spread_out([node])

    def another(self, node: str, copies: int = 1, container: str | None = None) -> Patch:
        """So many more that can take its place, away from `container`: of the only copy of data standbys, of a primary
        more replicas of its copy, of all else more replicas."""
        if self._is_only_copy(node):
            return self.with_standby(node, copies)
        return self.duplicated_apart(self.stand_in(node), container, copies)

    def stand_in(self, node: str) -> str:
        """The node of which more replicas can take this one's place: the copy of a primary, else itself."""
        return self._copies.get(node, node)

    @cached_property
    def _copying(self) -> list[Edge]:
        """The edges from databases to their copies."""
        databases = {node.id for node in self.topology.nodes if node.kind == "database"}
        edges = self.topology.edges
        return [e for e in edges if e.source in databases and e.target in databases and e.kind in (None, "replicate")]

    @cached_property
    def _copies(self) -> Mapping[str, str]:
        """The first copy of each database that is replicated."""
        return {edge.source: edge.target for edge in reversed(self._copying)}

    @cached_property
    def _replicated(self) -> frozenset[str]:
        """Primaries and copies."""
        return frozenset(end for edge in self._copying for end in (edge.source, edge.target))

    def _is_only_copy(self, node: str) -> bool:
        own = self.node(node)
        is_alone = own.kind == "database" and own.replicas == 1 and own.params.get("shards", 1) == 1
        return is_alone and node not in self._replicated

    def duplicated_apart(self, node: str, container: str | None = None, copies: int = 1) -> Patch:
        """More replicas, where every one of `spread` has a replica already in one more container.

        It stands beside the given one, by default the first of `spread`.
        """
        own = self.node(node)
        patch = self.duplicated(node, own.replicas + copies)
        if 1 < len(own.spread) <= own.replicas:
            another, beside = self._beside(container or own.spread[0], own.spread)
            patch += beside
            patch.append({"op": "add", "path": f"/nodes/{self.places[node]}/spread", "value": [*own.spread, another]})
        return patch

    def spread_out(self, nodes: Sequence[str], container: str | None = None) -> Patch:
        """Deals the replicas of each node over its container (by default its parent) and a sibling.

        Without a sibling one is added beside it. Nodes that have replicas in other containers already stay.
        """
        patch: Patch = []
        added: dict[str, str] = {}
        for name in nodes:
            node = self.node(name)
            home = container or node.parent
            if home is None or len(set(node.spread)) > 1:
                continue
            if home not in added:
                added[home], beside = self._beside(home)
                patch += beside
            index = self.places[name]
            parent = self.node(home).parent
            patch.append({"op": "add", "path": f"/nodes/{index}/spread", "value": [home, added[home]]})
            if parent is not None:
                patch.append({"op": "add", "path": f"/nodes/{index}/parent", "value": parent})
            elif node.parent is not None:
                patch.append({"op": "remove", "path": f"/nodes/{index}/parent"})
        return patch

    def spread_wider(self, name: str) -> Patch:
        """Deals the replicas of a node over one more container beside those that it is spread over; none to add: []."""
        node = self.node(name)
        if not node.spread or node.replicas <= len(set(node.spread)):
            return []
        home = self.node(node.spread[0])
        beside = [n for n in self._alike[home.kind, home.parent] if n not in node.spread]
        if not beside:
            return []
        return [{"op": "add", "path": f"/nodes/{self.places[name]}/spread", "value": [*node.spread, beside[0]]}]

    def moved(self, nodes: Sequence[str], container: str) -> Patch:
        """Puts the nodes into a sibling of the container, added where there is none."""
        sibling, patch = self._beside(container)
        for name in nodes:
            place = f"/nodes/{self.places[name]}"
            if self.node(name).spread:
                patch.append({"op": "add", "path": f"{place}/spread", "value": [sibling]})
            else:
                patch.append({"op": "add", "path": f"{place}/parent", "value": sibling})
        return patch

    def added(self, nodes: Sequence[Node], edges: Sequence[Edge]) -> Patch:
        """Adds nodes and edges."""
        patch: Patch = []
        parts: tuple[tuple[str, Sequence[Any], Sequence[Any]], ...] = (
            ("nodes", self.topology.nodes, nodes),
            ("edges", self.topology.edges, edges),
        )
        for name, present, new in parts:
            values = [msgspec.to_builtins(each) for each in new]
            if values and not present:
                patch.append({"op": "add", "path": f"/{name}", "value": values})
            else:
                patch += [{"op": "add", "path": f"/{name}/-", "value": value} for value in values]
        return patch

    def with_standby(self, primary: str, replicas: int = 1) -> Patch:
        """A replica of a database in another container, kept up to date asynchronously, that takes over."""
        node = self.node(primary)
        parent, beside = self._beside(node.parent) if node.parent is not None else (None, [])
        patch = beside + self._copy(primary, replicas, parent)[1]
        if node.params.get("failover", "automatic") != "automatic":
            patch += self.with_params(primary, failover="automatic")
        return patch

    def with_readers(self, primary: str, replicas: int, calls: Sequence[str]) -> Patch:
        """A copy of a database that the callers on these edges read from, in the primary's place and one beside."""
        node = self.node(primary)
        parent, spread = node.parent, node.spread
        patch: Patch = []
        if parent is not None and not spread:
            beside, patch = self._beside(parent)
            parent, spread = (self.node(parent).parent, [beside, parent]) if replicas > 1 else (beside, [])
        copy, copied = self._copy(primary, replicas, parent, spread)
        return patch + copied + self.read_from(copy, primary, calls)

    def read_from(self, copy: str, primary: str, calls: Sequence[str]) -> Patch:
        """The callers on these edges to a primary read from its copy; a cache before the one is before the other."""
        edges: list[Edge] = []
        for name in calls:
            call = self.topology.edges[self.edge_places[name]]
            reads = [op for op in call.params.get("ops") or () if op != WRITE]
            params = {**call.params, "ops": reads} if reads else call.params
            edges.append(Edge(self.fresh_id(f"{name}-{copy}"), call.source, copy, call.kind, params))
        patch: Patch = []
        callers = {edge.source for edge in edges}
        for edge in self.topology.edges:
            fronts = edge.params.get("fronts") or ()
            if edge.source in callers and primary in fronts and copy not in fronts:
                patch += self.with_edge_params(edge.id, fronts=[*fronts, copy])
        return patch + self.added([], edges)

    def _copy(self, primary: str, replicas: int, parent: str | None, spread: Sequence[str] = ()) -> tuple[str, Patch]:
        """A replica of a database at a place, kept up to date asynchronously: its id, and what adds it."""
        node, name = self.node(primary), self.fresh_id(f"{primary}-replica")
        params = {k: v for k, v in node.params.items() if k not in ("failover", "failover_s", "failover_coverage")}
        copy = Node(name, node.kind, parent=parent, spread=[*spread], replicas=replicas, params=params)
        copying = Edge(self.fresh_id(f"{primary}-copy"), primary, name, "replicate", {"mode": "async"})
        return name, self.added([copy], [copying])

    def _beside(self, container: str, but: Sequence[str] = ()) -> tuple[str, Patch]:
        """Another container of the same kind beside it, the one most used, else a new one: its id and what adds it."""
        home = self.node(container)
        siblings = (n for n in self._by_use[home.kind, home.parent] if n != container and n not in but)
        if (most_used := next(siblings, None)) is not None:
            return most_used, []
        twin = Node(self.fresh_id(f"{container}-2"), home.kind, parent=home.parent, params=home.params)
        return twin.id, [{"op": "add", "path": "/nodes/-", "value": msgspec.to_builtins(twin)}]


class Together(Changes):
    """Changes that are made one after the other: what one of them adds, the next ones know."""

    def __init__(self, topology: Topology) -> None:
        super().__init__(topology)
        self._given: set[str] = set()
        self._twins: dict[str, str] = {}

    def fresh_id(self, wanted: str) -> str:
        name, number = super().fresh_id(wanted), 2
        while name in self._given or name in self._taken:
            number += 1
            tail = f"-{number}"
            name = wanted[: 64 - len(tail)] + tail
        self._given.add(name)
        return name

    def _beside(self, container: str, but: Sequence[str] = ()) -> tuple[str, Patch]:
        twin = self._twins.get(container)
        if twin is not None and twin not in but:
            return twin, []
        name, patch = super()._beside(container, but)
        self._twins[container] = name
        return name, patch
