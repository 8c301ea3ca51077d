"""`manage.py up` says in one sentence what prevents it, and stops with status 1."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=env)


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_busy_port(busy_port: int, tmp_path: Path) -> None:
    done = manage("up", "--port", str(busy_port), "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert f"Port {busy_port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    done = manage("up", "--host", "203.0.113.9", "--port", "18999", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "--host" in done.stderr


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = manage("up", "--port", "18998", "--data", str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "data folder" in done.stderr


def test_the_data_folder_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    named = {**os.environ, "LINCHPIN_DATA": str(tmp_path / "file" / "data")}
    done = manage("up", "--port", "18998", env=named)
    assert done.returncode == 1
    assert f"data folder {tmp_path}" in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none(port: str) -> None:
    done = manage("up", "--port", port)
    assert done.returncode != 0
    assert port in done.stderr


def test_a_python_without_the_module_that_makes_environments(clone: Path) -> None:
    (clone / "ensurepip.py").write_text("raise ImportError('none', name='ensurepip')\n")
    command = [sys.executable, "manage.py", "up", "--port", "18997"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "'ensurepip'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (clone / ".venv" / "bin").exists()


def test_no_network(clone: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    env = {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    command = [sys.executable, "manage.py", "up", "--port", "18996"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=120, check=False, env=env)
    assert done.returncode == 1
    assert "network" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_at_once(clone: Path) -> None:
    sys.path.insert(0, str(ROOT))
    from bootstrap.lock import exclusive

    with exclusive(clone / ".setup.lock", "taken"):
        command = [sys.executable, "manage.py", "up", "--port", "18995"]
        done = subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Another manage.py" in done.stderr
