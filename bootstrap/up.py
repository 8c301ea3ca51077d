"""`manage.py up`: everything that serving needs, then the server."""

import argparse
import errno
import hashlib
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bootstrap import environment, page
from bootstrap.lock import setting_up
from bootstrap.places import BUILD_LOCK, DATA, PYTHON, ROOT, RUNTIME_LOCK, STAMPS
from bootstrap.processes import Child, become, run
from bootstrap.progress import Stop, step

_ENGINE = ROOT / "simulation" / "traffic"
_ENGINE_STAMP = STAMPS / "engine"


def main(arguments: Sequence[str]) -> NoReturn:
    """Set up what is missing, then turn into the server."""
    options = _options(arguments)
    data = options.data.expanduser().absolute()
    check_port(options.host, options.port)
    check_folder(data)
    if not _prepared():
        with setting_up():
            _prepare()
    server: list[str | Path] = [
        PYTHON,
        "-m",
        "designer.serve",
        "--host",
        options.host,
        "--port",
        str(options.port),
        "--data",
        data,
    ]
    become(server, {**environment.variables(), "LINCHPIN_DATA": str(data)})


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description="Serve Linchpin; sets it up on first use.")
    parser.add_argument("--port", type=_port, default=8000, help="TCP port (default 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine)")
    data = Path(os.environ.get("LINCHPIN_DATA") or DATA)
    parser.add_argument(
        "--data",
        type=Path,
        default=data,
        metavar="DIR",
        help="where designs are kept (default $LINCHPIN_DATA, or data/)",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port; give a number from 1 to 65535")
    return port


def check_port(host: str, port: int) -> None:
    """Raise Stop when the server could not listen there, before anything takes time."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise Stop(f"'{host}' is no address of this machine; choose another with --host.") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise Stop(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is already in use; stop what uses it or choose another with --port."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}; choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"'{host}' is no address of this machine; choose another with --host."
    return f"Linchpin cannot listen on {host}, port {port}: {error.strerror}."


def check_folder(data: Path) -> None:
    """Make the data folder. Raises Stop when it cannot be made or written in."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(f"The data folder {data} cannot be made: {error.strerror}.") from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise Stop(f"The data folder {data} cannot be written in; choose another with --data.")


def _prepared() -> bool:
    return environment.works(RUNTIME_LOCK) and page.built() and _is_warm()


def _prepare() -> None:
    environment.ensure(RUNTIME_LOCK)
    warm_up = _start_warm_up()
    try:
        if not page.built():
            environment.ensure(BUILD_LOCK)
            page.build()
        if warm_up is not None:
            _finish_warm_up(warm_up)
    except BaseException:
        if warm_up is not None:
            warm_up.end()
        raise


def warm() -> None:
    """Compile the traffic engines, both of them, so that no test waits for it."""
    with step("Compiling the traffic engines"):
        status, child = run([PYTHON, "-m", "simulation.traffic.warm", "exact", "fluid"], env=environment.variables())
    if status != 0:
        raise Stop(f"The traffic engines could not be compiled:\n{child.tail}")


def _start_warm_up() -> Child | None:
    """Compile the traffic engine beside the other steps, unless it stands compiled for these sources."""
    if _is_warm():
        return None
    return Child([PYTHON, "-m", "simulation.traffic.warm"], env=environment.variables())


def _is_warm() -> bool:
    return _ENGINE_STAMP.exists() and _ENGINE_STAMP.read_text() == _engine_sources()


def _finish_warm_up(child: Child) -> None:
    with step("Compiling the traffic engine"):
        status = child.wait()
    if status != 0:
        raise Stop(f"The traffic engine could not be compiled:\n{child.tail}")
    _ENGINE_STAMP.write_text(_engine_sources())


def _engine_sources() -> str:
    digest = hashlib.sha256(RUNTIME_LOCK.read_bytes())
    for path in sorted(_ENGINE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
