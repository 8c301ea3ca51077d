"""What a finding is: its code, its texts in both languages, how it is found, and two examples of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from simulation.analysis.findings.context import Context
from simulation.analysis.report import Severity
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch

Tier = Literal["S", "A"]


class Sighting(msgspec.Struct, frozen=True):
    """A place where a rule fires. `components[0]` is what it is about, the others take part.

    `fix` is what to do here, more precise than the rule's own; `patch` does it to the document. `severity`
    is the rule's own where this place is no milder and no worse.
    """

    components: list[str]
    message: Text
    fix: Text | None = None
    patch: Patch | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One code of the catalogue: one module, found by listing the folder.

    Tier S needs the drawing alone and must not read the report; tier A needs the report's figures.
    `supersedes` names more general codes, which are dropped where this one covers all their components.
    `firing` is a document in which the rule fires, `silent` the same one mended.
    """

    code: str
    severity: Severity
    tier: Tier
    title: Text
    why: Text
    found_by: Text
    fix: Text
    detect: Callable[[Context], Iterator[Sighting]]
    firing: dict[str, Any]
    silent: dict[str, Any]
    supersedes: tuple[str, ...] = ()
