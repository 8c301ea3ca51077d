"""What every test may use."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Published references and samples that are kept beside the repository, not in it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        text = f"the folder of published references and samples is not at {folder}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return folder


@pytest.fixture(scope="session")
def cases(shared: Path) -> dict[str, dict[str, Any]]:
    """The published references by their id."""
    return {case["id"]: case for case in json.loads((shared / "references.json").read_text())["cases"]}
