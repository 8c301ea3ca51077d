"""After a restart everybody is back soon, with what was not saved yet; the old server has drained before it went."""

import asyncio
import signal
import time
from contextlib import ExitStack
from typing import Any

from tests.live.conftest import stored
from tests.promises.page import Page
from tests.promises.promise import Kept, quantile
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"clients": 40}]
FULL: list[dict[str, Any]] = [{"clients": 500}]
A_DESIGN = 50
BACK_WITHIN_S, DRAINED_WITHIN_S = 20.0, 10.0


async def measure(server: Server | None = None, *, clients: int) -> Kept:
    """Restart the server while so many have something unsaved; they come back as it told them to."""
    with ExitStack() as over:
        web = server or over.enter_context(serving())
        pages = await asyncio.to_thread(_pages, web, clients)
        staying = [asyncio.create_task(_after(n * 0.01, page)) for n, page in enumerate(pages)]
        await asyncio.gather(*(asyncio.wait_for(page.synced.wait(), 120) for page in pages))
        await asyncio.sleep(2.5)  # a heartbeat tells how many there are
        for page in pages:
            await page.edit()
        began = time.monotonic()
        status = await asyncio.to_thread(web.stop, signal.SIGTERM)
        drained = time.monotonic() - began
        for page in pages:
            await page.edit()  # with nobody there to take it
        await asyncio.to_thread(web.start)
        began = time.monotonic()
        await asyncio.gather(*(asyncio.wait_for(page.synced.wait(), 120) for page in pages))
        back = [page.returned - began for page in pages]
        until = time.monotonic() + 30
        while time.monotonic() < until and not all(page.settled for page in pages):
            await asyncio.sleep(0.1)
        for task in staying:
            task.cancel()
        return _judged(pages, status, drained, back)


def _pages(web: Server, clients: int) -> list[Page]:
    pages: list[Page] = []
    with web.client() as owner:
        for _ in range(0, clients, A_DESIGN):
            design = stored(owner)
            secret = owner.post(f"designs/{design}/links", json={"scope": "edit"}).json()["secret"]
            headers = {"Authorization": f"Link {secret}"}
            count = min(A_DESIGN, clients - len(pages))
            pages += [Page(web.address, design, headers, len(pages) + n) for n in range(count)]
    return pages


async def _after(seconds: float, page: Page) -> None:
    await asyncio.sleep(seconds)
    await page.stay()


def _judged(pages: list[Page], status: int, drained: float, back: list[float]) -> Kept:
    unsaved, lost = sum(not page.settled for page in pages), sum(page.lost for page in pages)
    told = max(page.return_within_s for page in pages)
    counts = {"edits unsaved": unsaved, "acknowledged operations lost": lost, "exit status": status}
    broken = [f"{number} {what}" for what, number in counts.items() if number]
    broken += [f"page {n} was sent away: {page.refused}" for n, page in enumerate(pages) if page.refused]
    broken += [f"drained in {drained:.1f} s"] * (drained > DRAINED_WITHIN_S)
    broken += [f"back after {max(back):.1f} s"] * (max(back) > BACK_WITHIN_S)
    said = ", ".join(f"{number} {what}" for what, number in counts.items())
    half, last = quantile(back, 0.5), max(back)
    returned = f"told to come back within {told:.1f} s; half were after {half:.1f} s, all after {last:.1f} s"
    return Kept(f"{len(pages)} pages: SIGTERM drained in {drained:.1f} s; {returned}; {said}", tuple(broken))
