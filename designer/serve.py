"""Serving from one process: HTTP, sockets and a Celery worker on a thread, with nothing installed beside it."""

import argparse
import contextlib
import fcntl
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import IO, Any

log = logging.getLogger("linchpin.serve")

STOP_WITHIN_S = 3


def main(host: str = "127.0.0.1", port: int = 8000, data_dir: str | Path | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit status. What prevents it is said in one sentence."""
    if data_dir is not None:
        os.environ["LINCHPIN_DATA"] = str(Path(data_dir).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "designer.settings")
    if host not in ("127.0.0.1", "localhost", "::1") and "ALLOWED_HOSTS" not in os.environ:
        os.environ["ALLOWED_HOSTS"] = "*"  # who binds to a network means to be reached by any of its names
    try:
        listening = bind(host, port)
    except OSError as error:
        return _say(f"Port {port} on {host} cannot be used: {_reason(error)}. Choose another with --port.")
    from django.core.exceptions import ImproperlyConfigured

    try:
        from django.conf import settings

        lock = hold(settings.DATA)
    except ImproperlyConfigured as error:
        return _say(str(error))
    except BlockingIOError:
        return _say(f"Another Linchpin is serving the data in {settings.DATA}; stop it, or choose another with --data.")
    except OSError as error:
        return _say(f"The data folder {settings.DATA} cannot be used: {_reason(error)}.")
    with listening, lock:
        return Server(listening, host).run()


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(2048)
    except OSError:
        found.close()
        raise
    return found


def hold(data: Path) -> IO[str]:
    """The lock on the data folder, as long as it is open. Raises BlockingIOError when another process has it."""
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise
    return lock


def _reason(error: OSError) -> str:
    return "it is in use" if error.errno in (98, 48) else (error.strerror or str(error)).lower()


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


class Server:
    """uvicorn on this thread, the worker on another; a signal ends both, and runs go on at the next start."""

    def __init__(self, listening: socket.socket, host: str) -> None:
        self.listening = listening
        shown = host if host not in ("0.0.0.0", "::") else "localhost"
        self.address = f"http://{f'[{shown}]' if ':' in shown else shown}:{listening.getsockname()[1]}"

    def run(self) -> int:
        """Serve until a signal; the exit status."""
        import django
        import uvicorn

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from designer.limits import MESSAGE_BYTES

        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        config = uvicorn.Config(
            "designer.asgi:application",
            ws="websockets-sansio",
            ws_max_size=MESSAGE_BYTES,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            lifespan="on",
            access_log=False,
            log_level="warning",
            server_header=False,
        )
        self.server = uvicorn.Server(config)
        self.worker = Worker()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        # uvicorn would take the signals over, and raise them again when it is done.
        self.server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        self.worker.start()
        threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
        fluid = _compile_fluid()
        print(f"Linchpin is at {self.address} (Ctrl-C ends it)", flush=True)
        try:
            self.server.run(sockets=[self.listening])
        finally:
            fluid.terminate()
            self.worker.stop()
            fluid.wait()
        return 0 if self.server.started else 1

    def _stop(self, number: int, frame: FrameType | None) -> None:
        from simulation.runs.executing import stopping

        stopping.set()
        if self.server.should_exit:
            self.server.force_exit = True
        self.server.should_exit = True


def _warm_up() -> None:
    """Start a computing process and the engine before the first visitor needs them."""
    from designer.api.reference import served_catalogue
    from simulation.runs.computing import compute

    try:
        served_catalogue()
        compute("greet", 60.0, topology=_SMALLEST, scenario={})
    except Exception as error:
        log.warning("the engine could not be warmed up: %s", error)


def _compile_fluid() -> "subprocess.Popen[bytes]":
    """Compile the engine for very high rates beside the server, in its own time; a moment where that was done.

    It ends with the server, whatever ends that: the server holds its standard input open.
    """
    command = [sys.executable, "-m", "simulation.traffic.warm", "--gently", "fluid"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, cwd=_ROOT)
    threading.Thread(target=process.wait, name="compiling", daemon=True).start()  # it leaves no zombie
    return process


_ROOT = Path(__file__).resolve().parent.parent

_SMALLEST = {
    "format": "linchpin/1",
    "name": "warm-up",
    "nodes": [{"id": "a", "kind": "client"}, {"id": "b", "kind": "web_server"}],
    "edges": [{"id": "e", "source": "a", "target": "b"}],
    "flows": [{"id": "f", "source": "a", "rate_rps": 1}],
}


class Worker:
    """Celery's own worker in a thread of this process, with a pool of threads."""

    def __init__(self) -> None:
        from celery.worker import WorkController
        from django.conf import settings

        from designer.celery import app

        app.finalize()
        app.loader.import_default_modules()
        self._controller: Any = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=settings.WORKERS,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            hostname="embedded@localhost",
        )
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to take tasks."""
        self._thread.start()

    def stop(self) -> None:
        """Let runs be handed over, and end."""
        with contextlib.suppress(Exception):
            self._controller.stop(in_sighandler=False)
        self._thread.join(STOP_WITHIN_S)

    def _work(self) -> None:
        try:
            self._controller.start()
        except Exception:
            log.exception("the worker ended")


def _command_line() -> int:
    """`python -m designer.serve --host HOST --port PORT --data DIR`, as `manage.py up` starts it."""
    parser = argparse.ArgumentParser(prog="python -m designer.serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=None)
    options = parser.parse_args()
    return main(options.host, options.port, options.data)


if __name__ == "__main__":
    sys.exit(_command_line())
