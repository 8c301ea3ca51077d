"""Changes to a document as JSON Patches: the moves that advice and findings propose.

Members are written with `add`, which replaces what is there (RFC 6902, 4.1), so that a patch applies
whether or not the document spells out a default.
"""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from simulation.analysis.advice.patch import Patch
from simulation.topology.document import Edge, Node, Topology


def position(topology: Topology, node: str) -> int:
    """The node's index in the document. Raises KeyError."""
    for index, each in enumerate(topology.nodes):
        if each.id == node:
            return index
    raise KeyError(node)


def with_params(topology: Topology, node: str, **params: Any) -> Patch:
    """Sets params of a node; the others stay."""
    index = position(topology, node)
    return [{"op": "add", "path": f"/nodes/{index}/params", "value": {**topology.nodes[index].params, **params}}]


def with_edge_params(topology: Topology, edge: str, **params: Any) -> Patch:
    """Sets params of an edge; the others stay."""
    index = next(i for i, e in enumerate(topology.edges) if e.id == edge)
    return [{"op": "add", "path": f"/edges/{index}/params", "value": {**topology.edges[index].params, **params}}]


def with_replicas(topology: Topology, node: str, replicas: int) -> Patch:
    """Sets the number of replicas; an autoscaled node may then also grow to it."""
    index = position(topology, node)
    patch: Patch = [{"op": "add", "path": f"/nodes/{index}/replicas", "value": replicas}]
    autoscale = topology.nodes[index].params.get("autoscale")
    if isinstance(autoscale, dict) and autoscale.get("max", 10) < replicas:
        patch += with_params(topology, node, autoscale={**autoscale, "max": replicas})
    return patch


def duplicated(topology: Topology, node: str, replicas: int | None = None) -> Patch:
    """One more replica (or as many as given), the replicas dealt over a second container where the first is drawn."""
    index = position(topology, node)
    patch = with_replicas(topology, node, replicas or topology.nodes[index].replicas + 1)
    return patch + spread_out(topology, [node])


def spread_out(topology: Topology, nodes: Sequence[str], container: str | None = None) -> Patch:
    """Deals the replicas of each node over its container (by default its parent) and a sibling.

    Without a sibling one is added beside it. Nodes that have replicas in other containers already stay.
    """
    by_id = {n.id: n for n in topology.nodes}
    patch: Patch = []
    added: dict[str, str] = {}
    for name in nodes:
        node = by_id[name]
        home = container or node.parent
        if home is None or len(set(node.spread)) > 1:
            continue
        sibling = _sibling(topology, home) or added.get(home)
        if sibling is None:
            sibling = added[home] = fresh_id(topology, f"{home}-2")
            patch += _beside(by_id[home], sibling)
        patch += _dealt(topology, name, [home, sibling], by_id[home].parent)
    return patch


def moved(topology: Topology, node: str, container: str) -> Patch:
    """Puts a node, or the part of it that stood in the container, into a sibling of the container."""
    by_id = {n.id: n for n in topology.nodes}
    sibling = _sibling(topology, container)
    patch: Patch = []
    if sibling is None:
        sibling = fresh_id(topology, f"{container}-2")
        patch += _beside(by_id[container], sibling)
    index = position(topology, node)
    return [*patch, {"op": "add", "path": f"/nodes/{index}/parent", "value": sibling}]


def added(topology: Topology, nodes: Sequence[Node], edges: Sequence[Edge]) -> Patch:
    """Adds nodes and edges."""
    patch: Patch = []
    parts: tuple[tuple[str, Sequence[Any], Sequence[Any]], ...] = (
        ("nodes", topology.nodes, nodes),
        ("edges", topology.edges, edges),
    )
    for name, present, new in parts:
        values = [msgspec.to_builtins(each) for each in new]
        if values and not present:
            patch.append({"op": "add", "path": f"/{name}", "value": values})
        else:
            patch += [{"op": "add", "path": f"/{name}/-", "value": value} for value in values]
    return patch


def with_standby(topology: Topology, primary: str) -> Patch:
    """A replica of a database in another container, kept up to date asynchronously, that readers may also ask."""
    node = topology.nodes[position(topology, primary)]
    replica = fresh_id(topology, f"{primary}-replica")
    params = {k: v for k, v in node.params.items() if k not in ("failover", "failover_s", "failover_coverage")}
    patch: Patch = []
    parent = node.parent
    if parent is not None:
        by_id = {n.id: n for n in topology.nodes}
        sibling = _sibling(topology, parent)
        if sibling is None:
            sibling = fresh_id(topology, f"{parent}-2")
            patch += _beside(by_id[parent], sibling)
        parent = sibling
    copy = Node(id=replica, kind=node.kind, parent=parent, params=params)
    edges = [Edge(fresh_id(topology, f"{primary}-copy"), primary, replica, "replicate", {"mode": "async"})]
    taken = {e.id for e in topology.edges} | {edges[0].id}
    for edge in topology.edges:
        if edge.target == primary and edge.kind in (None, "call") and edge.params.get("ops") != ["write"]:
            name = next(n for n in (f"{edge.id}-r{i}" for i in range(1, 1000)) if n not in taken)[:64]
            taken.add(name)
            edges.append(Edge(name, edge.source, replica, "call", _reading(edge.params)))
    patch += added(topology, [copy], edges)
    if node.params.get("failover", "automatic") != "automatic":
        patch += with_params(topology, primary, failover="automatic")
    return patch


def replicas_to_carry(needed: int, domains: int) -> int:
    """Replicas of which `needed` are left after one of `domains` even shares is lost: n - ceil(n / z) >= needed."""
    if domains < 2:
        return needed + 1
    count = math.ceil(needed * domains / (domains - 1))
    while count - math.ceil(count / domains) < needed:
        count += 1
    return count


def fresh_id(topology: Topology, wanted: str) -> str:
    """An id like the wanted one that no node, edge or flow has."""
    taken = {n.id for n in topology.nodes} | {e.id for e in topology.edges} | {f.id for f in topology.flows}
    name, number = wanted[:64], 2
    while name in taken:
        number += 1
        tail = f"-{number}"
        name = wanted[: 64 - len(tail)] + tail
    return name


def _reading(params: dict[str, Any]) -> dict[str, Any]:
    if "ops" in params:
        return {**params, "ops": [op for op in params["ops"] if op != "write"]}
    return dict(params)


def _sibling(topology: Topology, container: str) -> str | None:
    """Another container of the same kind beside it, the one most nodes use already."""
    home = next(n for n in topology.nodes if n.id == container)
    others = [n.id for n in topology.nodes if n.kind == home.kind and n.parent == home.parent and n.id != container]
    uses = {o: sum(n.parent == o or o in n.spread for n in topology.nodes) for o in others}
    return max(others, key=lambda o: (uses[o], o), default=None)


def _beside(container: Node, name: str) -> Patch:
    """A container like the given one. Its params are copied: it fails as often."""
    twin = Node(id=name, kind=container.kind, parent=container.parent, params=container.params)
    return [{"op": "add", "path": "/nodes/-", "value": msgspec.to_builtins(twin)}]


def _dealt(topology: Topology, node: str, containers: list[str], parent: str | None) -> Patch:
    index = position(topology, node)
    patch: Patch = [{"op": "add", "path": f"/nodes/{index}/spread", "value": containers}]
    if parent is not None:
        patch.append({"op": "add", "path": f"/nodes/{index}/parent", "value": parent})
    elif topology.nodes[index].parent is not None:
        patch.append({"op": "remove", "path": f"/nodes/{index}/parent"})
    return patch
