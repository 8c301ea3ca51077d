"""The README's command from nothing: a clone, an empty home, no Node. First and second start."""

import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.server import free_port

FIRST_START_S = 180
SECOND_START_S = 8


def path_without_node(folder: Path) -> str:
    """A PATH with what a bare machine has, by links, so that a Node beside it is not found."""
    folder.mkdir()
    for name in ("python3", "git", "sh", "env", "uname"):
        found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin")
        if found:
            (folder / name).symlink_to(found)
    return str(folder)


def start(clone: Path, port: int, env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = ["python3", "manage.py", "up", "--port", str(port)]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=clone, env=env, stdout=output, stderr=output, start_new_session=True)


def seconds_until_answer(process: subprocess.Popen[bytes], port: int, limit: float, log: Path) -> float:
    started = time.monotonic()
    while (waited := time.monotonic() - started) < limit:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                assert answer.status == 200
                return waited
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"no answer within {limit} s:\n{log.read_text()}")


def group_is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_first_start_second_start_and_ctrl_c(clone: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    keep = ("LANG", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    env |= {"HOME": str(home), "PATH": path_without_node(tmp_path / "bin")}
    log, port = tmp_path / "log", free_port()
    for limit in (FIRST_START_S, SECOND_START_S):
        process = start(clone, port, env, log)
        try:
            seconds_until_answer(process, port, limit, log)
            if limit == SECOND_START_S:
                other = start(clone, free_port(), env, tmp_path / "other")
                assert other.wait(30) == 1
                assert "Another Linchpin" in (tmp_path / "other").read_text()
            process.send_signal(signal.SIGINT)
            assert process.wait(15) == 0
            time.sleep(0.2)
            assert group_is_gone(process.pid)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
