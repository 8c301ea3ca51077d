"""What leads back to itself in a graph, and an order of the rest."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")


def strong_parts(graph: Mapping[T, Iterable[T]]) -> list[list[T]]:
    """The strongly connected parts: groups of places that all lead to each other, what they lead to before them.

    By a depth-first search that does not recurse (Tarjan 1972, doi:10.1137/0201010, in the form of Pearce 2016,
    doi:10.1016/j.ipl.2015.08.010). The order depends on that of the graph alone.
    """
    parts: list[list[T]] = []
    least: dict[T, int] = {}  # the first place, by order of discovery, that a place is known to lead to
    closed: set[T] = set()
    waiting: list[T] = []
    for root in graph:
        if root in least:
            continue
        least[root] = begun = len(least)
        path = [(root, begun, iter(graph.get(root, ())))]
        while path:
            here, number, ahead = path[-1]
            for to in ahead:
                if to not in least:
                    least[to] = len(least)
                    path.append((to, least[to], iter(graph.get(to, ()))))
                    break
                if to not in closed:
                    least[here] = min(least[here], least[to])
            else:
                path.pop()
                if path and least[here] < least[path[-1][0]]:
                    least[path[-1][0]] = least[here]
                if least[here] < number:
                    waiting.append(here)
                    continue
                part = [here]
                while waiting and least[waiting[-1]] >= number:
                    part.append(waiting.pop())
                closed.update(part)
                parts.append(part)
    return parts


def circles(graph: Mapping[T, Iterable[T]]) -> list[list[T]]:
    """The parts of a graph in which one comes back: several places, or one that leads to itself."""
    rest = {here: tuple(ahead) for here, ahead in graph.items()}
    before = 0
    while len(rest) != before:
        before = len(rest)
        for here in reversed(list(rest)):  # whoever draws begins with what leads on
            if rest.keys().isdisjoint(rest[here]):
                del rest[here]
        if len(rest) > before / 2:
            break
    return [part for part in strong_parts(rest) if len(part) > 1 or part[0] in rest.get(part[0], ())]
