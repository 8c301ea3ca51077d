"""Production: PostgreSQL, Redis, a web process and a prefork worker, as the documentation says to start them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from simulation.topology import parsing
from simulation.traffic import simulate
from tests.live.conftest import edit, started, stored, watch
from tests.people import shop
from tests.production.services import free_port, postgres, valkey

ROOT = Path(__file__).resolve().parent.parent.parent


class Stack:
    """The processes of one installation."""

    def __init__(self, folder: Path, database: str, redis: str) -> None:
        self.folder = folder
        self.env = os.environ | {
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "SECRET_KEY": "x" * 50,
            "LINCHPIN_DATA": str(folder),
            "WORKERS": "3",
            "DJANGO_SETTINGS_MODULE": "designer.settings",
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start one process; it is ended with the stack."""
        log = (self.folder / "log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
        )
        self.processes.append(process)
        return process

    def web(self) -> str:
        """A web process; its address, once it answers."""
        port = free_port()
        process = self.start("uvicorn", "designer.asgi:application", "--port", str(port), "--ws", "websockets-sansio")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200:
                    return f"http://127.0.0.1:{port}"
            except httpx.TransportError:
                assert process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)
        raise TimeoutError((self.folder / "log").read_text())

    def worker(self) -> subprocess.Popen[bytes]:
        """A worker with processes of its own."""
        return self.start("celery", "-A", "designer", "worker", "--pool", "prefork", "--loglevel", "warning")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its children without a chance to tidy up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A database and a broker with the schema in place."""
    with postgres() as database, valkey() as redis:
        found = Stack(tmp_path_factory.mktemp("linchpin"), database, redis)
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], cwd=ROOT, env=found.env, check=True)
        try:
            yield found
        finally:
            for process in found.processes:
                if process.poll() is None:
                    found.kill(process)


@contextmanager
def client(address: str) -> Iterator[httpx.Client]:
    """A script with a token of a new guest."""
    base = f"{address}/api/v1"
    token = httpx.post(f"{base}/tokens").json()["token"]
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=60) as found:
        yield found


async def test_production_end_to_end(stack: Stack) -> None:
    first, second = stack.web(), stack.web()
    worker = stack.worker()
    with client(first) as alice:
        elsewhere = httpx.Client(base_url=f"{second}/api/v1", headers=alice.headers)
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
        await asyncio.gather(a.listen(1), b.listen(1))
        assert {"one", "two"} <= a.nodes == b.nodes
        assert alice.delete(f"links/{link['id']}").status_code == 204
        await b.listen(3)
        assert b.closed == 4403
