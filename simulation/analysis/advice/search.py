"""The cheapest document that meets the goals: replicas, placement, cache size and pool sizes.

Greedy first: while a goal is missed, take the move that brings the goals nearest for what it costs. Then a
local search: leave out whatever the goals can spare, most expensive first, until nothing can go. Every
document on the way is analysed; the Pareto front of all of them is answered too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from simulation.analysis.advice.changes import Changes
from simulation.analysis.advice.figures import Figures, figures
from simulation.analysis.advice.judging import Judge
from simulation.analysis.advice.patch import Patch
from simulation.analysis.findings.goals import misses
from simulation.analysis.report import Report
from simulation.topology.catalogue import KINDS
from simulation.topology.document import Node, Topology

Goals = Callable[[Topology, Report], float]


class Point(msgspec.Struct, frozen=True):
    """A document that was tried, as the patch that leads there, with what it costs and reaches."""

    patch: Patch
    cost_per_month: float
    availability: float | None
    p99_ms: float | None
    spofs: float
    missed: float


class Found(msgspec.Struct, frozen=True):
    """The answer: `best` meets all goals if `met`, else it comes nearest. `front` trades cost against p99 and
    availability. `partial` where the budget ended the search."""

    met: bool
    best: Point
    figures: Figures
    front: list[Point]
    analyses: int
    partial: bool


@dataclass
class _Place:
    topology: Topology
    patch: Patch
    report: Report
    figures: Figures
    missed: float


@dataclass
class _Search:
    judge: Judge
    goals: Goals
    points: list[Point] = field(default_factory=list)

    def visit(self, topology: Topology, patch: Patch) -> _Place | None:
        report = self.judge.report(topology)
        if report is None:
            return None
        place = _Place(topology, patch, report, figures(report), self.goals(topology, report))
        self.points.append(_point(place))
        return place

    def step(self, place: _Place, patch: Patch) -> _Place | None:
        topology = self.judge.changed(place.topology, patch)
        return None if topology is None else self.visit(topology, place.patch + patch)


def cheapest(topology: Topology, *, judge: Judge | None = None, goals: Goals = misses) -> Found | None:
    """The cheapest document near this one that meets its thresholds; None where it cannot be analysed.

    `goals` answers by how much a document misses, 0 where it does not.
    """
    search = _Search(judge or Judge(seconds=20.0, most=400), goals)
    place = search.visit(topology, [])
    if place is None:
        return None
    while place.missed > 0 and not search.judge.spent():
        better = _best_move(search, place)
        if better is None:
            break
        place = better
    if place.missed == 0:
        place = _trimmed(search, place)
    return Found(
        met=place.missed == 0,
        best=_point(place),
        figures=place.figures,
        front=front(search.points),
        analyses=search.judge.analyses,
        partial=search.judge.spent(),
    )


def front(points: list[Point]) -> list[Point]:
    """The points that no other beats in cost, p99 and availability at once, cheapest first."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda p: (p.cost_per_month, _slow(p), -(p.availability or 0.0))):
        if not any(_slow(k) <= _slow(point) and (k.availability or 0) >= (point.availability or 0) for k in kept):
            kept.append(point)
    return kept


def _best_move(search: _Search, place: _Place) -> _Place | None:
    """The place one move away that comes nearest to the goals for its cost."""
    best: _Place | None = None
    best_value = 0.0
    for patch in _growing(place):
        if search.judge.spent():
            break
        next_place = search.step(place, patch)
        if next_place is None:
            continue
        gain = place.missed - next_place.missed
        extra = max(0.0, next_place.figures.cost_per_month - place.figures.cost_per_month)
        value = gain / (1 + extra)
        if gain > 1e-12 and value > best_value:
            best, best_value = next_place, value
    return best


def _trimmed(search: _Search, place: _Place) -> _Place:
    """Nothing left that the goals can spare."""
    while not search.judge.spent():
        for patch in _shrinking(place.topology):
            if search.judge.spent():
                return place
            smaller = search.step(place, patch)
            if smaller and smaller.missed == 0 and smaller.figures.cost_per_month < place.figures.cost_per_month:
                place = smaller
                break
        else:
            return place
    return place


def _growing(place: _Place) -> Iterator[Patch]:
    """Moves that add: what the findings propose, a replica or half as many again where it is busy or single,
    a cache twice as large, a pool twice as large."""
    seen: list[Patch] = []
    changes = Changes(place.topology)
    for finding in place.report.findings:
        if finding.patch and finding.tier == "A" and finding.patch not in seen:
            seen.append(finding.patch)
    busy = {n.id: n.utilization or 0.0 for n in place.report.nodes}
    nodes = sorted((n for n in place.topology.nodes if _can_grow(n)), key=lambda n: (-busy.get(n.id, 0.0), n.id))
    for node in nodes:
        for count in {node.replicas + 1, -(-node.replicas * 3 // 2)}:
            patch = changes.duplicated(node.id, count)
            if patch not in seen:
                seen.append(patch)
        if node.kind in ("cache", "cdn") and "hit_ratio" not in node.params:
            size = node.params.get("capacity_keys") or _default(node, "capacity_keys")
            seen.append(changes.with_params(node.id, capacity_keys=int(size) * 2))
        if node.params.get("holds_slot"):
            slots = node.params.get("concurrency") or _default(node, "concurrency")
            seen.append(changes.with_params(node.id, concurrency=int(slots) * 2))
    return iter(seen)


def _shrinking(topology: Topology) -> Iterator[Patch]:
    """Moves that save: a third of the replicas or one less, the most expensive nodes first."""
    changes = Changes(topology)
    nodes = [n for n in topology.nodes if _can_grow(n) and n.replicas > 1]
    for node in sorted(nodes, key=lambda n: (-_cost(n) * n.replicas, n.id)):
        least = node.params.get("needed")
        floor = least if isinstance(least, int) else 1
        for count in sorted({max(floor, node.replicas * 2 // 3), max(floor, node.replicas - 1)}):
            if count < node.replicas:
                yield changes.with_replicas(node.id, count)


def _can_grow(node: Node) -> bool:
    kind = KINDS[node.kind]
    return not kind.is_container and kind.can_fail and kind.group != "operations"


def _cost(node: Node) -> float:
    stated = node.params.get("cost_per_month")
    return float(_default(node, "cost_per_month") if stated is None else stated)


def _default(node: Node, name: str) -> float:
    param = KINDS[node.kind].param(name)
    return float(param.default) if param is not None and param.default is not None else 0.0


def _slow(point: Point) -> float:
    return float("inf") if point.p99_ms is None else point.p99_ms


def _point(place: _Place) -> Point:
    return Point(
        patch=place.patch,
        cost_per_month=place.figures.cost_per_month,
        availability=place.figures.availability,
        p99_ms=place.figures.p99_ms,
        spofs=place.figures.spofs,
        missed=place.missed,
    )
