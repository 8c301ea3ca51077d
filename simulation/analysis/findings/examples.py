"""Small documents written in a line: the examples by which each finding is explained and tested."""

import copy
import itertools
from typing import Any

Document = dict[str, Any]


def example(
    paths: str,
    *,
    rate_rps: float = 100,
    mix: dict[str, float] | None = None,
    edges: dict[str, dict[str, Any]] | None = None,
    flow: dict[str, Any] | None = None,
    thresholds: list[str] | None = None,
    **nodes: str | dict[str, Any],
) -> Document:
    """A document with one flow from the node `users`.

    `paths` draws the edges: "users > lb > web, web > db". A node is its kind, or its members with `kind`.
    `edges` maps "web > db" to members of that edge.
    """
    document: Document = {"format": "linchpin/1", "name": "Example", "nodes": [], "edges": [], "flows": []}
    for name, members in nodes.items():
        _node(document, name, members)
    _edges(document, paths, edges or {})
    if "users" in nodes:
        document["flows"].append(
            {"id": "visits", "source": "users", "rate_rps": rate_rps, **({"mix": mix} if mix else {}), **(flow or {})}
        )
    if thresholds:
        document["thresholds"] = thresholds
    return document


def varied(
    document: Document,
    paths: str = "",
    *,
    edges: dict[str, dict[str, Any]] | None = None,
    without: tuple[str, ...] = (),
    flow: dict[str, Any] | None = None,
    **nodes: str | dict[str, Any],
) -> Document:
    """The document with nodes added or changed, edges added or changed, and nodes or edges ("a > b") left out."""
    changed = copy.deepcopy(document)
    changed["nodes"] = [n for n in changed["nodes"] if n["id"] not in without]
    changed["edges"] = [
        e
        for e in changed["edges"]
        if f"{e['source']} > {e['target']}" not in without and not {e["source"], e["target"]} & set(without)
    ]
    for name, members in nodes.items():
        _node(changed, name, members)
    _edges(changed, paths, edges or {})
    for each in changed["flows"]:
        each.update(flow or {})
    return changed


def _node(document: Document, name: str, members: str | dict[str, Any]) -> None:
    stated: dict[str, Any] = {"kind": members} if isinstance(members, str) else members
    for node in document["nodes"]:
        if node["id"] == name:
            node.update({k: v for k, v in stated.items() if k != "params"})
            if "params" in stated:
                node["params"] = {**node.get("params", {}), **stated["params"]}
            return
    document["nodes"].append({"id": name} | stated)


def _edges(document: Document, paths: str, members: dict[str, dict[str, Any]]) -> None:
    drawn = [tuple(part.strip() for part in path.split(">")) for path in paths.split(",") if path.strip()]
    for path in drawn:
        for source, target in itertools.pairwise(path):
            number = len(document["edges"]) + 1
            taken = {e["id"] for e in document["edges"]}
            while f"e{number}" in taken:
                number += 1
            document["edges"].append({"id": f"e{number}", "source": source, "target": target})
    for edge in document["edges"]:
        edge.update(members.get(f"{edge['source']} > {edge['target']}", {}))
