"""From the shared document to `linchpin/1`: one deterministic reading that repairs what merging can break.

A merge of concurrent edits is sound in form, not in meaning: an edge may lead to a node that somebody deleted,
two containers may lie in each other. Every reader repairs in the same way, so all see the same document; the
page does it in `frontend/src/model/projection.ts`, and both are tested on `tests/fixtures/projection/`.

The rules, in this order:

1. Elements are sorted by (`order`, id); an `order` that is no number counts as 0.
2. A node of an unknown kind is left out. A node's `parent` and `spread` keep only containers that exist, without
   the node itself; a cycle of containment is broken at the smallest id in it, which loses its parent.
3. `replicas` is a whole number of at least 1.
4. An edge is left out when an end is missing or its kind is unknown, a flow when its source is missing.
5. Members that are null or equal to their default are left out, and whole numbers have no fraction.
6. Maps inside an element are read in the order of their names: the shared document keeps none.
"""

from collections.abc import Mapping
from typing import Any

from simulation.topology.canonical import plain
from simulation.topology.catalogue import EDGE_KINDS, KINDS
from simulation.topology.catalogue.model import Role
from simulation.topology.document import FORMAT
from simulation.topology.parsing import UNTITLED

NODE_MEMBERS = ("name", "position", "size", "notes")
EDGE_MEMBERS = ("kind",)
FLOW_MEMBERS = ("rate_rps", "mix", "regions", "shape", "arrivals", "name")
META_MEMBERS = ("description", "thresholds", "accepted", "scenario")

Shared = Mapping[str, Any]


def project(shared: Shared) -> dict[str, Any]:
    """The document that the shared maps `meta`, `nodes`, `edges` and `flows`, as plain data, amount to."""
    meta = _map(shared.get("meta"))
    raw_nodes = {id_: node for id_, node in _sorted(shared.get("nodes")) if _text(node.get("kind")) in KINDS}
    containers = {id_ for id_, node in raw_nodes.items() if KINDS[node["kind"]].role is Role.CONTAINER}
    parents = _parents(raw_nodes, containers)
    nodes = [_node(id_, node, parents.get(id_), containers) for id_, node in raw_nodes.items()]
    edges = [
        _element(id_, edge, ("source", "target", *EDGE_MEMBERS), params=True)
        for id_, edge in _sorted(shared.get("edges"))
        if _text(edge.get("source")) in raw_nodes
        and _text(edge.get("target")) in raw_nodes
        and (edge.get("kind") is None or _text(edge.get("kind")) in EDGE_KINDS)
    ]
    flows = [
        _element(id_, flow, ("source", *FLOW_MEMBERS))
        for id_, flow in _sorted(shared.get("flows"))
        if _text(flow.get("source")) in raw_nodes
    ]
    for flow in flows:
        if flow.get("arrivals") == "poisson":
            del flow["arrivals"]
    document: dict[str, Any] = {"format": FORMAT, "name": _text(meta.get("name")) or UNTITLED}
    document |= {name: meta[name] for name in META_MEMBERS if not _empty(meta.get(name))}
    document |= {name: found for name, found in (("nodes", nodes), ("edges", edges), ("flows", flows)) if found}
    result: dict[str, Any] = plain(document)
    return result


def _node(id_: str, node: Shared, parent: str | None, containers: set[str]) -> dict[str, Any]:
    found = _element(id_, node, ("kind", *NODE_MEMBERS), params=True)
    if parent is not None:
        found["parent"] = parent
    spread = node.get("spread")
    kept = [name for name in spread if _text(name) in containers and name != id_] if isinstance(spread, list) else []
    if kept:
        found["spread"] = kept
    replicas = _number(node.get("replicas"), 1.0)
    if replicas >= 2:
        found["replicas"] = int(replicas)
    return found


def _element(id_: str, element: Shared, members: tuple[str, ...], *, params: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"id": id_}
    found |= {name: _ordered(element[name]) for name in members if not _empty(element.get(name))}
    if params:
        given = {n: value for n, value in _ordered(_map(element.get("params"))).items() if value is not None}
        if given:
            found["params"] = given
    return found


def _parents(nodes: Mapping[str, Shared], containers: set[str]) -> dict[str, str]:
    """The parent of each node that keeps one; cycles lose the edge out of their smallest id."""
    parents = {id_: node["parent"] for id_, node in nodes.items() if _text(node.get("parent")) in containers - {id_}}
    for id_ in sorted(containers):
        seen = {id_}
        above = parents.get(id_)
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == id_:
            del parents[id_]
    return parents


def _sorted(elements: Any) -> list[tuple[str, Shared]]:
    found = [(id_, element) for id_, element in _map(elements).items() if isinstance(element, Mapping)]
    return sorted(found, key=lambda pair: (_number(pair[1].get("order"), 0.0), pair[0]))


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _ordered(value[name]) for name in sorted(value)}
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def _empty(value: Any) -> bool:
    return value is None or value in ({}, [], "")
