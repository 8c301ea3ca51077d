"""What one does to a running system shows at once."""

import re
import statistics

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import eventually, expect_time_to_pass, node

#: The effect is to show within 200 ms of the frame that the server acknowledges. That is asserted of the quickest of
#: six actions; none may take longer than this, however busy the machine is.
AT_MOST_MS = 1_500
WITHIN_MS = 200

#: Remembers when the server acknowledged the newest command.
LISTEN = """
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', ({ data }) => {
      if (typeof data === 'string' && data.includes('"ack"')) window.acknowledged = performance.now();
    });
  }
};
"""

#: Chooses an entry of the open menu and waits for what it does: the mark on the card and the line in the log.
CHOOSE = """
async ({ entry, id, down, lines }) => {
  const item = [...document.querySelectorAll('[role=menuitem]')].find((each) => each.textContent === entry);
  const card = document.querySelector(`[data-node="${id}"]`);
  window.acknowledged = undefined;
  const clicked = performance.now();
  const until = async (holds) => {
    for (;;) {
      if (holds()) return performance.now();
      if (performance.now() - clicked > 10000) return Infinity;
      await new Promise((again) => setTimeout(again, 4));
    }
  };
  item.click();
  const [marked, told] = await Promise.all([
    until(() => card.dataset.down === down),
    until(() => document.querySelectorAll('[role=log] li').length > lines),
  ]);
  return { marked: marked - clicked, told: told - clicked, after: marked - window.acknowledged };
}
"""


def does(page: Page, entry: str, down: str) -> dict[str, float]:
    """Choose an action of the database's context menu; how long its effect took."""
    lines = page.locator("[role=log] li").count()
    node(page, "db").click(button="right")
    expect(page.get_by_role("menuitem", name=entry, exact=True)).to_be_visible()
    return dict(page.evaluate(CHOOSE, {"entry": entry, "id": "db", "down": down, "lines": lines}))


def offered(page: Page) -> float:
    """Requests a second that the page says are offered."""
    text = page.locator("figure").first.locator("figcaption").inner_text()
    match = re.search(r"Offered\s+([\d.,]+)/s", text)
    return float(match[1].replace(",", "")) if match else 0


def test_a_kill_shows_at_once_and_a_revival_too(visit: Visit) -> None:
    visitor = visit()
    visitor.context.add_init_script(LISTEN)
    page = visitor.draws(scenario={"duration_s": 600})
    page.get_by_role("button", name="Run", exact=True).click()
    expect_time_to_pass(page)
    found = []
    for _ in range(3):
        found.append(does(page, "Kill", "true"))
        found.append(does(page, "Revive", "false"))
    for what in ("marked", "told", "after"):
        values = sorted(round(each[what]) for each in found)
        print(f"{what}: median {statistics.median(values)} ms of {values}")
    assert min(each["after"] for each in found) <= WITHIN_MS
    assert max(max(each["marked"], each["told"]) for each in found) <= AT_MOST_MS

    log = page.get_by_role("log")
    expect(log.get_by_role("listitem")).to_have_count(6)
    expect(log.get_by_role("listitem").first).to_contain_text("Revive")

    # Twice the traffic is twice what is offered, and is told.
    eventually(page, lambda: 70 < offered(page) < 140, lambda: f"offered {offered(page)}/s")
    page.get_by_role("button", name="Traffic ×2").click()
    eventually(page, lambda: 160 < offered(page) < 240, lambda: f"offered {offered(page)}/s")
    expect(log.get_by_role("listitem").first).to_contain_text("×2")
    page.get_by_role("button", name="Traffic ÷2").click()
    eventually(page, lambda: 70 < offered(page) < 140, lambda: f"offered {offered(page)}/s")

    # Of two replicas one is down: the card says so.
    page.get_by_role("button", name=re.compile("^Break")).click()
    sheet = page.get_by_role("group", name="Break it…")
    sheet.get_by_role("combobox").select_option("web#1")
    sheet.get_by_role("button", name="Kill").click()
    expect(node(page, "web")).to_contain_text("1/2")


def test_the_dock_keeps_to_its_place_and_ends_with_a_result(visit: Visit) -> None:
    page = visit().draws(scenario={"duration_s": 6})
    page.get_by_role("button", name="Run", exact=True).click()
    expect_time_to_pass(page)
    dock = page.get_by_role("region", name="Simulation")
    node(page, "web").click()
    expect(dock.locator("figure")).to_have_count(4)
    box = dock.bounding_box()
    assert box
    assert box["height"] <= 300, "the dock leaves the stage to the drawing"
    controls = dock.get_by_role("toolbar").bounding_box()
    assert controls
    assert controls["height"] <= 44, "one row"
    assert dock.evaluate("dock => dock.scrollWidth <= dock.clientWidth + 1")

    # Paused, nothing moves; resumed, it ends, with the verdict on the thresholds and what it was made of.
    page.get_by_role("button", name="Pause").click()
    expect(dock.get_by_role("status")).to_have_text("Paused")
    page.get_by_role("button", name="Resume").click()
    expect(dock.get_by_text("Finished")).to_be_visible(timeout=30_000)
    expect(dock.get_by_text("A threshold does not hold")).to_be_visible()
    expect(dock.get_by_role("row").filter(has_text="p99")).to_contain_text("ms")
    page.get_by_role("button", name="Charts", exact=True).click()
    expect(dock.locator("figure").first).to_be_visible()
    page.get_by_role("button", name="Hide the charts").click()
    expect(dock.locator("figure")).to_have_count(0)
    expect(dock.get_by_text("Served")).to_be_visible()
