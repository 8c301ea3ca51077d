"""The main job of a new user, on a system that real people run."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Product, Visit
from tests.browser.visitor import expect_time_to_pass


def test_import_draw_judge_run_and_share(product: Product, visit: Visit, shared: Path) -> None:
    owner = visit()
    context = owner.context

    # 1. Import: typed nodes with their dependencies, and what was assumed is said.
    page = owner.goes("/")
    page.get_by_role("button", name="Import").first.click()
    page.get_by_test_id("import-file").set_input_files(shared / "samples/compose/opentelemetry-demo.yaml")
    expect(page.get_by_text(re.compile(r"^Assumed \([1-9]"))).to_be_visible()
    page.get_by_role("button", name="Open as a design").click()
    page.wait_for_url(re.compile(r"/d/[0-9a-f-]+$"))
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()

    # 2. Draw: a new node, undone and done again, is there after a reload and a restart.
    document = f"{product.address}/api/v1/designs/{page.url.rsplit('/', 1)[1]}"

    def nodes() -> int:
        return len(context.request.get(document).json()["topology"]["nodes"])

    def expect_nodes(count: int) -> None:
        for _ in range(100):
            if nodes() == count:
                return
            page.wait_for_timeout(100)
        assert nodes() == count

    drawn = nodes()
    assert drawn >= 20
    canvas = page.get_by_label("Drawing").first
    page.get_by_role("button", name="Object storage").first.drag_to(canvas, target_position={"x": 400, "y": 300})
    expect_nodes(drawn + 1)
    page.get_by_role("button", name="Undo").click()
    expect_nodes(drawn)
    page.get_by_role("button", name="Redo").click()
    expect_nodes(drawn + 1)
    page.get_by_role("tab", name="Analysis").click()
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=30_000)  # nothing is asked of a server that stops
    owner.forgives("ERR_CONNECTION_REFUSED", "WebSocket connection")
    product.restart()
    page.reload()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect_nodes(drawn + 1)

    # 3. Judged beside the drawing: single points of failure with the path that breaks.
    cart = page.get_by_role("listitem").filter(has_text="valkey-cart").filter(has_text="lost").first
    expect(cart).to_contain_text("frontend-proxy", timeout=30_000)

    # 4. Run: live, doubled, and still there after a reload.
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("timer")).to_be_visible()
    expect_time_to_pass(page)
    page.get_by_role("button", name="Traffic ×2").click()
    page.reload()
    expect(page.get_by_role("timer")).to_be_visible()
    expect_time_to_pass(page)

    # 5. Shared: another browser sees the same run, and cannot change anything.
    page.get_by_role("button", name="Share").first.click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    other = visit().goes(link.removeprefix(product.address))
    expect_time_to_pass(other)
    expect(other.get_by_role("button", name="Undo")).to_have_count(0)
