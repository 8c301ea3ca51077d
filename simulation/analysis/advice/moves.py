"""One step away from a document: what a search may add, place elsewhere, resize or take away.

Cost counts replicas alone (`cost_per_month`), so caches and pools are resized for nothing: they are only
offered where a figure depends on them.
"""

from collections.abc import Iterator

from simulation.analysis.advice.changes import Changes
from simulation.analysis.report import Report
from simulation.topology.catalogue import KINDS
from simulation.topology.document import Node, Topology
from simulation.topology.patching import Patch


def growing(topology: Topology, report: Report) -> Iterator[Patch]:
    """Moves that may bring a goal nearer: what findings propose, then more replicas, other places and sizes,
    the busiest nodes first. None is offered twice."""
    seen: list[Patch] = []
    for patch in _growing(topology, report):
        if patch and patch not in seen:
            seen.append(patch)
            yield patch


def shrinking(topology: Topology) -> Iterator[Patch]:
    """Moves that save: a third of the replicas or one less, the most expensive nodes first."""
    changes = Changes(topology)
    nodes = [n for n in topology.nodes if _can_grow(n) and n.replicas > 1]
    for node in sorted(nodes, key=lambda n: (-_number(n, "cost_per_month") * n.replicas, n.id)):
        least = node.params.get("needed")
        floor = least if isinstance(least, int) else 1
        for count in sorted({max(floor, node.replicas * 2 // 3), max(floor, node.replicas - 1)}):
            if count < node.replicas:
                yield changes.with_replicas(node.id, count)


def _growing(topology: Topology, report: Report) -> Iterator[Patch]:
    changes = Changes(topology)
    for finding in report.findings:
        if finding.patch and finding.severity != "info":
            yield finding.patch
    busy = {n.id: n.utilization or 0.0 for n in report.nodes}
    nodes = sorted((n for n in topology.nodes if _can_grow(n)), key=lambda n: (-busy.get(n.id, 0.0), n.id))
    for node in nodes:
        yield changes.duplicated(node.id)
        yield changes.duplicated(node.id, -(-node.replicas * 3 // 2))
    for node in nodes:
        yield from _resized(changes, node)
    yield from _placed(changes, nodes)


def _placed(changes: Changes, nodes: list[Node]) -> Iterator[Patch]:
    """Replicas dealt over more containers, and like nodes moved apart."""
    for node in nodes:
        if node.replicas > 1:
            yield changes.spread_out([node.id])
            yield changes.spread_wider(node.id)
    alike: dict[tuple[str, str], list[str]] = {}
    for node in nodes:
        if node.parent is not None:
            alike.setdefault((node.kind, node.parent), []).append(node.id)
    for (_, container), names in alike.items():
        if len(names) > 1:
            yield changes.moved(names[1::2], container)


def _resized(changes: Changes, node: Node) -> Iterator[Patch]:
    """A cache twice as large, up to all its keys; slots that wait twice as many; a queue twice or half as long."""
    if KINDS[node.kind].param("capacity_keys") is not None and node.params.get("hit_ratio") is None:
        size, keys = int(_number(node, "capacity_keys")), int(_number(node, "key_count"))
        if size < keys:
            yield changes.with_params(node.id, capacity_keys=min(2 * size, keys))
    if node.params.get("holds_slot"):
        yield changes.with_params(node.id, concurrency=2 * int(_number(node, "concurrency")))
    limit = node.params.get("queue_limit")
    if isinstance(limit, int) and limit > 0:
        yield changes.with_params(node.id, queue_limit=2 * limit)
        yield changes.with_params(node.id, queue_limit=limit // 2)


def _can_grow(node: Node) -> bool:
    kind = KINDS[node.kind]
    return not kind.is_container and kind.can_fail and kind.group != "operations"


def _number(node: Node, name: str) -> float:
    """A param of the node as stated, else the catalogue's default, else 0."""
    param = KINDS[node.kind].param(name)
    default = param.default if param is not None else None
    value = node.params.get(name, default)
    return 0.0 if value is None else float(value)
