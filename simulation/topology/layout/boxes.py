"""Boxes of a drawing and their measures, in canvas units."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulation.topology.document import Topology

WIDTH = 176.0
HEIGHT = 64.0
PADDING = 32.0
HEADER = 40.0


@dataclass(frozen=True, slots=True)
class Box:
    """A node's place: its corner relative to the parent container, and its extent."""

    x: float
    y: float
    width: float
    height: float


def absolute(topology: Topology, places: Mapping[str, Box]) -> dict[str, Box]:
    """The same boxes in the coordinates of the whole picture."""
    parents = {node.id: node.parent for node in topology.nodes}
    found: dict[str, Box] = {}

    def corner(node: str | None) -> tuple[float, float]:
        x = y = 0.0
        while node is not None:
            x, y = x + places[node].x, y + places[node].y
            node = parents[node]
        return x, y

    for node, box in places.items():
        found[node] = Box(*corner(node), box.width, box.height)
    return found


def outermost_first(topology: Topology) -> list[str]:
    """The ids of all nodes, containers before their members."""
    parents = {node.id: node.parent for node in topology.nodes}
    depth: dict[str, int] = {}
    for name in parents:
        path = []
        at: str | None = name
        while at is not None and at not in depth:
            path.append(at)
            at = parents[at]
        base = -1 if at is None else depth[at]
        for step, member in enumerate(reversed(path), 1):
            depth[member] = base + step
    return sorted(depth, key=lambda name: depth[name])
