"""Every single loss: replicas, nodes, edges and containers, and cold caches."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from simulation.analysis.report import OutageType
from simulation.analysis.success.gates import Gates
from simulation.topology.catalogue.model import Role
from simulation.topology.system import Component, System

#: Worlds that are evaluated at once; bounds memory on large systems.
CHUNK = 4096


class Outage(NamedTuple):
    """One loss as the names of the variables that fail with it; `cold` names a cache that is up but empty.

    A pair has two `parts`, and no component, container or link of its own. What else has `collapsed` fails too.
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

    @property
    def loss(self) -> Hashable | None:
        """What kill sets call it; None where it is none of the single losses."""
        if self.parts or self.collapsed or not self.names:
            return None
        return self.names[0] if len(self.names) == 1 else ("node", self.id)


def replica_name(component: Component, instance: int) -> str:
    """`id` of a single instance, `id#n` of one of several (from 1)."""
    return component.id if component.instances == 1 else f"{component.id}#{instance + 1}"


def replica_names(component: Component) -> tuple[Hashable, ...]:
    """The variables of all instances."""
    return tuple([("replica", component.id, i) for i in range(component.instances)])


def nodes(system: System) -> Iterator[Outage]:
    """Every node that can fail, with all its replicas."""
    for c in system.components:
        if c.kind.can_fail:
            yield Outage(c.id, "node", replica_names(c), component=c.index)


def replicas(system: System) -> Iterator[Outage]:
    """Every replica of nodes that have several."""
    for c in system.components:
        if c.kind.can_fail and c.instances > 1:
            for i in range(c.instances):
                name = ("replica", c.id, i)
                yield Outage(replica_name(c, i), "replica", (name,), component=c.index, instance=i)


def edges(system: System) -> Iterator[Outage]:
    """Every edge that carries requests or data."""
    for link in system.links:
        if link.kind.on_path or link.kind.id == "replicate":
            yield Outage(link.id, "edge", (("link", link.id),), link=link.index)


def containers(system: System) -> Iterator[Outage]:
    """Every container with something in it."""
    inside = {box for c in system.components if c.kind.can_fail for domain in c.domains for box in domain}
    for box in system.containers:
        if box.index in inside:
            yield Outage(box.id, "container", (("box", box.id),), container=box.index)


def cold_caches(system: System) -> Iterator[Outage]:
    """Every cache and CDN, up but empty."""
    for c in system.components:
        if c.kind.role is Role.CACHE or c.kind.id == "cdn":
            yield Outage(c.id, "cold_cache", (), component=c.index, cold=c.index)


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


def inside(system: System) -> dict[int, dict[int, int]]:
    """Instances of each component that each container takes along."""
    found: dict[int, dict[int, int]] = {}
    for c in system.components:
        if c.kind.can_fail:
            for domain in c.domains:
                for box in domain:
                    members = found.setdefault(box, {})
                    members[c.index] = members.get(c.index, 0) + 1
    return found


def lost_components(system: System, outage: Outage, members: Mapping[int, Mapping[int, int]]) -> Mapping[int, int]:
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
