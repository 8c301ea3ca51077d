"""Every single loss: replicas, nodes, edges and containers, and cold caches."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from simulation.analysis.report import OutageType
from simulation.analysis.success.gates import Gates
from simulation.topology.catalogue.model import Role
from simulation.topology.system import Component, Container, Link, System

#: Worlds that are evaluated at once; bounds memory on large systems.
CHUNK = 4096


class Outage(NamedTuple):
    """One loss as the names of the variables that fail with it; `cold` names a cache that is up but empty.

    A pair has two `parts`, and no component, container or link of its own. What else has `collapsed` fails too. `loss`
    is what kill sets call a single loss; None where it is none.
    """

    id: str
    type: OutageType
    names: tuple[Hashable, ...]
    component: int = -1
    container: int = -1
    link: int = -1
    instance: int = -1
    cold: int = -1
    collapsed: frozenset[int] = frozenset()
    parts: "tuple[Outage, ...]" = ()
    loss: Hashable | None = None


def replica_name(component: Component, instance: int) -> str:
    """`id` of a single instance, `id#n` of one of several (from 1)."""
    return component.id if component.instances == 1 else f"{component.id}#{instance + 1}"


def replica_names(component: Component) -> tuple[Hashable, ...]:
    """The variables of all instances."""
    return tuple([("replica", component.id, i) for i in range(component.instances)])


Inside = Mapping[int, Mapping[int, int]]
"""Instances of each component that each container takes along."""


class OfComponent(NamedTuple):
    """The losses of a component: of all its replicas, of each where it has several, and of what a cache holds."""

    component: Component
    whole: tuple[Outage, ...]
    replicas: tuple[Outage, ...]
    cold: tuple[Outage, ...]


class Outages:
    """Every single loss. Those of what an edit has left as it was are the same objects as before it."""

    def __init__(self, system: System, inside: Inside, before: "Outages | None" = None) -> None:
        known = {} if before is None else before._of_components
        of_links = {} if before is None else before._of_links
        self._of_components: dict[int, OfComponent] = {}
        for c in system.components:
            kept = known.get(c.index)
            self._of_components[c.index] = kept if kept is not None and kept.component is c else _of_component(c)
        self._of_links: dict[int, tuple[Link, Outage]] = {}
        for link in system.links:
            if link.kind.on_path or link.kind.id == "replicate":
                pair = of_links.get(link.index)
                self._of_links[link.index] = pair if pair is not None and pair[0] is link else (link, _of_link(link))
        own = self._of_components.values()
        self.all: list[Outage] = [
            *[outage for each in own for outage in each.whole],
            *[outage for each in own for outage in each.replicas],
            *[_of_container(box) for box in system.containers if box.index in inside],
            *[outage for _, outage in self._of_links.values()],
            *[outage for each in own for outage in each.cold],
        ]


def _of_component(c: Component) -> OfComponent:
    names = replica_names(c) if c.kind.can_fail else ()
    loss = names[0] if len(names) == 1 else ("node", c.id)
    whole = (Outage(c.id, "node", names, component=c.index, loss=loss),) if names else ()
    replicas = [
        Outage(replica_name(c, i), "replica", (name,), component=c.index, instance=i, loss=name)
        for i, name in enumerate(names if len(names) > 1 else ())
    ]
    is_cache = c.kind.role is Role.CACHE or c.kind.id == "cdn"
    cold = (Outage(c.id, "cold_cache", (), component=c.index, cold=c.index),) if is_cache else ()
    return OfComponent(c, whole, tuple(replicas), cold)


def _of_link(link: Link) -> Outage:
    name = ("link", link.id)
    return Outage(link.id, "edge", (name,), link=link.index, loss=name)


def _of_container(box: Container) -> Outage:
    name = ("box", box.id)
    return Outage(box.id, "container", (name,), container=box.index, loss=name)


def variables(gates: Gates, outage: Outage) -> frozenset[int]:
    """The variables of the DAG that fail; what nothing depends on is none."""
    found = (gates.index_of(name) for name in outage.names)
    return frozenset([i for i in found if i is not None])


def worlds(gates: Gates, outages: Sequence[Outage]) -> tuple[dict[int, int], int]:
    """For each variable the outages that take it, as bits, and the number of outages."""
    failing: dict[int, int] = {}
    for i, outage in enumerate(outages):
        for variable in variables(gates, outage):
            failing[variable] = failing.get(variable, 0) | 1 << i
    return failing, len(outages)


def chunks(outages: Sequence[Outage]) -> Iterator[tuple[int, Sequence[Outage]]]:
    """Position of the first and the outages of each part that is evaluated at once."""
    for start in range(0, len(outages), CHUNK):
        yield start, outages[start : start + CHUNK]


def inside(system: System) -> Inside:
    """What is in the containers; an empty one is left out."""
    found: dict[int, dict[int, int]] = {}
    for c in system.components:
        if c.kind.can_fail:
            for domain in c.domains:
                for box in domain:
                    members = found.setdefault(box, {})
                    members[c.index] = members.get(c.index, 0) + 1
    return found


def lost_components(system: System, outage: Outage, members: Inside) -> Mapping[int, int]:
    """Instances that each component loses in the outage; `members` is what is `inside` the containers."""
    if outage.parts:
        lost = {c for part in outage.parts for c in lost_components(system, part, members)}
        return {c: len(lost_instances(system.components[c], outage)) for c in lost}
    if outage.container >= 0:
        return members.get(outage.container, {})
    if outage.type == "replica":
        return {outage.component: 1}
    if outage.type == "node":
        return {outage.component: system.components[outage.component].instances}
    return {}


def lost_instances(component: Component, outage: Outage) -> set[int]:
    """Which instances of the component the outage takes."""
    if outage.parts:
        return {i for part in outage.parts for i in lost_instances(component, part)}
    if outage.container >= 0:
        return {i for i, domain in enumerate(component.domains) if outage.container in domain}
    if outage.component != component.index or outage.cold >= 0:
        return set()
    return {outage.instance} if outage.instance >= 0 else set(range(component.instances))


def pair(first: Outage, second: Outage) -> Outage:
    """Both at once."""
    names = tuple(dict.fromkeys((*first.names, *second.names)))
    return Outage(f"{first.id} + {second.id}", "pair", names, parts=(first, second))
