"""Runs over the real server: frames in order, commands that take effect, an end that comes."""

import asyncio
import signal
import struct
import time

import httpx
import websockets

from tests.live.conftest import closing, started, stored, watch
from tests.people import shop
from tests.server import Server


async def test_hello_then_frames_without_a_gap_then_the_end(alice: httpx.Client) -> None:
    run = started(alice, scenario={"duration_s": 3, "seed": 1})
    began = time.monotonic()
    async with watch(alice, run) as page:
        end = await page.until("end")
        hello = page.said[0]
        assert hello["type"] == "hello"
        assert (hello["nodes"], hello["flows"]) == (["users", "lb", "web", "db"], ["browse"])
        numbers = [frame["n"] for frame in page.frames]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) / (time.monotonic() - began) >= 10
        assert len(page.frames[-1]["nodes"]["utilization"]) == 4
        assert end["state"] == "done"
        last = page.frames[-1]["flows"]
        assert last["offered"][0] == last["completed"][0] + last["failed"][0] + last["in_flight"][0]
    answer = alice.get(f"runs/{run}").json()
    assert (answer["state"], answer["frame"]) == ("done", numbers[-1])
    assert answer["result"]["digest"]
    async with watch(alice, run, f"?after={numbers[-4]}") as late:
        await late.until("end")
        assert [frame["n"] for frame in late.frames] == numbers[-3:]


async def test_a_command_is_answered_with_the_frame_that_shows_it(alice: httpx.Client) -> None:
    run = started(alice)
    async with watch(alice, run) as page:
        await page.until("frame", n=10)
        sent = time.monotonic()
        await page.say(id=1, action="kill", target="web")
        ack = await page.until("ack", id=1)
        frame = await page.until("frame", n=ack["frame"])
        print(f"shown after {(time.monotonic() - sent) * 1000:.0f} ms")
        assert time.monotonic() - sent < 0.5
        assert frame["nodes"]["up"][2] == 0
        event = next(message for message in page.said if message["type"] == "event")
        assert (event["action"], event["target"], event["n"]) == ("kill", "web", ack["frame"])
        await page.say(id=2, action="pause")
        await page.until("state", state="paused")
        await page.say(id=3, action="speed", value=4)
        assert (await page.until("state"))["speed"] == 4
        await page.say(id=4, action="resume")
        await page.until("state", state="running")
        await page.say(id=5, action="kill", target="nowhere")
        assert "/target" in (await page.until("error", id=5))["detail"]
        await page.say(id=6, action="levitate", target="web")
        assert (await page.until("error", id=6))["code"] == "invalid"
        answer = alice.post(f"runs/{run}/actions", json={"action": "revive", "target": "web"})
        assert answer.status_code == 200
        assert (await page.until("frame", n=answer.json()["frame"]))["nodes"]["up"][2] == 1
        await page.say(id=7, action="stop")
        assert (await page.until("end"))["state"] == "cancelled"
    assert alice.post(f"runs/{run}/actions", json={"action": "kill", "target": "web"}).status_code == 409


async def test_link_holders_watch_but_only_act_when_the_link_says_so(alice: httpx.Client, server: Server) -> None:
    design = stored(alice)
    run = started(alice, design=design)
    links = {s: alice.post(f"designs/{design}/links", json={"scope": s}).json() for s in ("view", "simulate")}
    secret = {scope: f"Link {link['secret']}" for scope, link in links.items()}
    async with watch(alice, run, Authorization=secret["view"]) as viewer:
        await viewer.until("frame")
        await viewer.say(id=1, action="kill", target="web")
        assert (await viewer.until("error", id=1))["code"] == "forbidden"
        assert alice.delete(f"links/{links['view']['id']}").status_code == 204
        try:
            await viewer.until("end")
        except websockets.ConnectionClosed:
            assert viewer.socket.close_code == 4403
    async with watch(alice, run, Authorization=secret["simulate"]) as friend:
        await friend.until("frame")
        await friend.say(id=1, action="kill", target="web")
        await friend.until("ack", id=1)
    shared = httpx.get(
        f"{server.address}/api/v1/shared/{links['simulate']['id']}", headers={"Authorization": secret["simulate"]}
    )
    assert shared.json()["run"]["id"] == run
    with server.client() as charlie:
        assert await closing(alice, f"runs/{run}/", Authorization=charlie.headers["Authorization"]) == 4404
        assert charlie.get(f"runs/{run}").status_code == 404
        assert charlie.get(f"runs/{run}/frames").status_code == 404
    assert alice.delete(f"runs/{run}").status_code == 204
    assert alice.get(f"runs/{run}").json()["state"] == "cancelled"


async def test_binary_frames_say_the_same_as_json(alice: httpx.Client) -> None:
    run = started(alice, scenario={"duration_s": 1, "seed": 1}, live=False)
    async with watch(alice, run) as plain:
        await plain.until("end")
    address = f"ws://{alice.base_url.netloc.decode()}/ws/v1/runs/{run}/?encoding=binary"
    headers = {"Authorization": alice.headers["Authorization"]}
    async with websockets.connect(address, additional_headers=headers) as socket:
        received = [message async for message in socket]
    packed = [message for message in received if isinstance(message, bytes)]
    assert len(packed) == len(plain.frames)
    for data, frame in zip(packed, plain.frames, strict=True):
        assert struct.unpack_from("<BBHId", data) == (1, 1, 0, frame["n"], frame["t_s"])
        scale, _, *raw = struct.unpack_from("<fI4H", data, 16)
        assert [value * scale for value in raw] == frame["nodes"]["utilization"]


async def test_a_run_goes_on_after_a_restart_with_the_same_digest(server: Server) -> None:
    with server.client() as dana:
        kills = [{"at_s": 2, "action": "kill", "target": "web#1"}]
        scenario = {"duration_s": 6, "seed": 3, "events": kills}
        undisturbed = started(dana, scenario=scenario, live=False)
        run = started(dana, scenario=scenario)
        async with watch(dana, run) as page:
            await page.until("frame", n=20)
        assert server.stop(signal.SIGTERM) == 0
        server.start()
        async with watch(dana, run) as page:
            await page.until("frame", n=40)
        server.stop(signal.SIGKILL)
        server.start()
        async with watch(dana, run) as page:
            end = await page.until("end")
            numbers = [frame["n"] for frame in page.frames]
        assert end["state"] == "done"
        assert numbers == list(range(1, 97))
        digests = {dana.get(f"runs/{r}").json()["result"]["digest"] for r in (run, undisturbed)}
        assert len(digests) == 1


async def test_one_run_too_many_waits_and_eleven_are_refused(server: Server) -> None:
    with server.client() as erin:
        runs = [started(erin, scenario={"duration_s": 60}) for _ in range(3)]
        await asyncio.sleep(1)
        assert [erin.get(f"runs/{run}").json()["state"] for run in runs] == ["running", "running", "queued"]
        erin.delete(f"runs/{runs[0]}")
        await asyncio.sleep(1.5)
        assert erin.get(f"runs/{runs[2]}").json()["state"] == "running"
        more = [erin.post("runs", json={"topology": shop()}) for _ in range(11)]
        assert [response.status_code for response in more] == [201] * 10 + [429]
        assert more[-1].headers["Retry-After"]
        for run in erin.get("runs").json()["results"]:
            erin.delete(f"runs/{run['id']}")


async def test_unreadable_commands_close_at_the_third(alice: httpx.Client) -> None:
    run = started(alice)
    async with watch(alice, run) as page:
        await page.until("frame")
        for bad in ("{", "[]", '{"action": 5}'):
            await page.socket.send(bad)
        try:
            await page.until("end")
        except websockets.ConnectionClosed:
            assert page.socket.close_code == 4400
    assert [message["code"] for message in page.said if message["type"] == "error"]
    alice.delete(f"runs/{run}")
