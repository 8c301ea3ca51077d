"""The search beside the drawing: asked for, shown, chosen from, applied as one step, taken back."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_the_cheapest_form_is_found_applied_and_taken_back(visit: Visit) -> None:
    alice = visit()
    page = alice.draws(thresholds=["spofs == 0"])
    page.get_by_role("tab", name="Advice").click()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text(re.compile("The cheapest that meets all thresholds"))).to_be_visible(timeout=60_000)
    answer = page.get_by_role("region", name="What the search found")
    expect(answer.get_by_role("listitem").filter(has_text="입구: replicas 1 → 2")).to_be_visible()
    answer.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("heading", name="No single point of failure")).to_be_visible()
    expect(answer.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="2 single points of failure")).to_be_visible()
    expect(answer.get_by_role("button", name="Apply", exact=True)).to_be_enabled()
