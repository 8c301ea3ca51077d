"""A Mermaid flowchart: one box a node, subgraphs for containers, the kind as its class."""

import re
from collections import defaultdict

from simulation.topology.catalogue import KINDS, default_edge_kind
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.document import Node, Topology

FORMAT = "mermaid"
TITLE = Text("Mermaid flowchart", "Mermaid 플로차트")
MEDIA_TYPE = "text/vnd.mermaid"
EXTENSION = "mmd"

_SHAPES: dict[Role, tuple[str, str]] = {
    Role.CLIENT: ("((", "))"),
    Role.ROUTER: ("{{", "}}"),
    Role.STORE: ("[(", ")]"),
    Role.CACHE: ("([", "])"),
    Role.QUEUE: ("[[", "]]"),
    Role.OBSERVER: ("[/", "/]"),
}
_ARROWS = {
    "call": "-->",
    "publish": "==>",
    "consume": "==>",
    "replicate": "-.->",
    "observe": "-.->",
    "manage": "-.->",
}


def write(topology: Topology) -> bytes:
    """The flowchart; labels are escaped, so that no label can be markup."""
    names = {node.id: f"n{i}_{_name(node.id)}" for i, node in enumerate(topology.nodes)}
    members: dict[str | None, list[Node]] = defaultdict(list)
    for node in topology.nodes:
        members[node.parent].append(node)
    lines = ["flowchart LR"]
    classes: list[str] = []
    stack: list[tuple[int, Node | None]] = [(1, node) for node in reversed(members[None])]
    while stack:
        depth, node_or_end = stack.pop()
        pad = "  " * depth
        if node_or_end is None:
            lines.append(f"{pad}end")
            continue
        node = node_or_end
        kind = KINDS[node.kind]
        label = _escaped(_label(node))
        if kind.is_container:
            lines.append(f'{pad}subgraph {names[node.id]}["{label}"]')
            classes.append(f"  class {names[node.id]} {kind.id}")
            stack.append((depth, None))
            stack += [(depth + 1, member) for member in reversed(members[node.id])]
        else:
            opening, closing = _SHAPES.get(kind.role, ("[", "]"))
            lines.append(f'{pad}{names[node.id]}{opening}"{label}"{closing}:::{kind.id}')
    kinds = {node.id: KINDS[node.kind] for node in topology.nodes}
    for edge in topology.edges:
        kind_name = edge.kind or default_edge_kind(kinds[edge.source], kinds[edge.target])
        said = f"|{kind_name}|" if kind_name != "call" else ""
        lines.append(f"  {names[edge.source]} {_ARROWS[kind_name]}{said} {names[edge.target]}")
    return ("\n".join(lines + classes) + "\n").encode()


def _name(id: str) -> str:
    """An id as Mermaid takes it: a dash may only stand between letters."""
    return id if re.fullmatch(r"[a-z0-9_]+(?:-[a-z0-9_]+)*", id) else id.replace("-", "_")


def _label(node: Node) -> str:
    name = node.name or node.id
    return f"{name} ×{node.replicas}" if node.replicas > 1 else name


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() or c in " .,:×-_+/" else f"#{ord(c)};" for c in text)
