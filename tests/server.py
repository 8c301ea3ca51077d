"""A Linchpin started as a user starts it: a process of its own on a free port with an empty data folder."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent


class Server(ABC):
    """A web process; `stop` and `start` keep its port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    @property
    @abstractmethod
    def log(self) -> str:
        """What it has said, and whoever works with it."""

    @abstractmethod
    def begin(self) -> subprocess.Popen[bytes]:
        """Its process, not yet waited for."""

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.process = self.begin()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None, self.log
                time.sleep(0.1)
        raise TimeoutError(self.log)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(15)

    def client(self) -> httpx.Client:
        """A client with a token of a new guest."""
        base = f"{self.address}/api/v1"
        token = httpx.post(f"{base}/tokens").json()["token"]
        return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=60)


class OneProcess(Server):
    """All of it in one process; `stop` and `start` keep its data as well."""

    def __init__(self, data: Path, port: int) -> None:
        super().__init__(port)
        self.data = data

    @property
    def log(self) -> str:
        return (self.data / "server.log").read_text()

    def begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "designer.serve", "--port", str(self.port), "--data", str(self.data)]
        with (self.data / "server.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)


@contextmanager
def serving() -> Iterator[OneProcess]:
    """A server that is ended with the block."""
    with tempfile.TemporaryDirectory(prefix="linchpin-") as folder:
        server = OneProcess(Path(folder), free_port())
        server.start()
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.process.kill()
                server.process.wait()


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
