"""Compiled code finds a place of its own, also where nothing can be written beside the sources."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import simulation
from simulation.traffic.machine_code import cache as code_cache

_RUN = """
from pathlib import Path
import simulation.traffic
from simulation.traffic.machine_code import cache as code_cache, entries
assert entries.log(1.0) == 0.0
print(code_cache.choose(Path(simulation.traffic.__file__).parent))
"""


def _make_unwritable(folder: Path) -> None:
    """No folder can be made where a file of its name lies; this holds for root, too."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("")


def test_a_read_only_tree_keeps_its_code_elsewhere(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    source = Path(simulation.__file__).parent
    shutil.copytree(source, tree / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    _make_unwritable(tree / "simulation/traffic/__pycache__")
    home = tmp_path / "home"
    home.write_text("")  # no home either
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "LINCHPIN_CACHE"}
    environment |= {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": str(tree)}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", _RUN], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert folder.is_relative_to(temporary)
    assert list(folder.glob("*.o"))


def test_code_of_older_sources_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINCHPIN_CACHE", str(tmp_path / "cache"))
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "a.py").write_text("1")
    old = code_cache.choose(sources)
    (sources / "a.py").write_text("2")
    recent = code_cache.choose(sources)
    assert old is not None
    assert recent is not None
    assert old.exists()  # somebody may still use it
    os.utime(old, (0, 0))
    (sources / "a.py").write_text("3")
    newest = code_cache.choose(sources)
    assert not old.exists()
    assert recent.exists()
    assert newest is not None
    assert newest.exists()
