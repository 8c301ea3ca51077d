"""A report read back as a NetworkX graph, with every figure of a node or edge as its attribute."""

import msgspec
import networkx as nx

from simulation.analysis.report import Report
from simulation.topology.document import Topology
from simulation.topology.resolving import resolve

#: Parts of a report that belong to the elements of the graph; all others are attributes of the graph itself.
_OF_ELEMENTS = frozenset({"nodes", "edges", "spofs", "contingencies", "parts"})


def graph(topology: Topology, report: Report) -> "nx.MultiDiGraph[str]":
    """The drawing as a directed multigraph; edge keys are the edges' ids.

    Nodes carry `kind`, `replicas`, `parent`, their figures, `spof` (share lost alone, the worst replica's; 0 for
    none), `verdict` of their loss, `contingencies` (of them, of each of their replicas, of a cold cache) and `parts`
    (a container's own, each replica's, what they have in common, a failover); edges `kind`, their figures, `verdict`
    and `contingencies`. The graph carries the rest of the report, flows by their id.
    """
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=topology.name)
    figures = {n.id: n for n in report.nodes}
    spofs: dict[str, float] = {}
    for spof in report.spofs:
        element = spof.component.partition("#")[0]
        spofs[element] = max(spof.loss_share, spofs.get(element, 0.0))
    verdicts = {c.outage: c.verdict for c in report.contingencies if c.type in ("node", "edge", "container")}
    losses: dict[str, list[object]] = {}
    for loss in report.contingencies:
        losses.setdefault(loss.outage.partition("#")[0], []).append(msgspec.to_builtins(loss))
    parts: dict[str, list[object]] = {}
    for part in report.parts:
        parts.setdefault(part.component.partition("#")[0].rpartition(":")[2], []).append(msgspec.to_builtins(part))
    for node in topology.nodes:
        made.add_node(node.id, kind=node.kind, replicas=node.replicas, parent=node.parent)
        if node.id in figures:
            made.nodes[node.id].update(_plain(figures[node.id]))
        made.nodes[node.id].update(
            spof=spofs.get(node.id, 0.0),
            verdict=verdicts.get(node.id),
            contingencies=losses.get(node.id, []),
            parts=parts.get(node.id, []),
        )
    kinds = {link.id: link.kind.id for link in resolve(topology).links}
    for edge, calls in zip(topology.edges, report.edges, strict=True):
        made.add_edge(edge.source, edge.target, key=edge.id, kind=kinds[edge.id], **_plain(calls))
        made.edges[edge.source, edge.target, edge.id].update(
            verdict=verdicts.get(edge.id), contingencies=losses.get(edge.id, [])
        )
    rest: dict[str, object] = msgspec.to_builtins(report)
    made.graph.update({name: value for name, value in rest.items() if name not in _OF_ELEMENTS})
    made.graph["flows"] = {f.id: _plain(f) for f in report.flows}
    return made


def _plain(figures: msgspec.Struct) -> dict[str, object]:
    """The figures as built-in values, without the id."""
    values: dict[str, object] = msgspec.to_builtins(figures)
    values.pop("id", None)
    return values
