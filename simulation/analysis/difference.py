"""What an edit reaches: the components whose own reading may have changed, and all that depend on them."""

from collections.abc import Iterable
from functools import cached_property

from simulation.topology.replication import replica_groups
from simulation.topology.system import Link, System
from simulation.topology.wiring import Wiring


class Difference:
    """Two systems that share their numbers; what has not changed is the same object in both."""

    def __init__(self, before: System, now: System) -> None:
        self.now = now
        self._both = before, now
        self.components = {
            n for n, (old, new) in enumerate(_pairs(before.components, now.components)) if old is not new
        }
        self.links = {n for n, (old, new) in enumerate(_pairs(before.links, now.links)) if old is not new}

    @cached_property
    def near(self) -> frozenset[int]:
        """Components that have changed themselves, at the end of an edge, in what they are copies of, or in who
        watches over them: what observes or manages may take slots, tell of failures and promote replicas."""
        before, now = self._both
        found = set(self.components)
        for system in self._both:
            for number in self.components:
                if number < len(system.components):
                    found.update([link.target for link in system.outgoing[number] if not link.kind.on_path])
                    found.update([link.source for link in system.incoming[number] if not link.kind.on_path])
        for links in (before.links, now.links):
            for number in self.links | (before.responses ^ now.responses):
                link = _at(links, number)
                if link is not None:
                    found.update((link.source, link.target))
        groups = replica_groups(before), replica_groups(now)
        found.update(n for n, (old, new) in enumerate(_pairs(*groups)) if old != new)
        return frozenset(found)

    @cached_property
    def wiring(self) -> frozenset[int]:
        """Components whose gates may have changed: a gate looks at what it leads to, and one step beyond."""
        once = self.near | self.callers(self.near)
        return once | self.callers(once)

    def rewired(self, before: Wiring, now: Wiring) -> frozenset[int]:
        """Components near what has changed or that lead to it, and those whose gates are in fact others."""
        certain = self.near | self.callers(self.near)
        operations = {*self._both[0].operations, *self._both[1].operations}
        return certain.union(
            [
                component
                for component in self.wiring - certain
                if any(before.gates(component, op) != now.gates(component, op) for op in operations)
            ]
        )

    def callers(self, components: Iterable[int]) -> frozenset[int]:
        """The sources of all edges to these, before and now."""
        return callers(self._both, components)

    def above(self, components: Iterable[int]) -> frozenset[int]:
        """These and all from which edges lead to them, before or now."""
        return above(self._both, components)


def callers(systems: Iterable[System], components: Iterable[int]) -> frozenset[int]:
    """The sources of all edges to these components in some of the systems."""
    found: set[int] = set()
    for system in systems:
        for component in components:
            if component < len(system.components):
                found.update(link.source for link in system.incoming[component])
    return frozenset(found)


def above(systems: Iterable[System], components: Iterable[int]) -> frozenset[int]:
    """These components and all from which edges lead to them in some of the systems."""
    systems = tuple(systems)
    found = set(components)
    waiting = list(found)
    while waiting:
        for caller in callers(systems, (waiting.pop(),)):
            if caller not in found:
                found.add(caller)
                waiting.append(caller)
    return frozenset(found)


def _at(things: tuple[Link, ...], number: int) -> Link | None:
    return things[number] if number < len(things) else None


def _pairs(old: tuple[object, ...], new: tuple[object, ...]) -> Iterable[tuple[object, object]]:
    longest = max(len(old), len(new))
    return zip(_filled(old, longest), _filled(new, longest), strict=True)


def _filled(things: tuple[object, ...], length: int) -> list[object]:
    found = [things[i] for i in range(len(things))]  # gaps included
    return found + [None] * (length - len(found))
