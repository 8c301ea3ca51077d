"""How far the fluid engine may be off, by the state in which a flow's requests were served.

The bounds are the greatest errors against the exact engine, rounded up: of stations by law of service, slots and load,
of balancers, and of two to four tiers with timeouts, retries, budgets and breakers through a spike, with slots held
and not.
`tests/traffic/test_both_engines.py` holds them against every story and template.
"""

from simulation.topology.catalogue.model import Role
from simulation.topology.system import System
from simulation.traffic.result import FlowAccuracy

#: (relative error of the mean, of p99) by regime. `partly_over`: one part of the flow meets a queue that grows.
BOUNDS: dict[str, tuple[float, float]] = {
    "settled": (0.06, 0.12),
    "near_capacity": (0.16, 0.25),
    "refusing": (0.20, 0.20),
    "over_capacity": (0.10, 0.15),
    "partly_over": (0.12, 0.25),
    "recovering": (0.80, 0.80),
}
_COLUMNS = {
    "settled": "steady",
    "near_capacity": "near",
    "refusing": "full",
    "over_capacity": "over",
    "partly_over": "uneven",
    "recovering": "recovering",
}
RECOVERING_S = 2.0
#: Mean, p99 and counts when timeouts, retries or breakers make overload feed back.
FEEDBACK = (0.30, 0.60, 0.06)
#: The same where three or more tiers lie one behind the other and one holds its slots meanwhile.
DEEP = (0.60, 0.60, 0.35)
_TIERS = 3
#: The same while a cache fills again behind which something queues or refuses, and where it shares its fetches too.
REFILLING = (0.25, 0.60, 0.25)
COALESCING = (1.40, 1.40, 0.25)
#: And where a queue grows meanwhile, of which nobody is refused: the mean is a hint at most.
PILING_UP = (5.00, 1.50, 0.25)
#: p99 by law of service: two moments do not tell a tail that is no exponential one.
DETERMINISTIC, HEAVY = 0.22, 0.36


def of_flow(
    name: str,
    totals: dict[str, float],
    feeds_back: bool = False,
    tail: float = 0.0,
    deep: bool = False,
    fills: tuple[float, float, float] | None = None,
) -> FlowAccuracy:
    """The statement for a flow from its completed requests by regime (columns of the fluid's flow table).

    `feeds_back`: some call has a timeout, retries or a breaker. `tail`: bound on p99 by the laws of service.
    `deep`: as `is_deep` answers. `fills`: as `filling` does.
    """
    completed = {regime: max(float(totals[column]), 0.0) for regime, column in _COLUMNS.items()}
    total = sum(completed.values())
    shares = {r: (n / total if total else float(r == "settled")) for r, n in completed.items()}
    worst = [r for r, share in shares.items() if share > 0.005]
    mean = sum(BOUNDS[r][0] * shares[r] for r in worst)
    # What ends while a queue runs empty is quick, so the greatest latencies are not among it.
    p99 = max([BOUNDS[r][1] for r in worst if r != "recovering" or shares[r] > 0.5] + [tail])
    counts = 0.02
    if feeds_back and shares["settled"] < 0.995:
        bounds = DEEP if deep else FEEDBACK
        mean, p99, counts = max(mean, bounds[0]), max(p99, bounds[1]), bounds[2]
    if fills and shares["settled"] < 0.995:
        if {"over_capacity", "partly_over"} & set(worst):
            fills = max(fills[0], PILING_UP[0]), max(fills[1], PILING_UP[1]), max(fills[2], PILING_UP[2])
        mean, p99, counts = max(mean, fills[0]), max(p99, fills[1]), max(counts, fills[2])
    is_over = {"over_capacity", "partly_over", "recovering"} & set(worst)
    note = "expected values: single runs scatter around them"
    if tail:
        note += "; the law of a service is told by two moments, which leaves its p99 wide"
    if feeds_back:
        note += "; timeouts, retries and breakers make overload feed back: then bounds are wider"
    if fills:
        note += "; what a cache asks for while it fills again and its store is too busy is known roughly only"
    regimes = {r: round(s, 6) for r, s in shares.items()}
    return FlowAccuracy(name, regimes, round(mean, 4), p99, RECOVERING_S if is_over else 0.0, note, counts)


def is_deep(system: System, client: int) -> bool:
    """Whether calls from a client come to three or more tiers with slots in a row, one of which holds its own."""
    work, seen = [(client, 0, False)], set()
    while work:
        c, tiers, holds = at = work.pop()
        if at in seen:
            continue
        seen.add(at)
        component = system.components[c]
        if component.slots is not None and component.kind.role in (Role.CALLER, Role.STORE):
            tiers, holds = tiers + 1, holds or bool(component.params.get("holds_slot"))
        if tiers >= _TIERS and holds:
            return True
        calls = (link.target for link in system.outgoing[c] if link.kind.id == "call")
        work += [(target, min(tiers, _TIERS), holds) for target in calls]
    return False


def filling(system: System, client: int) -> tuple[float, float, float] | None:
    """The bounds while caches fill again that calls from a client come to; None where none keeps keys."""
    seen, work = {client}, [client]
    found = None
    while work:
        c = work.pop()
        component = system.components[c]
        if component.kind.role is Role.CACHE or component.kind.id == "cdn":
            if component.params.get("coalesce"):
                return COALESCING
            keeps_keys = component.given & {"key_count", "zipf_s", "capacity_keys", "eviction"}
            if keeps_keys or component.params.get("cold_start"):
                found = REFILLING
        fresh = {link.target for link in system.outgoing[c] if link.kind.id == "call"} - seen
        seen |= fresh
        work += sorted(fresh)
    return found


def tail_of(laws: list[tuple[int, float]]) -> float:
    """The bound on p99 by the (law, squared coefficient of variation) of the services; 0: as for an exponential one."""
    found = [DETERMINISTIC for law, _ in laws if law == 1]
    found += [HEAVY for law, scv in laws if law in (2, 3) and (law == 3 or scv > 1.0)]
    return max(found, default=0.0)
