"""Small documents, written shortly."""

from collections.abc import Sequence
from typing import Any

from simulation.topology.document import Topology
from simulation.topology.parsing import from_object

Flows = float | dict[str, Any] | Sequence[dict[str, Any]]


def node(
    id: str, kind: str, replicas: int = 1, parent: str | None = None, spread: Sequence[str] = (), **params: Any
) -> dict[str, Any]:
    """A node of a document."""
    made: dict[str, Any] = {"id": id, "kind": kind}
    if replicas != 1:
        made["replicas"] = replicas
    if parent:
        made["parent"] = parent
    if spread:
        made["spread"] = list(spread)
    if params:
        made["params"] = params
    return made


def edge(path: str, kind: str | None = None, **params: Any) -> dict[str, Any]:
    """An edge, `a>b`; its id is the path."""
    source, target = path.split(">")
    made: dict[str, Any] = {"id": f"{source}-{target}", "source": source, "target": target}
    if kind:
        made["kind"] = kind
    if params:
        made["params"] = params
    return made


def paths(*chains: str) -> list[dict[str, Any]]:
    """Call edges of chains such as `users>lb>web`; one that occurs twice is drawn once."""
    pairs: dict[str, None] = {}
    for chain in chains:
        stops = chain.split(">")
        for i in range(len(stops) - 1):
            pairs[f"{stops[i]}>{stops[i + 1]}"] = None
    return [edge(pair) for pair in pairs]


def document(nodes: Sequence[dict[str, Any]], edges: Sequence[dict[str, Any]], flows: Flows = 100.0) -> Topology:
    """A valid document; a number is one flow of that rate from `users`."""
    if isinstance(flows, int | float):
        flows = {"rate_rps": flows}
    listed = [flows] if isinstance(flows, dict) else list(flows)
    return from_object(
        {
            "format": "linchpin/1",
            "name": "test",
            "nodes": list(nodes),
            "edges": list(edges),
            "flows": [{"id": f"f{i}" if i else "f", "source": "users", **f} for i, f in enumerate(listed)],
        }
    )


USERS = node("users", "client")
