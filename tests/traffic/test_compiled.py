"""Compiled functions: loaded without the compiler, never wrong code, and refused where they would not stand alone."""

import gc
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit

from simulation.traffic import random_numbers, warm
from simulation.traffic.machine_code import compiled, entries
from simulation.traffic.machine_code.compiled import Compiled

_LATER = """
import json, sys
from simulation.traffic import warm
sys.modules["numba"] = None  # importing it fails
warm.main(("exact", "fluid"))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_a_later_start_does_without_the_compiler() -> None:
    warm.main(("exact", "fluid"))
    used = [name for name, entry in vars(entries).items() if isinstance(entry, Compiled) and not entry.is_ready]
    assert not used, f"not compiled at set-up: {used}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", _LATER], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & {"numba.core", "scipy", "django"}
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"later start with a short run of both engines: {spent:.2f} s of CPU")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(compiled, "_folder", lambda: tmp_path)
    return tmp_path


def test_damaged_code_is_made_anew(folder: Path) -> None:
    first = Compiled("random_numbers.log", float)
    assert first(1.0) == 0.0
    (kept,) = folder.glob("*.o")
    whole = kept.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1] + bytes([whole[-1] ^ 1])):
        kept.write_bytes(damaged)
        assert Compiled("random_numbers.log", float)(np.float64(1.0)) == 0.0
        assert kept.read_bytes()[:32] == whole[:32] or len(kept.read_bytes()) == len(whole)
    assert not [path for path in folder.iterdir() if path.suffix != ".o"]


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_the_compiler_serves_others_as_before(folder: Path) -> None:
    assert Compiled("random_numbers.log", float)(1.0) == 0.0
    gc.collect()

    def twice(x: float) -> float:
        return 2.0 * float(random_numbers.log(x))

    assert njit()(twice)(np.e) == pytest.approx(2.0)


def test_other_types_than_the_first_are_refused() -> None:
    entries.log(1.0)
    with pytest.raises(ValueError, match="shorter"):
        entries.log()
    weights = Compiled("fluid.contents.groups")
    p, count = np.zeros(160), np.zeros(160)
    weights(1000, 1.0, p, count)
    assert p @ count == pytest.approx(1.0)
    with pytest.raises(TypeError, match="without gaps"):
        weights(1000, 1.0, p.astype(np.float32), count)
    with pytest.raises(TypeError, match="without gaps"):
        weights(1000, 1.0, np.zeros(320)[::2], count)


def test_what_raises_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careful(x: float) -> float:
        if x < 0.0:
            raise ValueError("negative")
        return x

    options: dict[str, Any] = {"_nrt": False}
    monkeypatch.setattr(random_numbers, "careful", njit(**options)(careful), raising=False)
    with pytest.raises(RuntimeError, match="may not allocate or raise"):
        Compiled("random_numbers.careful", float)(1.0)
    assert not list(folder.iterdir())


_COMMANDS = """
import json, runpy, sys
sys.argv = ["simulation", *sys.argv[1:]]
try:
    runpy.run_module("simulation", run_name="__main__")
except SystemExit as end:
    assert end.code == 0, end.code
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

_DOCUMENT = """
format: linchpin/1
name: Two servers
nodes:
  - {id: users, kind: client}
  - {id: lb, kind: load_balancer}
  - {id: web, kind: web_server, replicas: 2}
edges:
  - {id: a, source: users, target: lb}
  - {id: b, source: lb, target: web}
flows:
  - {id: f, source: users, rate_rps: 10}
scenario: {duration_s: 5}
"""


@pytest.mark.parametrize(
    ("command", "without"),
    [
        ("validate", {"numpy", "scipy", "networkx", "numba", "llvmlite", "django", "ssl"}),
        ("analyze", {"networkx", "numba", "llvmlite", "django", "ssl"}),
        ("simulate", {"scipy", "networkx", "numba", "django", "ssl"}),
    ],
)
def test_a_command_loads_only_what_it_needs(tmp_path: Path, command: str, without: set[str]) -> None:
    warm.main(("exact",))
    document = tmp_path / "two.yaml"
    document.write_text(_DOCUMENT)
    arguments = [sys.executable, "-c", _COMMANDS, command, str(document)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."})
    assert done.returncode == 0, done.stderr
    assert not set(json.loads(done.stdout.splitlines()[-1])) & without
