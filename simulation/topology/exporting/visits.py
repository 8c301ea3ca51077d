"""How often a request of a flow visits each component, for formats whose jobs wander instead of calling.

Visits follow the wiring: shares of a pool by weight, calls a request, misses of caches. Cycles of calls are
cut where a walk from the client would come back. What only failures use is not visited.
"""

from collections import defaultdict
from math import log

from simulation.topology.catalogue.model import Role
from simulation.topology.system import Component, Source, System
from simulation.topology.wiring import Gate, Lookup, Policy, Wiring


def visits(system: System, wiring: Wiring, source: Source) -> dict[int, dict[str, float]]:
    """Mean visits of one request by component index and operation, in an order that follows the calls."""
    found: dict[int, dict[str, float]] = {}
    for op, share in source.mix.items():
        if share <= 0:
            continue
        order = _order(wiring, source.client, op)
        place = {component: i for i, component in enumerate(order)}
        count: dict[int, float] = defaultdict(float)
        count[source.client] = share
        for at in order:
            found.setdefault(at, {})
            if at != source.client:
                found[at][op] = found[at].get(op, 0.0) + count[at]
            for target, mean in _calls(system, wiring, at, op):
                if place.get(target, -1) > place[at]:
                    count[target] += count[at] * mean
    found.pop(source.client, None)
    return {component: ops for component, ops in found.items() if sum(ops.values()) > 1e-9}


def hit_ratio(component: Component) -> float:
    """The given hit ratio; else the popularity of the keys that fit (Zipf), an upper bound for any eviction."""
    given = component.params.get("hit_ratio")
    if given is not None:
        return float(given)
    keys, room = int(component.params["key_count"]), int(component.params["capacity_keys"])
    skew = float(component.params["zipf_s"])
    return 1.0 if room >= keys else _mass(room, skew) / _mass(keys, skew)


def _mass(count: int, skew: float) -> float:
    """Sum of 1/k^s for k to count: exact at the head, an integral behind it."""
    head = min(count, 1000)
    total: float = sum(k**-skew for k in range(1, head + 1))
    if count > head:
        from_, to = head + 0.5, count + 0.5
        total += (to ** (1 - skew) - from_ ** (1 - skew)) / (1 - skew) if skew != 1 else log(to / from_)
    return total


def _order(wiring: Wiring, client: int, op: str) -> list[int]:
    """Components that can be reached, callers before what they call (reverse of finishing order)."""
    done: list[int] = []
    seen = {client}
    stack = [(client, iter(_targets(wiring, client, op)))]
    while stack:
        at, rest = stack[-1]
        nxt = next(rest, None)
        if nxt is None:
            done.append(at)
            stack.pop()
        elif nxt not in seen:
            seen.add(nxt)
            stack.append((nxt, iter(_targets(wiring, nxt, op))))
    return done[::-1]


def _targets(wiring: Wiring, at: int, op: str) -> list[int]:
    return [member.target for gate in reversed(wiring.gates(at, op)) for member in reversed(gate.members)]


def _calls(system: System, wiring: Wiring, at: int, op: str) -> list[tuple[int, float]]:
    """What a visit calls, and how often in the mean."""
    component = system.components[at]
    gates = wiring.gates(at, op)
    missed = 1.0
    if component.kind.role is not Role.CALLER and wiring.caches(component, op):
        missed = 1 - hit_ratio(component)
    found = []
    for gate in gates:
        passed = missed
        for position in gate.behind:
            lookup = gates[position]
            cache = system.components[lookup.members[0].target]
            passed *= 0.0 if lookup.lookup is Lookup.THROUGH else 1 - hit_ratio(cache)
        found += [(target, share * gate.calls * passed) for target, share in _shares(gate)]
    return found


def _shares(gate: Gate) -> list[tuple[int, float]]:
    if gate.policy is Policy.ALL:
        return [(member.target, 1.0) for member in gate.members]
    members = gate.members
    if gate.policy is Policy.FAILOVER:
        first = min((member.priority for member in members), default=0)
        members = tuple(member for member in members if member.priority == first)
    total = sum(member.weight for member in members)
    return [(member.target, member.weight / total) for member in members] if total > 0 else []
