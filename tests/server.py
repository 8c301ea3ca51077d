"""A Linchpin started as a user starts it: a process of its own on a free port with an empty data folder."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent


class Server:
    """A running server; `stop` and `start` keep its data and its port."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.address = f"http://127.0.0.1:{port}"
        self.log = data / "server.log"

    def start(self) -> None:
        """Start, and wait until it answers."""
        data = str(self.data)
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "designer.serve", "--port", str(self.port), "--data", data]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=1).status_code == 200:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise TimeoutError(self.log.read_text())

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
def serving() -> Iterator[Server]:
    """A server that is ended with the block."""
    with tempfile.TemporaryDirectory(prefix="linchpin-") as folder:
        server = Server(Path(folder), free_port())
        server.start()
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.process.kill()
                server.process.wait()


def free_port() -> int:
    """A port that was free a moment ago."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


__all__ = ["Server", "free_port", "serving"]
