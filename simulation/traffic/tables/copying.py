"""Writes at the copies of a store: a synchronous or semi-synchronous replica does the work of every write too.

The write itself waits for the edge's lag, not for that work; applying what is copied asynchronously takes no slot.
"""

from dataclasses import replace

from simulation.topology.replication import Standby, standbys
from simulation.topology.system import System
from simulation.topology.wiring import WRITE, Gate, Member, Policy

#: What a write is at a copy. No document can name an operation so.
COPY = "copy\n"


def copied_to(system: System) -> dict[int, tuple[tuple[Standby, ...], tuple[Standby, ...]]]:
    """To whom each component's writes are copied: while it leads in its primary's place, and of its own accord."""
    found: dict[int, tuple[tuple[Standby, ...], tuple[Standby, ...]]] = {}
    if WRITE not in system.operations:
        return found
    groups = {c.index: standbys(system, c) for c in system.components}
    for primary, group in groups.items():
        for own in group:
            others = (replace(own, target=primary), *(s for s in group if s.target != own.target))
            instead, _ = found.get(own.target, ((), ()))
            found[own.target] = instead or _waited_for(others), _waited_for(groups[own.target])
    for primary, group in groups.items():
        if _waited_for(group):
            found[primary] = found.get(primary, ((), ()))[0], _waited_for(group)
    return {c: lists for c, lists in found.items() if any(lists)}


def _waited_for(group: tuple[Standby, ...]) -> tuple[Standby, ...]:
    return tuple(s for s in group if s.mode != "async")


def copying(copies: tuple[Standby, ...]) -> tuple[Gate, ...]:
    """The gate that carries a write to its copies, if there are any; nobody waits for it."""
    members = tuple(Member(s.link, s.target, 1.0, 0) for s in copies)
    return (Gate(False, Policy.ALL, members, 0, False, 1.0),) if members else ()


def is_in_circle(system: System, component: int) -> bool:
    """Whether what the component copies comes back to it."""
    seen: set[int] = set()
    ahead = [component]
    while ahead:
        for standby in standbys(system, system.components[ahead.pop()]):
            if standby.target == component:
                return True
            if standby.target not in seen:
                seen.add(standby.target)
                ahead.append(standby.target)
    return False
