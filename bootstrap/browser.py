"""Finding a Chromium for the browser tests."""

import os
import shutil
from pathlib import Path

from bootstrap.environment import variables
from bootstrap.places import PYTHON
from bootstrap.processes import run

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as s\nwith s() as p: print('found', p.chromium.executable_path)"
)


def chromium() -> str | None:
    """The path of a Chromium: $CHROMIUM, the system's, Playwright's own, or one installed now where that is allowed."""
    named = os.environ.get("CHROMIUM")
    if named and Path(named).exists():
        return named
    return _of_system() or _of_playwright() or _installed()


def _of_system() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def _of_playwright() -> str | None:
    status, child = run([PYTHON, "-c", _PLAYWRIGHT], env=variables())
    path = child.output[-1].removeprefix("found ") if status == 0 and child.output else ""
    return path if path and Path(path).exists() else None


def _installed() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    silent = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
        if run(command, env=silent)[0] != 0:
            return None
    return _of_system()
