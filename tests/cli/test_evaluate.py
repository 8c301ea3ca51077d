"""`evaluate`: exit statuses, formats, and what is refused."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, Run


def test_exit_status_says_whether_all_thresholds_hold(run: Run, shop: str) -> None:
    assert run("evaluate", shop, "--threshold", "spofs == 2", "--threshold", "p99_ms < 500").returncode == 0
    failed = run("evaluate", shop, "--threshold", "spofs == 0", "--threshold", "p99_ms < 500")
    assert failed.returncode == 1
    assert "FAIL  spofs == 0" in failed.stdout
    assert "fail: 1 of 2 thresholds hold" in failed.stdout


def test_thresholds_of_the_document_hold_without_others(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(json.dumps({**SHOP, "thresholds": ["spofs == 0"]}))
    assert run("evaluate", str(path)).returncode == 1
    assert run("evaluate", str(path), "--threshold", "spofs > 0").returncode == 0


def test_standard_input_is_read(run: Run) -> None:
    assert run("evaluate", "-", "--threshold", "spofs == 2", stdin=json.dumps(SHOP)).returncode == 0


@pytest.mark.parametrize(
    ("threshold", "said"),
    [
        ("spofz == 0", "spofs"),
        ("spofs = 0", "OP"),
        ("spofs == many", "NUMBER"),
        ("p99_ms{flow=checkout} < 200", "browse"),
        ("p99_ms{node=web} < 200", "figure of a node"),
        ("queue_max < 5", "scenario"),
        ("hit_ratio{node=db} > 0.5", "not measured"),
        ("", "threshold"),
    ],
)
def test_a_threshold_that_cannot_be_judged_is_wrong_input(run: Run, shop: str, threshold: str, said: str) -> None:
    done = run("evaluate", shop, "--threshold", threshold)
    assert done.returncode == 2
    assert "/thresholds/0" in done.stderr
    assert said in done.stderr
    assert done.stdout == ""


def test_nothing_to_judge_is_wrong_input(run: Run, shop: str) -> None:
    done = run("evaluate", shop)
    assert done.returncode == 2
    assert "threshold" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "JSON"),
        ('{"format": "linchpin/9", "name": "x"}', "/format"),
        (json.dumps({**SHOP, "nodes": [{"id": "a", "kind": "mainframe"}]}), "/nodes/0/kind"),
        ("", "empty"),
    ],
)
def test_a_bad_document_is_wrong_input(run: Run, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    done = run("evaluate", str(path), "--threshold", "spofs == 0")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_wrong_input(run: Run) -> None:
    done = run("evaluate", "nowhere.yaml", "--threshold", "spofs == 0")
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr


def test_json_is_the_evaluation_of_the_api(run: Run, shop: str) -> None:
    done = run("evaluate", shop, "--threshold", "spofs == 0", "--threshold", "p99_ms < 500", "--format", "json")
    found = json.loads(done.stdout)
    assert found["verdict"] == "fail"
    spofs, p99 = found["thresholds"]
    assert (spofs["threshold"], spofs["value"], spofs["holds"], spofs["source"]) == ("spofs == 0", 2, False, "analysis")
    assert p99["holds"]
    assert p99["element"] == "browse"
    assert {s["component"] for s in found["report"]["spofs"]} == {"lb", "db"}


def test_a_scenario_makes_the_simulation_answer(run: Run, shop: str, scenario: str) -> None:
    arguments = ["--threshold", "p99_ms < 500", "--threshold", "error_rate == 0", "--threshold", "spofs == 2"]
    done = run("evaluate", shop, "--scenario", scenario, *arguments, "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    p99, errors, spofs = found["thresholds"]
    assert (p99["source"], errors["source"], spofs["source"]) == ("simulation", "simulation", "analysis")
    assert p99["low"] <= p99["value"] <= p99["high"]
    assert found["result"]["seed"] == 5


def test_junit_has_a_case_a_threshold(run: Run, shop: str) -> None:
    done = run("evaluate", shop, "--threshold", "spofs == 0", "--threshold", "p99_ms < 500", "--format", "junit")
    suite = ElementTree.fromstring(done.stdout.encode()).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    broken = [case.get("name") for case in suite if case.find("failure") is not None]
    assert broken == ["spofs == 0"]


def test_sarif_has_a_result_for_each_broken_threshold_and_finding(run: Run, shop: str) -> None:
    done = run("evaluate", shop, "--threshold", "spofs == 0", "--threshold", "p99_ms < 500", "--format", "sarif")
    log = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [scan] = log["runs"]
    rules = scan["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in scan["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    errors = [r for r in scan["results"] if r["level"] == "error" and r["ruleId"] != "threshold"]
    assert {"lb", "db"} <= {place["name"] for r in errors for place in r["locations"][0]["logicalLocations"]}
    assert sum(r["ruleId"] == "threshold" for r in scan["results"]) == 1


def test_unknown_options_are_wrong_input(run: Run, shop: str) -> None:
    assert run("evaluate", shop, "--format", "pdf").returncode == 2
    assert run("evaluat", shop).returncode == 2


def test_a_server_that_is_not_there_is_a_failure(run: Run, shop: str) -> None:
    done = run("evaluate", shop, "--threshold", "spofs == 0", "--server", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert "cannot be reached" in done.stderr
