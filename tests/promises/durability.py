"""What is acknowledged is kept: server killed, network cut and stalled, database crashed, while everybody edits."""

import asyncio
import random
import signal
import time
from contextlib import ExitStack
from typing import Any

import httpx
import websockets
from pycrdt import Doc, Map, create_sync_message

from designer.sessions.protocol import STEP_2, SYNC, Reader
from tests.live.conftest import stored
from tests.production.stack import Stack, installed
from tests.promises.page import Page, clocks
from tests.promises.promise import Kept, quantile
from tests.promises.proxy import Proxy, between
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"fault": "kill", "times": 1, "clients": 8}]
FULL: list[dict[str, Any]] = [
    {"fault": fault, "times": times, "clients": 20, "database": database}
    for database in ("sqlite", "postgres")
    for fault, times in (("none", 20), ("kill", 100), ("network", 100), ("crash", 25))
    if (database, fault) != ("sqlite", "crash")
]
EDITS_PER_SECOND = 10
P95_S, P99_S = 0.2, 0.5


async def measure(
    server: Server | None = None, *, fault: str, times: int, clients: int, database: str = "sqlite"
) -> Kept:
    """Edit all the time while the fault happens so many times; count what is lost and what is doubled."""
    with ExitStack() as over:
        stack = over.enter_context(installed()) if database == "postgres" else None
        web: Server = stack.web() if stack else server or over.enter_context(serving())
        async with between(web.port) as proxy:
            return await _edited(web, proxy, stack, fault, times, clients, database)


async def _edited(
    web: Server, proxy: Proxy, stack: Stack | None, fault: str, times: int, clients: int, database: str
) -> Kept:
    with web.client() as owner:
        token = owner.headers["Authorization"]
        design = stored(owner)
        secret = owner.post(f"designs/{design}/links", json={"scope": "edit"}).json()["secret"]
    pages = [
        Page(f"http://127.0.0.1:{proxy.port}", design, {"Authorization": f"Link {secret}"}, n) for n in range(clients)
    ]
    staying = [asyncio.create_task(page.stay()) for page in pages]
    await asyncio.gather(*(asyncio.wait_for(page.synced.wait(), 60) for page in pages))
    editing = [asyncio.create_task(_keep_editing(page)) for page in pages]
    draw = random.Random(1)
    for _ in range(times):
        await asyncio.sleep(0.5 + draw.random())
        await _FAULTS[fault](web, proxy, stack, draw)
    await asyncio.sleep(1)
    for task in editing:
        task.cancel()
    unsaved = await _settled(pages)
    lost = sum(page.lost for page in pages)
    for task in staying:
        task.cancel()
    unequal, extra = await _compared(web, design, token, pages)
    return _judged(pages, fault, times, database, lost, unsaved, unequal, extra)


async def _keep_editing(page: Page) -> None:
    while True:
        await page.edit()
        await asyncio.sleep(2 * page.random.random() / EDITS_PER_SECOND)


async def _settled(pages: list[Page]) -> int:
    """How many pages still hold something unsaved, after a minute at most."""
    until = time.monotonic() + 60
    while time.monotonic() < until and not all(page.settled for page in pages):
        await asyncio.sleep(0.1)
    return sum(not page.settled for page in pages)


async def _compared(web: Server, design: str, token: str, pages: list[Page]) -> tuple[int, int]:
    """Nodes that differ in the stored document from what was drawn, and operations that nobody made."""
    headers = {"Authorization": token}
    stored = httpx.get(f"{web.address}/api/v1/designs/{design}", headers=headers, timeout=60).json()["topology"]
    params = {node["id"]: node.get("params") for node in stored["nodes"]}
    drawn = {page.node: page.doc.get("nodes", type=Map)[page.node].to_py()["params"] for page in pages}
    unequal = sum(params.get(node) != held for node, held in drawn.items())
    doc: Doc[Any] = Doc()
    address = f"ws{web.address.removeprefix('http')}/ws/v1/designs/{design}/"
    async with websockets.connect(address, additional_headers=headers, max_size=None) as socket:
        await socket.send(create_sync_message(doc))
        while True:
            reader = Reader(await socket.recv(decode=False))
            if reader.uint() == SYNC and reader.uint() == STEP_2:
                break
        doc.apply_update(reader.bytes())
    held = clocks(doc.get_state())
    extra = sum(abs(held.pop(page.doc.client_id, 0) - page.own) for page in pages)
    return unequal, extra + len(held) - 1  # one client is the server, which wrote the document at first


def _judged(
    pages: list[Page], fault: str, times: int, database: str, lost: int, unsaved: int, unequal: int, extra: int
) -> Kept:
    edits, delays = sum(page.edits for page in pages), [delay for page in pages for delay in page.delays]
    p95, p99 = quantile(delays, 0.95), quantile(delays, 0.99)
    counts = {
        "acknowledged operations lost": lost, "pages unsaved at the end": unsaved, "nodes that differ": unequal,
        "operations doubled or made by nobody": extra,
    }  # fmt: skip
    broken = [f"{number} {what}" for what, number in counts.items() if number]
    broken += [f"page {n} was sent away: {page.refused}" for n, page in enumerate(pages) if page.refused]
    if fault == "none" and (p95 > P95_S or p99 > P99_S):
        broken.append("slow acknowledgements")
    what = (
        f"{len(pages)} pages on {database}, {fault} x {times}: {edits} edits, {sum(p.returns for p in pages)} returns"
    )
    said = ", ".join(f"{number} {what}" for what, number in counts.items())
    return Kept(f"{what}; {said}; acknowledged after {1000 * p95:.0f} ms (p95), {1000 * p99:.0f} ms (p99)", (*broken,))


async def _nothing(web: Server, proxy: Proxy, stack: Stack | None, draw: random.Random) -> None:
    """The load alone."""


async def _kill(web: Server, proxy: Proxy, stack: Stack | None, draw: random.Random) -> None:
    await asyncio.to_thread(web.stop, signal.SIGKILL)
    await asyncio.to_thread(web.start)


async def _network(web: Server, proxy: Proxy, stack: Stack | None, draw: random.Random) -> None:
    if draw.random() < 0.5:
        await proxy.stall(0.5 + 3 * draw.random())
    proxy.cut(draw.choice([0.1, 0.5, 1.0]), draw)


async def _crash(web: Server, proxy: Proxy, stack: Stack | None, draw: random.Random) -> None:
    assert stack is not None
    await asyncio.to_thread(stack.database.crash)
    await asyncio.sleep(2 * draw.random())
    await asyncio.to_thread(stack.database.start)


_FAULTS = {"none": _nothing, "kill": _kill, "network": _network, "crash": _crash}
