"""How available each replica, container and failover is, and how often it fails.

A = MTBF / (MTBF + MTTR). Of a component's failures the share `common_cause_share` (the beta factor: Fleming 1975,
GA-A13284) takes all its replicas at once: it is a thing of its own that fails and is repaired. A stated availability
wins over both times; its repair time then keeps its value and the time between failures follows. Automation that
manages a component and covers its repair shortens the repair to detection plus repair; what observes the component
may tell it sooner.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulation.topology.system import Component, Container, System

MINUTES_PER_YEAR = 525_600
HOURS_PER_YEAR = 8_760

#: What automation must cover to bring a failed replica back.
_REPAIRS = frozenset({"restart", "replace"})


@dataclass(frozen=True, slots=True)
class Rate:
    """Unavailability `q` of one thing and how often it fails an hour (of all time, not of up time)."""

    q: float
    failures_per_h: float


PERFECT = Rate(0.0, 0.0)


def alternating(mtbf_h: float, mttr_h: float, availability: float | None, share: float = 1.0) -> Rate:
    """The rate of a component that is up and down in turns, independent of all others; of a share of its failures."""
    if share == 0:
        return PERFECT
    if availability is None:
        cycle = mtbf_h / share + mttr_h
        return Rate(mttr_h / cycle, 1 / cycle)
    down = share * (1 - availability)
    q = down / (availability + down)
    return Rate(q, q / mttr_h if mttr_h else 0.0)


def repair_h(system: System, component: Component) -> float:
    """Mean time to repair in hours, shortened by automation that manages the component."""
    shortest = float(component.params["mttr_h"])
    for other in _joined(system, component, "manage"):
        if other.kind.id == "automation" and _REPAIRS & set(other.params["covers"] or ()):
            begins = _detection_s(system, component, float(other.params["detects_in_s"]))
            shortest = min(shortest, (begins + float(other.params["repairs_in_s"])) / 3600)
    return shortest


def _joined(system: System, component: Component, kind: str) -> Iterator[Component]:
    """What an edge of this kind joins with the component."""
    for link in (*system.outgoing[component.index], *system.incoming[component.index]):
        if link.kind.id == kind:
            yield system.components[link.target if link.source == component.index else link.source]


def _detection_s(system: System, component: Component, own_s: float) -> float:
    """Mean time until automation begins: after its own time, or at an alert, whichever comes first.

    An alert comes `alert_after_s` after a collection, and the failure anywhere between two collections.
    """
    shortest = own_s
    for observer in _joined(system, component, "observe"):
        after, interval = (float(observer.params.get(name) or 0.0) for name in ("alert_after_s", "interval_s"))
        if interval > 0 and own_s > after:
            sooner = min((own_s - after) / interval, 1.0)  # share of the failures that the alert comes first for
            shortest = min(shortest, sooner * (after + sooner * interval / 2) + (1 - sooner) * own_s)
    return shortest


def of_replica(system: System, component: Component) -> Rate:
    """One replica of a component, by what takes that replica alone."""
    return _of_share(system, component, 1 - component.common_cause_share)


def of_common_cause(system: System, component: Component) -> Rate:
    """What takes all replicas of a component at once."""
    return _of_share(system, component, component.common_cause_share)


def availability_of_replica(system: System, component: Component) -> float:
    """Share of time that one replica works, whatever stops it."""
    return (1 - of_replica(system, component).q) * (1 - of_common_cause(system, component).q)


def _of_share(system: System, component: Component, share: float) -> Rate:
    if not component.kind.can_fail:
        return PERFECT
    stated = component.params.get("availability")
    return alternating(float(component.params["mtbf_h"]), repair_h(system, component), stated, share)


def of_container(container: Container) -> Rate:
    """A container; what is inside fails with it."""
    if not container.kind.can_fail:
        return PERFECT
    params = container.params
    return alternating(float(params["mtbf_h"]), float(params["mttr_h"]), params.get("availability"))


def of_failover(primary: Component) -> Rate:
    """The promotion of a replica: unavailable where it fails. Its failures are those of the primary."""
    return Rate(1 - float(primary.params.get("failover_coverage", 1.0)), 0.0)


def downtime_min_per_year(unavailability: float) -> float:
    """Minutes a year, of 525,600."""
    return unavailability * MINUTES_PER_YEAR
