"""A server that is killed takes along what it had started: nothing goes on for nobody."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_STARTS_COMPILING = "import designer.serve as s; p = s._compile_fluid(); print(p.pid, flush=True); p.wait()"


def _runs(process: int) -> bool:
    """Whether it is there and has not ended; where nobody asked yet how it ended, it is still listed."""
    try:
        os.kill(process, 0)
        listed = Path(f"/proc/{process}/stat")
        return not listed.exists() or listed.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_compiling_ends_with_the_server(tmp_path: Path) -> None:
    env = {**os.environ, "LINCHPIN_CACHE": str(tmp_path)}  # where nothing is compiled, so that it has much to do
    server = subprocess.Popen([sys.executable, "-c", _STARTS_COMPILING], cwd=ROOT, env=env, stdout=subprocess.PIPE)
    assert server.stdout is not None
    compiling = int(server.stdout.readline())
    time.sleep(1)
    assert _runs(compiling)
    server.kill()
    server.wait()
    until = time.monotonic() + 5
    while _runs(compiling) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(compiling)
    assert not list(tmp_path.rglob("fluid.run.*"))
