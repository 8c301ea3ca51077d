"""A report read back as a NetworkX graph, with every figure of a node or edge as its attribute."""

import msgspec
import networkx as nx

from simulation.analysis.report import Report
from simulation.topology.document import Topology


def graph(topology: Topology, report: Report) -> "nx.MultiDiGraph[str]":
    """The drawing as a directed multigraph; edge keys are the edges' ids.

    Nodes carry `kind`, `replicas`, `parent`, the figures of the report, `spof` (share lost, 0 for none) and
    `verdict` of their loss; edges `kind` and their figures. The graph itself carries each flow's figures.
    """
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=topology.name)
    figures = {n.id: n for n in report.nodes}
    spofs = {s.component: s.loss_share for s in report.spofs}
    verdicts = {c.outage: c.verdict for c in report.contingencies if c.type in ("node", "container")}
    for node in topology.nodes:
        made.add_node(node.id, kind=node.kind, replicas=node.replicas, parent=node.parent)
        if node.id in figures:
            made.nodes[node.id].update(_plain(figures[node.id]))
        made.nodes[node.id].update(spof=spofs.get(node.id, 0.0), verdict=verdicts.get(node.id))
    calls = {e.id: e for e in report.edges}
    for edge in topology.edges:
        made.add_edge(edge.source, edge.target, key=edge.id, kind=edge.kind, **_plain(calls[edge.id]))
    made.graph["flows"] = {f.id: _plain(f) for f in report.flows}
    return made


def _plain(figures: msgspec.Struct) -> dict[str, object]:
    """The figures as built-in values, without the id."""
    values: dict[str, object] = msgspec.to_builtins(figures)
    values.pop("id", None)
    return values
