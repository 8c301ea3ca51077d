"""From a topology to other tools' files: one module a format, found by listing the folder."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import msgspec

from simulation.topology.document import InvalidInput, Problem, Topology


class Exported(msgspec.Struct, frozen=True):
    """A file: its bytes, their media type, and a file name made from the topology's name."""

    content: bytes
    media_type: str
    filename: str


def _load() -> dict[str, Any]:
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    return {module.FORMAT: module for module in modules if hasattr(module, "TITLE")}


FORMATS: dict[str, Any] = dict(sorted(_load().items()))


def export(topology: Topology, format_: str) -> Exported:
    """The topology as a file of the format. Raises InvalidInput when nobody knows the format."""
    module = FORMATS.get(format_)
    if module is None:
        raise InvalidInput([Problem("/format", f"{format_!r} is no export format; accepted: {', '.join(FORMATS)}")])
    stem = "".join(c if c.isascii() and c.isalnum() else "-" for c in topology.name.lower())[:60].strip("-")
    while "--" in stem:
        stem = stem.replace("--", "-")
    return Exported(module.write(topology), module.MEDIA_TYPE, f"{stem or 'topology'}.{module.EXTENSION}")


__all__ = ["FORMATS", "Exported", "export"]
