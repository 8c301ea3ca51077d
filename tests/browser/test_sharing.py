"""A link: the same design and the same run for somebody else, until it is taken back."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Product, Visit
from tests.browser.visitor import SHOP, expect_time_to_pass, node


def test_a_design_that_nobody_arranged_is_laid_out_for_its_viewers_alone(product: Product, visit: Visit) -> None:
    owner = visit()
    loose = [{name: value for name, value in each.items() if name != "position"} for each in reversed(SHOP["nodes"])]
    design = f"{product.address}/api/v1/designs/{owner.stores(nodes=loose)}"
    link = owner.context.request.post(f"{design}/links", data={"scope": "view"}).json()
    for address in (link["url"], link["embed_url"]):
        seen = visit(viewport={"width": 420, "height": 700}).goes(address)
        cards = [node(seen, each["id"]) for each in SHOP["nodes"]]
        for card in cards:
            expect(card).to_be_in_viewport(ratio=0.99)
        lefts = [box["x"] for box in (card.bounding_box() for card in cards) if box]
        assert lefts == sorted(lefts), "not in the order in which they call each other"
        assert len(set(lefts)) == 4
    assert owner.context.request.get(design).json()["topology"]["nodes"] == loose


def test_a_link_shows_the_same_run_until_it_is_revoked(product: Product, visit: Visit) -> None:
    owner = visit()
    page = owner.draws(scenario={"duration_s": 600})
    page.get_by_role("button", name="Run", exact=True).click()
    expect_time_to_pass(page)
    page.get_by_role("button", name="Share").first.click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    frame = page.get_by_label("To embed in a page").input_value()
    match = re.search(r'src="([^"]+)"', frame)
    assert match
    page.get_by_role("dialog").get_by_role("button", name="Close").click()

    friend = visit()
    seen = friend.goes(link.removeprefix(product.address))
    expect_time_to_pass(seen)
    run = page.url.rsplit("/", 1)[1]
    shared = re.sub(r"#.*", "", link).rsplit("/", 1)[1]
    answer = friend.context.request.get(f"{product.address}/api/v1/shared/{shared}").json()
    assert answer["run"]["id"] == run

    # Nothing that changes anything is offered, and nothing is there that does nothing.
    expect(seen.get_by_text("View only")).to_be_visible()
    for name in ("Undo", "Redo", "Share", "Run", "Pause", "Stop", "Traffic ×2", "Delete"):
        expect(seen.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(seen.get_by_label("Search elements")).to_have_count(0)
    seen.keyboard.press("n")
    expect(seen.get_by_role("dialog")).to_have_count(0)
    node(seen, "web").click()
    expect(seen.locator(".react-flow__handle"), "dots from which nothing can be pulled").to_have_count(0)

    # What the owner does is seen by the friend and on the page that embeds the design.
    embedding = visit()
    embedded = embedding.goes(match[1].removeprefix(product.address))
    expect_time_to_pass(embedded)
    node(page, "db").click(button="right")
    page.get_by_role("menuitem", name="Kill", exact=True).click()
    for other in (page, seen, embedded):
        expect(node(other, "db")).to_have_attribute("data-down", "true")
    expect(seen.get_by_role("log")).to_contain_text("장부")

    # Taken back, it closes where it is open.
    friend.forgives("status of 40[134]", "WebSocket connection")
    embedding.forgives("status of 40[134]", "WebSocket connection")
    page.get_by_role("button", name="Share").first.click()
    page.get_by_role("button", name=re.compile("^Revoke")).click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    for other in (seen, embedded):
        expect(other.get_by_role("heading", name="This link does not work")).to_be_visible()
