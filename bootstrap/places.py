"""Where things lie in the clone."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMPS = VENV / ".linchpin"
SETUP_LOCK = ROOT / ".setup.lock"

RUNTIME_LOCK = ROOT / "requirements.txt"
BUILD_LOCK = ROOT / "requirements-build.txt"
DEV_LOCK = ROOT / "requirements-dev.txt"

FRONTEND = ROOT / "frontend"
DIST = FRONTEND / "dist"
DATA = ROOT / "data"


def inside() -> bool:
    """Whether this very process already runs in the clone's environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()
