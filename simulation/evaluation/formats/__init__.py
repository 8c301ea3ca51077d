"""Formats that an evaluation is written in: one module each, found by listing this folder.

A module has `MEDIA_TYPE` and `write(evaluation, source) -> str`; `source` names the file that was judged.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulation.evaluation.evaluate import Evaluation


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an evaluation down."""

    name: str
    media_type: str
    write: Callable[[Evaluation, str], str]


def _load() -> Mapping[str, Format]:
    found: dict[str, Format] = {}
    for entry in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{entry.name}")
        found[entry.name] = Format(entry.name, module.MEDIA_TYPE, module.write)
    return found


FORMATS: Mapping[str, Format] = _load()
