"""What every test may use."""

import os
from pathlib import Path

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
