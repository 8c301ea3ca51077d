"""Mermaid flowcharts: shapes and labels become kinds, arrows edges, subgraphs containers."""

import re
from dataclasses import dataclass, field

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
from simulation.topology.limits import MAX_DEPTH, RESERVED_KEYS
from simulation.topology.strict_json import decoded

FORMAT = "mermaid"
TITLE = Text("Mermaid flowchart", "Mermaid 플로차트")
EXTENSIONS = (".mmd", ".mermaid")

_HEAD = re.compile(r"(?:flowchart|graph)(?:-elk)?(?:\s+(?:TB|TD|BT|RL|LR))?\s*;?\s*$", re.IGNORECASE)
_CHART = re.compile(r"(?:flowchart|graph|C4\w*|architecture-beta)\b", re.IGNORECASE)
_IGNORED = re.compile(r"(?:style|classDef|linkStyle|click|direction|accTitle|accDescr|title)\b")
_ID = re.compile(r"[\w.]+(?:-(?![-.>)])[\w.]+)*", re.UNICODE)
_SHAPES: tuple[tuple[str, str, str | None], ...] = (
    ("(((", ")))", None),
    ("((", "))", "client"),
    ("([", "])", None),
    ("[(", ")]", "database"),
    ("[[", "]]", None),
    ("[/", "/]", None),
    ("[\\", "\\]", None),
    ("{{", "}}", "message_queue"),
    ("{", "}", "load_balancer"),
    ("(", ")", None),
    (">", "]", "message_queue"),
    ("[", "]", None),
)
_OWN = re.compile(r"n(\d{1,6})_([a-z0-9_-]{1,64})")
_NAMED_SHAPE = re.compile(r"@\{([^{}]*)\}")
_CYLINDERS = ("cyl", "cylinder", "database", "db", "h-cyl", "lin-cyl")
_ARROW = re.compile(
    r"\s*(?P<back>[<xo])?(?:"
    r"(?P<plain>--+>|--+[xo](?=\s)|---+|==+>|===+|-\.+->?|~~~+)(?:\s*\|(?P<bar>[^|]*)\|)?"
    r"|(?P<open>--|==|-\.)\s*(?P<text>[^\n]*?)\s*(?P<close>--+>|---+|==+>|===+|\.+->?))\s*"
)


@dataclass
class _Box:
    label: str = ""
    shape: str | None = None
    stated: str | None = None
    parent: str | None = None


@dataclass
class _Chart:
    boxes: dict[str, _Box] = field(default_factory=dict)
    groups: dict[str, _Box] = field(default_factory=dict)
    arrows: list[tuple[str, str, str, bool]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def recognises(text: str, name: str) -> bool:
    """By its first word, also that of charts which are refused with a reason, or by its name."""
    lines = _lines(text)
    return name.endswith(EXTENSIONS) or bool(lines and _CHART.match(lines[0]))


def read(content: str | bytes) -> Draft:
    """The system that a flowchart draws. Raises InvalidInput when the text is no flowchart."""
    chart = _chart(decoded(content, "Mermaid text"))
    draft = Draft("Imported from Mermaid")
    ids: dict[str, str] = {}
    own = _own_ids(chart)
    for name, group in chart.groups.items():
        kind, is_known = place_of(f"{group.label} {name}", group.stated)
        ids[name] = draft.node(group.label or name, kind, own.get(name))
        note_kind(draft, group.label or name, kind, is_known)
    for name, group in chart.groups.items():
        if group.parent is not None:
            draft.nodes[ids[name]]["parent"] = ids[group.parent]
    rank = {name: i for i, name in enumerate(chart.groups)}
    for name, box in sorted(chart.boxes.items(), key=lambda item: rank.get(item[1].parent or "", len(rank))):
        label, replicas = counted(box.label or name)
        kind, is_known = kind_of(label, box.shape, box.stated)
        ids[name] = draft.node(label, kind, own.get(name), **({"replicas": replicas} if replicas > 1 else {}))
        if box.parent is not None:
            draft.nodes[ids[name]]["parent"] = ids[box.parent]
        note_kind(draft, label, kind, is_known)
    if own:
        draft.nodes = {own[name]: draft.nodes[own[name]] for name in own}
    for source, target, label, is_dashed in chart.arrows:
        found = draft.edge(ids[source], ids[target], edge_kind(label, is_dashed))
        said = f"{ids[source]} → {ids[target]}"
        if found is not None:
            draft.say(draft.understood, said, said)
        elif not any(edge["target"] == ids[target] for edge in draft.outgoing(ids[source])):
            draft.say(draft.left_out, f"{said}: no edge joins these", f"{said}: 이 둘은 연결할 수 없습니다.")
    for line in chart.unread:
        draft.say(draft.left_out, f"not read: {line}", f"읽지 않았습니다: {line}")
    add_users(draft)
    return draft


def _own_ids(chart: _Chart) -> dict[str, str]:
    """The ids of a chart that was written here, by the names of its boxes, in the document's order; else none."""
    found = {name: _OWN.fullmatch(name) for name in (*chart.groups, *chart.boxes)}
    known = {name: (int(match[1]), match[2]) for name, match in found.items() if match is not None}
    ids = {own for _, own in known.values()}
    if len(known) < len(found) or len(ids) < len(found) or not ids.isdisjoint(RESERVED_KEYS):
        return {}
    return {name: known[name][1] for name in sorted(known, key=lambda name: known[name])}


def _lines(text: str) -> list[str]:
    """Statements, one a line, without front matter and comments."""
    text = re.sub(r"\A\s*---\n.*?\n---\n", "", text, flags=re.DOTALL)
    lines = [line.strip() for raw in text.splitlines() for line in _statements(raw)]
    return [line for line in lines if line and not line.startswith("%%")]


def _chart(text: str) -> _Chart:
    lines = _lines(text)
    if not lines or not _HEAD.match(lines[0]):
        raise InvalidInput(
            [Problem("/content", "no flowchart; a text that starts with flowchart or graph is accepted")]
        )
    chart = _Chart()
    stack: list[str] = []
    for line in lines[1:]:
        if re.match(r"subgraph\b", line):
            if len(stack) >= MAX_DEPTH:
                raise InvalidInput([Problem("/content", f"subgraphs deeper than {MAX_DEPTH}")])
            stack.append(_open_group(line, stack[-1] if stack else None, chart))
        elif line == "end":
            if stack:
                stack.pop()
        elif match := re.match(r"class\s+([\w.,\s-]+?)\s+([\w-]+)$", line):
            for name in re.split(r"[\s,]+", match.group(1)):
                box = chart.groups.get(name) or chart.boxes.get(name)
                if box is not None:
                    box.stated = match.group(2)
        elif not _IGNORED.match(line):
            known = len(chart.boxes)
            if not _statement(line, stack[-1] if stack else None, chart):
                chart.unread.append(printable(line, 120))
                joined = {end for arrow in chart.arrows for end in arrow[:2]}
                for name in set([*chart.boxes][known:]) - joined:
                    del chart.boxes[name]
    for name, group in chart.groups.items():
        chart.boxes.pop(name, None)
        if group.parent == name:
            group.parent = None
    return chart


def _statements(line: str) -> list[str]:
    """The statements of a line: `;` parts them outside of quotes and brackets."""
    line = line.split("%%{", 1)[0] if line.strip().startswith("%%{") else line
    if ";" not in line:
        return [line]
    return re.findall(r'(?:"[^"]*"|\[[^\]]*\]|[^;"\[])+', line)


def _open_group(line: str, parent: str | None, chart: _Chart) -> str:
    rest = line[len("subgraph") :].strip()
    match = re.match(r'(?P<id>[\w.-]+)\s*[\[(]+"?(?P<label>.*?)"?[\])]+(?::::(?P<kind>[\w-]+))?\s*$', rest)
    if match:
        name, label, stated = match["id"], match["label"], match["kind"]
    else:
        label, stated = rest.strip('"'), None
        name = label or f"group {len(chart.groups) + 1}"
    if name not in chart.groups:
        chart.groups[name] = _Box(plain_label(_unquoted(label)), None, stated, parent)
    return name


def _unquoted(label: str) -> str:
    label = label.strip()
    if len(label) > 1 and label[0] == label[-1] == '"':
        label = label[1:-1]
    return re.sub(r"#(\w{1,10});", lambda m: f"&#{m[1]};" if m[1].isdecimal() else f"&{m[1]};", label.strip("`"))


def _statement(line: str, parent: str | None, chart: _Chart) -> bool:
    """Read `A & B --> C["x"] --> D`; whether all of the line was understood."""
    position, left = _names(line, 0, parent, chart)
    if not left:
        return False
    while position < len(line):
        arrow = _ARROW.match(line, position)
        if arrow is None or arrow.end() == position:
            return not line[position:].strip()
        position, right = _names(line, arrow.end(), parent, chart)
        if not right:
            return False
        token = arrow["plain"] or arrow["open"]
        label = plain_label(_unquoted(arrow["bar"] or arrow["text"] or ""))
        if not token.startswith("~"):
            for a in left:
                chart.arrows += [(a, b, label, "." in token) for b in right]
        left = right
    return True


def _names(line: str, position: int, parent: str | None, chart: _Chart) -> tuple[int, list[str]]:
    names: list[str] = []
    while True:
        match = _ID.match(line, position)
        if match is None:
            return position, names
        names.append(match.group())
        position = _box(line, match.end(), match.group(), parent, chart)
        joined = re.compile(r"\s*&\s*").match(line, position)
        if joined is None:
            return position, names
        position = joined.end()


def _box(line: str, position: int, name: str, parent: str | None, chart: _Chart) -> int:
    """Read the shape, label and class behind a name; where reading goes on."""
    box = chart.boxes.setdefault(name, _Box())
    if box.parent is None and name not in chart.groups:
        box.parent = parent
    if named := _NAMED_SHAPE.match(line, position):
        if shape := re.search(r"shape:\s*([\w-]+)", named.group(1)):
            box.shape = "database" if shape.group(1) in _CYLINDERS else None
        if label := re.search(r'label:\s*"([^"]*)"', named.group(1)):
            box.label = plain_label(_unquoted(label.group(1)))
        position = named.end()
    for opening, closing, kind in _SHAPES:
        if line.startswith(opening, position):
            start = position + len(opening)
            quote = re.compile(r'\s*"[^"]*"\s*').match(line, start)
            end = line.find(closing, quote.end() if quote else start)
            if end < 0:
                continue
            box.label, box.shape = plain_label(_unquoted(line[start:end])), kind
            position = end + len(closing)
            break
    if stated := re.compile(r":::([\w-]+)").match(line, position):
        box.stated = stated.group(1)
        position = stated.end()
    return position
