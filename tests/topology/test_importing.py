"""Import of whatever format: own documents, unknown ones, and what was exported."""

import json

import pytest

from simulation.topology.document import InvalidInput
from simulation.topology.exporting import export
from simulation.topology.importing import FORMATS, import_, recognised
from simulation.topology.parsing import from_object
from tests.topology.documents import document


def test_own_documents_are_taken_as_they_are() -> None:
    found = import_("linchpin", json.dumps(document()))
    assert [node.id for node in found.topology.nodes] == [node["id"] for node in document()["nodes"]]
    assert found.assumed == []


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(InvalidInput, match="compose"):
        import_("visio", "x")
    assert {"compose", "drawio", "linchpin", "mermaid", "yaml"} <= set(FORMATS)


@pytest.mark.parametrize("format_", ["linchpin", "yaml", "mermaid", "drawio"])
def test_what_was_exported_is_recognised_and_read_back(format_: str) -> None:
    topology = from_object(document())
    found = import_("auto", export(topology, format_).content).topology
    assert {n.id for n in found.nodes} == {n.id for n in topology.nodes}
    assert {(e.source, e.target) for e in found.edges} == {(e.source, e.target) for e in topology.edges}


@pytest.mark.parametrize(("content", "name", "format_"), [
    ("services:\n  web:\n    image: nginx", "", "compose"),
    ("---\nservices:\n  web:\n    image: linchpin/1", "", "compose"),
    ('version: "3"\nx-common: &a {}\nservices:\n  web: {}', "docker-compose.yml", "compose"),
    ('{"services": {"web": {}}}', "", "compose"),
    ("graph TD\n  a --> b", "", "mermaid"),
    ("%% a comment\nflowchart LR\n a --> b", "", "mermaid"),
    ("\ufeff---\ntitle: x\n---\nflowchart LR\n a --> b", "", "mermaid"),
    ("C4Context\n title x", "", "mermaid"),
    ("anything", "Sketch.MMD", "mermaid"),
    ('<mxfile host="app"><diagram/></mxfile>', "", "drawio"),
    ('<?xml version="1.0"?><mxGraphModel/>', "", "drawio"),
    ("format: linchpin/1\nname: services", "", "yaml"),
    ('{"format": "linchpin/1", "name": "x"}', "shop.json", "linchpin"),
    ("0,100\n10,200", "day.csv", "csv"),
])  # fmt: skip
def test_a_format_is_recognised(content: str, name: str, format_: str) -> None:
    assert recognised(content, name) == format_
    assert recognised(content.encode(), name) == format_


def test_what_is_not_recognised_is_asked_for() -> None:
    with pytest.raises(InvalidInput, match="name its format: compose, csv"):
        recognised("hello", "notes.txt")


@pytest.mark.parametrize(("label", "kind", "replicas"), [
    ("Route 53", "dns", 1), ("Web x3", "web_server", 3), ("API (2x)", "service", 2), ("Pub/Sub", "message_queue", 1),
    ("Azure Front Door", "cdn", 1), ("AWS Lambda", "service", 1), ("사용자", "client", 1),
    ("웹 서버 ×4", "web_server", 4), ("주문 서비스", "service", 1), ("로드 밸런서", "load_balancer", 1),
    ("메시지 큐", "message_queue", 1), ("캐시", "cache", 1),
])  # fmt: skip
def test_what_a_box_is_by_its_label(label: str, kind: str, replicas: int) -> None:
    nodes = import_("mermaid", f'flowchart LR\n u((u)) --> a["{label}"]').topology.nodes
    found = next(n for n in nodes if n.id not in ("u", "users") or n.name)
    assert (found.kind, found.replicas) == (kind, replicas)


def test_a_label_without_a_latin_letter_gives_an_id_by_its_kind() -> None:
    drawn = 'flowchart LR\n subgraph z["서울 존"]\n w["웹 서버"]\n end\n u["사용자"] --> w --> d[("데이터베이스")]'
    topology = import_("mermaid", drawn).topology
    assert [(n.id, n.kind, n.parent) for n in topology.nodes] == [
        ("zone", "zone", None), ("web_server", "web_server", "zone"), ("client", "client", None),
        ("database", "database", None),
    ]  # fmt: skip
