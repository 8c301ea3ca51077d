"""Exact discrete-event simulation of a topology's traffic: `simulate` for a whole run, `Session` for a live one."""

import os
import tempfile
from pathlib import Path


def _cache_somewhere() -> None:
    """Give compiled code a place of its own, by the content of the sources, where one can write."""
    import hashlib

    here = Path(__file__).parent
    h = hashlib.sha256()
    for path in sorted(here.glob("*.py")):
        h.update(path.name.encode() + path.read_bytes())
    base = os.environ.get("LINCHPIN_CACHE") or os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(base)] if base else [here / "__pycache__", Path.home() / ".cache" / "linchpin"]
    places.append(Path(tempfile.gettempdir()) / f"linchpin-{os.getuid() if hasattr(os, 'getuid') else 'user'}")
    for place in places:
        target = place / f"kernel-{h.hexdigest()[:16]}"
        try:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = target / f".writable-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError:
            continue
        import numba

        os.environ["NUMBA_CACHE_DIR"] = str(target)
        numba.config.CACHE_DIR = str(target)  # type: ignore[attr-defined]
        return


_cache_somewhere()

from simulation.traffic.replications import simulate  # noqa: E402
from simulation.traffic.session import Session  # noqa: E402

__all__ = ["Session", "simulate"]
