"""Thousands come, edit, run and go, and nothing of them stays: memory, descriptors, threads, tasks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import websockets

from tests.live.conftest import started, stored
from tests.promises.page import Page
from tests.promises.processes import held
from tests.promises.promise import Kept
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"connects": 30, "edits": 40, "runs": 1}]
FULL: list[dict[str, Any]] = [{"connects": 20_000, "edits": 100_000, "runs": 500}]
AT_ONCE = 10
KB_A_CONNECT, KB_AN_EDIT, KB_A_RUN = 0.5, 0.5, 20.0
POOL = 16  # threads for the database, which are started as they are needed and then stay
ENOUGH = 1_000  # of one kind, for its share of the memory to mean anything


async def measure(server: Server | None = None, *, connects: int, edits: int, runs: int) -> Kept:
    """Do each so many times, and look at what the server holds before and after."""
    with ExitStack() as over:
        web = server or over.enter_context(serving())
        owner = over.enter_context(web.client())
        design = await asyncio.to_thread(stored, owner)
        work: dict[str, tuple[int, float, Callable[[int], Awaitable[None]]]] = {
            "connects": (connects, KB_A_CONNECT, lambda n: _connects(web, owner, design, n)),
            "edits": (edits, KB_AN_EDIT, lambda n: _edits(web, owner, n)),
            "runs": (runs, KB_A_RUN, lambda n: asyncio.to_thread(_runs, owner, n)),
        }
        said, broken = [], []
        for what, (count, allowed, do) in work.items():
            await do(min(count, 50))  # what is made on first use
            before = await _quiet(web, {})
            await do(count)
            after = await _quiet(web, before)
            each = (after["memory_kb"] - before["memory_kb"]) / count
            more = {name: after[name] - before[name] for name in ("descriptors", "threads")}
            said.append(
                f"{count} {what}: {each:+.2f} KB each, " + ", ".join(f"{n:+d} {name}" for name, n in more.items())
            )
            broken += [f"{what}: {n} more {name}" for name, n in more.items() if n > (POOL if name == "threads" else 0)]
            broken += [f"{what}: {each:.2f} KB each"] * (count >= ENOUGH and each > allowed)
    return Kept("; ".join(said), tuple(broken))


async def _quiet(web: Server, aim: dict[str, int]) -> dict[str, int]:
    """What the server holds once it has come to rest, or after a while."""
    until = time.monotonic() + 15
    while True:
        await asyncio.sleep(1.0)
        found = held(web.process.pid)
        if time.monotonic() > until or all(found[n] <= aim.get(n, 0) for n in ("descriptors", "threads")):
            return found
        if not aim and time.monotonic() > until - 13:
            return found


async def _connects(web: Server, owner: httpx.Client, design: str, count: int) -> None:
    """Sockets that come, ask for the document, and leave, some without a word."""
    address = f"ws{web.address.removeprefix('http')}/ws/v1/designs/{design}/"
    headers = {"Authorization": owner.headers["Authorization"]}

    async def one(n: int) -> None:
        with suppress(websockets.WebSocketException, OSError, TimeoutError):
            async with websockets.connect(address, additional_headers=headers, compression=None) as socket:
                await socket.send(b"\0\0\1\0")
                await socket.recv()
                if n % 3 == 0:
                    socket.transport.abort()

    for first in range(0, count, AT_ONCE):
        await asyncio.gather(*(one(n) for n in range(first, min(count, first + AT_ONCE))))


async def _edits(web: Server, owner: httpx.Client, count: int) -> None:
    """Edits of a design by a few pages, as fast as a socket may."""
    design = await asyncio.to_thread(stored, owner)
    headers = {"Authorization": owner.headers["Authorization"]}
    pages = [Page(web.address, design, headers, n) for n in range(4)]
    staying = [asyncio.create_task(page.stay()) for page in pages]
    await asyncio.gather(*(asyncio.wait_for(page.synced.wait(), 60) for page in pages))
    for n in range(count):
        await pages[n % len(pages)].edit()
        if n % len(pages) == 0:
            await asyncio.sleep(1 / 45)
    while not all(page.settled for page in pages):
        await asyncio.sleep(0.05)
    for task in staying:
        task.cancel()
    await asyncio.gather(*staying, return_exceptions=True)
    owner.delete(f"designs/{design}").raise_for_status()


def _runs(owner: httpx.Client, count: int) -> None:
    """Short runs, one after the other, each deleted when it is over."""
    for n in range(count):
        run = started(owner, scenario={"duration_s": 1, "seed": n}, live=False)
        while owner.get(f"runs/{run}").json()["state"] not in ("done", "failed"):
            time.sleep(0.02)
        owner.delete(f"runs/{run}").raise_for_status()
