"""What a review of a topology says: one module a code, found by listing the folder, like a linter's rules."""

from datetime import UTC, date, datetime
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Protocol

from simulation.analysis.findings.acceptance import marked
from simulation.analysis.findings.context import Context
from simulation.analysis.report import Finding, Report
from simulation.topology.catalogue.model import Text
from simulation.topology.limits import MAX_REPLICAS
from simulation.topology.patching import Patch

if TYPE_CHECKING:
    from simulation.analysis.findings.rule import Rule, Sighting
    from simulation.analysis.load.work import Work
    from simulation.topology.system import System
    from simulation.topology.wiring import Wiring

_SEVERITIES = ("error", "warning", "info")


class Compiled(Protocol):
    """What a compiled model has to offer: the system, its wiring and its load."""

    @property
    def system(self) -> "System": ...

    @property
    def wiring(self) -> "Wiring": ...

    @property
    def work(self) -> "Work | None": ...


@cache
def rules() -> dict[str, "Rule"]:
    """Every rule by its code."""
    names = [m.name for m in iter_modules(__path__) if m.name.startswith("td")]
    found: list[Rule] = [import_module(f"{__name__}.{name}").RULE for name in names]
    return {rule.code: rule for rule in sorted(found, key=lambda r: r.code)}


@cache
def _specific_first() -> list["Rule"]:
    """Every rule after those that may speak for it."""
    before: dict[str, list[str]] = {code: [] for code in rules()}
    for rule in rules().values():
        for code in rule.supersedes:
            before[code].append(rule.code)
    return [rules()[code] for code in TopologicalSorter(before).static_order()]


def detect_all(model: Compiled, report: Report | None, today: date | None = None) -> list[Finding]:
    """All findings, errors first; without a report only those that the drawing alone shows.

    The most specific code wins. What the document accepts is marked; `today` (default: the current day,
    UTC) decides which acceptances have expired.
    """
    context = Context(model.system, model.wiring, report, model.work if report is not None else None)
    found: list[Finding] = []
    for rule in _specific_first():
        for sighting in rule.detect(context) if rule.tier == "S" or context.has_figures else ():
            context.told.tell(rule.supersedes, sighting.components)
            if not context.told.covers(rule.code, sighting.components):
                found.append(_finding(rule, sighting))
    found.sort(key=lambda f: (_SEVERITIES.index(f.severity), f.code))
    return marked(found, context.topology.accepted, today or datetime.now(UTC).date())


def served() -> list[dict[str, Any]]:
    """The codes as the catalogue serves them, texts in both languages."""
    return [
        {
            "code": rule.code,
            "severity": rule.severity,
            "tier": rule.tier,
            "supersedes": list(rule.supersedes),
            **{
                name: {"en": text.en, "ko": text.ko}
                for name, text in (
                    ("title", rule.title),
                    ("help", Text(f"{rule.why.en} {rule.found_by.en}", f"{rule.why.ko} {rule.found_by.ko}")),
                    ("why", rule.why),
                    ("found_by", rule.found_by),
                    ("fix", rule.fix),
                )
            },
            "firing": rule.firing,
            "silent": rule.silent,
        }
        for rule in rules().values()
    ]


def _fits(patch: Patch) -> bool:
    """Whether a document may hold as many replicas as the patch asks for."""
    return all(step["value"] <= MAX_REPLICAS for step in patch if step["path"].endswith("/replicas"))


def _finding(rule: "Rule", sighting: "Sighting") -> Finding:
    fix = sighting.fix or rule.fix
    return Finding(
        code=rule.code,
        severity=sighting.severity or rule.severity,
        message=sighting.message.en,
        components=sighting.components,
        fix=fix.en,
        tier=rule.tier,
        message_ko=sighting.message.ko,
        fix_ko=fix.ko,
        patch=sighting.patch if sighting.patch is None or _fits(sighting.patch) else None,
    )
