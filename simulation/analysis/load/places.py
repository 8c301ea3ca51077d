"""The places that requests reach, or would reach after a failure, and which lead to which."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from simulation.analysis.load.routing import Place, Routing, Step


@dataclass
class Places:
    """All places by number, `entries` first: where flows begin. `ahead` are those to which requests go on from each:
    where the steps lead, in order, and then where they would after a failure. `order` lists them with callers before
    callees, and is empty where calls run in a circle; `visited` are the places of each component.
    """

    entries: list[Place]
    all: list[Place]
    index: dict[Place, int]
    ahead: list[list[int]]
    order: list[int]
    visited: list[list[int]]

    @cached_property
    def levels(self) -> list[int]:
        """The most steps from an entry to each place; as many as there are places where calls run in a circle, and
        behind."""
        size = len(self.all)
        incoming = _incoming(self.ahead)
        depth, found = [0] * size, [size] * size
        ready = [i for i, n in enumerate(incoming) if n == 0]
        while ready:
            here = ready.pop()
            found[here] = depth[here]
            deeper = depth[here] + 1
            for to in self.ahead[here]:
                if depth[to] < deeper:
                    depth[to] = deeper
                incoming[to] -= 1
                if incoming[to] == 0:
                    ready.append(to)
        return found

    @cached_property
    def ranks(self) -> tuple[list[int], list[int], int]:
        """Each place's rank, callers first as far as possible; the places by rank; and the rank of the first that
        goes round in a circle, or is behind one."""
        levels = self.levels
        by_rank = [here for _, _, here in sorted(zip(levels, self.all, range(len(levels)), strict=True))]
        rank = [0] * len(levels)
        for number, here in enumerate(by_rank):
            rank[here] = number
        return rank, by_rank, len(levels) - levels.count(len(levels))


def explored(
    routing: Routing, entries: Iterable[Place], known: tuple[Places, Routing] | None = None
) -> tuple[Places, list[list[Step]]]:
    """The places from the entries on, and the steps from each.

    `known` are the places from the same entries before a change, in the routing with which this one began: as
    long as all lead where they led, they are the same object.
    """
    if known is not None and _lead_alike(routing, *known):
        return known[0], [routing.steps(place) for place in known[0].all]
    index: dict[Place, int] = {}
    places: list[Place] = []
    steps = []
    ahead: list[list[int]] = []
    for place in entries:
        index[place] = len(places)
        places.append(place)
    for place in places:  # grows while it is read
        found = routing.steps(place)
        steps.append(found)
        following = []
        for to in (*[step.to for step in found], *routing.elsewhere(place)):
            number = index.get(to)
            if number is None:
                number = index[to] = len(places)
                places.append(to)
            following.append(number)
        ahead.append(following)
    visited: list[list[int]] = [[] for _ in range(len(routing.system.components))]
    for here, place in enumerate(places):
        visited[place[0]].append(here)
    for own in visited:
        own.sort(key=places.__getitem__)  # sums over them are the same, in whatever order they are reached
    return Places([*entries], places, index, ahead, _order(steps, ahead), visited), steps


def _lead_alike(routing: Routing, known: Places, before: Routing) -> bool:
    """Whether all known places lead where they led before."""
    if routing.anew is None or len(routing.system.components) != len(known.visited):
        return False
    places = [known.all[here] for c in routing.anew if c < len(known.visited) for here in known.visited[c]]
    return all(
        routing.system.components[place[0]] is not None
        and [step.to for step in routing.steps(place)] == [step.to for step in before.steps(place)]
        and routing.elsewhere(place) == before.elsewhere(place)
        for place in places
    )


def _incoming(ahead: list[list[int]]) -> list[int]:
    """How many ways lead to each place."""
    found = [0] * len(ahead)
    for following in ahead:
        for to in following:
            found[to] += 1
    return found


def _order(steps: list[list[Step]], following: list[list[int]]) -> list[int]:
    """Callers before callees; empty where there is a cycle."""
    ahead = [to[: len(own)] for to, own in zip(following, steps, strict=True)]
    incoming = _incoming(ahead)
    ready = [i for i, n in enumerate(incoming) if n == 0]
    order: list[int] = []
    while ready:
        here = ready.pop()
        order.append(here)
        for to in ahead[here]:
            incoming[to] -= 1
            if incoming[to] == 0:
                ready.append(to)
    return order if len(order) == len(steps) else []
