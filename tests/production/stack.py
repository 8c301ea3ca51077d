"""An installation of several processes, as the documentation says to start them: web processes and prefork workers."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.production.services import Postgres, Valkey, free_port, postgres, valkey
from tests.server import ROOT


class Stack:
    """The processes of one installation."""

    def __init__(self, folder: Path, database: Postgres, broker: Valkey) -> None:
        self.folder = folder
        self.database, self.broker = database, broker
        self.env = os.environ | {
            "DATABASE_URL": database.url,
            "REDIS_URL": broker.url,
            "SECRET_KEY": "x" * 50,
            "LINCHPIN_DATA": str(folder),
            "WORKERS": "3",
            "DJANGO_SETTINGS_MODULE": "designer.settings",
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def log(self) -> str:
        """What all processes have said."""
        return (self.folder / "log").read_text()

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start one process; it is ended with the stack."""
        log = (self.folder / "log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
        )
        self.processes.append(process)
        return process

    def web(self) -> "Web":
        """A web process, once it answers."""
        web = Web(self, free_port())
        web.start()
        return web

    def worker(self) -> subprocess.Popen[bytes]:
        """A worker with processes of its own."""
        return self.start("celery", "-A", "designer", "worker", "--pool", "prefork", "--loglevel", "warning")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its children without a chance to tidy up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Web:
    """A web process; `stop` and `start` keep its port."""

    def __init__(self, stack: Stack, port: int) -> None:
        self.stack, self.port = stack, port
        self.address = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        application = "designer.asgi:application"
        self.process = self.stack.start("uvicorn", application, "--port", str(self.port), "--ws", "websockets-sansio")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None, self.stack.log
                time.sleep(0.1)
        raise TimeoutError(self.stack.log)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(15)

    def client(self) -> httpx.Client:
        """A client with a token of a new guest."""
        base = f"{self.address}/api/v1"
        token = httpx.post(f"{base}/tokens").json()["token"]
        return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=60)


@contextmanager
def installed() -> Iterator[Stack]:
    """A database and a broker with the schema in place; every process of the stack is ended with the block."""
    with postgres() as database, valkey() as broker, tempfile.TemporaryDirectory(prefix="linchpin-") as folder:
        stack = Stack(Path(folder), database, broker)
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], cwd=ROOT, env=stack.env, check=True)
        try:
            yield stack
        finally:
            for process in stack.processes:
                if process.poll() is None:
                    stack.kill(process)
