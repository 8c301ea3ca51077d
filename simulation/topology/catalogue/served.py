"""The catalogue as plain data: what palette, inspector, docs and other programs read."""

from typing import Any

from simulation.topology import limits
from simulation.topology.catalogue import EDGE_KINDS, KINDS, default_edge_kind
from simulation.topology.catalogue.choices import CHOICES
from simulation.topology.catalogue.joins import nonsense
from simulation.topology.catalogue.model import EdgeKind, Kind, Param, Text
from simulation.topology.catalogue.shapes import ARRIVALS, SHAPES
from simulation.topology.document import FORMAT

_GROUPS: dict[str, Text] = {
    "edge": Text("Edge", "입구"),
    "compute": Text("Compute", "연산"),
    "data": Text("Data", "데이터"),
    "messaging": Text("Messaging", "메시징"),
    "operations": Text("Operations", "운영"),
    "containers": Text("Places", "배치 장소"),
}

_PARAM_GROUPS: dict[str, Text] = {
    "work": Text("Work", "처리"),
    "routing": Text("Routing", "경로"),
    "data": Text("Data", "데이터"),
    "reliability": Text("Reliability", "신뢰성"),
    "network": Text("Network", "네트워크"),
    "cost": Text("Cost", "비용"),
}

_OPERATIONS: dict[str, Text] = {
    "read": Text("Read", "읽기"),
    "write": Text("Write", "쓰기"),
    "static": Text("Static content", "정적 콘텐츠"),
}


def catalogue() -> dict[str, Any]:
    """Kinds, kinds of edges with where each makes sense, shapes, operations and limits.

    `findings`, `actions` and `metrics` are empty here; whoever serves the catalogue fills them in.
    """
    return {
        "format": FORMAT,
        "kinds": [kind_object(kind) for kind in KINDS.values()],
        "edge_kinds": [_edge_kind(kind) for kind in EDGE_KINDS.values()],
        "joins": _joins(),
        "groups": [{"id": name, "title": text(title)} for name, title in _GROUPS.items()],
        "param_groups": [{"id": name, "title": text(title)} for name, title in _PARAM_GROUPS.items()],
        "operations": [{"id": name, "title": text(title)} for name, title in _OPERATIONS.items()],
        "shapes": [
            {
                "id": shape.id,
                "title": text(shape.title),
                "summary": text(shape.summary),
                "params": [param_object(p) for p in shape.params],
            }
            for shape in SHAPES.values()
        ],
        "arrivals": [{"id": name, "title": text(title)} for name, title in ARRIVALS.items()],
        "limits": {name.lower(): value for name, value in vars(limits).items() if name.startswith("MAX_")},
        "findings": [],
        "actions": [],
        "metrics": [],
    }


def text(value: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"en": value.en, "ko": value.ko}


def kind_object(kind: Kind) -> dict[str, Any]:
    """One kind of node as plain data."""
    station = kind.station
    return {
        "id": kind.id,
        "role": kind.role.value,
        "group": kind.group,
        "title": text(kind.title),
        "summary": text(kind.summary),
        "icon": kind.icon,
        "container": kind.is_container,
        "can_fail": kind.can_fail,
        "station": None
        if station is None
        else {"time": dict(station.time), "slots": station.slots, "queue": station.queue},
        "params": [param_object(param) for param in kind.params],
    }


def param_object(param: Param) -> dict[str, Any]:
    """One param as plain data; what does not apply is left out."""
    found: dict[str, Any] = {
        "name": param.name,
        "type": param.type,
        "title": text(param.title),
        "help": text(param.help),
        "unit": param.unit,
        "default": param.default,
        "band": None if param.low is None and param.high is None else {"low": param.low, "high": param.high},
        "source": param.source,
        "group": param.group,
        "nullable": param.nullable or param.default is None,
    }
    for name in ("minimum", "maximum", "above", "item"):
        value = getattr(param, name)
        if value is not None:
            found[name] = value
    if param.choices:
        found["choices"] = list(param.choices)
        found["choice_titles"] = {choice: text(CHOICES[choice]) for choice in param.choices}
    if param.fields:
        found["fields"] = [param_object(field) for field in param.fields]
    return found


def _edge_kind(kind: EdgeKind) -> dict[str, Any]:
    return {
        "id": kind.id,
        "title": text(kind.title),
        "summary": text(kind.summary),
        "on_path": kind.on_path,
        "params": [param_object(param) for param in kind.params],
    }


def _joins() -> dict[str, dict[str, dict[str, Any]]]:
    """For each pair of kinds: the kind of edge it takes by default, and all that make sense."""
    components = [kind for kind in KINDS.values() if not kind.is_container]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for source in components:
        row = found.setdefault(source.id, {})
        for target in components:
            accepted = [name for name in EDGE_KINDS if nonsense(name, source, target) is None]
            if accepted:
                default = default_edge_kind(source, target)
                row[target.id] = {"default": default if default in accepted else accepted[0], "accepted": accepted}
    return found
