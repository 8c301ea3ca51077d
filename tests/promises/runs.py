"""Every run ends, done or failed with a reason, whoever was killed while it went on; and it ends as if nobody was."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack, suppress
from typing import Any

import httpx

from tests.live.conftest import started
from tests.people import BUSY
from tests.production.stack import Stack, installed
from tests.promises.processes import alive, below, children, dead
from tests.promises.promise import Kept
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"kills": 1, "victims": ("server",)}]
FULL: list[dict[str, Any]] = [
    {"kills": 50, "victims": ("server", "bench")},
    {"kills": 50, "victims": ("worker", "child", "bench", "broker", "web"), "production": True},
]
WITHIN_S = 30.0
OPEN = ("queued", "running", "paused")

KILLED = {"at_s": 2, "action": "kill", "target": "web#1"}
LIVE: dict[str, Any] = {"scenario": {"duration_s": 6, "seed": 3, "events": [KILLED]}, "speed": 2}
BATCH: dict[str, Any] = {"topology": BUSY, "scenario": {"duration_s": 40, "seed": 4, "replications": 2}, "live": False}


async def measure(
    server: Server | None = None, *, kills: int, victims: tuple[str, ...], production: bool = False
) -> Kept:
    """Kill one of them at a random moment of a live and of another run, so many times."""
    with ExitStack() as over:
        stack = over.enter_context(installed()) if production else None
        web: Server = stack.web() if stack else server or over.enter_context(serving())
        setting = Setting(web, stack)
        return await asyncio.to_thread(_tried, setting, kills, victims)


class Setting:
    """What is there to be killed."""

    def __init__(self, web: Server, stack: Stack | None) -> None:
        self.web, self.stack = web, stack
        self.worker = stack.worker() if stack else None
        self.seen: list[int] = []

    def kill(self, victim: str, draw: random.Random) -> bool:
        """Kill it, and start it anew where nobody else does; False when there is none just now."""
        self.seen += self.ours()
        if victim in ("server", "web"):
            self.web.stop(signal.SIGKILL)
            self.web.start()
        elif victim == "broker":
            assert self.stack is not None
            self.stack.broker.crash()
            time.sleep(draw.random())
            self.stack.broker.start()
        elif victim == "worker":
            assert self.stack is not None
            assert self.worker is not None
            self.stack.kill(self.worker)
            self.worker = self.stack.worker()
        else:
            found = self._benches() if victim == "bench" else children(self._working)
            if not found:
                return False
            os.kill(draw.choice(found), signal.SIGKILL)
        return True

    @property
    def _working(self) -> int:
        return self.worker.pid if self.worker else self.web.process.pid

    def _benches(self) -> list[int]:
        parents = children(self._working) if self.worker else [self._working]
        return [pid for parent in parents for pid in children(parent)]

    def ours(self) -> list[int]:
        """Every process of this installation, the test's own servers aside."""
        tops = [self.web.process.pid] + ([self.worker.pid] if self.worker else [])
        return [pid for top in tops for pid in (top, *below(top))]


def _tried(setting: Setting, kills: int, victims: tuple[str, ...]) -> Kept:
    draw, ends, broken, longest = random.Random(2), Counter[str](), [], 0.0
    with setting.web.client() as alice:
        expected = {kind: _digest(alice, _awaited(alice, _start(alice, kind), 180)) for kind in ("live", "batch")}
        for n in range(kills):
            victim = victims[n % len(victims)]
            runs = {kind: _start(alice, kind) for kind in ("live", "batch")}
            time.sleep(3 * draw.random())
            while not setting.kill(victim, draw):
                victim = victims[0]
            killed = time.monotonic()
            for kind, run in runs.items():
                answer = _awaited(alice, run, WITHIN_S)
                ends[answer["state"]] += 1
                fault = _fault(alice, answer, expected[kind])
                if fault:
                    broken.append(f"kill {n} ({victim}), {kind}: {fault}")
            longest = max(longest, time.monotonic() - killed)
        broken += _left_over(setting)
    said = ", ".join(f"{count} {state}" for state, count in ends.items())
    return Kept(f"{kills} kills of {', '.join(victims)}: {said}; over {longest:.1f} s after a kill at most", (*broken,))


def _start(alice: httpx.Client, kind: str) -> str:
    until = time.monotonic() + WITHIN_S
    while True:
        try:
            return started(alice, **(LIVE if kind == "live" else BATCH))
        except (httpx.TransportError, AssertionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _awaited(alice: httpx.Client, run: str, seconds: float) -> dict[str, Any]:
    """The run once it is over, or as it is when the time is."""
    until = time.monotonic() + seconds
    answer: dict[str, Any] = {"state": "unknown"}
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            response = alice.get(f"runs/{run}")
            if response.status_code == 200:
                answer = response.json()
                if answer["state"] not in OPEN:
                    break
        time.sleep(0.1)
    return answer


def _digest(alice: httpx.Client, answer: dict[str, Any]) -> str:
    assert answer["state"] == "done", answer
    return str(answer["result"]["digest"])


def _fault(alice: httpx.Client, answer: dict[str, Any], digest: str) -> str:
    """What is wrong with how a run ended; nothing when all is well."""
    if answer["state"] == "failed" and answer["reason"]:
        return ""
    if answer["state"] != "done":
        return f"it is {answer['state']} ({answer.get('reason')}), at frame {answer.get('frame')}"
    if answer["result"]["digest"] != digest:
        return "another digest than the undisturbed run"
    numbers: list[int] = []
    after: int | None = 0
    while after is not None:
        page = alice.get(f"runs/{answer['id']}/frames", params={"after": after}).json()
        numbers += [frame["n"] for frame in page["frames"]]
        after = page["next_after"]
    if numbers != list(range(1, answer["frame"] + 1)):
        return f"frames are missing or doubled: {len(numbers)} of {answer['frame']}"
    return ""


def _left_over(setting: Setting) -> list[str]:
    """Zombies, and processes that nobody waits for any more."""
    time.sleep(2.5)
    ours = setting.ours()
    orphans = alive([pid for pid in set(setting.seen) if pid not in ours])
    zombies = dead(ours)
    return [f"{len(found)} {what}" for what, found in (("zombies", zombies), ("orphans", orphans)) if found]
