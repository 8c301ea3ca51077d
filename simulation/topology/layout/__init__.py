"""Where the elements of a drawing stand: as the document says, or laid out anew.

The one home of layout: templates, imports and exports use it, and the page's command to tidy up asks for it.
"""

from collections import defaultdict

import msgspec

from simulation.topology.catalogue import KINDS
from simulation.topology.document import Position, Size, Topology
from simulation.topology.layout.arranging import arrange
from simulation.topology.layout.boxes import HEADER, HEIGHT, PADDING, WIDTH, Box, absolute, outermost_first

__all__ = ["Box", "absolute", "arrange", "arranged", "boxes", "is_placed"]


def is_placed(topology: Topology) -> bool:
    """Whether every node has a position (an empty document has)."""
    return all(node.position is not None for node in topology.nodes)


def boxes(topology: Topology) -> dict[str, Box]:
    """Where every node stands: as the document says when it says so for all, laid out otherwise."""
    if not is_placed(topology):
        return arrange(topology)
    extents = _extents(topology)
    return {
        node.id: Box(node.position.x, node.position.y, *extents[node.id])
        for node in topology.nodes
        if node.position is not None
    }


def arranged(topology: Topology) -> Topology:
    """The document with a position for every node and a size for every container, all laid out anew."""
    places = arrange(topology)
    nodes = []
    for node in topology.nodes:
        box = places[node.id]
        size = Size(box.width, box.height) if KINDS[node.kind].is_container else None
        nodes.append(msgspec.structs.replace(node, position=Position(box.x, box.y), size=size))
    return msgspec.structs.replace(topology, nodes=nodes)


def _extents(topology: Topology) -> dict[str, tuple[float, float]]:
    """Sizes of placed nodes; a container without one is drawn around its members."""
    members: dict[str, list[str]] = defaultdict(list)
    nodes = {node.id: node for node in topology.nodes}
    for node in topology.nodes:
        if node.parent is not None:
            members[node.parent].append(node.id)
    found: dict[str, tuple[float, float]] = {}
    order = outermost_first(topology)
    for name in reversed(order):
        node = nodes[name]
        if node.size is not None:
            found[name] = (node.size.width, node.size.height)
        elif KINDS[node.kind].is_container:
            right = bottom = 0.0
            for member in members[name]:
                position = nodes[member].position
                if position is not None:
                    right = max(right, position.x + found[member][0])
                    bottom = max(bottom, position.y + found[member][1])
            found[name] = (max(right + PADDING, WIDTH), max(bottom + PADDING, HEIGHT + HEADER))
        else:
            found[name] = (WIDTH, HEIGHT)
    return found
