"""The catalogue: every kind of node, found by listing `kinds/`, and every kind of edge."""

from importlib import import_module
from pkgutil import iter_modules

from simulation.topology.catalogue import kinds as _kinds
from simulation.topology.catalogue.edges import EDGE_KINDS, default_edge_kind
from simulation.topology.catalogue.model import EdgeKind, Kind, Param, Role, Station, Text


def _load() -> dict[str, Kind]:
    modules = [import_module(f"{_kinds.__name__}.{m.name}") for m in iter_modules(_kinds.__path__)]
    found: list[Kind] = [module.KIND for module in modules]
    return {kind.id: kind for kind in sorted(found, key=lambda k: (k.order, k.id))}


KINDS: dict[str, Kind] = _load()

__all__ = [
    "EDGE_KINDS",
    "KINDS",
    "EdgeKind",
    "Kind",
    "Param",
    "Role",
    "Station",
    "Text",
    "default_edge_kind",
]
