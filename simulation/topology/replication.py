"""Primaries and their replicas, as `replicate` edges draw them: who copies whom, and who takes whose place."""

from collections.abc import Iterable
from dataclasses import dataclass

from simulation.topology.system import Component, System


@dataclass(frozen=True, slots=True)
class Standby:
    """A replica of a primary: the replicate link, the replica, and its mode."""

    link: int
    target: int
    mode: str


#: How replicas may follow, those that miss the least first: in this order they are promoted.
MODES = ("sync", "semi_sync", "async")


def standbys(system: System, primary: Component) -> tuple[Standby, ...]:
    """Replicas that the primary copies to directly, in the document's order."""
    return tuple(
        Standby(link.index, link.target, str(link.params["mode"]))
        for link in system.outgoing[primary.index]
        if link.kind.id == "replicate"
    )


def fails_over(system: System, primary: Component) -> bool:
    """Whether a replica takes a lost primary's place without people: by itself, or by automation that covers that."""
    policy = primary.params.get("failover")
    return policy == "automatic" or (policy == "manual" and any(_promoters(system, primary)))


def _promoters(system: System, primary: Component) -> Iterable[Component]:
    for link in (*system.incoming[primary.index], *system.outgoing[primary.index]):
        other = system.components[link.source if link.target == primary.index else link.target]
        if link.kind.id == "manage" and "failover" in (other.params.get("covers") or ()):
            yield other


def is_replica(system: System, component: Component) -> bool:
    """Whether the component only follows a primary (two that copy each other are both primaries)."""
    leaders = {link.source for link in system.incoming[component.index] if link.kind.id == "replicate"}
    followers = {link.target for link in system.outgoing[component.index] if link.kind.id == "replicate"}
    return bool(leaders - followers)


def replica_groups(system: System) -> tuple[int, ...]:
    """For each component the smallest index among those it is joined with by `replicate` edges."""
    group = list(range(len(system.components)))

    def find(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for link in system.links:
        if link.kind.id == "replicate":
            a, b = sorted((find(link.source), find(link.target)))
            group[b] = a
    return tuple(find(i) for i in range(len(group)))
