"""The `linchpin/1` topology document as typed data; the single truth of a design.

The classes mirror the document one to one and hold no rule: `parsing` reads them from JSON or YAML,
`validation` judges them, `system` fills in the catalogue's defaults.
"""

from typing import Any

import msgspec

FORMAT = "linchpin/1"


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Top left corner on the canvas, in canvas units, relative to the parent container."""

    x: float
    y: float


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Extent of a container on the canvas, in canvas units."""

    width: float
    height: float


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A component or a container. `spread` deals the replicas evenly over containers."""

    id: str
    kind: str
    name: str | None = None
    parent: str | None = None
    spread: list[str] = []
    replicas: int = 1
    params: dict[str, Any] = {}
    position: Position | None = None
    size: Size | None = None
    notes: str | None = None


class Edge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A directed relation; without a `kind` it takes the one that the kinds at its ends imply."""

    id: str
    source: str
    target: str
    kind: str | None = None
    params: dict[str, Any] = {}


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Traffic that a client sends: `mix` and `regions` map names to shares that sum to 1."""

    id: str
    source: str
    rate_rps: float
    mix: dict[str, float] = {}
    regions: dict[str, float] = {}
    shape: dict[str, Any] | None = None
    arrivals: str = "poisson"
    name: str | None = None


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A finding that the owner accepts on an element, with the reason and until when (ISO date)."""

    code: str
    component: str
    reason: str
    expires: str | None = None


class Topology(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A whole document. `accepted` and `scenario` are optional additions to the contract's members."""

    format: str
    name: str
    nodes: list[Node] = []
    edges: list[Edge] = []
    flows: list[Flow] = []
    thresholds: list[str] = []
    accepted: list[Acceptance] = []
    scenario: dict[str, Any] | None = None
    description: str | None = None


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with an input: where (JSON pointer) and what, with what would be accepted."""

    pointer: str
    detail: str


class InvalidInput(ValueError):
    """The input cannot be used. `problems` says where and why; `status` is the HTTP class (400, 413, 422)."""

    def __init__(self, problems: list[Problem], status: int = 422) -> None:
        self.problems = problems
        self.status = status
        super().__init__("; ".join(f"{p.pointer or '/'}: {p.detail}" for p in problems))
