"""Hands the command line over to the environment beside the code when it is started by another Python."""

import importlib.util
import os
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_PYTHON = _ROOT / ".venv" / "bin" / "python"
_FAILED = 3


def ensure() -> None:
    """Return where the requirements are at hand; else become the environment's Python, or exit with status 3."""
    if importlib.util.find_spec("msgspec") is not None:
        return
    if not _PYTHON.exists() or Path(sys.prefix) == _PYTHON.parent.parent:
        manage = _ROOT / "manage.py"
        print(f"error: Linchpin is not set up yet; run 'python3 {manage} check' once", file=sys.stderr)
        sys.exit(_FAILED)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    os.execv(_PYTHON, [str(_PYTHON), "-m", "simulation", *sys.argv[1:]])
