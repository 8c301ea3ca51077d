"""A drawing laid out anew: layered from left to right, containers around their members, near the shape of a screen.

Each container is laid out by itself, innermost first. There are a few ways to do it (how wide a row may become, whether
like containers stand in one column, how tall a column); the one that reads best is taken.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf

from simulation.topology.catalogue import KINDS, default_edge_kind
from simulation.topology.document import Edge, Topology
from simulation.topology.layout.boxes import HEADER, HEIGHT, PADDING, WIDTH, Box, absolute, outermost_first
from simulation.topology.layout.layers import Layers, Link, layered
from simulation.topology.layout.reading import GOOD, Reader
from simulation.topology.layout.rows import BLOCK_GAP, GRID, Extent, Place, even_width, in_rows, on_shelves

_RATIO = 1.3  # width to height of the canvas between the panels
_FEW = 40  # nodes that a screen has room for
_EFFORT = 10_000  # nodes to lay out in all, over the ways that are compared


@dataclass(frozen=True, slots=True)
class Way:
    """One way to lay out: the widest row, items in a column, like containers in one column."""

    widest: float
    tallest: int
    stacked: bool


def _ways(topology: Topology) -> Iterator[Way]:
    """The ways worth a try, the plainest first; more room for more nodes."""
    holds = any(KINDS[node.kind].is_container for node in topology.nodes)
    room = max(len(topology.nodes) / _FEW, 1.0) ** 0.5
    for tallest in (14, 7, 4):
        for stacked in (True, False) if holds else (True,):
            for widest in (inf, 1900.0, 1600.0, 1300.0, 1050.0, 800.0):
                yield Way(widest * room, int(tallest * room), stacked)


def arrange(topology: Topology) -> dict[str, Box]:
    """The place of every node, relative to its container."""
    level, reader = _Level(topology), Reader(topology)
    best: dict[str, Box] = {}
    last: dict[str, Box] = {}
    most = -inf
    for way in islice(_ways(topology), max(_EFFORT // max(len(topology.nodes), 1), 1)):
        places = level.laid_out(way)
        if places == last:
            continue
        last = places
        reads = reader.reads(absolute(topology, places))
        if reads > most + 1e-9:
            best, most = places, reads
        if most >= GOOD:
            break
    return best


class _Level:
    """The levels of a drawing: what lies directly in each container, and the links among that."""

    def __init__(self, topology: Topology) -> None:
        self.kinds = {node.id: KINDS[node.kind] for node in topology.nodes}
        self.parents = {node.id: node.parent for node in topology.nodes}
        self.members: dict[str | None, list[str]] = defaultdict(list)
        for node in topology.nodes:
            self.members[node.parent].append(node.id)
        self.containers = [n for n in reversed(outermost_first(topology)) if self.kinds[n].is_container]
        self.paths: dict[str | None, list[tuple[str, str, Edge]]] = defaultdict(list)
        self.copies: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
        self.beside: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
        self.layers: dict[tuple[str, int, bool], Layers] = {}
        for edge in topology.edges:
            self._lift(edge)

    def _lift(self, edge: Edge) -> None:
        """Files the edge under the innermost container of both ends, between the siblings that hold them."""
        a, b = self._chain(edge.source), self._chain(edge.target)
        i = 0
        while i < len(a) and i < len(b) and a[i] == b[i]:
            i += 1
        if i == len(a) or i == len(b):
            return
        within = a[i - 1] if i else None
        kind = edge.kind or default_edge_kind(self.kinds[edge.source], self.kinds[edge.target])
        if kind in ("observe", "manage"):
            self.beside[within].append((a[i], b[i]))
        elif kind == "replicate":
            self.copies[within].append((a[i], b[i]))
        else:
            self.paths[within].append((a[i], b[i], edge))

    def _chain(self, name: str) -> list[str]:
        at: str | None = name
        path = []
        while at is not None:
            path.append(at)
            at = self.parents[at]
        return path[::-1]

    def laid_out(self, way: Way) -> dict[str, Box]:
        """Every node's box, containers innermost first."""
        extents: dict[str, Extent] = dict.fromkeys(self.parents, (WIDTH, HEIGHT))
        found: dict[str, Box] = {}
        for container in [*self.containers, None]:
            places = self._places(container, way, extents, found)
            right = max((x + extents[name][0] for name, (x, _) in places.items()), default=0.0)
            bottom = max((y + extents[name][1] for name, (_, y) in places.items()), default=0.0)
            top = HEADER if container is not None else 0.0
            for name, (x, y) in places.items():
                found[name] = Box(x + PADDING, y + PADDING + top, *extents[name])
            if container is not None:
                extents[container] = (max(right, WIDTH) + 2 * PADDING, bottom + 2 * PADDING + HEADER)
        return found

    def _places(
        self, container: str | None, way: Way, extents: Mapping[str, Extent], inner: Mapping[str, Box]
    ) -> dict[str, Place]:
        """The corners of what lies directly in a container: chains of calls, then what watches them, then the rest."""
        items = self.members[container]
        widest = way.widest - 2 * PADDING * (len(self._chain(container)) if container else 0)
        links = [
            Link(a, b, self._below(edge.source, a, inner), self._below(edge.target, b, inner))
            for a, b, edge in self.paths[container]
        ]
        linked = {end for link in links for end in (link.source, link.target)}
        copies = self.copies[container]
        chained = linked | {end for pair in copies for end in pair}
        together = self._together(items, way, linked, copies)
        # A container with no link stands with those of its kind.
        chained |= {item for item in items if any(together.get(item) == together.get(other, "") for other in chained)}
        watching = {end for pair in self.beside[container] for end in pair} - chained
        parts = [
            in_rows(self._layered(part, links, together, way), links, extents, widest)
            for part in self._parts([i for i in items if i in chained], links, copies, together)
        ]
        found = _stacked(parts, [self._extent(part, extents) for part in parts], widest)
        for rest in (
            [i for i in items if i in watching],
            [i for i in items if i not in watching and i not in chained],
        ):
            if rest:
                self._below_all(rest, found, extents, widest)
        return found

    def _below_all(
        self, rest: Sequence[str], found: dict[str, Place], extents: Mapping[str, Extent], widest: float
    ) -> None:
        """Sets these on shelves below what stands already, in the middle of its width."""
        room, bottom = self._extent(found, extents) if found else (0.0, -BLOCK_GAP)
        even = min(even_width([extents[i] for i in rest], _RATIO), widest)
        shelves = on_shelves(rest, extents, max(room, even))
        indent = max(room - self._extent(shelves, extents)[0], 0.0) / 2 // GRID * GRID
        for name, (x, y) in shelves.items():
            found[name] = (x + indent, bottom + BLOCK_GAP + y)

    def _layered(self, part: Sequence[str], links: Sequence[Link], together: Mapping[str, str], way: Way) -> Layers:
        """The layers of a part: they do not depend on how wide a row may become."""
        key = (part[0], way.tallest, way.stacked)
        if key not in self.layers:
            here = set(part)
            among = [link for link in links if link.source in here and link.target in here]
            self.layers[key] = layered(part, among, together, way.tallest)
        return self.layers[key]

    @staticmethod
    def _extent(places: Mapping[str, Place], extents: Mapping[str, Extent]) -> Extent:
        return (
            max(x + extents[name][0] for name, (x, _) in places.items()),
            max(y + extents[name][1] for name, (_, y) in places.items()),
        )

    def _below(self, name: str, item: str, inner: Mapping[str, Box]) -> float:
        """How far the middle of a node is below the top of the item that holds it."""
        y = HEIGHT / 2
        at: str | None = name
        while at is not None and at != item:
            y += inner[at].y
            at = self.parents[at]
        return y

    def _together(
        self, items: Sequence[str], way: Way, linked: set[str], copies: Sequence[tuple[str, str]]
    ) -> dict[str, str]:
        """Which items share a column: containers of a kind, and copies that nobody calls with what they copy.

        Where containers are not stacked, one without a link still stands with the first of its kind that has one.
        """
        found: dict[str, str] = {}
        leading: set[str] = set()
        for item in items:
            kind = self.kinds[item]
            if kind.is_container and (way.stacked or item not in linked or kind.id not in leading):
                found[item] = kind.id
                if item in linked:
                    leading.add(kind.id)
        for a, b in copies:
            if b not in linked and b not in found and a not in found:
                found[a] = found[b] = f"with {a}"
        return found

    @staticmethod
    def _parts(
        items: Sequence[str], links: Sequence[Link], copies: Sequence[tuple[str, str]], together: Mapping[str, str]
    ) -> list[list[str]]:
        """The items in parts that nothing joins."""
        head = {item: item for item in items}

        def find(item: str) -> str:
            while head[item] != item:
                head[item] = head[head[item]]
                item = head[item]
            return item

        first: dict[str, str] = {}
        joined = [(link.source, link.target) for link in links] + list(copies)
        joined += [(first.setdefault(together[item], item), item) for item in items if item in together]
        for a, b in joined:
            head[find(b)] = find(a)
        parts: dict[str, list[str]] = defaultdict(list)
        for item in items:
            parts[find(item)].append(item)
        return list(parts.values())


def _stacked(parts: Sequence[Mapping[str, Place]], extents: Sequence[Extent], widest: float) -> dict[str, Place]:
    """The parts below each other, side by side where they are small."""
    wide = min(even_width(extents, _RATIO), max(widest, max((width for width, _ in extents), default=0.0)))
    if not parts:
        return {}
    shelves = on_shelves([str(i) for i in range(len(parts))], {str(i): e for i, e in enumerate(extents)}, wide)
    return {
        name: (x + shelves[str(i)][0], y + shelves[str(i)][1])
        for i, part in enumerate(parts)
        for name, (x, y) in part.items()
    }
