"""What tests look at in an import."""

from typing import Any

from simulation.topology.importing import Imported
from simulation.topology.layout import absolute, boxes


def kinds(found: Imported) -> dict[str, str]:
    return {node.id: node.kind for node in found.topology.nodes}


def pairs(found: Imported, kind: str | None = None) -> set[tuple[str, str]]:
    return {(e.source, e.target) for e in found.topology.edges if kind is None or e.kind == kind}


def params(found: Imported, source: str, target: str) -> dict[str, Any]:
    return next(e.params for e in found.topology.edges if (e.source, e.target) == (source, target))


def assert_readable(found: Imported) -> None:
    """No box lies on another, unless one holds the other."""
    nodes = {node.id: node for node in found.topology.nodes}
    places = absolute(found.topology, boxes(found.topology))
    for a in nodes.values():
        for b in nodes.values():
            if a.id < b.id and a.parent == b.parent:
                p, q = places[a.id], places[b.id]
                apart = p.x + p.width <= q.x or q.x + q.width <= p.x or p.y + p.height <= q.y or q.y + q.height <= p.y
                assert apart, (a.id, b.id)
        if a.parent is not None:
            p, q = places[a.id], places[a.parent]
            assert q.x <= p.x
            assert q.y <= p.y
            assert p.x + p.width <= q.x + q.width
            assert p.y + p.height <= q.y + q.height
