"""The cheapest document that meets its goals, and what money buys: replicas, placement, cache and pool sizes.

Greedy first: while a goal is missed, take the move that brings the goals nearest for what it costs. Then
leave out whatever the goals can spare, most expensive first. What budget is left goes into the front by
Pareto local search (L. Paquete, M. Chiarandini, T. Stützle, Pareto Local Optimum Sets in the Biobjective
Traveling Salesman Problem, 2004): every move from every document that no other beats in cost, p99 and
availability. Every document on the way is analysed, none is estimated. What is found is a local optimum:
no single move from it saves more.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from simulation.analysis.advice import moves
from simulation.analysis.advice.figures import Figures, figures
from simulation.analysis.advice.judging import Judge
from simulation.analysis.report import Report
from simulation.topology import canonical
from simulation.topology.document import Topology
from simulation.topology.patching import Patch

#: By how much a report misses the goals; 0 where it meets them all.
Goals = Callable[[Report], float]

#: Moves that are tried together; where none of them helps, the next ones are.
_BATCH = 24
#: Moves in a row that may bring no goal nearer, only load down: two nodes may have to grow before a goal moves.
_SIDEWAYS = 6
#: Times and unavailabilities that differ by less than this share do not make another point of the front, nor
#: does an unavailability below a billionth.
_ALIKE = 0.05
_NEVER = 1e-9
#: The front is explored up to this many times the cost of what was found.
_DEAREST = 2.0


@dataclass(frozen=True)
class Place:
    """A document that was analysed: the patch that leads there, its figures, by how much it misses the goals."""

    topology: Topology
    patch: Patch
    report: Report
    figures: Figures
    missed: float

    @property
    def cost(self) -> float:
        """USD a month."""
        return self.figures.cost_per_month

    @property
    def time(self) -> float:
        """p99 of the slowest flow; infinite where there is none."""
        return float("inf") if self.figures.p99_ms is None else self.figures.p99_ms

    @property
    def down(self) -> float:
        """Unavailability; 1 where it is not known."""
        return 1 - (self.figures.availability or 0.0)


@dataclass(frozen=True)
class Found:
    """What a search found: `best` is the cheapest that meets the goals, else what comes nearest.

    `front` are the documents that no other beats in cost, p99 and availability, cheapest first. `partial`
    where the budget ended the search for the best, `front_partial` where it ended that for the front.
    """

    start: Place
    best: Place
    front: list[Place]
    analyses: int
    partial: bool
    front_partial: bool


@dataclass
class _Search:
    judge: Judge
    goals: Goals
    visited: dict[str, Place | None] = field(default_factory=dict)

    def visit(self, topology: Topology, patch: Patch) -> Place | None:
        key = canonical.digest(topology)
        if key not in self.visited:
            report = self.judge.report(topology)
            reached = None if report is None else Place(topology, patch, report, figures(report), self.goals(report))
            self.visited[key] = reached
        return self.visited[key]

    def steps(self, place: Place, patches: Iterable[Patch]) -> Iterator[Place]:
        """The places that the patches lead to, until the budget is spent."""
        for patch in patches:
            if self.judge.spent():
                return
            topology = self.judge.changed(place.topology, patch)
            reached = topology and self.visit(topology, place.patch + patch)
            if reached:
                yield reached

    def places(self) -> list[Place]:
        return [place for place in self.visited.values() if place is not None]


def cheapest(topology: Topology, goals: Goals, *, judge: Judge | None = None) -> Found | None:
    """The cheapest document near this one that meets the goals; None where it cannot be analysed."""
    judge = judge or Judge(seconds=20.0, most=2_000)
    search = _Search(judge, goals)
    start = search.visit(topology, [])
    if start is None:
        return None
    place = _grown(search, start)
    if place.missed == 0:
        place = _trimmed(search, place)
    partial = judge.spent()
    _explore(search, _DEAREST * max(place.cost, start.cost))
    places = search.places()
    meeting = [p for p in places if p.missed == 0]
    if meeting:
        best = min(meeting, key=lambda p: (p.cost, len(p.patch), p.time, p.down))
    else:
        best = min(places, key=lambda p: (p.missed, p.cost))
    return Found(start, best, front(places), judge.analyses, partial, judge.spent())


def front(places: Iterable[Place]) -> list[Place]:
    """The places that no other beats in cost, p99 and availability at once, cheapest first."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda p: (p.cost, p.time, p.down)):
        if not any(_as_good(better, place) for better in kept):
            kept.append(place)
    return kept


def _as_good(cheaper: Place, place: Place) -> bool:
    """Whether the cheaper place is at least as fast and as available, or as good as that."""
    near = 1 + _ALIKE
    return cheaper.time <= place.time * near and cheaper.down <= max(_NEVER, place.down * near)


def _grown(search: _Search, place: Place) -> Place:
    """The first place on the way of the best moves that meets the goals, or the last one reached."""
    sideways = 0
    while place.missed > 0 and not search.judge.spent():
        better = _nearer(search, place)
        sideways = 0 if better else sideways + 1
        better = better or _relieved(search, place)
        if better is None or sideways > _SIDEWAYS:
            break
        place = better
    return place


def _nearer(search: _Search, place: Place) -> Place | None:
    """The place one move away that comes nearest to the goals for its cost."""
    patches = iter(moves.growing(place.topology, place.report))
    while batch := list(islice(patches, _BATCH)):
        gains = [(_per_cost(place, p, place.missed - p.missed), p) for p in search.steps(place, batch)]
        gain, best = max(gains, key=lambda g: g[0], default=(0.0, place))
        if gain > 1e-12:
            return best
    return None


def _relieved(search: _Search, place: Place) -> Place | None:
    """The place one move away that takes most load off its nodes for its cost, and misses no goal by more."""
    before = _load(place)
    found = search.steps(place, islice(moves.growing(place.topology, place.report), _BATCH))
    reached = [(_per_cost(place, p, before - _load(p)), p) for p in found if p.missed <= place.missed + 1e-12]
    gain, best = max(reached, key=lambda g: g[0], default=(0.0, place))
    return best if gain > 1e-9 else None


def _per_cost(place: Place, other: Place, gain: float) -> float:
    return gain / (1 + max(0.0, other.cost - place.cost))


def _load(place: Place) -> float:
    """How busy the nodes are in all; the busiest count most."""
    return sum((n.utilization or 0.0) ** 4 for n in place.report.nodes)


def _trimmed(search: _Search, place: Place) -> Place:
    """Nothing left that the goals can spare."""
    while True:
        for smaller in search.steps(place, moves.shrinking(place.topology)):
            if smaller.missed == 0 and smaller.cost < place.cost:
                place = smaller
                break
        else:
            return place


def _explore(search: _Search, dearest: float) -> None:
    """Take every move from every place on the front, the cheapest first, until there is no new one."""
    taken: set[int] = set()
    while not search.judge.spent():
        waiting = [p for p in front(search.places()) if id(p) not in taken and p.cost <= dearest]
        if not waiting:
            return
        for place in waiting:
            taken.add(id(place))
            for patches in (moves.growing(place.topology, place.report), moves.shrinking(place.topology)):
                list(search.steps(place, patches))
