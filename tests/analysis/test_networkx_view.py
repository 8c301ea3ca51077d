"""A report as a NetworkX graph: every figure can be read back, and NetworkX's own algorithms see the drawing."""

import msgspec
import networkx as nx
import pytest

from simulation.analysis import analyze
from simulation.analysis.networkx_view import graph
from simulation.topology.document import Topology
from simulation.topology.templates import TEMPLATES


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_figure_is_an_attribute(name: str) -> None:
    topology: Topology = TEMPLATES[name].topology
    report = analyze(topology)
    made = graph(topology, report)
    assert list(made.nodes) == [n.id for n in topology.nodes]
    assert {key for _, _, key in made.edges} == {e.id for e in topology.edges}
    for part, attributes in ((report.nodes, made.nodes), (report.edges, _by_key(made))):
        for figures in part:
            values = msgspec.to_builtins(figures)
            found = attributes[values.pop("id")]
            assert {key: found[key] for key in values} == values
    for flow in report.flows:
        values = msgspec.to_builtins(flow)
        assert made.graph["flows"][values.pop("id")] == values
    whole = msgspec.to_builtins(report)
    for part in set(whole) - {"nodes", "edges", "flows", "spofs", "contingencies", "parts"}:
        assert made.graph[part] == whole[part]


@pytest.mark.parametrize("name", ["zero-to-millions", "hidden-common-cause", "who-is-a-spof"])
def test_losses_stand_at_what_is_lost(name: str) -> None:
    template = TEMPLATES[name]
    report = analyze(template.topology)
    made = graph(template.topology, report)
    told = [c for _, data in made.nodes(data=True) for c in data["contingencies"]]
    told += [c for _, _, data in made.edges(data=True) for c in data["contingencies"]]
    assert len(told) == len(report.contingencies)
    parts = [p["component"] for _, data in made.nodes(data=True) for p in data["parts"]]
    assert sorted(parts) == sorted(p.component for p in report.parts)
    assert all(
        p["component"] == n for n, data in made.nodes(data=True) if data["kind"] == "zone" for p in data["parts"]
    )
    worst = {s.component.partition("#")[0] for s in report.spofs}
    assert {n for n, data in made.nodes(data=True) if data["spof"] > 0} == worst
    for spof in report.spofs:
        assert made.nodes[spof.component.partition("#")[0]]["spof"] >= spof.loss_share


def test_the_graph_is_one_that_networkx_knows() -> None:
    template = next(iter(TEMPLATES.values()))
    made = graph(template.topology, analyze(template.topology))
    client = next(n for n, data in made.nodes(data=True) if data["kind"] == "client")
    reached = {client} | nx.descendants(made, client)
    assert all(
        made.nodes[n]["arrival_rps"] == 0 for n in set(made) - reached if made.nodes[n].get("arrival_rps") is not None
    )


def _by_key(made: "nx.MultiDiGraph[str]") -> dict[str, dict[str, object]]:
    return {key: data for _, _, key, data in made.edges(keys=True, data=True)}
