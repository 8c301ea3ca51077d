"""The help pages of all findings, written from the rules themselves: `python -m "
"simulation.analysis.findings.handbook DIR`."""

import sys
from pathlib import Path
from typing import Any

import yaml

from simulation.analysis.findings import rules
from simulation.analysis.findings.rule import Rule
from simulation.topology.catalogue.particles import with_particles

_SEVERITY_KO = {"error": "오류", "warning": "경고", "info": "참고"}


def pages() -> dict[str, str]:
    """Markdown by file name: one page a code, and an index."""
    found = {f"{code}.md": page(rule) for code, rule in rules().items()}
    found["README.md"] = index()
    return found


def index() -> str:
    """All codes in a table."""
    lines = [
        "# Findings",
        "",
        "What a review of a topology says, each with a stable code. Tier S needs only the drawing, tier A the figures.",
        "Where two codes fit, the more specific one is shown. A finding can be accepted on an "
        "element, with a reason and",
        "an expiry date, in the document:",
        "",
        "```yaml",
        "accepted:",
        "- {code: TD105, component: dns, reason: managed and replicated by the provider, expires: '2027-01-01'}",
        "```",
        "",
        "| code | severity | tier | finding | 발견 사항 |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| [{r.code}]({r.code}.md) | {r.severity} | {r.tier} | {r.title.en} | {r.title.ko} |" for r in rules().values()
    ]
    return "\n".join(lines) + "\n"


def page(rule: Rule) -> str:
    """The page of one code, English then Korean, with the example before and after."""
    specific = f" Takes the place of {', '.join(rule.supersedes)}." if rule.supersedes else ""
    specific_ko = with_particles(f" {', '.join(rule.supersedes)}을(를) 대신합니다.") if rule.supersedes else ""
    return "\n".join(
        [
            f"# {rule.code}: {rule.title.en}",
            "",
            f"Severity {rule.severity}, tier {rule.tier}.{specific}",
            "",
            f"**Why.** {rule.why.en}",
            "",
            f"**Found by.** {rule.found_by.en}",
            "",
            f"**Fix.** {rule.fix.en}",
            "",
            "## Before",
            "",
            _shown(rule.firing),
            "",
            "## After",
            "",
            _shown(rule.silent),
            "",
            f"## {rule.title.ko}",
            "",
            f"심각도: {_SEVERITY_KO[rule.severity]}.{specific_ko}",
            "",
            f"**이유.** {rule.why.ko}",
            "",
            f"**찾는 방법.** {rule.found_by.ko}",
            "",
            f"**고치는 방법.** {rule.fix.ko}",
            "",
        ]
    )


def _shown(document: dict[str, Any]) -> str:
    """A document as YAML, one element a line."""
    lines = [f"format: {document['format']}", f"name: {document['name']}"]
    for part in ("nodes", "edges", "flows", "thresholds"):
        if not document.get(part):
            continue
        lines.append(f"{part}:")
        for element in document[part]:
            text = yaml.safe_dump(element, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True)
            lines.append(f"- {text.removesuffix('...' + chr(10)).strip()}")
    return "\n".join(["```yaml", *lines, "```"])


def write(folder: Path) -> None:
    """Write all pages into the folder, and remove pages of codes that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    for stale in set(folder.glob("TD*.md")) - {folder / name for name in wanted}:
        stale.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
