"""How far the fluid engine may be off, by the state in which a flow's requests were served.

The bounds hold in the comparisons with the exact engine of tests/traffic/test_fluid_stations.py and on the templates.
Where calls time out, are retried or broken off, overload feeds back on itself, and little is promised.
"""

import msgspec


class FlowAccuracy(msgspec.Struct, frozen=True):
    """One flow: share of its requests by regime, and the weighted bounds on mean and p99, as shares of the value.

    `recovering_s`: for about so long around a queue that runs empty, latencies are too far off to be used.
    """

    flow: str
    regimes: dict[str, float]
    mean: float
    p99: float
    recovering_s: float
    note: str


#: (relative error of the mean, of p99) by regime.
BOUNDS: dict[str, tuple[float, float]] = {
    "settled": (0.12, 0.20),
    "near_capacity": (0.16, 0.25),
    "refusing": (0.15, 0.20),
    "over_capacity": (0.10, 0.15),
    "recovering": (0.80, 0.80),
}
_COLUMNS = {
    "settled": "steady",
    "near_capacity": "near",
    "refusing": "full",
    "over_capacity": "over",
    "recovering": "recovering",
}
RECOVERING_S = 2.0
FEEDBACK = 1.5  # relative error of mean and p99 with timeouts, retries or breakers, unless settled


def of_flow(name: str, totals: dict[str, float], feeds_back: bool = False) -> FlowAccuracy:
    """The statement for a flow from its completed requests by regime (columns of the fluid's flow table).

    `feeds_back`: some call has a timeout, retries or a breaker.
    """
    counts = {regime: max(float(totals[column]), 0.0) for regime, column in _COLUMNS.items()}
    total = sum(counts.values())
    shares = {r: (n / total if total else float(r == "settled")) for r, n in counts.items()}
    worst = [r for r, share in shares.items() if share > 0.005]
    mean = sum(BOUNDS[r][0] * shares[r] for r in worst)
    p99 = max(BOUNDS[r][1] for r in worst)
    unsettled = 1.0 - shares["settled"]
    if feeds_back and unsettled > 0.005:
        mean, p99 = mean + FEEDBACK * unsettled, max(p99, FEEDBACK)
    recovering = RECOVERING_S if {"over_capacity", "recovering"} & set(worst) else 0.0
    note = "expected values: single runs scatter around them; deterministic services have a p99 up to 17 % off"
    if feeds_back:
        note += "; timeouts, retries and breakers make overload feed back: then only orders of magnitude"
    return FlowAccuracy(name, {r: round(s, 6) for r, s in shares.items()}, round(mean, 4), p99, recovering, note)
