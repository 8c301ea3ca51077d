"""A right that is taken away closes every socket that lived on it at once, and nothing is stored by it any more."""

import asyncio
import time
from contextlib import ExitStack
from typing import Any

import httpx

from tests.live.conftest import stored
from tests.production.services import Valkey
from tests.production.stack import installed
from tests.promises.page import Page, clocks
from tests.promises.promise import Kept, quantile
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"times": 4}]
FULL: list[dict[str, Any]] = [
    {"times": 100, "production": True},
    {"times": 20, "production": True, "broker": False},
]
WITHIN_S, WITHOUT_BROKER_S = 1.0, 5.0
KINDS = ("link", "token", "session", "deletion")
SOCKETS = 3


async def measure(server: Server | None = None, *, times: int, production: bool = False, broker: bool = True) -> Kept:
    """Take so many rights away while their holders edit, over two web processes in production."""
    with ExitStack() as over:
        webs: list[Server]
        if production:
            stack = over.enter_context(installed())
            webs = [stack.web(), stack.web()]
            gone = None if broker else stack.broker
        else:
            webs, gone = [server or over.enter_context(serving())], None
        within = WITHIN_S if broker else WITHOUT_BROKER_S
        delays, broken = [], []
        for n in range(times):
            kind = KINDS[n % len(KINDS)]
            took, late = await _taken_away(webs, kind, gone)
            delays.append(took)
            broken += [f"{kind} {n}: last socket closed after {took:.2f} s"] * (took > within)
            broken += [f"{kind} {n}: {late} operations were stored after it"] * bool(late)
    said = f"{times} rights over {len(webs)} web process{'es' * (len(webs) > 1)}{'' if broker else ', broker gone'}"
    times_said = f"half after {1000 * quantile(delays, 0.5):.0f} ms, the last after {1000 * max(delays):.0f} ms"
    in_time = sum(took <= within for took in delays)
    return Kept(f"{said}: last socket closed within {within:g} s {in_time} times, {times_said}", tuple(broken))


async def _taken_away(webs: list[Server], kind: str, broker: Valkey | None) -> tuple[float, int]:
    """Seconds until the last socket is closed, and operations stored that were made after the right was gone."""
    with webs[0].client() as owner:
        design = await asyncio.to_thread(stored, owner)
        who, headers, end = await asyncio.to_thread(_holder, webs[0], owner, design, kind)
        pages = [_page(webs[n % len(webs)], who or design, headers, n) for n in range(SOCKETS)]
        staying = [asyncio.create_task(page.stay()) for page in pages]
        await asyncio.gather(*(asyncio.wait_for(page.synced.wait(), 30) for page in pages))
        editing = [asyncio.create_task(_keep_editing(page)) for page in pages]
        await asyncio.sleep(0.3)
        if broker is not None:
            broker.crash()
        await asyncio.to_thread(end)
        gone, done = time.monotonic(), {page.doc.client_id: page.own for page in pages}
        await asyncio.wait(staying, timeout=15)
        took = max((page.left or time.monotonic()) for page in pages) - gone
        for task in (*editing, *staying):
            task.cancel()
        if broker is not None:
            broker.start()
        if kind == "deletion":
            return took, 0
        await asyncio.sleep(0.2)
        return took, await _late(webs[0], owner, pages, done)


def _page(web: Server, design: str, headers: dict[str, str], number: int) -> Page:
    origin = {"Origin": web.address} if "Cookie" in headers else {}
    return Page(web.address, design, headers | origin, number)


def _holder(web: Server, owner: httpx.Client, design: str, kind: str) -> tuple[str | None, dict[str, str], Any]:
    """A design of the holder's own or none, what it authenticates with, and how that is ended."""
    if kind in ("link", "deletion"):
        link = owner.post(f"designs/{design}/links", json={"scope": "edit"}).json()
        address = f"links/{link['id']}" if kind == "link" else f"designs/{design}"
        return None, {"Authorization": f"Link {link['secret']}"}, lambda: owner.delete(address).raise_for_status()
    if kind == "token":
        token = owner.post("tokens", json={"scope": "own"}).json()
        end = lambda: owner.delete(f"tokens/{token['id']}").raise_for_status()  # noqa: E731
        return None, {"Authorization": f"Bearer {token['token']}"}, end
    visitor = httpx.Client(base_url=f"{web.address}/api/v1", timeout=60)
    own = stored(visitor)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    link = visitor.post(f"designs/{own}/links", json={"scope": "view"}).json()
    owner.headers["Authorization"] = f"Link {link['secret']}"  # whoever looks afterwards
    return own, {"Cookie": cookies}, lambda: visitor.post("sessions/end").raise_for_status()


async def _keep_editing(page: Page) -> None:
    while True:
        await page.edit()
        await asyncio.sleep(0.03)


async def _late(web: Server, owner: httpx.Client, pages: list[Page], done: dict[int, int]) -> int:
    """Operations in the record beyond those that were done when the right ended."""
    design = pages[0].address.split("/")[-2]
    looker = Page(web.address, design, {"Authorization": owner.headers["Authorization"]}, 99)
    looking = asyncio.create_task(looker.stay())
    await asyncio.wait_for(looker.synced.wait(), 30)
    looking.cancel()
    held = clocks(looker.doc.get_state())
    return sum(max(0, held.get(client, 0) - clock) for client, clock in done.items())
