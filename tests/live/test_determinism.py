"""Equal inputs give equal answers: whatever the hash seed, the process, the threads, the pauses and those who watch."""

import asyncio
import os
import subprocess
import sys
from typing import Any

import httpx
import msgspec
import pytest

from simulation.topology import parsing
from simulation.topology.templates import TEMPLATES
from simulation.traffic import Session, simulate
from tests.live.conftest import started, watch

TOPOLOGY = TEMPLATES["zero-to-millions"].topology  # nearly every kind, so that any set that is iterated would show
SCENARIO: dict[str, Any] = {
    "duration_s": 2,
    "seed": 5,
    "engine": "exact",
    "load_factor": 0.05,
    "failures": True,
    "events": [
        {"at_s": 0.7, "action": "kill", "target": "db"},
        {"at_s": 0.9, "action": "partition", "target": "seoul"},
        {"at_s": 1.1, "action": "flush", "target": "cache"},
        {"at_s": 1.3, "action": "heal", "target": "seoul"},
        {"at_s": 1.5, "action": "scale", "target": "web", "replicas": 2},
    ],
}

_PROCESS = """
import hashlib, json, sys, msgspec
from simulation.analysis import analyze
from simulation.topology import parsing
from simulation.traffic import simulate
topology, scenario = json.loads(sys.stdin.read())
topology = parsing.from_object(topology)
print(*(simulate(topology, {**scenario, "engine": engine}).digest for engine in ("exact", "fluid")))
print(hashlib.sha256(msgspec.json.encode(analyze(topology, pairs=True, falls=True))).hexdigest())
"""


@pytest.fixture(scope="module")
def digest() -> str:
    """Of the run in this process."""
    return simulate(TOPOLOGY, SCENARIO).digest


def test_hash_seeds_and_processes_change_nothing(digest: str) -> None:
    asked = msgspec.json.encode([parsing.to_object(TOPOLOGY), SCENARIO]).decode()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in ("0", "4242")
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(asked)
        process.stdin.close()
        process.stdin = None
    said = [process.communicate(timeout=120) for process in processes]
    assert {process.returncode for process in processes} == {0}, said
    assert len({out for out, _ in said}) == 1, said
    assert said[0][0].split()[0] == digest
    print(f"two hash seeds: exact and fluid digests and the report's bytes are equal; exact {digest[:12]}")


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for count in (1, 4):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        results.append(simulate(TOPOLOGY, {**SCENARIO, "replications": 4}))
    assert results[0] == results[1]
    assert results[0].digest == results[1].digest


@pytest.mark.parametrize("engine", ["exact", "fluid"])
def test_looking_and_cutting_change_nothing(engine: str) -> None:
    whole = simulate(TOPOLOGY, {**SCENARIO, "engine": engine})
    session = Session(TOPOLOGY, {**SCENARIO, "engine": engine})
    for step in (0.001, 0.3, 0.0137, 0.9999, 0.05):
        session.advance(step)
        session.result()
    session.run_to(2.0)
    assert session.result().digest == whole.digest


async def test_a_server_pauses_and_viewers_change_nothing(alice: httpx.Client, digest: str) -> None:
    asked = {"topology": parsing.to_object(TOPOLOGY), "scenario": SCENARIO}
    quiet = started(alice, **asked, live=False)
    run = started(alice, **asked, speed=2)
    async with watch(alice, run) as first, watch(alice, run) as second:
        await asyncio.gather(first.until("frame", n=2), second.until("frame"))
        await first.say(id=1, action="pause")
        await first.until("state", state="paused")
        async with watch(alice, run) as third:
            await third.say(id=2, action="resume")
            await asyncio.gather(*(page.until("end") for page in (first, second, third)))
    async with watch(alice, quiet) as page:
        await page.until("end")
    answers = [alice.get(f"runs/{name}").json() for name in (quiet, run)]
    assert [answer["state"] for answer in answers] == ["done", "done"]
    assert {answer["result"]["digest"] for answer in answers} == {digest}
    with_result = alice.post("evaluations", json={**asked, "thresholds": ["error_rate <= 1"]}, timeout=60)
    assert with_result.json()["result"]["digest"] == digest
