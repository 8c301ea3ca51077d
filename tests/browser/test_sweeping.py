"""A number tried at several values beside the drawing: shown point by point, given up, and the best one applied."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_several_values_are_tried_and_one_is_applied(visit: Visit) -> None:
    alice = visit()
    page = alice.draws(thresholds=["error_rate < 0.5"], scenario={"duration_s": 5})
    page.get_by_role("tab", name="Advice").click()
    sweep = page.get_by_role("region", name="What came of it").first
    element = page.get_by_label("Whose number")
    element.select_option(label="매장")
    page.get_by_label("Values").fill("one")
    expect(page.get_by_role("button", name="Run", exact=True).last).to_be_disabled()
    page.get_by_label("Values").fill("1..3/1")
    page.get_by_role("button", name="Run 3 times").click()
    expect(sweep.get_by_text("3 of 3 computed")).to_be_visible(timeout=60_000)
    expect(sweep.get_by_role("cell", name="holds")).to_have_count(3)
    expect(sweep.get_by_role("img", name=re.compile("매장 Replicas from 1 to 3"))).to_be_visible()
    sweep.get_by_role("button", name="3", exact=True).click()
    sweep.get_by_role("button", name="Apply").click()
    alice.expects(page, lambda found: found["nodes"][2].get("replicas") == 3)

    page.get_by_role("button", name="Vary a second number").click()
    page.get_by_label("Values").last.fill("1..4/0.1")
    page.get_by_role("button", name="Run 93 times").click()
    expect(sweep.get_by_text("of 93 computed")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(sweep.get_by_text(re.compile(r"Cancelled after \d+ of 93"))).to_be_visible()
    expect(page.get_by_role("button", name="Run 93 times")).to_be_enabled()
