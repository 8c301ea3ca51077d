"""A script's way to a verdict on a system that real people run: import it, judge it, mend it, judge it again."""

from pathlib import Path

from tests.people import Person

GOALS = ["spofs == 0", "availability >= 0.9"]


def test_the_opentelemetry_demo_is_imported_and_judged(alice: Person, shared: Path) -> None:
    content = (shared / "samples/compose/opentelemetry-demo.yaml").read_text()
    imported = alice.post("imports", {"format": "compose", "content": content})
    assert imported.status_code == 200
    topology = imported.json()["topology"]
    kinds = {node["id"]: node["kind"] for node in topology["nodes"]}
    assert kinds["astronomy-db"] == "database"
    assert kinds["valkey-cart"] == "cache"
    assert kinds["frontend-proxy"] == "load_balancer"
    assert kinds["load-generator"] == "client"
    assert imported.json()["assumed"]

    first = alice.post("evaluations", {"topology": topology, "thresholds": GOALS}).json()
    assert first["verdict"] == "fail"
    assert {t["threshold"]: t["holds"] for t in first["thresholds"]} == {GOALS[0]: False, GOALS[1]: True}
    accused = {spof["component"] for spof in first["report"]["spofs"]}
    assert {"frontend-proxy", "frontend", "astronomy-db", "valkey-cart"} <= accused

    for node in topology["nodes"]:
        if node["id"] in accused:
            node["replicas"] = 2
    second = alice.post("evaluations", {"topology": topology, "thresholds": GOALS}).json()
    assert second["verdict"] == "pass"
