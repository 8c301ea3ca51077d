"""No violation that axe knows of, on the main pages and dialogs, in both themes."""

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import expect_time_to_pass, node

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

RUN = """
async (rules) => (await axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) })).violations
  .flatMap(({ id, nodes }) => nodes.map((each) => `${id}: ${each.target.join(' ')}: ${each.html.slice(0, 99)}`))
"""


class Audit:
    """Collects what axe finds, place by place."""

    def __init__(self, page: Page, rules: list[str] | None = None) -> None:
        self.page = page
        self.rules = rules
        self.found: list[str] = []

    def here(self, place: str) -> None:
        """Look at what is shown now."""
        self.page.wait_for_timeout(150)
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        violations: list[Any] = self.page.evaluate(RUN, self.rules)
        self.found += [f"{place}: {each}" for each in violations]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation(visit: Visit, theme: Literal["light", "dark"]) -> None:
    visitor = visit(color_scheme=theme)
    page = visitor.goes("/")
    # The themes differ in their colours and in nothing else.
    audit = Audit(page, ["color-contrast"] if theme == "dark" else None)
    expect(page.get_by_role("button", name=re.compile("^One server"))).to_be_visible()
    audit.here("gallery")
    page.get_by_role("button", name="Import").first.click()
    audit.here("import")
    page.close()

    page = audit.page = visitor.draws(scenario={"duration_s": 5})
    analysis = page.get_by_role("region", name="Analysis")
    expect(analysis.get_by_text("Up to date")).to_be_visible()
    audit.here("figures")
    for name in ("Review", "Losses", "Advice", "Assumed"):
        analysis.get_by_role("tab", name=name).click()
        audit.here(name)
    page.get_by_role("tab", name="Outline").click()
    node(page, "web").click()
    audit.here("outline and properties")
    node(page, "web").click(button="right")
    audit.here("menu")
    page.keyboard.press("Escape")
    for name in ("Share", "Scenario"):
        page.get_by_role("button", name=name).first.click()
        audit.here(name)
        page.keyboard.press("Escape")
    node(page, "web").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect_time_to_pass(page)
    audit.here("run")
    page.keyboard.press("Control+k")
    audit.here("palette")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Finished")).to_be_visible(timeout=30_000)
    audit.here("result")
    assert not audit.found, "\n".join(audit.found)
