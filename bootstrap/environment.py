"""The clone's own Python environment: made once, brought up to the locks, repaired when half-finished.

A stamp in `.venv` holds the hash of each lock file that is fully installed. While anything is being
installed a marker stands there; whoever finds the marker throws the environment away and starts anew.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap.places import BIN, PYTHON, ROOT, STAMPS, VENV
from bootstrap.processes import run
from bootstrap.progress import Stop, hint, say, step

UNFINISHED = STAMPS / "unfinished"

_UNREACHABLE = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Failed to establish a new connection",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Network is unreachable",
    "Cannot connect to proxy",
    "ProxyError",
    "Could not fetch URL",
)


def stamp(lock: Path) -> str:
    """The hash of a lock file's content."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def ready(lock: Path) -> bool:
    """Whether everything in the lock file is installed."""
    return not UNFINISHED.exists() and _stamped(lock)


def works(*locks: Path) -> bool:
    """Whether the environment holds the lock files' packages and its Python runs."""
    return all(ready(lock) for lock in locks) and _runs()


def ensure(*locks: Path) -> bool:
    """Make the environment hold exactly what the lock files name. True when anything had to be done.

    The caller holds the set-up lock. Raises Stop when it cannot be done.
    """
    if works(*locks):
        return False
    if UNFINISHED.exists() or (VENV.exists() and not _runs()):
        say("The environment in .venv is incomplete; making it anew.")
        shutil.rmtree(VENV, ignore_errors=True)
    STAMPS.mkdir(parents=True, exist_ok=True)
    UNFINISHED.touch()
    if not PYTHON.exists():
        _create()
    for lock in locks:
        if not _stamped(lock):
            _install(lock)
    UNFINISHED.unlink()
    return True


def variables() -> dict[str, str]:
    """The environment variables of a program that runs in `.venv`."""
    values = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "__PYVENV_LAUNCHER__")}
    values["VIRTUAL_ENV"] = str(VENV)
    values["PATH"] = os.pathsep.join([str(BIN), values.get("PATH", os.defpath)])
    return values


def _stamped(lock: Path) -> bool:
    written = STAMPS / lock.stem
    return written.exists() and written.read_text() == stamp(lock)


def _runs() -> bool:
    """Whether the environment has a working Python of a supported version."""
    if not PYTHON.exists():
        return False
    check = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(check, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(
            f"This Python has no module '{error.name}', which makes environments. Install it (on Debian and Ubuntu: "
            f"apt install python{sys.version_info.major}.{sys.version_info.minor}-venv) and start again."
        ) from error
    with step("Making a Python environment in .venv"):
        status, child = run([sys.executable, "-m", "venv", VENV])
    if status != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(f"The Python environment in .venv could not be made:\n{child.tail}")


def _install(lock: Path) -> None:
    count = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
    seen = 0

    def show(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting", "Requirement already")):
            seen += 1
            hint(f"{seen} of {count}: {line.split()[1 if line[0] == 'C' else 3].partition('=')[0]}")
        elif line.startswith("Installing collected"):
            hint("unpacking")

    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "--no-compile",
        "--no-input",
    ]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"]
    with step(f"Installing {count} packages from {lock.relative_to(ROOT)}"):
        status, child = run([*command, "-r", lock], env=variables(), on_line=show)
    if status == 0:
        (STAMPS / lock.stem).write_text(stamp(lock))
        return
    said = "\n".join(child.output)
    if "DO NOT MATCH THE HASHES" in said:
        raise Stop(f"A downloaded package is not the one that {lock.name} names (its hash differs):\n{child.tail}")
    if any(sign in said for sign in _UNREACHABLE):
        raise Stop("The package index cannot be reached. The first start needs the network; check it and start again.")
    raise Stop(f"The packages of {lock.name} could not be installed:\n{child.tail}")
