"""On a phone: everything is there, one thing at a time."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import expect_time_to_pass

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

#: Visible controls that are smaller than a finger needs, and whatever reaches beyond the screen.
TOO_SMALL = """
() => [...document.querySelectorAll('button, select, a[href], input')].filter((each) => {
  const { width, height } = each.getBoundingClientRect();
  if (!each.checkVisibility() || width <= 1) return false;
  if (each.closest('p, li, dd, h3, label, td, th, .react-flow__attribution')) return false;
  return width < 24 || height < 24;
}).map((each) => each.outerHTML.slice(0, 160))
"""
TOO_WIDE = "() => document.scrollingElement.scrollWidth - window.innerWidth"


def expect_to_fit(page: Page) -> None:
    assert page.evaluate(TOO_WIDE) <= 0, "the page scrolls sideways"
    assert page.evaluate(TOO_SMALL) == []


def test_a_phone_is_enough(visit: Visit) -> None:
    visitor = visit(**PHONE)
    page = visitor.goes("/")
    expect(page.get_by_role("button", name=re.compile("^One server"))).to_be_visible()
    expect_to_fit(page)
    page.get_by_role("button", name=re.compile("^One server")).tap()
    expect(page.locator("[data-node]")).to_have_count(2)
    expect_to_fit(page)

    sheets = page.get_by_role("navigation")
    for name in ("Elements", "Properties", "Analysis", "Outline", "History"):
        sheets.get_by_role("button", name=name).tap()
        sheet = page.get_by_role("region", name=name).first
        expect(sheet).to_be_visible()
        expect_to_fit(page)
        sheet.get_by_role("button", name="Close").tap()
        expect(page.get_by_role("button", name="Close")).to_have_count(0)

    sheets.get_by_role("button", name="Elements").tap()
    page.get_by_role("button", name="Cache", exact=True).tap()
    visitor.expects(page, lambda found: len(found["nodes"]) == 3)
    page.get_by_role("button", name="Close").tap()
    page.get_by_role("button", name="Undo").tap()
    visitor.expects(page, lambda found: len(found["nodes"]) == 2)

    # A finger chooses several, and one that rests opens the menu.
    cards = page.locator("[data-node]")
    several = page.get_by_role("button", name=re.compile("^Select several"))
    several.tap()
    cards.nth(0).tap()
    cards.nth(1).tap()
    sheets.get_by_role("button", name="Properties").tap()
    expect(page.get_by_role("heading", name="2 elements selected")).to_be_visible()
    page.get_by_role("button", name="Close").tap()
    several.tap()
    box = cards.nth(1).bounding_box()
    assert box
    finger = page.context.new_cdp_session(page)
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    expect(page.get_by_role("menu")).to_be_visible()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Run", exact=True).tap()
    expect_time_to_pass(page)
    dock = page.get_by_role("region", name="Simulation")
    expect(dock.get_by_text("Served")).to_be_visible()
    expect(dock.locator("figure")).to_have_count(0)
    expect_to_fit(page)
    page.get_by_role("button", name="Show the charts").tap()
    expect(dock.locator("figure").first).to_be_visible()
    page.get_by_role("button", name="Traffic ×2").tap()
    expect(dock.get_by_role("log")).to_contain_text("×2")
    page.get_by_role("button", name="Break it…").tap()
    page.get_by_role("button", name="Kill", exact=True).tap()
    expect(dock.get_by_role("log")).to_contain_text("Kill")
    expect_to_fit(page)
    page.get_by_role("button", name="Stop", exact=True).tap()
    expect(dock.get_by_text("Stopped")).to_be_visible()
