"""`analyze`, `simulate`, `validate`, `compare`, `export` and `import`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, Run


def test_analyze_prints_exactly_the_report(run: Run, shop: str) -> None:
    found = json.loads(run("analyze", shop, "--format", "json").stdout)
    assert {"spofs", "cut_sets", "contingencies", "flows", "nodes", "findings", "advice", "assumptions"} <= set(found)
    assert {s["component"] for s in found["spofs"]} == {"lb", "db"}
    assert found["flows"][0]["id"] == "browse"


def test_cut_sets_go_to_the_order_that_is_asked_for(run: Run, shop: str) -> None:
    found = json.loads(run("analyze", shop, "--format", "json", "--max-order", "1").stdout)
    assert found["max_order"] == 1
    assert {len(cut["components"]) for cut in found["cut_sets"]} == {1}
    assert run("analyze", shop, "--max-order", "4").returncode == 2


def test_analyze_reads_well(run: Run, shop: str) -> None:
    done = run("analyze", shop)
    assert done.returncode == 0
    assert "2 single point(s) of failure" in done.stdout


def test_simulate_prints_exactly_the_result(run: Run, shop: str, scenario: str) -> None:
    done = run("simulate", shop, "--scenario", scenario, "--format", "json")
    found = json.loads(done.stdout)
    [flow] = found["flows"]
    assert flow["offered"] == flow["completed"] + flow["failed"] + flow["in_flight"]
    assert {"value", "low", "high"} <= set(flow["p99_ms"])
    assert {node["id"] for node in found["nodes"]} >= {"lb", "web", "db"}
    assert found["seed"] == 5


def test_the_seed_decides_the_digest(run: Run, shop: str, scenario: str) -> None:
    def digest(seed: str) -> str:
        done = run("simulate", shop, "--scenario", scenario, "--seed", seed, "--format", "json")
        return str(json.loads(done.stdout)["digest"])

    assert digest("7") == digest("7") != digest("8")


def test_a_bad_scenario_is_wrong_input(run: Run, shop: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("duration_s: -4\nspeed: 3\n")
    done = run("simulate", shop, "--scenario", str(path))
    assert done.returncode == 2
    assert "/duration_s" in done.stderr
    assert "/speed" in done.stderr


def test_what_a_run_finds_wrong_is_named_in_the_file_of_the_scenario(run: Run, shop: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("duration_s: 9\nevents: [{at_s: 1, action: kill, target: nobody}]\n")
    for command in (("simulate", shop), ("evaluate", shop, "--threshold", "p99_ms < 200")):
        done = run(*command, "--scenario", str(path))
        assert done.returncode == 2
        assert f"{path} /events/0/target" in done.stderr


def test_validate_says_what_is_wrong_and_where(run: Run, shop: str, tmp_path: Path) -> None:
    assert run("validate", shop).returncode == 0
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({**SHOP, "edges": [{"id": "e", "source": "users", "target": "nobody"}]}))
    done = run("validate", str(path), "--format", "json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["valid"] is False
    assert "/edges/0/target" in done.stderr


def test_compare_names_what_a_change_bought(run: Run, shop: str, tmp_path: Path) -> None:
    path = tmp_path / "after.json"
    after = json.loads(json.dumps(SHOP))
    after["nodes"][1]["replicas"] = 2
    path.write_text(json.dumps(after))
    done = run("compare", shop, str(path), "--format", "json")
    found = json.loads(done.stdout)
    moved = {f["figure"]: (f["before"], f["after"]) for f in found["figures"] if f["element"] is None}
    assert moved["spofs"] == (2, 1)
    assert found["spofs_removed"] == ["lb"]


def test_search_writes_the_cheapest_document(run: Run, tmp_path: Path) -> None:
    given, better = tmp_path / "given.json", tmp_path / "better.yaml"
    nodes, edges = SHOP["nodes"][:1] + SHOP["nodes"][2:3], [{"id": "e", "source": "users", "target": "web"}]
    nodes[1] = {**nodes[1], "replicas": 5}
    given.write_text(json.dumps({**SHOP, "nodes": nodes, "edges": edges}))
    done = run("search", str(given), "--threshold", "spofs == 0", "--seconds", "60", "-o", str(better))
    assert done.returncode == 0, done.stderr
    assert "web: replicas 5 → 2" in done.stdout
    assert "What money buys" in done.stdout
    assert run("evaluate", str(better), "--threshold", "spofs == 0").returncode == 0


def test_a_search_without_thresholds_is_wrong_input(run: Run, shop: str) -> None:
    done = run("search", shop)
    assert done.returncode == 2
    assert "/thresholds" in done.stderr


@pytest.mark.parametrize("name", ["linchpin", "yaml", "mermaid", "drawio", "svg", "jsimg"])
def test_export_writes_every_format(run: Run, shop: str, name: str) -> None:
    done = run("export", shop, "--format", name)
    assert done.returncode == 0, done.stderr
    assert "web" in done.stdout


def test_export_of_an_unknown_format_is_wrong_input(run: Run, shop: str) -> None:
    done = run("export", shop, "--format", "visio")
    assert done.returncode == 2
    assert "mermaid" in done.stderr


def test_what_was_exported_comes_back(run: Run, shop: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    assert run("export", shop, "--format", "yaml", "--output", str(path)).returncode == 0
    assert json.loads(run("import", str(path)).stdout)["flows"] == SHOP["flows"]


def test_a_real_compose_file_becomes_a_topology(run: Run, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    done = run("import", str(shared / "samples/compose/opentelemetry-demo.yaml"), "--output", str(path))
    assert done.returncode == 0, done.stderr
    assert "assumed:" in done.stderr
    document = json.loads(path.read_text())
    assert len(document["nodes"]) >= 20
    assert run("evaluate", str(path), "--threshold", "spofs > 0").returncode == 0
    full = run("import", str(shared / "samples/compose/opentelemetry-demo.yaml"), "--format", "full")
    assert set(json.loads(full.stdout)) == {"format", "topology", "understood", "assumed", "left_out"}


def test_a_file_of_no_known_format_is_wrong_input(run: Run) -> None:
    assert run("import", "-", stdin="once upon a time").returncode == 2


@pytest.mark.parametrize(
    ("extra", "pointer"),
    [({"thresholds": ["p99 <"]}, "/thresholds/0"), ({"scenario": {"seed": -1}}, "/scenario/seed")],
)
def test_validate_reads_thresholds_and_scenario_too(
    run: Run, tmp_path: Path, extra: dict[str, object], pointer: str
) -> None:
    path = tmp_path / "document.json"
    path.write_text(json.dumps(SHOP | extra))
    done = run("validate", str(path))
    assert done.returncode == 2
    assert pointer in done.stderr
