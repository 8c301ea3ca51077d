"""Export: what goes out comes back as it was, and nothing in a label becomes code."""

import xml.etree.ElementTree as ElementTree

import pytest

from simulation.topology.document import InvalidInput, Topology
from simulation.topology.exporting import FORMATS, export
from simulation.topology.exporting.visits import visits
from simulation.topology.importing import import_
from simulation.topology.layout import arranged
from simulation.topology.parsing import from_object
from simulation.topology.resolving import resolve
from simulation.topology.templates import TEMPLATES
from simulation.topology.wiring import Wiring
from tests.topology.documents import document

NASTY = '</text><script>alert(1)</script> "x" & ]]> --> |y| 1e3 yes # $ é 한글'
_SVG = "{http://www.w3.org/2000/svg}"


def nasty() -> Topology:
    base = document(name=NASTY, description="first\n  second: - x\n\ttab\n")
    for node in base["nodes"]:
        node["name"] = f"{node['id']} {NASTY}"
        node["notes"] = "true\nnull"
    base["nodes"][0]["name"] = "1e3"
    base["nodes"][1]["name"] = "<<"
    base["nodes"][2]["name"] = "null"
    return from_object(base)


DOCUMENTS = [*(t.topology for t in TEMPLATES.values()), arranged(from_object(document())), arranged(nasty())]
IDS = [*TEMPLATES, "small", "nasty"]


@pytest.mark.parametrize("topology", DOCUMENTS, ids=IDS)
@pytest.mark.parametrize("name", ["linchpin", "yaml"])
def test_export_import_export_gives_the_same_bytes(topology: Topology, name: str) -> None:
    first = export(topology, name)
    back = import_(name, first.content)
    assert back.topology == topology
    assert export(back.topology, name).content == first.content


@pytest.mark.parametrize("topology", DOCUMENTS, ids=IDS)
@pytest.mark.parametrize("name", ["mermaid", "drawio"])
def test_drawings_come_back_with_the_same_kinds_containers_and_edges(topology: Topology, name: str) -> None:
    back = import_(name, export(topology, name).content).topology
    order = sorted(topology.nodes, key=lambda n: (n.name or n.id, n.kind))
    found = sorted(back.nodes, key=lambda n: (n.name or n.id, n.kind))
    assert [n.kind for n in found] == [n.kind for n in order]
    assert [n.replicas for n in found] == [n.replicas for n in order]
    assert len(back.edges) == len(topology.edges)
    assert sum(n.parent is not None for n in back.nodes) == sum(n.parent is not None for n in topology.nodes)
    assert [n.id for n in back.nodes] == [n.id for n in topology.nodes]
    assert export(back, name).content == export(topology, name).content


@pytest.mark.parametrize("topology", DOCUMENTS, ids=IDS)
def test_the_picture_holds_only_shapes_and_text(topology: Topology) -> None:
    root = ElementTree.fromstring(export(topology, "svg").content)
    allowed = {"svg", "title", "defs", "marker", "path", "rect", "text"}
    assert {element.tag.removeprefix(_SVG) for element in root.iter()} <= allowed
    for element in root.iter():
        assert not any(name.lower().startswith("on") or "href" in name for name in element.attrib)
    drawn = "".join(root.itertext())
    assert all((node.name or node.id)[:8] in drawn for node in topology.nodes)


def test_a_picture_of_a_document_without_places_is_laid_out() -> None:
    assert b"<rect" in export(from_object(document()), "svg").content
    assert export(from_object({"format": "linchpin/1"}), "svg").content.startswith(b"<svg")


def test_a_queueing_network_visits_every_station_as_often_as_requests_do() -> None:
    topology = from_object(
        {
            "format": "linchpin/1",
            "nodes": [
                {"id": "users", "kind": "client"},
                {"id": "lb", "kind": "load_balancer"},
                {"id": "web", "kind": "web_server", "replicas": 2, "params": {"concurrency": 4, "queue_limit": 10}},
                {"id": "cache", "kind": "cache", "params": {"hit_ratio": 0.75}},
                {"id": "db", "kind": "database"},
            ],
            "edges": [
                {"id": "a", "source": "users", "target": "lb"},
                {"id": "b", "source": "lb", "target": "web"},
                {"id": "c", "source": "web", "target": "cache"},
                {"id": "d", "source": "web", "target": "db", "params": {"calls": 3}},
            ],
            "flows": [{"id": "f", "source": "users", "rate_rps": 100, "mix": {"read": 0.8, "write": 0.2}}],
        }
    )
    system = resolve(topology)
    found = visits(system, Wiring(system), system.sources[0])
    at = {c.id: sum(found.get(c.index, {}).values()) for c in system.components}
    # writes skip the cache; three calls to the database, of reads only those that miss
    assert at == pytest.approx({"users": 0, "lb": 1, "web": 1, "cache": 0.8, "db": 3 * (0.2 + 0.8 * 0.25)})

    root = ElementTree.fromstring(export(topology, "jsimg").content)
    nodes = {node.get("name"): node for node in root.iter("node")}
    assert set(nodes) == {"Source f", "lb", "web", "cache", "db", "Sink"}
    assert nodes["web"].findtext(".//parameter[@name='maxJobs']/value") == "8"
    assert nodes["web"].findtext(".//parameter[@name='size']/value") == "28"
    rates = {name: node.findtext(".//subParameter[@name='lambda']/value") for name, node in nodes.items()}
    assert float(str(rates["Source f"])) == pytest.approx(100)
    assert float(str(rates["web"])) == pytest.approx(50)
    passed = {"Source f": 1.0}
    for name in ["Source f", "lb", "web", "cache", "db"]:  # the visits that the probabilities lead to
        for entry in nodes[name].iter("subParameter"):
            if entry.get("name") == "EmpiricalEntry":
                to = str(entry.findtext("subParameter[@name='stationName']/value"))
                chance = float(str(entry.findtext("subParameter[@name='probability']/value")))
                if to == name:
                    passed[name] /= 1 - chance
                else:
                    passed[to] = passed.get(to, 0.0) + passed[name] * chance
    assert passed["cache"] == pytest.approx(0.8)
    assert passed["db"] == pytest.approx(1.2)
    assert passed["Sink"] == pytest.approx(1)


def test_files_have_a_type_and_a_name_that_no_system_stumbles_over() -> None:
    for name in FORMATS:
        made = export(nasty(), name)
        assert made.content
        assert "/" in made.media_type
        assert all(c.isascii() and (c.isalnum() or c in ".-") for c in made.filename)
        assert not made.filename.startswith((".", "-"))


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(InvalidInput, match="mermaid"):
        export(from_object(document()), "visio")
