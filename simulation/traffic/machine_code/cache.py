"""Where compiled code is kept: one folder for each content of the sources, in the first place that can be written.

`LINCHPIN_CACHE` names a place; without it: beside the sources, then the user's cache folder, then the system's
temporary folder. Folders of other sources that nobody has used for a day are removed from the place chosen.
"""

import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

_OLD_S = 86_400.0


def places(here: Path) -> list[Path]:
    """Where compiled code may be kept, best first."""
    named = os.environ.get("LINCHPIN_CACHE")
    own = [Path(named)] if named else [here / "__pycache__", Path.home() / ".cache" / "linchpin"]
    return [*own, Path(tempfile.gettempdir()) / f"linchpin-{os.getuid() if hasattr(os, 'getuid') else 'user'}"]


def choose(here: Path) -> Path | None:
    """The folder for the sources in `here`, made and tried; None when nothing can be written."""
    digest = hashlib.sha256()
    for path in sorted(here.rglob("*.py")):
        digest.update(str(path.relative_to(here)).encode() + path.read_bytes())
    for place in places(here):
        folder = place / f"kernel-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = folder / f".writable-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError:
            continue
        _remove_old(place, folder)
        return folder
    return None


def _remove_old(place: Path, kept: Path) -> None:
    for other in place.glob("kernel-*"):
        try:
            if other != kept and time.time() - other.stat().st_mtime > _OLD_S:
                shutil.rmtree(other, ignore_errors=True)
        except OSError:
            continue
