"""A search on a running server, from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.api.test_searches import SERVER
from tests.server import ROOT, Server


def test_the_command_line_asks_the_server(server: Server, tmp_path: Path) -> None:
    with server.client() as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
    given, found = tmp_path / "shop.json", tmp_path / "found.yaml"
    given.write_text(json.dumps(SERVER))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "simulation", *arguments, "--server", server.address]
        environment = os.environ | {"LINCHPIN_TOKEN": token}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    goal = ("--threshold", "spofs == 0")
    searched = run("search", str(given), *goal, "--seconds", "60", "--format", "json", "-o", str(found))
    assert searched.returncode == 0, searched.stderr
    assert json.loads(searched.stdout)["best"]["meets"]
    assert run("evaluate", str(found), *goal).returncode == 0
    assert run("search", str(given), "--threshold", "p99_ms < 0.001", "--seconds", "1").returncode == 1
    refused = run("search", str(given), "--threshold", "error_rate < 1")
    assert refused.returncode == 2
    assert "/thresholds/0" in refused.stderr
