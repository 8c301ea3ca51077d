"""Drawing: by hand, by number, and by keyboard alone."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import SHOP, eventually, node


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def centre(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box, selector
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_connection_is_pulled_from_one_card_to_another(visit: Visit) -> None:
    visitor = visit()
    page = visitor.draws(edges=SHOP["edges"][:2])
    node(page, "web").hover()
    drag(page, centre(page, '[data-node="web"] .react-flow__handle-bottom'), centre(page, '[data-node="db"]'))
    stored = visitor.expects(page, lambda found: len(found["edges"]) == 3)
    assert ("web", "db") in {(edge["source"], edge["target"]) for edge in stored["edges"]}

    page.get_by_role("button", name="Undo").click()
    visitor.expects(page, lambda found: len(found["edges"]) == 2)
    page.get_by_role("button", name="Redo").click()
    visitor.expects(page, lambda found: len(found["edges"]) == 3)


#: Drops a file on the page, as from a file manager; answers whether the page took it.
DROP = """
(content) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([content], 'docker-compose.yml'));
  const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
  document.querySelector('h1').dispatchEvent(drop);
  return drop.defaultPrevented;
}
"""


def test_a_drawing_is_begun_from_nothing(visit: Visit) -> None:
    visitor = visit()
    page = visitor.goes("/")
    expect(page.get_by_role("button", name="New design")).to_be_visible()
    assert page.evaluate(DROP, "services: {web: {image: nginx, depends_on: [db]}, db: {image: postgres}}")
    expect(page.get_by_text("3 elements, 2 connections")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="New design").click()
    page.get_by_role("button", name="Add: Users").click()
    unknown = page.get_by_title("No requests reach it yet: nothing is known of it")
    expect(unknown).to_have_count(1)
    page.get_by_role("button", name="Add a connected element").click()
    page.keyboard.type("web server")
    page.keyboard.press("Enter")
    expect(unknown).to_have_count(0)
    expect(page.get_by_title("Single point of failure", exact=True)).to_have_count(1)
    before = visitor.expects(page, lambda found: len(found.get("edges", [])) == 1)

    # A card that is dropped on the line between them gets room there, all in one step.
    (x, y), (far, _) = centre(page, '[data-node="users"]'), centre(page, '[data-node="web"]')
    drag(page, centre(page, '[data-kind="cdn"]'), ((x + far) / 2, y))
    stored = visitor.expects(page, lambda found: len(found["edges"]) == 2)
    at = {each["id"]: each["position"]["x"] for each in stored["nodes"]}
    assert at["users"] + 176 < at["cdn"] < at["cdn"] + 176 < at["web"]
    page.get_by_role("button", name="Undo").click()
    visitor.expects(page, lambda found: found == before)

    # A marquee around both leaves each of them in reach.
    page.keyboard.press("Escape")
    left, right = (page.locator(f'[data-node="{id}"]').bounding_box() for id in ("users", "web"))
    assert left
    assert right
    drag(page, (left["x"] - 20, left["y"] - 20), (right["x"] + right["width"] / 2, right["y"] + right["height"] + 20))
    expect(page.get_by_role("heading", name="2 elements selected")).to_be_visible()
    node(page, "web").click()
    expect(page.get_by_role("heading", name="web", exact=True)).to_be_visible()


def test_a_param_set_in_the_inspector_moves_the_figures(visit: Visit) -> None:
    visitor = visit()
    page = visitor.draws()
    analysis = page.get_by_role("region", name="Analysis")
    capacity = analysis.locator("dl > div").filter(has=page.get_by_text("Capacity", exact=True)).locator("dd")
    expect(capacity).to_contain_text("/s")
    before = capacity.inner_text()
    node(page, "web").click()
    field = page.get_by_role("textbox", name="Service time", exact=True)
    field.fill("400")
    field.press("Enter")
    visitor.expects(page, lambda found: found["nodes"][2].get("params", {}).get("service_time_ms") == 400)
    page.get_by_role("tab", name="Analysis").click()
    eventually(page, lambda: capacity.inner_text() != before, lambda: f"still {before}")
    expect(analysis.get_by_text("Up to date")).to_be_visible()
    assert "80" in capacity.inner_text()  # 2 servers of 16 slots of 400 ms


def test_a_fix_is_one_undo_step_and_a_finding_is_accepted_with_a_reason(visit: Visit) -> None:
    visitor = visit()
    page = visitor.draws()
    analysis = page.get_by_role("region", name="Analysis")
    for name in ("Figures", "Review", "Losses", "Advice", "Assumed"):
        tab = analysis.get_by_role("tab", name=name)
        assert tab.evaluate(
            "tab => tab.getBoundingClientRect().right <= tab.parentElement.getBoundingClientRect().right"
        )
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(analysis.get_by_role("tabpanel")).not_to_be_empty()

    analysis.get_by_role("tab", name="Advice").click()
    before = visitor.document(page)
    analysis.get_by_role("button", name="Apply").first.click()
    visitor.expects(page, lambda found: found != before)
    page.get_by_role("button", name="Undo").click()
    visitor.expects(page, lambda found: found == before)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()

    analysis.get_by_role("tab", name="Review").click()
    expect(analysis.get_by_text("Requests need lb")).to_have_count(0)  # the drawing calls it by a name
    analysis.get_by_role("listitem").get_by_role("button", name="입구", exact=True).first.click()
    expect(page.get_by_role("heading", name="입구")).to_be_visible()
    page.get_by_role("tab", name="Analysis").click()
    analysis.get_by_role("tab", name="Review").click()
    analysis.get_by_role("button", name=re.compile("^TD")).first.click()
    page.get_by_role("button", name="Accept…").first.click()
    page.get_by_label("Why is this acceptable?").fill("known")
    page.get_by_role("button", name="Accept", exact=True).click()
    stored = visitor.expects(page, lambda found: bool(found.get("accepted")))
    assert stored["accepted"][0]["reason"] == "known"
    expect(analysis.get_by_text("Accepted (1)")).to_be_visible()


def test_everything_by_keyboard(visit: Visit) -> None:
    visitor = visit()
    page = visitor.draws()
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the drawing")).to_be_focused()
    page.evaluate("() => document.activeElement.blur()")

    # Tab goes from card to card, Enter renames the one that it comes to.
    page.locator('.react-flow__node[data-id="users"]').focus()
    keys.press("Tab")
    expect(page.get_by_role("heading", name="입구")).to_be_visible()
    keys.press("Enter")
    keys.type("Gate")
    keys.press("Enter")
    visitor.expects(page, lambda found: found["nodes"][1]["name"] == "Gate")
    expect(page.locator('.react-flow__node[data-id="lb"]')).to_be_focused()

    # N adds, Mod+Z takes back, Mod+K finds.
    keys.press("n")
    keys.type("object storage")
    keys.press("Enter")
    visitor.expects(page, lambda found: len(found["nodes"]) == 5)
    keys.press("Control+z")
    visitor.expects(page, lambda found: len(found["nodes"]) == 4)
    keys.press("Control+Shift+z")
    visitor.expects(page, lambda found: len(found["nodes"]) == 5)
    keys.press("Control+k")
    expect(page.get_by_role("combobox", name="Commands")).to_be_focused()
    keys.type("장부")
    keys.press("Enter")
    expect(page.get_by_role("tab", name="Properties")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("장부")

    # To the outline by Tab and arrows, through it by arrows, and away with what is there.
    for _ in range(40):
        keys.press("Tab")
        if page.evaluate(
            "() => document.activeElement?.textContent === 'Elements' && document.activeElement.role === 'tab'"
        ):
            break
    keys.press("ArrowRight")
    expect(page.get_by_role("tab", name="Outline")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_role("treeitem").first).to_be_focused()
    keys.press("End")
    last = page.get_by_role("treeitem").last
    expect(last).to_be_focused()
    keys.press("Enter")
    expect(last).to_have_attribute("aria-selected", "true")
    keys.press("Delete")
    visitor.expects(page, lambda found: len(found["nodes"]) == 4)
    keys.press("Control+Enter")
    expect(page.get_by_role("timer")).to_be_visible()


def test_several_are_put_in_order_from_the_inspector_and_all_by_tidying_up(visit: Visit) -> None:
    visitor = visit()
    page = visitor.draws()

    def x(found: dict[str, Any]) -> dict[str, float]:
        return {each["id"]: each["position"]["x"] for each in found["nodes"]}

    before = visitor.document(page)
    node(page, "lb").click()
    node(page, "db").click(modifiers=["Shift"])
    page.get_by_role("button", name="Align left").click()
    visitor.expects(page, lambda found: x(found)["db"] == x(found)["lb"] == x(before)["lb"])
    page.get_by_role("button", name="Undo").click()
    visitor.expects(page, lambda found: found == before)

    page.keyboard.press("Escape")
    page.get_by_role("toolbar", name="Drawing").get_by_role("button", name="Tidy up the drawing").click()
    visitor.expects(page, lambda found: x(found)["lb"] < x(found)["web"] < x(found)["db"])
    page.get_by_role("button", name="Undo").click()
    visitor.expects(page, lambda found: found == before)


def test_from_afar_painted_cards_are_dragged_too(visit: Visit) -> None:
    visitor = visit()
    many: list[dict[str, Any]] = [
        {"id": f"s{i}", "kind": "service", "position": {"x": i % 20 * 240, "y": i // 20 * 112}} for i in range(220)
    ]
    page = visitor.draws(nodes=many, edges=[], flows=[], thresholds=[])
    expect(page.locator("[data-node]")).to_have_count(0)
    place = page.evaluate(
        """() => {
            const paper = document.querySelector('[data-canvas]').getBoundingClientRect();
            const style = getComputedStyle(document.querySelector('.react-flow__viewport'));
            const { e, f, a } = new DOMMatrix(style.transform);
            return { x: paper.x + e + a * (2400 + 88), y: paper.y + f + a * (560 + 32) };
        }"""
    )
    page.mouse.move(**place)
    page.mouse.down()
    page.mouse.move(place["x"] + 30, place["y"] + 20)
    page.mouse.up()
    moved = visitor.expects(page, lambda found: found["nodes"][110]["position"] != many[110]["position"])
    assert moved["nodes"][110]["position"]["x"] > many[110]["position"]["x"]
    page.get_by_role("button", name="Undo").click()
    visitor.expects(page, lambda found: found["nodes"] == many)


def test_a_drawing_grows_click_by_click(visit: Visit) -> None:
    visitor = visit()
    page = visitor.draws(nodes=[], edges=[], flows=[], thresholds=[])
    page.get_by_role("button", name="Add: Users").click()
    page.get_by_role("button", name="Web server").click()
    page.get_by_role("button", name="Database").click()
    page.get_by_role("button", name="Cache").click()  # neither of the two asks the other: the web server asks both
    drawn = visitor.expects(page, lambda found: len(found["nodes"]) == 4)
    joined = [(edge["source"], edge["target"]) for edge in drawn["edges"]]
    assert joined == [("users", "web"), ("web", "db"), ("web", "cache")]
    left, middle, right = (each["position"]["x"] for each in drawn["nodes"][:3])
    assert left < middle < right
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    visitor.expects(page, lambda found: len(found["nodes"]) == 2 and len(found["edges"]) == 1)
