"""Whatever is sent, the answer is a verdict: never 5xx, always a problem with a known type and a place that exists."""

import asyncio
import json
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import websockets

from designer.api.problems import TITLES
from tests.live.conftest import started, stored
from tests.people import shop
from tests.production.stack import installed
from tests.promises.corpus import bodies, malformed, messages
from tests.promises.promise import Kept, quantile
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"count": 60, "sockets": 12}]
FULL: list[dict[str, Any]] = [{"count": 10_000, "sockets": 1_000, "both": True}]
P99_S = 0.3
GROWTH_MB = 20.0

Verdict = tuple[int, str, tuple[str, ...]]


async def measure(server: Server | None = None, *, count: int, sockets: int, both: bool = False) -> Kept:
    """Send that many malformed bodies and messages; with `both`, to SQLite and PostgreSQL, and compare the verdicts."""
    with ExitStack() as over:
        servers: list[Server] = [server or over.enter_context(serving())]
        if both:
            stack = over.enter_context(installed())
            stack.worker()
            servers.append(stack.web())
        outcomes = [await asyncio.to_thread(_sent, web, count) for web in servers]
        talks = [await _talked(web, sockets) for web in servers]
    broken = [what for found in (*outcomes, *talks) for what in found.broken]
    if both:
        pairs = list(enumerate(zip(outcomes[0].verdicts, outcomes[1].verdicts, strict=True)))
        # What waits for its turn, or comes too often, is so by the clock.
        unlike = [n for n, pair in pairs if len(set(pair)) > 1 and not {pair[0][0], pair[1][0]} & {202, 429}]
        broken += [
            f"body {n}: {outcomes[0].verdicts[n]} on SQLite, {outcomes[1].verdicts[n]} on PostgreSQL" for n in unlike
        ]
    return Kept("; ".join(found.said for found in (*outcomes, *talks)), tuple(broken))


class Outcome:
    """What one server answered."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self.broken: list[str] = []
        self.delays: list[float] = []
        self.said = ""


def _sent(web: Server, count: int) -> Outcome:
    found = Outcome()
    with web.client() as alice:
        design, run = stored(alice), started(alice, scenario={"duration_s": 3600})
        alice.post(f"runs/{run}/actions", json={"action": "pause"}).raise_for_status()
        cases = bodies(design, run)
        for name, body in malformed(cases, 0, min(60, count)):  # what is loaded on first use
            _ask(alice, name, body)
        before = memory_mb(web)
        for name, body in malformed(cases, 1, count):
            began = time.monotonic()
            answer = _ask(alice, name, body)
            found.delays.append(time.monotonic() - began)
            problem = _fault(answer, body)
            if problem:
                found.broken.append(f"{name} {body[:200]!r}: {problem}")
            found.verdicts.append(_verdict(answer))
            _tidied(alice, name, answer)
        grown = memory_mb(web) - before
        alice.delete(f"runs/{run}")
        if alice.post("designs", json=shop()).status_code != 201:
            found.broken.append("the next good request failed")
    refused = sum(status >= 400 for status, _, _ in found.verdicts)
    p99 = quantile(found.delays, 0.99)
    if count >= 5_000 and grown > GROWTH_MB:
        found.broken.append(f"{grown:.0f} MB more memory")
    found.said = (
        f"{count} bodies, {refused} refused, {sum(v[0] >= 500 for v in found.verdicts)} answers of 5xx, "
        f"p99 {1000 * p99:.0f} ms, {grown:+.1f} MB"
    )
    return found


def _ask(alice: httpx.Client, name: str, body: bytes) -> httpx.Response:
    method, path, *kind = name.partition("#")[0].split(" ")
    headers = {"Content-Type": kind[0] if kind else "application/json"}
    if method == "PATCH" and not kind:
        headers["Content-Type"] = "application/merge-patch+json"
    if method in ("PUT", "PATCH"):
        headers["If-Match"] = "*"
    answer = alice.request(method, path, content=body, headers=headers)
    alice.cookies.clear()  # who signs up or in would be two at once
    return answer


def _tidied(alice: httpx.Client, name: str, answer: httpx.Response) -> None:
    if name == "POST runs" and answer.status_code == 201:  # what was harmless, or means a long run
        alice.delete(f"runs/{answer.json()['id']}")


def _verdict(answer: httpx.Response) -> Verdict:
    if answer.status_code < 400:
        return 202 if answer.status_code == 202 else 200, "", ()
    problem = answer.json()
    return answer.status_code, problem["type"], tuple(error["pointer"] for error in problem["errors"])


def _fault(answer: httpx.Response, body: bytes) -> str:
    """What is wrong with an answer; nothing for a good one."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:300]}"
    if answer.status_code < 400:
        return ""
    if answer.headers["Content-Type"] != "application/problem+json":
        return f"answered as {answer.headers['Content-Type']}"
    problem = answer.json()
    name = problem["type"].removeprefix("/problems/")
    if name not in TITLES or problem["status"] != answer.status_code or not problem["detail"]:
        return f"no known problem: {answer.text[:300]}"
    if answer.status_code in (400, 422) and name != "over-budget" and not problem["errors"]:
        return f"says no place: {answer.text[:300]}"
    lost = [error["pointer"] for error in problem["errors"] if not _leads_somewhere(error["pointer"], body)]
    return f"pointers that lead nowhere: {lost[:3]}" if lost else ""


def _leads_somewhere(pointer: str, body: bytes) -> bool:
    """Whether a pointer names a member of the body, or one that is missing in an object or list that is there."""
    if not pointer:
        return True
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    *inside, _ = pointer.removeprefix("/").split("/")
    for step in inside:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False
    return isinstance(value, dict | list)


async def _talked(web: Server, count: int) -> Outcome:
    """Malformed messages, up to three a socket; the server says what is wrong, closes with a code, and lives on."""
    found = Outcome()
    codes: Counter[int | None] = Counter()
    with web.client() as alice:
        design = await asyncio.to_thread(stored, alice)
        run = await asyncio.to_thread(started, alice, scenario={"duration_s": 600})
        headers = {"Authorization": alice.headers["Authorization"]}
        address = f"ws{web.address.removeprefix('http')}/ws/v1"
        waiting = list(messages(1, count))
        while waiting:
            room = waiting[-1][0]
            path = f"{address}/{room}/{design if room == 'designs' else run}/"
            async with websockets.connect(path, additional_headers=headers, max_size=None) as socket:
                with suppress(websockets.ConnectionClosed, TimeoutError):
                    for _ in range(8):
                        at = next((i for i in reversed(range(len(waiting))) if waiting[i][0] == room), None)
                        if at is None:
                            break
                        await socket.send(waiting.pop(at)[1])
                    async with asyncio.timeout(0.3):
                        while True:
                            await socket.recv()
            codes[socket.close_code] += 1
        alice.delete(f"runs/{run}")
        good = alice.get(f"designs/{design}")
        if good.status_code != 200:
            found.broken.append(f"the design cannot be read any more: {good.text[:300]}")
    unknown = {code for code in codes if code not in (1000, 4400, 4429, 1009)}
    if unknown:
        found.broken.append(f"sockets closed with {sorted(map(str, unknown))}")
    if "Traceback" in web.log:
        found.broken.append(f"the server logged a failure: …{web.log.partition('Traceback')[2][:1500]}")
    found.said = f"{count} messages, sockets closed with {dict(codes)}"
    return found


def memory_mb(web: Server) -> float:
    """Memory that the server's process holds."""
    status = Path(f"/proc/{web.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
