"""The document's JSON Schema (2020-12), made from the catalogue.

It says what a single member may be; what spans members (ids that exist, shares that sum to 1) is `validation`'s.
"""

from typing import Any

from simulation.topology.catalogue import EDGE_KINDS, KINDS
from simulation.topology.catalogue.model import EdgeKind, Kind, Param
from simulation.topology.catalogue.shapes import ARRIVALS, SHAPES
from simulation.topology.document import FORMAT
from simulation.topology.limits import (
    MAX_EDGES,
    MAX_FLOWS,
    MAX_LABEL,
    MAX_NODES,
    MAX_NUMBER,
    MAX_REPLICAS,
    MAX_TEXT,
    MAX_THRESHOLDS,
)

_ID: dict[str, Any] = {"type": "string", "pattern": "^[a-z0-9_-]{1,64}$"}
_LABEL: dict[str, Any] = {"type": "string", "maxLength": MAX_LABEL}
_TEXT: dict[str, Any] = {"type": "string", "maxLength": MAX_TEXT}
_NUMBER: dict[str, Any] = {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
_SHARES: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
}


def document_schema() -> dict[str, Any]:
    """The schema of a `linchpin/1` document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Linchpin topology",
        **_object(
            {
                "format": {"const": FORMAT},
                "name": _LABEL,
                "description": _TEXT,
                "nodes": _list({"oneOf": [_node(kind) for kind in KINDS.values()]}, MAX_NODES),
                "edges": _list(_edge(), MAX_EDGES),
                "flows": _list(_flow(), MAX_FLOWS),
                "thresholds": _list(_LABEL, MAX_THRESHOLDS),
                "accepted": _list(
                    _object(
                        {
                            "code": {"type": "string"},
                            "component": _LABEL,
                            "reason": _TEXT,
                            "expires": {"type": "string"},
                        },
                        ["code", "component", "reason"],
                    )
                ),
                "scenario": {"type": "object"},
            },
            ["format"],
        ),
    }


def _object(members: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


def _list(items: dict[str, Any], most: int | None = None) -> dict[str, Any]:
    return {"type": "array", "items": items} | ({} if most is None else {"maxItems": most})


def _node(kind: Kind) -> dict[str, Any]:
    return {
        "title": kind.title.en,
        "description": kind.summary.en,
        **_object(
            {
                "id": _ID,
                "kind": {"const": kind.id},
                "name": _LABEL,
                "parent": _ID,
                "spread": {"type": "array", "items": _ID, "uniqueItems": True},
                "replicas": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 1 if kind.is_container else MAX_REPLICAS,
                    "default": 1,
                },
                "params": _params(kind.params),
                "position": _object({"x": _NUMBER, "y": _NUMBER}, ["x", "y"]),
                "size": _object(
                    {part: {"type": "number", "exclusiveMinimum": 0} for part in ("width", "height")},
                    ["width", "height"],
                ),
                "notes": _TEXT,
            },
            ["id", "kind"],
        ),
    }


def _edge() -> dict[str, Any]:
    ends = {"id": _ID, "source": _ID, "target": _ID}
    by_default: dict[str, Any] = _object({**ends, "params": {"type": "object"}}, ["id", "source", "target"])

    def of(kind: EdgeKind) -> dict[str, Any]:
        members = {**ends, "kind": {"const": kind.id}, "params": _params(kind.params)}
        return {"title": kind.title.en, "description": kind.summary.en} | _object(
            members, ["id", "source", "target", "kind"]
        )

    return {"oneOf": [by_default, *(of(kind) for kind in EDGE_KINDS.values())]}


def _flow() -> dict[str, Any]:
    shapes = [_object({"kind": {"const": shape.id}, **_members(shape.params)}, ["kind"]) for shape in SHAPES.values()]
    return _object(
        {
            "id": _ID,
            "source": _ID,
            "rate_rps": {"type": "number", "exclusiveMinimum": 0},
            "mix": _SHARES,
            "regions": _SHARES,
            "shape": {"oneOf": [{"enum": ["steady"]}, *shapes]},
            "arrivals": {"enum": list(ARRIVALS), "default": "poisson"},
            "name": _LABEL,
        },
        ["id", "source", "rate_rps"],
    )


def _params(params: tuple[Param, ...]) -> dict[str, Any]:
    return _object(_members(params), [])


def _members(params: tuple[Param, ...]) -> dict[str, Any]:
    return {param.name: _param(param) for param in params}


def _param(param: Param) -> dict[str, Any]:
    found: dict[str, Any] = {"title": param.title.en, "description": param.help.en}
    if param.default is not None:
        found["default"] = param.default
    value = _type(param)
    if param.type in ("number", "integer") and param.choices:
        value = {"anyOf": [value, {"enum": list(param.choices)}]}
    if param.nullable or param.default is None:
        value = {"anyOf": [value, {"type": "null"}]}
    return found | value


def _type(param: Param) -> dict[str, Any]:
    match param.type:
        case "number" | "integer":
            found: dict[str, Any] = {"type": param.type}
            for name, key in (("minimum", "minimum"), ("maximum", "maximum"), ("above", "exclusiveMinimum")):
                if getattr(param, name) is not None:
                    found[key] = getattr(param, name)
            return found
        case "boolean":
            return {"type": "boolean"}
        case "choice":
            return {"enum": list(param.choices)}
        case "string":
            return {"type": "string", "minLength": 1, "maxLength": 64}
        case "text":
            return {"type": "string"}
        case "list":
            return {"type": "array", "items": _item(param)}
        case "map":
            return {"type": "object", "additionalProperties": _item(param)}
        case "record":
            return _params(param.fields)


def _item(param: Param) -> dict[str, Any]:
    match param.item:
        case "choice":
            return {"enum": list(param.choices)}
        case "number":
            return {"type": "number"} | ({} if param.minimum is None else {"minimum": param.minimum})
        case "list":
            return {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        case _:
            return {"type": "string"}
