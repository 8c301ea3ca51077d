"""How well a drawing reads: how large it can be shown whole, and how clear its lines are."""

from collections.abc import Mapping
from math import log

from simulation.topology.catalogue import KINDS, default_edge_kind
from simulation.topology.document import Topology
from simulation.topology.layout.boxes import Box

#: The room of a canvas between its panels on a small laptop.
_ROOM = (760.0, 620.0)
#: Shown at this scale or larger, names read well and larger is not better.
_LEGIBLE = 0.7

#: What it costs when all lines run back: so much that a chain is cut into rows from eight cards on.
_BACK = 2.5

#: A drawing that reads this well needs no other try.
GOOD = -0.02

#: Lines are held against cards and each other while there are no more pairs than this.
_MOST_PAIRS = 60_000

Line = tuple[float, float, float, float]


class Reader:
    """Judges layouts of one document."""

    def __init__(self, topology: Topology) -> None:
        kinds = {node.id: KINDS[node.kind] for node in topology.nodes}
        self.cards = [node.id for node in topology.nodes if not kinds[node.id].is_container]
        self.paths = [
            (edge.source, edge.target)
            for edge in topology.edges
            if (edge.kind or default_edge_kind(kinds[edge.source], kinds[edge.target])) not in ("observe", "manage")
        ]

    def reads(self, places: Mapping[str, Box]) -> float:
        """0 is best. Scale counts by its logarithm; lines that run back, over cards or each other by their share."""
        if not places:
            return 0.0
        width = max(b.x + b.width for b in places.values()) - min(b.x for b in places.values())
        height = max(b.y + b.height for b in places.values()) - min(b.y for b in places.values())
        scale = min(_ROOM[0] / width, _ROOM[1] / height, _LEGIBLE)
        found = log(scale / _LEGIBLE)
        if not self.paths:
            return found
        each = len(self.paths)
        found -= _BACK * sum(places[b].x < places[a].x for a, b in self.paths) / each
        if each * (each + len(self.cards)) > _MOST_PAIRS:
            return found
        lines = [_line(places[a], places[b]) for a, b in self.paths]
        over = sum(
            _hits(places[card], line)
            for (a, b), line in zip(self.paths, lines, strict=True)
            for card in self.cards
            if card not in (a, b)
        )
        crossing = sum(_cross(p, q) for i, p in enumerate(lines) for q in lines[:i])
        return found - 0.35 * over / each - 0.12 * crossing / each


def _line(a: Box, b: Box) -> Line:
    """Straight from side to side, or from edge to edge where one stands above the other."""
    across = max(b.x - (a.x + a.width), a.x - (b.x + b.width))
    if across > 24:
        right = b.x > a.x
        return (
            a.x + a.width * right,
            a.y + a.height / 2,
            b.x + b.width * (not right),
            b.y + b.height / 2,
        )
    down = b.y > a.y
    return a.x + a.width / 2, a.y + a.height * down, b.x + b.width / 2, b.y + b.height * (not down)


def _hits(box: Box, line: Line) -> bool:
    """Whether a line runs through a box: clipped to it, something is left (Liang and Barsky)."""
    x, y, dx, dy = line[0], line[1], line[2] - line[0], line[3] - line[1]
    enters, leaves = 0.0, 1.0
    for step, room in (
        (-dx, x - box.x),
        (dx, box.x + box.width - x),
        (-dy, y - box.y),
        (dy, box.y + box.height - y),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    return leaves - enters > 1e-9


def _cross(p: Line, q: Line) -> bool:
    """Whether two lines cross; meeting at an end is no crossing."""

    def side(line: Line, x: float, y: float) -> float:
        return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

    if max(p[0], p[2]) <= min(q[0], q[2]) or max(q[0], q[2]) <= min(p[0], p[2]):
        return False
    return side(p, q[0], q[1]) * side(p, q[2], q[3]) < -1e-6 and side(q, p[0], p[1]) * side(q, p[2], p[3]) < -1e-6
