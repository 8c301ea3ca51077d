"""What the documentation names is there: files, modules, links, and every metric that a threshold may use."""

import re
from pathlib import Path

import pytest

from simulation.evaluation.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OURS = "benchmarks|bootstrap|designer|docker|docs|frontend|simulation|tests"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    links = {link.partition("#")[0] for link in re.findall(r"\]\((?!https?://)([^)#][^)]*)\)", text)}
    missing = [link for link in links if not (page.parent / link).exists()]
    paths = re.findall(rf"`((?:{OURS})/[\w./-]*)`", text)
    missing += [path for path in paths if not (ROOT / path).exists()]
    for module in re.findall(rf"-m ((?:{OURS})(?:\.\w+)*)", text):
        place = ROOT / module.replace(".", "/")
        if not place.with_suffix(".py").exists() and not (place / "__main__.py").exists():
            missing.append(module)
    assert not missing


def test_every_metric_stands_on_the_page_of_thresholds() -> None:
    scopes = {"the design": "design", "a flow": "flow", "a node": "node"}
    sources = {"analysis": ["analysis"], "simulation": ["simulation"], "both": ["analysis", "simulation"]}
    page = (ROOT / "docs" / "command-line.md").read_text()
    rows = re.findall(r"^\| (`.*) \| (the design|a flow|a node) \| (\w+) \|$", page, re.MULTILINE)
    told = [(name, scopes[of], sources[by]) for names, of, by in rows for name in re.findall(r"`(\w+)`", names)]
    assert sorted(told) == sorted((m.name, m.scope, sorted(m.sources)) for m in METRICS)
