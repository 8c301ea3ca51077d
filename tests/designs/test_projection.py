"""The one reading of a shared document, on the fixtures that the page is tested on too."""

import json
from pathlib import Path
from random import Random

import pytest

from designer.designs import living
from designer.designs.projection import project
from simulation.topology import parsing
from tests.people import shop

FIXTURES = sorted((Path(__file__).parent.parent / "fixtures" / "projection").glob("*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_fixture_reads_as_expected(path: Path) -> None:
    case = json.loads(path.read_text())
    assert project(case["ydoc"]) == case["expected"]


def test_a_document_written_and_read_is_the_same() -> None:
    doc = living.load([])
    document = parsing.to_object(parsing.from_object(shop(description="d", scenario={"duration_s": 5})))
    assert living.write(doc, document, "h")
    assert living.read(doc) == document
    assert living.history_of(doc) == "h"
    assert living.write(doc, document, "h") == b""


def test_maps_are_read_in_one_order_so_that_exports_are_the_same_bytes() -> None:
    params = {"service_time_ms": 20, "queue_limit": 9, "concurrency": 8, "autoscale": {"min": 2, "max": 9, "boot_s": 5}}
    nodes = [{"id": "users", "kind": "client"}, {"id": "web", "kind": "web_server", "params": params}]
    flows = [{"id": "f", "source": "users", "rate_rps": 1, "mix": {"write": 0.1, "read": 0.7, "static": 0.2}}]
    doc = living.load([])
    living.write(doc, {"format": "linchpin/1", "name": "Ordered", "nodes": nodes, "flows": flows}, "h")
    read = living.read(doc)
    maps = (read["nodes"][1]["params"], read["nodes"][1]["params"]["autoscale"], read["flows"][0]["mix"])
    assert [list(found) for found in maps] == [sorted(found) for found in maps]


def test_a_change_of_one_param_is_a_small_update() -> None:
    doc = living.load([])
    params = [{"service_time_ms": 20} for _ in range(500)]
    nodes = [{"id": f"n{i}", "kind": "web_server", "params": p} for i, p in enumerate(params)]
    document = {"format": "linchpin/1", "name": "Big", "nodes": nodes}
    whole = living.write(doc, document, "h")
    params[250]["service_time_ms"] = 21
    assert len(living.write(doc, document, "h")) < len(whole) / 100
    assert living.read(doc) == document


def test_peers_that_got_the_same_edits_in_any_order_read_the_same() -> None:
    random = Random(1)
    base = living.load([])
    start = [living.write(base, shop(), "h")]
    for _ in range(50):
        peers = [living.load(start) for _ in range(3)]
        updates = []
        for peer in peers:
            document = living.read(peer)
            for node in list(document["nodes"]):
                if random.random() < 0.3:
                    document["nodes"].remove(node)
            gone = {"users", "lb", "web", "db"} - {node["id"] for node in document["nodes"]}
            document["edges"] = [
                e for e in document.get("edges", []) if e["source"] not in gone and e["target"] not in gone
            ]
            document["flows"] = [f for f in document.get("flows", []) if f["source"] not in gone]
            updates.append(living.write(peer, document, "h"))
        readings = []
        for peer in peers:
            for update in random.sample(updates, len(updates)):
                if update:
                    living.apply(peer, update)
            readings.append(living.read(peer))
        assert readings[0] == readings[1] == readings[2]
        parsing.from_object(readings[0])
