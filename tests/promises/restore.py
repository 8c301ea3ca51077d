"""A copy that was made while everybody worked is whole: restored elsewhere, every stored thing has the same hash."""

import asyncio
import hashlib
import json
import shutil
import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx

from tests.live.conftest import started, stored
from tests.promises.page import Page, clocks
from tests.promises.promise import Kept
from tests.server import OneProcess, Server, free_port, serving

QUICK: list[dict[str, Any]] = [{"designs": 3, "pages": 4, "copies": 1}]
FULL: list[dict[str, Any]] = [{"designs": 30, "pages": 20, "copies": 10}]


async def measure(server: OneProcess | None = None, *, designs: int, pages: int, copies: int) -> Kept:
    """Copy the data under load so many times; restore each elsewhere, and compare what both answer."""
    with ExitStack() as over:
        web = server or over.enter_context(serving())
        owner = over.enter_context(web.client())
        kept = [await asyncio.to_thread(_furnished, owner) for _ in range(designs)]
        editing, staying = await _load(web, owner, pages)
        broken, compared = [], 0
        before = await asyncio.to_thread(_hashes, web.address, owner.headers["Authorization"], kept)
        for n in range(copies):
            await asyncio.sleep(0.5)
            acknowledged = {page.node: page.acknowledged for page in editing}
            with tempfile.TemporaryDirectory(prefix="linchpin-") as folder:
                await asyncio.to_thread(_copied, web.data, Path(folder))
                other = OneProcess(Path(folder), free_port())
                await asyncio.to_thread(other.start)
                try:
                    after = await asyncio.to_thread(_hashes, other.address, owner.headers["Authorization"], kept)
                    lacking = await _lacking(other, owner, editing, acknowledged)
                finally:
                    other.process.kill()
                    other.process.wait()
            unlike = [what for what in before if before[what] != after.get(what)]
            compared += len(before)
            broken += [f"copy {n}: {what} is another" for what in unlike]
            broken += [f"copy {n}: {lacking} operations lack that were acknowledged before it"] * bool(lacking)
        for task in staying:
            task.cancel()
    return Kept(
        f"{copies} copies while {pages} pages edit: {compared} documents, revisions, links and runs compared, "
        f"{len(broken)} differ",
        tuple(broken),
    )


def _furnished(owner: httpx.Client) -> tuple[str, str]:
    """A design with revisions and a link, and a run of it that is over."""
    design = stored(owner)
    for name in ("second", "third"):
        patch = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
        owner.patch(f"designs/{design}", content=json.dumps({"name": name}), headers=patch).raise_for_status()
    owner.post(f"designs/{design}/links", json={"scope": "view", "label": "for you"}).raise_for_status()
    run = started(owner, design=design, scenario={"duration_s": 1, "seed": 3}, live=False)
    while owner.get(f"runs/{run}").json()["state"] not in ("done", "failed"):
        time.sleep(0.05)
    return design, run


async def _load(web: Server, owner: httpx.Client, count: int) -> tuple[list[Page], list[asyncio.Task[None]]]:
    """Pages that edit a design all the time."""
    design = await asyncio.to_thread(stored, owner)
    secret = owner.post(f"designs/{design}/links", json={"scope": "edit"}).json()["secret"]
    pages = [Page(web.address, design, {"Authorization": f"Link {secret}"}, n) for n in range(count)]
    tasks = [asyncio.create_task(page.stay()) for page in pages]
    await asyncio.gather(*(asyncio.wait_for(page.synced.wait(), 60) for page in pages))

    async def edit(page: Page) -> None:
        while True:
            await page.edit()
            await asyncio.sleep(0.1)

    return pages, [*tasks, *(asyncio.create_task(edit(page)) for page in pages)]


def _copied(data: Path, folder: Path) -> None:
    """What the documentation says: the database by SQLite's own backup, and the key."""
    with (
        closing(sqlite3.connect(data / "linchpin.sqlite3")) as source,
        closing(sqlite3.connect(folder / "linchpin.sqlite3")) as copy,
    ):
        source.backup(copy)
    shutil.copy2(data / "secret_key", folder / "secret_key")


def _hashes(address: str, authorization: str, kept: list[tuple[str, str]]) -> dict[str, str]:
    """The hash of every document, revision, link and run, as the API answers them."""
    found: dict[str, str] = {}
    with httpx.Client(base_url=f"{address}/api/v1", headers={"Authorization": authorization}, timeout=60) as client:

        def note(path: str) -> Any:
            answer = client.get(path)
            answer.raise_for_status()
            text = json.dumps(answer.json(), sort_keys=True)
            found[path] = hashlib.sha256(text.encode()).hexdigest()
            return answer.json()

        for design, run in kept:
            note(f"designs/{design}")
            for revision in note(f"designs/{design}/revisions")["results"]:
                note(f"designs/{design}/revisions/{revision['number']}")
            note(f"designs/{design}/links")
            note(f"runs/{run}")
            note(f"runs/{run}/frames")
    return found


async def _lacking(other: Server, owner: httpx.Client, pages: list[Page], acknowledged: dict[str, int]) -> int:
    """Operations acknowledged before the copy was begun that the restored server does not hold."""
    design = pages[0].address.split("/")[-2]
    looker = Page(other.address, design, {"Authorization": owner.headers["Authorization"]}, 99)
    looking = asyncio.create_task(looker.stay())
    await asyncio.wait_for(looker.synced.wait(), 60)
    looking.cancel()
    held = clocks(looker.doc.get_state())
    return sum(max(0, acknowledged[page.node] - held.get(page.doc.client_id, 0)) for page in pages)
