"""From other tools' files to a topology: one module a format, found by listing the folder."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.importing.draft import Imported, Language
from simulation.topology.importing.recognising import recognised
from simulation.topology.limits import MAX_BYTES


def _load() -> dict[str, Any]:
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    return {module.FORMAT: module for module in modules if hasattr(module, "TITLE")}


FORMATS: dict[str, Any] = dict(sorted(_load().items()))


def import_(format_: str, content: str | bytes, language: Language = "en") -> Imported:
    """The topology that a file of another tool describes, with what was understood, assumed and left out.

    The format `auto` is what the content is recognised as. Raises InvalidInput (400 or 422) when the format is
    unknown or the content cannot be read.
    """
    module = FORMATS.get(recognised(content) if format_ == "auto" else format_)
    if module is None:
        raise InvalidInput(
            [Problem("/format", f"{format_!r} is no import format; accepted: auto, {', '.join(FORMATS)}")]
        )
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InvalidInput([Problem("/content", f"{size:,} bytes; at most {MAX_BYTES:,} are accepted")], 413)
    draft = module.read(content)
    found: Imported = draft.finished(language)
    return found


__all__ = ["FORMATS", "Imported", "import_", "recognised"]
