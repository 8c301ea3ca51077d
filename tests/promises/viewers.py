"""Many watch, some sleep, some are stuck: frames come in time, and who stalled is soon on the newest again."""

import asyncio
import json
import struct
import time
from contextlib import AsyncExitStack, ExitStack
from typing import Any

import httpx
import websockets

from simulation.runs.wire import columns
from tests.live.conftest import stored
from tests.promises.processes import held
from tests.promises.promise import Kept, quantile
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"idle": 10, "active": 6, "stuck": 2, "stall_s": 2.0, "p99_s": 5.0, "back_s": 10.0}]
FULL: list[dict[str, Any]] = [{"idle": 1000, "active": 200, "stuck": 20}]
SETTLE_S = 2.0
A_RUN = 450  # idle viewers of one run
SERVERS = 300  # what a stalled reader misses must not fit into the buffers of the system
VIEWERS_MB, STUCK_MB = 150.0, 10.0
FRAME = '{"type":"frame","n":'
TOTALS = "offered", "completed", "failed"
_HEADER = struct.Struct("<BBHId")


def _number(frame: str | bytes) -> int:
    return _HEADER.unpack_from(frame)[3] if isinstance(frame, bytes) else int(frame[len(FRAME) :].partition(",")[0])


class Viewer:
    """One socket that takes frames in and notes when."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.came: dict[int, float] = {}
        self.newest = 0
        self.woken = asyncio.Event()
        self.end: dict[str, Any] | None = None

    async def watch(self, stall_s: float = 0.0, stall_at: float | None = None) -> None:
        """Take in what comes until the end; from a moment on, for a while, nothing."""
        async for message in self.socket:
            if isinstance(message, bytes) or message.startswith(FRAME):
                self.newest = _number(message)
                self.came[self.newest] = time.monotonic()
                self.last = message
            elif message.startswith('{"type":"end"'):
                self.end = json.loads(message)
                return
            if stall_at is not None and time.monotonic() >= stall_at:
                stall_at = None
                await asyncio.sleep(stall_s)
                self.woken.set()
                await asyncio.sleep(0.01)  # for who looks how far it is behind


async def measure(
    server: Server | None = None,
    *,
    idle: int,
    active: int,
    stuck: int,
    stall_s: float = 8.0,
    p99_s: float = 0.1,
    back_s: float = 1.0,
) -> Kept:
    """Idle viewers of paused runs, active ones of one that goes on, some that do not read, and one that stalls."""
    with ExitStack() as over:
        web = server or over.enter_context(serving())
        async with AsyncExitStack() as open_:
            show = Show(web, open_)
            await show.fill(idle, active)
            before = await show.hindered(stuck, stall_s)
            broken, said = await show.ended(p99_s)
    broken += [f"back after {show.back_s:.1f} s"] * (show.back_s > back_s)
    broken += ["the viewers take too much memory"] * (before > VIEWERS_MB)
    broken += ["the stuck take too much memory"] * (show.stuck_mb > STUCK_MB)
    return Kept(
        f"{idle} idle, {active} active, {stuck} stuck: {said}; {before:+.0f} MB for the viewers, "
        f"{show.stuck_mb:+.1f} MB for the stuck; after {stall_s:g} s of stall {show.behind} frames behind, "
        f"on the newest after {show.back_s:.2f} s",
        tuple(broken),
    )


class Show:
    """A server whose runs are watched."""

    def __init__(self, web: Server, open_: AsyncExitStack) -> None:
        self.web, self.open = web, open_
        self.behind, self.back_s, self.stuck_mb = 0, 0.0, 0.0

    @property
    def _memory_mb(self) -> float:
        return held(self.web.process.pid)["memory_kb"] / 1024

    async def fill(self, idle: int, active: int) -> None:
        """Start the runs, and let the viewers come."""
        self.owner, self.run, self.secret = await asyncio.to_thread(_run, self.web)
        await asyncio.sleep(SETTLE_S)  # what the first run loads
        self.empty_mb = self._memory_mb
        for first in range(0, idle, A_RUN):
            owner, run, secret = await asyncio.to_thread(_run, self.web)
            owner.post(f"runs/{run}/actions", json={"action": "pause"}).raise_for_status()
            for _ in range(first, min(idle, first + A_RUN)):
                await self.open.enter_async_context(_watched(self.web, run, secret))
        self.viewers = [await self._viewer() for _ in range(active)]
        self.watching = [asyncio.create_task(viewer.watch()) for viewer in self.viewers]
        await asyncio.sleep(SETTLE_S)

    async def _viewer(self, *encoding: str, **options: Any) -> Viewer:
        return Viewer(
            await self.open.enter_async_context(_watched(self.web, self.run, self.secret, *encoding, **options))
        )

    async def hindered(self, stuck: int, stall_s: float) -> float:
        """Let some come that do not read, and one stall; answers what the viewers before them took, in MB."""
        full_mb = self._memory_mb
        for _ in range(stuck):
            await self._viewer("json", max_queue=1)
        self.began = time.monotonic()
        stalled = await self._viewer("json", max_queue=4)
        self.watching.append(asyncio.create_task(stalled.watch(stall_s, self.began + 1.0)))
        await stalled.woken.wait()
        target, woken = self.viewers[0].newest, time.monotonic()
        self.behind = target - stalled.newest
        while stalled.newest < target and time.monotonic() - woken < 30:
            await asyncio.sleep(0.01)
        self.back_s, self.stuck_mb = time.monotonic() - woken, self._memory_mb - full_mb
        self.viewers.append(stalled)
        return full_mb - self.empty_mb

    async def ended(self, p99_s: float) -> tuple[list[str], str]:
        """Let the run end; what was broken, and the figures."""
        faster = {"action": "speed", "value": 1000}
        await asyncio.to_thread(self.owner.post, f"runs/{self.run}/actions", json=faster)
        await asyncio.wait_for(asyncio.gather(*self.watching), 120)
        answer = self.owner.get(f"runs/{self.run}").json()
        totals = [answer["result"]["flows"][0][name] for name in TOTALS]
        *prompt, _ = self.viewers
        p99 = quantile([lag for n in prompt[0].came if n for lag in self._lags(prompt, n)], 0.99)
        counts = {
            "viewers without an end": sum(viewer.end is None for viewer in self.viewers),
            "readers with gaps": sum(self._has_gaps(viewer) for viewer in prompt),
            "viewers not on the last frame": sum(viewer.newest != answer["frame"] for viewer in self.viewers),
            "viewers with other totals": sum(_totals(viewer.last) != totals for viewer in self.viewers),
        }
        broken = [f"{number} {what}" for what, number in counts.items() if number] + [f"p99 {p99:.2f} s"] * (
            p99 > p99_s
        )
        frames = sum(len(viewer.came) for viewer in prompt)
        said = ", ".join(f"{number} {what}" for what, number in counts.items())
        return broken, f"{frames} frames, the last viewer {1000 * p99:.0f} ms after the first (p99); {said}"

    def _has_gaps(self, viewer: Viewer) -> bool:
        """Whether a frame is missing among those that came live; of older ones not every one is kept."""
        live = [n for n, at in viewer.came.items() if at > self.began]
        return live != list(range(live[0], live[-1] + 1))

    def _lags(self, prompt: list[Viewer], n: int) -> list[float]:
        """How much later than the first each viewer had a frame."""
        times = [viewer.came[n] for viewer in prompt if viewer.came.get(n, 0.0) > self.began]
        return [at - min(times) for at in times]


def _run(web: Server) -> tuple[httpx.Client, str, str]:
    """A live run of a design with a link: its owner, its id, the secret."""
    owner = web.client()
    names = [f"web-{n}" for n in range(SERVERS)]
    nodes = [{"id": "users", "kind": "client"}, {"id": "lb", "kind": "load_balancer"}]
    edges = [{"id": "e", "source": "users", "target": "lb"}]
    design = stored(
        owner,
        nodes=[*nodes, *({"id": name, "kind": "web_server"} for name in names)],
        edges=[*edges, *({"id": f"to-{name}", "source": "lb", "target": name} for name in names)],
        flows=[{"id": "f", "source": "users", "rate_rps": 200}],
    )
    secret = owner.post(f"designs/{design}/links", json={"scope": "view"}).json()["secret"]
    answer = owner.post("runs", json={"design": design, "scenario": {"duration_s": 3600}, "live": True})
    answer.raise_for_status()
    return owner, answer.json()["id"], secret


def _watched(web: Server, run: str, secret: str, encoding: str = "binary", **options: Any) -> Any:
    address = f"ws{web.address.removeprefix('http')}/ws/v1/runs/{run}/?encoding={encoding}"
    headers = {"Authorization": f"Link {secret}"}
    return websockets.connect(
        address, additional_headers=headers, compression=None, max_size=None, ping_interval=None, open_timeout=60,
        close_timeout=0.1, **options,
    )  # fmt: skip


def _totals(frame: str | bytes) -> list[float]:
    """Requests offered, completed and failed of the only flow."""
    names = [column["name"] for column in columns() if column["group"] == "flows"]
    if isinstance(frame, str):
        return [json.loads(frame)["flows"][name][0] for name in TOTALS]
    values = struct.unpack(f"<{len(names)}d", frame[-8 * len(names) :])
    return [values[names.index(name)] for name in TOTALS]
