"""A script calls whatever Python comes first; the command line finds its own environment."""

import json
import subprocess
import sys
from pathlib import Path

from tests.people import SHOP

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_python_without_the_requirements_hands_over(tmp_path: Path) -> None:
    document = tmp_path / "shop.json"
    document.write_text(json.dumps(SHOP))
    base = Path(sys.base_prefix) / "bin" / "python3"
    command = [str(base), "-S", "-m", "simulation", "evaluate", str(document), "--threshold", "spofs == 0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr
    assert "FAIL  spofs == 0" in done.stdout
