"""The server goes away and comes back: what was drawn meanwhile is kept."""

from playwright.sync_api import expect

from tests.browser.conftest import Product, Visit
from tests.browser.visitor import node


def test_what_is_drawn_without_a_server_is_there_when_it_is_back(product: Product, visit: Visit) -> None:
    visitor = visit()
    page = visitor.draws()
    visitor.forgives("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "WebSocket connection")
    product.stop()
    try:
        # Nothing waits to be sent yet: offline, and no word of what is kept.
        expect(page.get_by_text("Offline", exact=True)).to_be_visible()
        page.get_by_role("button", name="Object storage").click()
        expect(page.get_by_text("Offline, kept in this browser")).to_be_visible()
        expect(page.locator("[data-node]")).to_have_count(5)
        node(page, "lb").click()
        page.get_by_role("textbox", name="Name", exact=True).fill("문")
        page.get_by_role("textbox", name="Name", exact=True).press("Enter")
        expect(page.get_by_text("Offline, kept in this browser")).to_be_visible()
    finally:
        product.start()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=30_000)
    stored = visitor.expects(page, lambda found: len(found["nodes"]) == 5)
    assert "문" in [each.get("name") for each in stored["nodes"]]
    page.reload()
    expect(page.locator("[data-node]")).to_have_count(5)
