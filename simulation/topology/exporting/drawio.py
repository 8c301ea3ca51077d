"""A diagrams.net file: uncompressed XML, boxes where the canvas has them, the kind as a property."""

from xml.etree import ElementTree

from simulation.topology.catalogue import KINDS, default_edge_kind
from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.document import Topology
from simulation.topology.layout import boxes

FORMAT = "drawio"
TITLE = Text("diagrams.net (draw.io)", "diagrams.net(draw.io)")
MEDIA_TYPE = "application/vnd.jgraph.mxfile"
EXTENSION = "drawio"

_STYLES: dict[Role, str] = {
    Role.CLIENT: "ellipse;",
    Role.ROUTER: "rhombus;",
    Role.STORE: "shape=cylinder3;boundedLbl=1;size=8;",
    Role.CACHE: "shape=cylinder3;boundedLbl=1;size=8;dashed=1;",
    Role.QUEUE: "shape=process;",
    Role.OBSERVER: "shape=document;",
    Role.CONTAINER: "rounded=1;arcSize=4;container=1;collapsible=0;verticalAlign=top;fillColor=none;dashed=1;",
}


def write(topology: Topology) -> bytes:
    """The diagram; labels are plain text."""
    root = ElementTree.Element("mxfile", {"host": "linchpin"})
    diagram = ElementTree.SubElement(root, "diagram", {"id": "topology", "name": topology.name})
    model = ElementTree.SubElement(diagram, "mxGraphModel", {"grid": "1", "gridSize": "8", "arrows": "1"})
    cells = ElementTree.SubElement(model, "root")
    ElementTree.SubElement(cells, "mxCell", {"id": "0"})
    ElementTree.SubElement(cells, "mxCell", {"id": "1", "parent": "0"})
    places = boxes(topology)
    for node in topology.nodes:
        box = places[node.id]
        label = node.name or node.id
        if node.replicas > 1:
            label = f"{label} ×{node.replicas}"
        cell = _wrapped(cells, f"n-{node.id}", label, node.kind)
        cell.set("style", f"{_style(KINDS[node.kind])}whiteSpace=wrap;html=0;")
        cell.set("vertex", "1")
        cell.set("parent", "1" if node.parent is None else f"n-{node.parent}")
        ElementTree.SubElement(
            cell,
            "mxGeometry",
            {
                "x": f"{box.x:g}",
                "y": f"{box.y:g}",
                "width": f"{box.width:g}",
                "height": f"{box.height:g}",
                "as": "geometry",
            },
        )
    kinds = {node.id: KINDS[node.kind] for node in topology.nodes}
    for edge in topology.edges:
        kind = edge.kind or default_edge_kind(kinds[edge.source], kinds[edge.target])
        cell = _wrapped(cells, f"e-{edge.id}", "" if kind == "call" else kind, kind)
        dashed = "" if kind in ("call", "publish", "consume") else "dashed=1;"
        cell.set("style", f"edgeStyle=orthogonalEdgeStyle;rounded=1;html=0;{dashed}")
        cell.set("edge", "1")
        cell.set("parent", "1")
        cell.set("source", f"n-{edge.source}")
        cell.set("target", f"n-{edge.target}")
        ElementTree.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _wrapped(cells: ElementTree.Element, name: str, label: str, kind: str) -> ElementTree.Element:
    wrapper = ElementTree.SubElement(cells, "object", {"id": name, "label": label, "linchpin_kind": kind})
    return ElementTree.SubElement(wrapper, "mxCell")


def _style(kind: Kind) -> str:
    return _STYLES.get(kind.role, "rounded=1;")
