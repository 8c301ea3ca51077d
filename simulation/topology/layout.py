"""A layered left-to-right layout: callers left of what they call, containers around their members.

Each container is laid out by itself, innermost first: its items stand in columns by the longest path from
its sources (cycles are cut), ordered within a column by the mean place of their neighbours.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import msgspec

from simulation.topology.catalogue import KINDS
from simulation.topology.catalogue.model import Role
from simulation.topology.document import Position, Size, Topology

WIDTH = 176.0
HEIGHT = 64.0
COLUMN_GAP = 64.0
ROW_GAP = 48.0
PADDING = 32.0
HEADER = 40.0
_TALLEST = 14  # items in a column before it is folded
_SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A node's place: its corner relative to the parent container, and its extent."""

    x: float
    y: float
    width: float
    height: float


def is_placed(topology: Topology) -> bool:
    """Whether every node has a position (an empty document has)."""
    return all(node.position is not None for node in topology.nodes)


def boxes(topology: Topology) -> dict[str, Box]:
    """Where every node stands: as the document says when it says so for all, laid out otherwise."""
    if not is_placed(topology):
        return _arranged(topology)
    extents = _extents(topology)
    return {
        node.id: Box(node.position.x, node.position.y, *extents[node.id])
        for node in topology.nodes
        if node.position is not None
    }


def arranged(topology: Topology) -> Topology:
    """The document with a position for every node and a size for every container, all laid out anew."""
    places = _arranged(topology)
    nodes = []
    for node in topology.nodes:
        box = places[node.id]
        size = Size(box.width, box.height) if KINDS[node.kind].is_container else None
        nodes.append(msgspec.structs.replace(node, position=Position(box.x, box.y), size=size))
    return msgspec.structs.replace(topology, nodes=nodes)


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


def _extents(topology: Topology) -> dict[str, tuple[float, float]]:
    """Sizes of placed nodes; a container without one is drawn around its members."""
    members: dict[str, list[str]] = defaultdict(list)
    nodes = {node.id: node for node in topology.nodes}
    for node in topology.nodes:
        if node.parent is not None:
            members[node.parent].append(node.id)
    found: dict[str, tuple[float, float]] = {}
    order = _outermost_first(topology)
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


def _outermost_first(topology: Topology) -> list[str]:
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


def _arranged(topology: Topology) -> dict[str, Box]:
    parents = {node.id: node.parent for node in topology.nodes}
    members: dict[str | None, list[str]] = defaultdict(list)
    for node in topology.nodes:
        members[node.parent].append(node.id)
    lifted = _lifted_edges(topology, parents)
    extents = {node.id: (WIDTH, HEIGHT) for node in topology.nodes}
    found: dict[str, Box] = {}
    kinds = {node.id: KINDS[node.kind] for node in topology.nodes}
    containers: list[str | None] = [n for n in reversed(_outermost_first(topology)) if kinds[n].is_container]
    for container in [*containers, None]:
        items = members[container]
        places, width, height = _columns(items, lifted[container], extents)
        top = HEADER if container is not None else 0.0
        for name, (x, y) in places.items():
            found[name] = Box(x + PADDING, y + PADDING + top, *extents[name])
        if container is not None:
            extents[container] = (max(width, WIDTH) + 2 * PADDING, max(height, HEIGHT) + 2 * PADDING + HEADER)
    return found


def _lifted_edges(topology: Topology, parents: Mapping[str, str | None]) -> dict[str | None, set[tuple[str, str]]]:
    """Each edge between the two siblings that hold its ends, under their common container."""
    found: dict[str | None, set[tuple[str, str]]] = defaultdict(set)
    chains: dict[str, list[str]] = {}

    def chain(name: str) -> list[str]:
        if name not in chains:
            at: str | None = name
            path = []
            while at is not None:
                path.append(at)
                at = parents[at]
            chains[name] = path[::-1]
        return chains[name]

    roles = {node.id: KINDS[node.kind].role for node in topology.nodes}
    for edge in topology.edges:
        a, b = chain(edge.source), chain(edge.target)
        if roles[edge.source] is Role.OBSERVER and roles[edge.target] is not Role.OBSERVER:
            a, b = b, a  # whatever watches stands right of what it watches
        i = 0
        while i < len(a) and i < len(b) and a[i] == b[i]:
            i += 1
        if i < len(a) and i < len(b):
            found[a[i - 1] if i else None].add((a[i], b[i]))
    return found


def _columns(
    items: Sequence[str], edges: set[tuple[str, str]], extents: Mapping[str, tuple[float, float]]
) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Places of the items and the extent of all of them."""
    layers = _layers(items, edges)
    flat = [column for layer in layers for column in _folded(layer)]
    heights = [sum(extents[i][1] for i in column) + ROW_GAP * (len(column) - 1) for column in flat]
    tallest = max(heights, default=0.0)
    places: dict[str, tuple[float, float]] = {}
    x = 0.0
    for column, height in zip(flat, heights, strict=True):
        y = (tallest - height) / 2
        wide = max(extents[i][0] for i in column)
        for item in column:
            places[item] = (x + (wide - extents[item][0]) / 2, y)
            y += extents[item][1] + ROW_GAP
        x += wide + COLUMN_GAP
    return places, max(x - COLUMN_GAP, 0.0), tallest


def _folded(layer: list[str]) -> list[list[str]]:
    rows = ceil(len(layer) / ceil(len(layer) / _TALLEST))
    return [layer[i : i + rows] for i in range(0, len(layer), rows)]


def _layers(items: Sequence[str], edges: set[tuple[str, str]]) -> list[list[str]]:
    after: dict[str, list[str]] = {item: [] for item in items}
    before: dict[str, list[str]] = {item: [] for item in items}
    place = {item: i for i, item in enumerate(items)}
    forward = _acyclic(items, sorted(edges, key=lambda e: (place[e[0]], place[e[1]])))
    for a, b in forward:
        after[a].append(b)
        before[b].append(a)
    rank = _ranks(items, after, before)
    layers: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for item in items:
        layers[rank[item]].append(item)
    for sweep in range(_SWEEPS):
        near, order = (before, layers) if sweep % 2 == 0 else (after, layers[::-1])
        spot = {item: i for layer in layers for i, item in enumerate(layer)}
        for layer in order:
            middle = {
                item: sum(spot[n] for n in near[item]) / len(near[item]) if near[item] else float(spot[item])
                for item in layer
            }
            layer.sort(key=lambda item: (middle[item], place[item]))
            spot.update((item, i) for i, item in enumerate(layer))
    return layers


def _acyclic(items: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges without those that lead back along a depth-first walk from the sources."""
    after: dict[str, list[str]] = {item: [] for item in items}
    entered = set()
    for a, b in edges:
        after[a].append(b)
        entered.add(b)
    state: dict[str, int] = {}
    kept: list[tuple[str, str]] = []
    for start in [*(i for i in items if i not in entered), *items]:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(after[start]))]
        while stack:
            at, rest = stack[-1]
            nxt = next(rest, None)
            if nxt is None:
                state[at] = 2
                stack.pop()
            elif state.get(nxt) != 1:
                kept.append((at, nxt))
                if nxt not in state:
                    state[nxt] = 1
                    stack.append((nxt, iter(after[nxt])))
    return kept


def _ranks(items: Sequence[str], after: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> dict[str, int]:
    """Longest path from a source; then sources move right until they stand beside what they call."""
    waiting = {item: len(before[item]) for item in items}
    ready = deque(item for item in items if not waiting[item])
    rank = dict.fromkeys(items, 0)
    order = []
    while ready:
        at = ready.popleft()
        order.append(at)
        for nxt in after[at]:
            rank[nxt] = max(rank[nxt], rank[at] + 1)
            waiting[nxt] -= 1
            if not waiting[nxt]:
                ready.append(nxt)
    sources = [item for item in order if not before[item] and after[item]]
    for item in sources[1:]:
        rank[item] = min(rank[nxt] for nxt in after[item]) - 1
    return rank
