"""The command line as a user starts it: a process, its files, its exit status."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]

#: Two web servers behind one balancer and one database: the balancer and the database are needed by all.
SHOP: dict[str, Any] = {
    "format": "linchpin/1",
    "name": "Shop",
    "nodes": [
        {"id": "users", "kind": "client"},
        {"id": "lb", "kind": "load_balancer"},
        {"id": "web", "kind": "web_server", "replicas": 2, "params": {"service_time_ms": 20, "concurrency": 8}},
        {"id": "db", "kind": "database", "params": {"read_time_ms": 2, "concurrency": 16}},
    ],
    "edges": [
        {"id": "e1", "source": "users", "target": "lb"},
        {"id": "e2", "source": "lb", "target": "web"},
        {"id": "e3", "source": "web", "target": "db"},
    ],
    "flows": [{"id": "browse", "source": "users", "rate_rps": 200}],
}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`python -m simulation` with arguments, in an empty folder."""

    def started(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "simulation", *arguments],
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return started


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP))
    return str(path)


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "busy.yaml"
    path.write_text("duration_s: 20\nwarmup_s: 2\nseed: 5\nreplications: 2\n")
    return str(path)
