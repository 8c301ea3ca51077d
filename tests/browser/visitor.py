"""Somebody with a browser, as the tests see them."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, WebError, expect

WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)  # a busy machine is no failure of the page

#: A small drawing with room between its elements: users, a balancer, two web servers, a database.
SHOP: dict[str, Any] = {
    "format": "linchpin/1",
    "name": "상점",
    "nodes": [
        {"id": "users", "kind": "client", "name": "손님", "position": {"x": 0, "y": 0}},
        {"id": "lb", "kind": "load_balancer", "name": "입구", "position": {"x": 260, "y": 0}},
        {"id": "web", "kind": "web_server", "name": "매장", "replicas": 2, "position": {"x": 520, "y": 0}},
        {"id": "db", "kind": "database", "name": "장부", "position": {"x": 520, "y": 180}},
    ],
    "edges": [
        {"id": "e1", "source": "users", "target": "lb"},
        {"id": "e2", "source": "lb", "target": "web"},
        {"id": "e3", "source": "web", "target": "db"},
    ],
    "flows": [{"id": "browse", "source": "users", "name": "구경", "rate_rps": 100}],
    "thresholds": ["spofs == 0"],
}


class Visitor:
    """A browser context; `complaints` are errors that its pages threw or logged."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        chosen = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US", "reduced_motion": "reduce"} | options
        self.context = browser.new_context(**chosen)
        self.context.set_default_timeout(WAIT_MS)
        self.address = address
        self.complaints: list[str] = []
        self.forgiven: list[str] = []
        self.context.on("weberror", self._threw)
        self.context.on("console", self._logged)

    def forgives(self, *patterns: str) -> None:
        """What a browser itself logs when a test takes something away from it."""
        self.forgiven += patterns

    def _threw(self, error: WebError) -> None:
        self.complaints.append(f"thrown: {error.error}")

    def _logged(self, message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(re.search(pattern, text) for pattern in self.forgiven):
            self.complaints.append(f"logged: {text}")

    def goes(self, path: str) -> Page:
        """A new page at that place."""
        page = self.context.new_page()
        page.goto(self.address + path)
        return page

    def stores(self, **changes: Any) -> str:
        """A design of this visitor's own, stored; its id."""
        document = deepcopy(SHOP) | changes
        answer = self.context.request.post(f"{self.address}/api/v1/designs", data={"topology": document})
        assert answer.status == 201, answer.text()
        return str(answer.json()["id"])

    def draws(self, **changes: Any) -> Page:
        """The editor with a design of one's own, saved and judged."""
        page = self.goes(f"/d/{self.stores(**changes)}")
        expect(page.get_by_text(re.compile("^(Saved|저장됨)$"))).to_be_attached()
        return page

    def document(self, page: Page) -> dict[str, Any]:
        """What the server holds of the page's design."""
        match = re.search(r"/d/([0-9a-f-]{36})", page.url)
        assert match, page.url
        answer = self.context.request.get(f"{self.address}/api/v1/designs/{match[1]}")
        return dict(answer.json()["topology"])

    def expects(self, page: Page, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The stored document, once something holds of it."""
        found: dict[str, Any] = {}

        def arrived() -> bool:
            nonlocal found
            found = self.document(page)
            return holds(found)

        eventually(page, arrived, lambda: str(found))
        return found


def eventually(page: Page, holds: Callable[[], bool], says: Callable[[], str] = str, within_ms: int = WAIT_MS) -> None:
    """Wait until something holds; fail with what is said then."""
    for _ in range(within_ms // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(says() or "it never came to hold")


def node(page: Page, id: str) -> Locator:
    """An element's card on the canvas."""
    return page.locator(f'[data-node="{id}"]')


def clock(page: Page) -> float:
    """Simulated seconds that the page shows."""
    text = page.get_by_role("timer").inner_text().split("/")[0].strip()
    minutes, _, seconds = text.rpartition(":")
    return (float(minutes) * 60 if minutes else 0) + float(seconds)


def expect_time_to_pass(page: Page) -> None:
    """A run is followed: its clock moves on."""
    expect(page.get_by_role("timer")).to_be_visible()
    before = clock(page)
    says = f"simulated time stands still at {before} s"
    eventually(page, lambda: clock(page) > before, lambda: says, within_ms=2 * WAIT_MS)
