"""Import of whatever format: own documents, unknown ones, and what was exported."""

import json

import pytest

from simulation.topology.document import InvalidInput
from simulation.topology.exporting import export
from simulation.topology.importing import FORMATS, import_
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
