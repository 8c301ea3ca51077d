"""From other tools' files to a topology: one module a format, found by listing the folder."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.importing.draft import Draft, Imported, Language
from simulation.topology.limits import MAX_BYTES

#: Characters that are looked at to tell what a file is.
_BEGINNING = 20_000


def _load() -> dict[str, Any]:
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    return {module.FORMAT: module for module in modules if hasattr(module, "TITLE")}


FORMATS: dict[str, Any] = dict(sorted(_load().items()))


def import_(format_: str, content: str | bytes, language: Language = "en", name: str = "") -> Imported:
    """The topology that a file of another tool describes, with what was understood, assumed and left out.

    The format `auto` is what the content, or the file's `name` if it has one, is recognised as. Raises InvalidInput
    (400 or 422) when the format is unknown or the content cannot be read.
    """
    if format_ == "auto":
        format_ = recognised(content, name)
    module = FORMATS.get(format_)
    if module is None:
        raise InvalidInput(
            [Problem("/format", f"{format_!r} is no import format; accepted: auto, {', '.join(FORMATS)}")]
        )
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InvalidInput([Problem("/content", f"{size:,} bytes; at most {MAX_BYTES:,} are accepted")], 413)
    draft: Draft = module.read(content)
    return draft.finished(format_, language)


def recognised(content: str | bytes, name: str = "") -> str:
    """The format of a file by how it begins and what it is called. Raises InvalidInput where nothing fits."""
    text = content[:_BEGINNING].decode("utf-8", "replace") if isinstance(content, bytes) else content[:_BEGINNING]
    text, name = text.removeprefix("\ufeff").lstrip(), name.lower()
    for format_, module in FORMATS.items():
        if module.recognises(text, name):
            return format_
    raise InvalidInput(
        [Problem("/format", f"the content is of no format that is recognised; name its format: {', '.join(FORMATS)}")]
    )


__all__ = ["FORMATS", "Imported", "import_", "recognised"]
