"""Recorded traffic as CSV: what is understood, and where it is wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulation.analysis.findings.td607_growth_before_help import steepest
from simulation.topology.document import InvalidInput
from simulation.topology.importing import import_
from simulation.topology.parsing import from_object, to_object
from simulation.topology.recordings import mean_rate, read
from simulation.traffic import Session, simulate
from simulation.traffic.scenario import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t,rate\n0,10\n5,20.5\n", {"points": [[0, 10], [5, 20.5]]}),
        ("0;10\r\n5;20\r\n", {"points": [[0, 10], [5, 20]]}),
        ('\ufeff"time"\t"rps"\n1\t10\n\n2\t0\n', {"points": [[1, 10], [2, 0]]}),
        ("0.5\n0.75\n0.75\n", {"times_s": [0.5, 0.75, 0.75]}),
        ("timestamp\n1700000000.25\n1700000001.75\n", {"times_s": [0, 1.5]}),
        ("2026-03-01T10:00:00Z,5\n2026-03-01T10:01:00Z,6\n", {"points": [[0, 5], [60, 6]]}),
        ("2026-03-01 10:00:00\n2026-03-01 10:00:00.5\n", {"times_s": [0, 0.5]}),
    ],
)
def test_what_is_understood(text: str, expected: dict[str, Any]) -> None:
    assert read(text) == {"kind": "trace", **expected}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 rows"),
        ("time,rate\n", "0 rows"),
        ("1,2,3\n", "3 columns"),
        ("1,2\n3\n", "line 2"),
        ("1,2\n\n0.5,2\n", "line 3"),
        ("-1,2\n", "line 1"),
        ("1,2\n2,-4\n", "line 2"),
        ("1,2\n2,nan\n", "line 2"),
        ("t\n1\ntwo\n", "line 3"),
        ("\n".join("1" for _ in range(200_001)), "200,001 rows"),
    ],
)
def test_what_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read(text)


def test_mean_rate() -> None:
    assert mean_rate({"points": [[0, 10], [5, 20], [10, 0]]}) == 15
    assert mean_rate({"times_s": [1, 2, 3, 4]}) == 1


def test_steepest_rise() -> None:
    points = [(0, 10), (5, 20), (6, 100), (50, 5), (90, 60)]
    assert steepest(points, 0.5) == 1
    assert steepest(points, 1) == 5
    assert steepest(points, 6) == 10
    assert steepest(points, 40) == 12


def test_an_import_answers_the_recording() -> None:
    found = import_("csv", "t,rate\n0,100\n10,200\n20,200\n")
    flow = found.topology.flows[0]
    assert flow.shape == {"kind": "trace", "points": [[0, 100], [10, 200], [20, 200]]}
    assert flow.rate_rps == 150
    assert "3 points" in found.understood[0]
    assert import_("csv", "1\n2\n", "ko").understood[0].startswith("2초")
    with pytest.raises(InvalidInput) as caught:
        import_("csv", "a\nb\n")
    assert caught.value.problems[0].pointer == "/content"


DOCUMENT: dict[str, Any] = {
    "format": "linchpin/1",
    "name": "traced",
    "nodes": [{"id": "users", "kind": "client"}, {"id": "web", "kind": "web_server"}],
    "edges": [{"id": "e", "source": "users", "target": "web"}],
    "flows": [{"id": "f", "source": "users", "rate_rps": 1}],
}
CSV = "t,rate\n0,50\n5,0\n"
STAMPS = "".join(f"{k / 50}\n" for k in range(1, 251))


def _with(shape: dict[str, Any]) -> dict[str, Any]:
    return {**DOCUMENT, "flows": [{**DOCUMENT["flows"][0], "shape": {"kind": "trace", **shape}}]}


@pytest.mark.parametrize("engine", ["exact", "fluid"])
@pytest.mark.parametrize("csv", [CSV, STAMPS])
@pytest.mark.parametrize("load", [1, 2])
def test_document_and_scenario_take_csv(csv: str, engine: str, load: float) -> None:
    scenario = {"duration_s": 10, "engine": engine, "load_factor": load, "warmup_s": 0}
    stated = simulate(from_object(_with({"csv": csv})), scenario)
    given = simulate(from_object(DOCUMENT), {**scenario, "traces": {"f": csv}})
    assert stated.digest == given.digest
    tolerance = 0.2 if csv is CSV and engine == "exact" else 0.01
    assert stated.flows[0].offered == pytest.approx(250 * load, rel=tolerance)
    assert to_object(from_object(_with({"csv": csv})))["flows"][0]["shape"]["csv"] == csv


@pytest.mark.parametrize(
    ("shape", "pointer"),
    [
        ({"csv": "x"}, "/flows/0/shape/csv"),
        ({"csv": 3}, "/flows/0/shape/csv"),
        ({"csv": CSV, "times_s": [1]}, "/flows/0/shape"),
        ({}, "/flows/0/shape"),
    ],
)
def test_a_wrong_recording_is_an_error_of_the_document(shape: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        from_object(_with(shape))
    assert caught.value.problems[0].pointer == pointer


@pytest.mark.parametrize(
    ("traces", "pointer"),
    [
        ({"f": "x"}, "/traces/f/csv"),
        ({"f": 3}, "/traces/f"),
        ([], "/traces"),
        ({"f": {"points": [[1, -1]]}}, "/traces/f/points/0"),
    ],
)
def test_a_wrong_recording_is_an_error_of_the_scenario(traces: Any, pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse({"traces": traces})
    assert caught.value.problems[0].pointer == pointer


def test_a_recording_of_no_flow() -> None:
    with pytest.raises(InvalidInput) as caught:
        Session(from_object(DOCUMENT), {"traces": {"g": CSV}})
    assert caught.value.problems[0].pointer == "/traces/g"


def test_the_command_line_takes_a_file(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps(DOCUMENT))
    (tmp_path / "trace.csv").write_text(STAMPS)
    command = [sys.executable, "-m", "simulation", "simulate", str(tmp_path / "t.json"), "--format", "json"]

    def run(*trace: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *trace], capture_output=True, text=True, timeout=120)

    for trace in (str(tmp_path / "trace.csv"), f"f={tmp_path / 'trace.csv'}"):
        assert json.loads(run("--trace", trace).stdout)["flows"][0]["offered"] == 250
    wrong = run("--trace", f"g={tmp_path / 'trace.csv'}")
    assert wrong.returncode == 2
    assert "names no flow" in wrong.stderr
