"""Co-editing over the real server: what is acknowledged stays, what is not allowed does not pass."""

import asyncio
import time

import httpx
from pycrdt import Map, create_update_message

from tests.live.conftest import closing, edit, stored
from tests.people import shop
from tests.server import Server

START = {"users", "lb", "web", "db"}


async def test_two_pages_see_each_other_and_the_store(alice: httpx.Client) -> None:
    design = stored(alice)
    async with edit(alice, design) as a, edit(alice, design) as b:
        await asyncio.gather(a.join(), b.join())
        assert a.nodes == b.nodes == START
        await a.draw("one")
        await b.draw("two")
        both = START | {"one", "two"}
        await asyncio.gather(
            a.until(lambda: a.nodes == both and a.heard("saved") != []), b.until(lambda: b.nodes == both)
        )
        assert a.nodes == b.nodes == both
        assert a.heard("saved")
    document = alice.get(f"designs/{design}").json()
    assert {node["id"] for node in document["topology"]["nodes"]} == a.nodes
    assert alice.get(f"designs/{design}/revisions").json()["results"][0]["version"] == document["version"]


async def test_writes_over_the_api_reach_open_pages(alice: httpx.Client) -> None:
    design = stored(alice)
    async with edit(alice, design) as a:
        await a.join()
        await a.draw("one")
        await a.hears("saved")
        stale = alice.put(f"designs/{design}", json=shop(), headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        fresh = alice.put(f"designs/{design}", json=shop(name="B"), headers={"If-Match": stale.headers["ETag"]})
        assert fresh.status_code == 200
        await a.until(lambda: a.nodes == START)
        assert a.nodes == START
        assert a.doc.get("meta", type=Map)["name"] == "B"


async def test_what_is_sent_twice_changes_nothing(alice: httpx.Client) -> None:
    design = stored(alice)
    async with edit(alice, design) as a:
        await a.join()
        await a.draw("one")
        await a.hears("saved")
        whole = a.doc.get_update()
        version = alice.get(f"designs/{design}").json()["version"]

        for _ in range(3):
            await a.socket.send(create_update_message(whole))
        await a.until(lambda: a.heard("saved")[-1]["received"] == 5)
        assert a.heard("saved")[-1]["received"] == 5
        assert alice.get(f"designs/{design}").json()["version"] == version


async def test_viewers_look_on_and_a_revoked_link_closes(alice: httpx.Client) -> None:
    design = stored(alice)
    link = alice.post(f"designs/{design}/links", json={"scope": "view"}).json()
    async with edit(alice, design) as a, edit(alice, design, Authorization=f"Link {link['secret']}") as viewer:
        await asyncio.gather(a.join(), viewer.join())
        await viewer.draw("evil")
        await viewer.hears("denied")
        assert viewer.heard("denied")
        await a.draw("one")
        await asyncio.gather(a.hears("saved"), viewer.until(lambda: "one" in viewer.nodes))
        assert "one" in viewer.nodes
        assert "evil" not in a.nodes
        revoked = time.monotonic()
        assert alice.delete(f"links/{link['id']}").status_code == 204
        await viewer.ends()
        assert (viewer.closed, time.monotonic() - revoked < 1) == (4403, True)
    shown = {node["id"] for node in alice.get(f"designs/{design}").json()["topology"]["nodes"]}
    assert "evil" not in shown
    assert await closing(alice, f"designs/{design}/", Authorization=f"Link {link['secret']}") == 4401


async def test_presence_passes_is_echoed_and_ends_with_the_socket(alice: httpx.Client) -> None:
    design = stored(alice)
    state = b'{"name":"a"}'
    message = bytes((1, 4 + len(state), 1, 42, 1, len(state))) + state
    async with edit(alice, design) as a:
        await a.join()
        async with edit(alice, design) as b:
            await b.join()
            await b.socket.send(message)
            await asyncio.gather(a.until(lambda: a.presence != []), b.until(lambda: b.presence != []))
            assert state in a.presence[-1]
            assert state in b.presence[-1]
        await a.until(lambda: a.presence[-1].endswith(b"null"))
        assert a.presence[-1].endswith(b"null")


async def test_who_may_not_come_in_is_told_why(alice: httpx.Client, server: Server) -> None:
    design = stored(alice)
    path = f"designs/{design}/"
    mine = {"Authorization": alice.headers["Authorization"]}
    with server.client() as charlie:
        assert await closing(alice, path, Authorization=charlie.headers["Authorization"]) == 4404
    assert await closing(alice, path) == 4401
    assert await closing(alice, path, Authorization="Bearer nonsense") == 4401
    assert await closing(alice, path, Origin="https://evil.example", **mine) == 4403
    assert await closing(alice, "designs/00000000-0000-4000-8000-000000000000/", **mine) == 4404
    assert await closing(alice, "nothing/", **mine) == 4404
    assert await closing(alice, f"{path}?history=another", **mine) == 4409


async def test_nonsense_is_answered_and_closes_at_the_third(alice: httpx.Client) -> None:
    design = stored(alice)
    async with edit(alice, design) as a:
        await a.join()
        for bad in (b"\x00\x02\x05\x99", b"\x09", "text"):
            await a.socket.send(bad)
        await a.ends()
        assert a.closed == 4400
        assert len(a.heard("error")) == 3
    async with edit(alice, design) as again:
        await again.join()
        assert again.nodes == START
        await again.socket.send(b"x" * (256 * 1024 + 1))
        await again.ends()
        assert again.closed == 1009


async def test_acknowledged_edits_survive_a_kill(server: Server) -> None:
    with server.client() as dana:
        design = stored(dana)
        async with edit(dana, design) as page:
            await page.join()
            for i in range(20):
                await page.draw(f"n{i}")
            await page.until(lambda: any(saved["received"] >= 20 for saved in page.heard("saved")))
            assert page.heard("saved")[-1]["received"] >= 20
            server.stop(9)
        server.start()
        kept = {node["id"] for node in dana.get(f"designs/{design}").json()["topology"]["nodes"]}
        assert kept == START | {f"n{i}" for i in range(20)}


async def test_many_edit_at_once(alice: httpx.Client) -> None:
    design = stored(alice)
    link = alice.post(f"designs/{design}/links", json={"scope": "edit"}).json()
    secret = f"Link {link['secret']}"
    delays: list[float] = []

    async def editor(number: int) -> set[str]:
        async with edit(alice, design, Authorization=secret) as page:
            await page.join()
            for i in range(10):
                sent = time.monotonic()
                await page.draw(f"p{number}-{i}")
                await page.hears("saved")
                delays.append(time.monotonic() - sent)
            await page.until(lambda: page.nodes == everything)
            return page.nodes

    everything = START | {f"p{n}-{i}" for n in range(10) for i in range(10)}
    seen = await asyncio.gather(*(editor(n) for n in range(10)))
    assert all(nodes == everything for nodes in seen)
    print(f"acknowledged after {sorted(delays)[len(delays) * 95 // 100] * 1000:.0f} ms (p95 of {len(delays)})")
    assert sorted(delays)[len(delays) // 2] < 1
