"""A picture: a pure function of the document, light, with nothing in it but shapes and escaped text."""

from math import hypot
from xml.sax.saxutils import escape

from simulation.topology.catalogue import KINDS, default_edge_kind
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Node, Topology
from simulation.topology.layout import Box, absolute, boxes

FORMAT = "svg"
TITLE = Text("Picture (SVG)", "그림(SVG)")
MEDIA_TYPE = "image/svg+xml"
EXTENSION = "svg"

_MARGIN = 24.0
_ROOM = 20  # characters of a label that fit a node
_GROUP_COLOURS = {
    "edge": "#2563eb",
    "compute": "#0f766e",
    "data": "#b45309",
    "messaging": "#7c3aed",
    "operations": "#475569",
    "containers": "#64748b",
}
_EDGE_STYLES = {
    "call": 'stroke="#475569"',
    "publish": 'stroke="#7c3aed"',
    "consume": 'stroke="#7c3aed"',
    "replicate": 'stroke="#b45309" stroke-dasharray="6 4"',
    "observe": 'stroke="#94a3b8" stroke-dasharray="2 4"',
    "manage": 'stroke="#94a3b8" stroke-dasharray="2 4"',
}
_FONT = "font-family=\"Inter, 'Noto Sans KR', system-ui, sans-serif\""


def write(topology: Topology) -> bytes:
    """The picture of the whole canvas."""
    places = absolute(topology, boxes(topology))
    left = min((b.x for b in places.values()), default=0.0) - _MARGIN
    top = min((b.y for b in places.values()), default=0.0) - _MARGIN
    right = max((b.x + b.width for b in places.values()), default=0.0) + _MARGIN
    bottom = max((b.y + b.height for b in places.values()), default=0.0) + _MARGIN
    width, height = max(right - left, 1.0), max(bottom - top, 1.0)
    kinds = {node.id: KINDS[node.kind] for node in topology.nodes}
    depth = _depths(topology)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" {_FONT}>',
        f"<title>{escape(topology.name)}</title>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0l8 4-8 4z" fill="#475569"/></marker></defs>',
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" fill="#ffffff"/>',
    ]
    containers = sorted((n for n in topology.nodes if kinds[n.id].is_container), key=lambda n: depth[n.id])
    parts += [_container(node, places[node.id]) for node in containers]
    for edge in topology.edges:
        kind = edge.kind or default_edge_kind(kinds[edge.source], kinds[edge.target])
        parts.append(_edge(places[edge.source], places[edge.target], kind))
    parts += [_node(node, places[node.id]) for node in topology.nodes if not kinds[node.id].is_container]
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def _depths(topology: Topology) -> dict[str, int]:
    parents = {node.id: node.parent for node in topology.nodes}
    found: dict[str, int] = {}
    for name in parents:
        count = 0
        at = parents[name]
        while at is not None:
            count, at = count + 1, parents[at]
        found[name] = count
    return found


def _short(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _container(node: Node, box: Box) -> str:
    room = max(int(box.width / 8) - 4, 4)
    label = escape(_short(f"{node.name or node.id} · {KINDS[node.kind].title.en}", room))
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="12" '
        'fill="#f1f5f9" fill-opacity="0.6" stroke="#94a3b8" stroke-dasharray="6 4"/>'
        f'<text x="{box.x + 16:g}" y="{box.y + 24:g}" font-size="13" fill="#475569">{label}</text>'
    )


def _node(node: Node, box: Box) -> str:
    kind = KINDS[node.kind]
    colour = _GROUP_COLOURS[kind.group]
    middle = box.y + box.height / 2
    count = f" ×{node.replicas}" if node.replicas > 1 else ""
    label = escape(_short(node.name or node.id, _ROOM - len(count)) + count)
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="10" '
        f'fill="#ffffff" stroke="{colour}" stroke-width="1.5"/>'
        f'<path transform="translate({box.x + 12:g} {middle - 12:g})" d="{escape(kind.icon)}" fill="none" '
        f'stroke="{colour}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>'
        f'<text x="{box.x + 46:g}" y="{middle - 2:g}" font-size="13" font-weight="600" fill="#0f172a">{label}</text>'
        f'<text x="{box.x + 46:g}" y="{middle + 15:g}" font-size="11" fill="#64748b">{escape(kind.title.en)}</text>'
    )


def _edge(source: Box, target: Box, kind: str) -> str:
    """A curve from border to border, sideways where there is room and up or down where there is not."""
    if target.x >= source.x + source.width:
        x1, y1 = source.x + source.width, source.y + source.height / 2
        x2, y2 = target.x, target.y + target.height / 2
        bend = max((x2 - x1) / 2, 24.0)
        path = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    elif source.x >= target.x + target.width:
        x1, y1 = source.x, source.y + source.height / 2
        x2, y2 = target.x + target.width, target.y + target.height / 2
        bend = max((x1 - x2) / 2, 24.0)
        path = f"M{x1:g} {y1:g}C{x1 - bend:g} {y1:g} {x2 + bend:g} {y2:g} {x2:g} {y2:g}"
    else:
        down = target.y >= source.y
        x1, y1 = source.x + source.width / 2, source.y + (source.height if down else 0.0)
        x2, y2 = target.x + target.width / 2, target.y + (0.0 if down else target.height)
        bend = max(hypot(x2 - x1, y2 - y1) / 2, 16.0) * (1 if down else -1)
        path = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
    return f'<path d="{path}" fill="none" stroke-width="1.5" {_EDGE_STYLES[kind]} marker-end="url(#head)"/>'
