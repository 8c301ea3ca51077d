"""Which engine can carry a scenario, estimated before it starts."""

from dataclasses import dataclass

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.system import System
from simulation.topology.wiring import Wiring
from simulation.traffic.scenario import Scenario

MAX_CPU_S = 600.0
LIVE_SHARE = 0.7
_EVENT_S = 120e-9
_LIVE_EVENT_S = 75e-9


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that runs, `exact` or `fluid`, and why."""

    engine: str
    reason: str


def events_estimate(system: System, scenario: Scenario) -> float:
    """About how many events one replication has: two a visit and one for its call, cache hits not counted in."""
    wiring = Wiring(system)
    known: dict[tuple[int, str], float] = {}

    def visits(component: int, op: str, depth: int) -> float:
        key = (component, op)
        if key in known or depth > 30:
            return known.get(key, 1.0)
        total = 1.0
        for gate in wiring.gates(component, op):
            parts = [visits(m.target, op, depth + 1) for m in gate.members]
            if parts:
                total += gate.calls * (sum(parts) if gate.needed > 1 else sum(parts) / len(parts))
        known[key] = min(total, 1e9)
        return known[key]

    return sum(
        2.0 * s.rate_rps * scenario.load_factor * scenario.duration_s * share * visits(s.client, op, 0)
        for s in system.sources
        for op, share in s.mix.items()
    )


def choose(system: System, scenario: Scenario, live_speed: float | None = None) -> Choice:
    """The engine for a scenario. `live_speed`: simulated seconds a second of wall time that a live run must keep.

    Raises InvalidInput when the exact engine was asked for and would take longer than MAX_CPU_S.
    """
    if scenario.engine == "fluid":
        return Choice("fluid", "asked for")
    events = events_estimate(system, scenario)
    seconds = events * scenario.replications * _EVENT_S
    busy = events / scenario.duration_s * _LIVE_EVENT_S * live_speed if live_speed else 0.0
    if scenario.engine == "exact":
        if seconds > MAX_CPU_S:
            detail = (
                f"{scenario.duration_s:g} s × {scenario.replications} would take about {seconds:,.0f} s of CPU; up to "
                f"{MAX_CPU_S:,.0f} s are accepted: engine fluid, a shorter duration, fewer replications or a lower rate"
            )
            raise InvalidInput([Problem("/duration_s", detail)])
        return Choice("exact", "asked for")
    if busy > LIVE_SHARE:
        return Choice(
            "fluid",
            f"auto: every request live would take {busy:.0%} of the time, more than {LIVE_SHARE:.0%}; expected values",
        )
    if seconds > MAX_CPU_S:
        detail = f"every request would take about {seconds:,.0f} s of CPU, more than {MAX_CPU_S:,.0f}; expected values"
        return Choice("fluid", f"auto: {detail}")
    return Choice("exact", f"auto: every request is simulated, about {max(seconds, 0.01):.2g} s of CPU")
