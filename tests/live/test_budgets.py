"""What is cancelled, or stopped at its budget, ends within 2 s with what it has and says so; others hardly notice."""

import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from simulation.analysis import Budget, analyze
from simulation.evaluation import evaluate
from simulation.runs import services
from simulation.runs.computing import compute
from simulation.runs.executing import Execution
from simulation.runs.models import Run
from simulation.topology import parsing
from simulation.topology.document import InvalidInput
from simulation.traffic import simulate
from simulation.traffic.world import clockwork
from tests.live.conftest import started
from tests.people import BUSY, shop, somebody
from tests.traffic.models import station

LONG = {"duration_s": 2_000, "engine": "exact"}  # about a minute of CPU
GRACE_S = 2.0


def _took(what: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    answer = what()
    return time.monotonic() - began, answer


def _large(size: int) -> dict[str, Any]:
    """A document whose pairs take minutes: services that call many others, each spread over zones."""
    r = random.Random(1)
    zones = [{"id": f"z{k}", "kind": "zone", "params": {"availability": 0.999}} for k in range(3)]
    nodes = [{"id": f"s{k}", "kind": "service", "replicas": 3, "spread": ["z0", "z1", "z2"]} for k in range(size)]
    pairs = {(k, r.randrange(k + 1, size)) for k in range(size - 1) for _ in range(4)}
    edges = [{"id": f"e{a}-{b}", "source": f"s{a}", "target": f"s{b}", "params": {"calls": 0.3}} for a, b in pairs]
    edges.append({"id": "in", "source": "users", "target": "s0"})
    flows = [{"id": "f", "source": "users", "rate_rps": 10}]
    users = {"id": "users", "kind": "client"}
    return {"format": "linchpin/1", "name": "Large", "nodes": [*zones, users, *nodes], "edges": edges, "flows": flows}


def test_a_simulation_ends_at_its_budget_with_what_it_counted() -> None:
    compute("simulate", 60.0, topology=shop(), scenario={"duration_s": 1})  # a bench that is awake
    took, answer = _took(lambda: compute("simulate", 3.0, topology=BUSY, scenario=LONG))
    result = json.loads(answer)
    print(f"simulation with a budget of 3 s: answered after {took:.2f} s, at {result['duration_s']:.0f} s of 2,000")
    assert took < 3.0 + GRACE_S
    assert "budget" in result["cut_short"]
    assert 0 < result["duration_s"] < 2_000
    assert result["flows"][0]["offered"] > 100_000


def test_an_analysis_ends_at_its_budget_with_what_it_found() -> None:
    topology = parsing.from_object(_large(1_000))
    before = time.process_time()
    report = analyze(topology, budget=Budget(seconds=0.5), pairs=True, falls=True)
    took = time.process_time() - before
    said = {(gap.pointer, gap.code) for gap in report.gaps if not gap.pointer.startswith("/nodes")}
    print(f"analysis with a budget of 0.5 s: {took:.2f} s of CPU, missing: {', '.join(pointer for pointer, _ in said)}")
    assert took < 0.5 + GRACE_S
    assert report.partial
    assert ("/falls", "losses_looked_at") in said
    # Where not even all single losses were done, there are no pairs that could be left out.
    assert {("/pairs", "pairs_assessed"), ("/pairs", "singles_incomplete")} & said
    assert report.flows[0].availability is not None or report.flows[0].latency is not None


@pytest.mark.usefixtures("transactional_db")
def test_a_run_ends_at_its_budget(settings: Any) -> None:
    settings.RUN_LIMITS = settings.RUN_LIMITS | {"seconds": 1.0}
    took, run = _took(_executed)
    print(f"run with a budget of 1 s of CPU: ended after {took:.2f} s, at {run.t_s:.0f} s of 2,000")
    assert run.state == Run.State.FAILED
    assert "budget" in run.reason
    result = json.loads(run.result)
    assert result["cut_short"] in run.reason
    assert result["flows"][0]["completed"] > 10_000


@pytest.mark.usefixtures("transactional_db")
def test_a_run_is_cancelled_in_the_midst_of_a_frame() -> None:
    """With frames of 4 s and 50,000 requests a second, a frame takes longer than one may wait."""
    cancelled: list[float] = []

    def cancel() -> None:
        time.sleep(1.0)
        services.cancel(Run.objects.get())
        cancelled.append(time.monotonic())

    stopper = threading.Thread(target=cancel)
    run = _executed(before=stopper.start)
    took = time.monotonic() - cancelled[0]
    stopper.join()
    print(f"cancelled run: its worker was free {took:.2f} s later")
    assert took < GRACE_S
    assert run.state == Run.State.CANCELLED


def _executed(before: Callable[[], None] = lambda: None) -> Run:
    """A long run, executed here to its end."""
    answer = somebody().post("runs", {"topology": BUSY, "scenario": {**LONG, "frame_s": 500}, "live": False})
    assert answer.status_code == 201, answer.content
    claimed = services.claim(answer.json()["id"])
    assert claimed is not None
    before()
    Execution(claimed).perform()
    return Run.objects.get()


def test_memory_has_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "MAX_BYTES", 30 * 2**20)
    result = simulate(station(10_000, 10, 1), {"duration_s": 100})
    assert result.cut_short is not None
    assert "memory" in result.cut_short
    assert result.duration_s < 100
    (only,) = result.flows
    assert only.offered == only.completed + only.failed + only.in_flight
    assert only.in_flight > 10_000
    with pytest.raises(InvalidInput, match="cut short"):
        evaluate(station(10_000, 10, 1), ["error_rate < 1"], {"duration_s": 100})


_HUNGRY = """
import resource
from simulation.traffic import simulate
from tests.traffic.models import station
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = simulate(station(400_000, 10, 1), {"duration_s": 100, "engine": "exact"})
print(result.cut_short, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, sep=";")
"""


def test_a_run_without_bounds_takes_no_more_than_a_gigabyte() -> None:
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, "-c", _HUNGRY], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    reason, taken = done.stdout.strip().split(";")
    print(f"a queue that only grows: {int(taken) / 2**20:.0f} MB taken; {reason}")
    assert "memory" in reason
    assert int(taken) <= 2**30


def test_others_slow_down_less_than_twofold(alice: httpx.Client) -> None:
    """Two computations at once load both processors; what others ask meanwhile takes less than twice as long."""
    document = shop()

    def asked() -> float:
        return statistics.median(_took(lambda: alice.post("analyses", json=document))[0] for _ in range(12))

    asked()
    alone = asked()
    run = started(alice, topology=BUSY, scenario=LONG, live=False)
    time.sleep(0.5)
    beside = asked()
    alice.delete(f"runs/{run}")
    again = asked()
    quiet = max(alone, again)  # a machine that others use as well
    print(
        f"an analysis takes {alone * 1000:.0f} ms alone, {beside * 1000:.0f} ms beside a run, {again * 1000:.0f} after"
    )
    assert beside < 2.0 * quiet + 0.02
