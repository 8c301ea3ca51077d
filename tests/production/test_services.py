"""Production: PostgreSQL, Redis, a web process and a prefork worker, as the documentation says to start them."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest

from simulation.topology import parsing
from simulation.traffic import simulate
from tests.live.conftest import edit, started, stored, watch
from tests.people import shop
from tests.production.stack import Stack, installed


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A database and a broker with the schema in place."""
    with installed() as found:
        yield found


async def test_production_end_to_end(stack: Stack) -> None:
    first, second = stack.web(), stack.web()
    worker = stack.worker()
    with first.client() as alice:
        elsewhere = httpx.Client(base_url=f"{second.address}/api/v1", headers=alice.headers)
        scenario = {"duration_s": 14, "seed": 3, "events": [{"at_s": 2, "action": "kill", "target": "web#1"}]}
        # The first run of a fresh checkout waits for the engine to be compiled.
        undisturbed = started(alice, scenario=scenario, live=False)
        until = time.monotonic() + 180
        while alice.get(f"runs/{undisturbed}").json()["state"] != "done":
            assert time.monotonic() < until, alice.get(f"runs/{undisturbed}").text
            await asyncio.sleep(0.2)
        await _edits_pass_between_processes(alice, elsewhere)
        run = started(alice, scenario=scenario)
        async with watch(elsewhere, run) as page:
            await page.until("frame", n=10)
            await page.say(id=1, action="pause")
            ack = await page.until("ack", id=1)
            assert ack["frame"] >= 10
            await asyncio.sleep(12)  # longer than a client of Redis lets a quiet connection live
            await page.say(id=2, action="resume")
            await page.until("frame")
            stack.kill(worker)
            killed = time.monotonic()
            stack.worker()
            last = page.frames[-1]["n"]
            await page.until("frame", n=last + 20)
            assert time.monotonic() - killed < 30
            await page.say(id=3, action="speed", value=10)
            assert (await page.until("end"))["state"] == "done"
        digests = {alice.get(f"runs/{r}").json()["result"]["digest"] for r in (run, undisturbed)}
        assert digests == {simulate(parsing.from_object(shop()), scenario).digest}
        later = alice.post("evaluations", json={"topology": _document(alice)}, headers={"Prefer": "respond-async"})
        assert later.status_code == 202
        until = time.monotonic() + 30
        while (answer := alice.get(later.headers["Location"].removeprefix("/api/v1/")).json())["state"] != "done":
            assert time.monotonic() < until, answer
            await asyncio.sleep(0.2)
        assert answer["verdict"] == "fail"


def _document(alice: httpx.Client) -> object:
    return alice.get(f"designs/{stored(alice)}").json()["topology"]


async def _edits_pass_between_processes(alice: httpx.Client, elsewhere: httpx.Client) -> None:
    design = stored(alice)
    link = alice.post(f"designs/{design}/links", json={"scope": "edit"}).json()
    async with edit(alice, design) as a, edit(elsewhere, design, Authorization=f"Link {link['secret']}") as b:
        await asyncio.gather(a.join(), b.join())
        await a.draw("one")
        await b.draw("two")
        both = {"one", "two"}
        await asyncio.gather(a.until(lambda: both <= a.nodes), b.until(lambda: both <= b.nodes))
        assert both <= a.nodes == b.nodes
        assert alice.delete(f"links/{link['id']}").status_code == 204
        await b.ends()
        assert b.closed == 4403
