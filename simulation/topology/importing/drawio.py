"""diagrams.net (draw.io): plain or compressed XML. Boxes become nodes where they stand, lines become edges."""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from simulation.topology.catalogue import KINDS
from simulation.topology.catalogue.model import Text
from simulation.topology.document import InvalidInput, Problem
from simulation.topology.importing.draft import Draft, printable
from simulation.topology.importing.labels import (
    add_users,
    counted,
    edge_kind,
    kind_of,
    note_kind,
    place_of,
    plain_label,
)
from simulation.topology.limits import MAX_BYTES, MAX_NUMBER, RESERVED_KEYS
from simulation.topology.strict_json import decoded, refuse

FORMAT = "drawio"
TITLE = Text("diagrams.net (draw.io)", "diagrams.net(draw.io)")
EXTENSIONS = (".drawio", ".dio", ".xml")

_SHAPES = (
    (r"cylinder|datastore|database|mxgraph\.\w+\.(?:rds|dynamodb|aurora)", "database"),
    (r"elasticache|redis|cache", "cache"),
    (r"\bsqs\b|queue|kafka|mxgraph\.\w+\.sns", "message_queue"),
    (r"load_balanc|elastic_load|\belb\b", "load_balancer"),
    (r"cloudfront|cdn", "cdn"),
    (r"route_53|\bdns\b", "dns"),
    (r"\bs3\b|bucket", "object_storage"),
    (r"umlActor|actor|\busers?\b", "client"),
)


@dataclass(slots=True)
class _Cell:
    id: str
    label: str
    style: str
    parent: str
    kind: str | None
    source: str | None
    target: str | None
    is_edge: bool
    geometry: tuple[float, float, float, float] | None


def recognises(text: str, name: str) -> bool:
    """By the elements of its model, or by the editor's own endings."""
    return "<mxfile" in text or "<mxGraphModel" in text or name.endswith((".drawio", ".dio"))


def read(content: str | bytes) -> Draft:
    """The system that a diagram draws. Raises InvalidInput: 400 when it is no XML or has a DOCTYPE, else 422."""
    text = decoded(content, "diagram")
    cells = _cells(_model(text))
    draft = Draft(_own_name(text) or "Imported from diagrams.net")
    boxes = {c.id: c for c in cells if not c.is_edge and c.geometry is not None}
    lines = [c for c in cells if c.is_edge]
    edge_ids = {c.id for c in lines}
    inside = {c.parent for c in boxes.values() if c.parent in boxes}
    ids: dict[str, str] = {}
    for cell in boxes.values():
        if cell.parent in edge_ids:
            continue
        is_container = cell.id in inside or re.search(r"swimlane|container=1|\bgroup\b", cell.style) is not None
        is_container = is_container or (cell.kind in KINDS and KINDS[str(cell.kind)].is_container)
        if not cell.label and not is_container and cell.kind is None:
            draft.say(draft.left_out, "a box without a label", "이름이 없는 상자")
            continue
        ids[cell.id] = _add(cell, is_container, draft)
    for cell in boxes.values():
        if cell.id in ids and cell.parent in ids and not _is_above(cell, boxes):
            draft.nodes[ids[cell.id]]["parent"] = ids[cell.parent]
    for line in lines:
        _join(line, ids, draft)
    add_users(draft)
    return draft


def _own_name(text: str) -> str | None:
    """The name of a document that was written here."""
    root = _xml(text)
    diagram = root.find("diagram") if root.tag == "mxfile" and root.get("host") == "linchpin" else None
    return None if diagram is None else printable(diagram.get("name") or "") or None


def _own_id(cell: _Cell, mark: str) -> str | None:
    """The id of a node or an edge that was written here."""
    found = re.fullmatch(mark + r"-([a-z0-9_-]{1,64})", cell.id) if cell.kind is not None else None
    return None if found is None or found[1] in RESERVED_KEYS else found[1]


def _model(text: str) -> ElementTree.Element:
    """The graph model of the first page, unpacked where it is compressed."""
    root = _xml(text)
    if root.tag == "mxGraphModel":
        return root
    diagram = root if root.tag == "diagram" else root.find("diagram")
    if root.tag not in ("mxfile", "diagram") or diagram is None:
        raise InvalidInput([Problem("/content", "no diagram; an mxfile or mxGraphModel is accepted")])
    model = diagram.find("mxGraphModel")
    if model is not None:
        return model
    try:
        packed = base64.b64decode("".join((diagram.text or "").split()), validate=True)
        unpacker = zlib.decompressobj(-15)
        raw = unpacker.decompress(packed, MAX_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        refuse("the compressed diagram cannot be unpacked")
    if unpacker.unconsumed_tail:
        raise InvalidInput([Problem("/content", f"more than {MAX_BYTES:,} bytes once unpacked")], 413)
    model = _xml(unquote(raw.decode("utf-8", "replace")))
    if model.tag != "mxGraphModel":
        raise InvalidInput([Problem("/content", f"{model.tag!r} inside the diagram; an mxGraphModel is accepted")])
    return model


def _xml(text: str) -> ElementTree.Element:
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        refuse("a DOCTYPE or an entity; XML without them is accepted")
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        refuse(f"not XML: {error}")


def _cells(model: ElementTree.Element) -> list[_Cell]:
    found = []
    root = model.find("root")
    for element in root if root is not None else []:
        cell = element if element.tag == "mxCell" else element.find("mxCell")
        if cell is None:
            continue
        wrapper = element.attrib
        name = wrapper.get("id") or cell.get("id") or ""
        raw = wrapper.get("label") or cell.get("value") or ""
        label = plain_label(raw) if wrapper.get("linchpin_kind") is None else printable(raw)
        found.append(
            _Cell(
                name,
                label,
                cell.get("style") or "",
                cell.get("parent") or "",
                wrapper.get("linchpin_kind"),
                cell.get("source"),
                cell.get("target"),
                cell.get("edge") == "1",
                _geometry(cell.find("mxGeometry")),
            )
        )
    return found


def _geometry(element: ElementTree.Element | None) -> tuple[float, float, float, float] | None:
    if element is None:
        return None
    values = []
    for name in ("x", "y", "width", "height"):
        try:
            value = float(element.get(name) or 0)
        except ValueError:
            value = 0.0
        values.append(value if abs(value) <= MAX_NUMBER else 0.0)
    return values[0], values[1], values[2], values[3]


def _is_above(cell: _Cell, boxes: dict[str, _Cell]) -> bool:
    """Whether the cell is its own ancestor: a broken file."""
    seen: set[str] = set()
    at = cell.parent
    while at in boxes and at not in seen:
        if at == cell.id:
            return True
        seen.add(at)
        at = boxes[at].parent
    return False


def _add(cell: _Cell, is_container: bool, draft: Draft) -> str:
    x, y, width, height = cell.geometry or (0.0, 0.0, 0.0, 0.0)
    label, replicas = counted(cell.label or cell.id)
    members: dict[str, Any] = {"position": {"x": x, "y": y}}
    if is_container:
        kind, is_known = place_of(label, cell.kind)
        if width > 0 and height > 0:
            members["size"] = {"width": width, "height": height}
    else:
        drawn = next((kind for pattern, kind in _SHAPES if re.search(pattern, cell.style, re.IGNORECASE)), None)
        kind, is_known = kind_of(label, drawn, cell.kind)
        if replicas > 1:
            members["replicas"] = replicas
    note_kind(draft, label, kind, is_known)
    return draft.node(label, kind, _own_id(cell, "n"), **members)


def _join(line: _Cell, ids: dict[str, str], draft: Draft) -> None:
    source, target = ids.get(line.source or ""), ids.get(line.target or "")
    if source is None or target is None:
        draft.say(
            draft.left_out,
            f"a line {line.label!r} that is not connected at both ends",
            f"양쪽 끝이 연결되지 않은 선 {line.label!r}",
        )
        return
    if re.search(r"startArrow=(?!none)", line.style) and re.search(r"endArrow=none", line.style):
        source, target = target, source
    said = f"{source} → {target}"
    kind = line.kind or edge_kind(line.label, "dashed=1" in line.style)
    if draft.edge(source, target, kind, _own_id(line, "e")):
        draft.say(draft.understood, said, said)
    elif not any(edge["target"] == target for edge in draft.outgoing(source)):
        draft.say(draft.left_out, f"{said}: no edge joins these", f"{said}: 이 둘은 연결할 수 없습니다.")
