"""Which engine can carry a scenario, estimated before it starts."""

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.system import System
from simulation.topology.wiring import Wiring
from simulation.traffic.scenario import Scenario

MAX_CPU_S = 600.0
_EVENT_S = 120e-9


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


def choose_engine(system: System, scenario: Scenario) -> str:
    """Why the exact engine runs. Raises InvalidInput when it cannot, or when another was asked for."""
    if scenario.engine == "fluid":
        raise InvalidInput([Problem("/engine", "'fluid' is not available; auto or exact are accepted")])
    seconds = events_estimate(system, scenario) * scenario.replications * _EVENT_S
    if seconds > MAX_CPU_S:
        detail = (
            f"{scenario.duration_s:g} s × {scenario.replications} would take about {seconds:,.0f} s of CPU; up to "
            f"{MAX_CPU_S:,.0f} s are accepted: a shorter duration, fewer replications or a lower rate"
        )
        raise InvalidInput([Problem("/duration_s", detail)])
    if scenario.engine == "exact":
        return "asked for"
    return f"auto: every request is simulated, about {max(seconds, 0.01):.2g} s of CPU"
