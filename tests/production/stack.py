"""An installation of several processes, as the documentation says to start them: web processes and prefork workers."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.production.services import Postgres, Valkey, postgres, valkey
from tests.server import ROOT, Server, free_port


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


class Web(Server):
    """One of the web processes."""

    def __init__(self, stack: Stack, port: int) -> None:
        super().__init__(port)
        self.stack = stack

    @property
    def log(self) -> str:
        return self.stack.log

    def begin(self) -> subprocess.Popen[bytes]:
        return self.stack.start(
            "uvicorn", "designer.asgi:application", "--port", str(self.port), "--ws", "websockets-sansio"
        )


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
