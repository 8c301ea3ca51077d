"""For code scanning: SARIF 2.1.0 (OASIS), with broken thresholds and findings as results."""

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from simulation.analysis.report import Finding
from simulation.evaluation.evaluate import Evaluation, Outcome
from simulation.evaluation.formats.text import measured

MEDIA_TYPE = "application/sarif+json"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_THRESHOLD_RULE = "threshold"


def write(evaluation: Evaluation, source: str) -> str:
    """One run: a result for each threshold that does not hold and for each finding."""
    uri = quote(PurePath(source).as_posix())
    findings = [] if evaluation.report is None else evaluation.report.findings
    rules = [_rule(_THRESHOLD_RULE, "A threshold of the design does not hold", "error")]
    rules += [_rule(f.code, f.message, _LEVELS[f.severity]) for f in {f.code: f for f in findings}.values()]
    index = {rule["id"]: i for i, rule in enumerate(rules)}
    results = [_of_threshold(o, uri, index) for o in evaluation.thresholds if not o.holds]
    results += [_of_finding(f, uri, index) for f in findings]
    driver = {"name": "Linchpin", "version": _version(), "semanticVersion": _version(), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "artifacts": [{"location": {"uri": uri}}],
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"verdict": evaluation.verdict},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _version() -> str:
    from simulation import __version__

    return __version__


def _rule(code: str, text: str, level: str) -> dict[str, Any]:
    return {"id": code, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}


def _of_threshold(outcome: Outcome, uri: str, index: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": _THRESHOLD_RULE,
        "ruleIndex": index[_THRESHOLD_RULE],
        "level": "error",
        "kind": "fail",
        "message": {"text": f"{outcome.threshold} does not hold: {measured(outcome)}"},
        "locations": [_location(uri, [outcome.element] if outcome.element else [])],
        "partialFingerprints": {"threshold/v1": outcome.threshold},
    }


def _of_finding(finding: Finding, uri: str, index: dict[str, int]) -> dict[str, Any]:
    text = finding.message if finding.fix is None else f"{finding.message} {finding.fix}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(uri, finding.components)],
        "partialFingerprints": {"finding/v1": ":".join([finding.code, *finding.components])},
    }
    if finding.accepted is not None:
        reason = str(finding.accepted.get("reason", ""))
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _location(uri: str, components: list[str]) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": uri, "index": 0}}}
    if components:
        location["logicalLocations"] = [{"name": c, "fullyQualifiedName": c, "kind": "element"} for c in components]
    return location
