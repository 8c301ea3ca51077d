"""The load of a whole system: hit ratios, consumers that fall behind and retries settled at the flows' rates."""

from collections.abc import Collection

from simulation.analysis.load import caches
from simulation.analysis.load.retrying import retry
from simulation.analysis.load.routing import CONSUMED, Routing
from simulation.analysis.load.work import Work, at_offered_rates
from simulation.topology.catalogue.model import Role
from simulation.topology.system import System
from simulation.topology.wiring import Wiring


def solve(system: System, wiring: Wiring, before: Work | None = None, dirty: Collection[int] = ()) -> Work:
    """The load of the whole system at its flows' rates.

    From the load `before` an edit is kept what was read there of components that are not `dirty`. Hit ratios that
    depend on the rate (an expiry) are settled together with the rates. Raises Unstable where a cycle multiplies
    its own calls.
    """
    cached = [c for c in system.components if c.kind.role is Role.CACHE or c.kind.id == "cdn"]
    depends = any(c.params.get("ttl_s") is not None for c in cached)
    rate_of = {c.index: 0.0 for c in cached}
    work = before
    for _ in range(8):
        hits = {c.index: caches.of_component(c, rate_of[c.index]) for c in cached}
        routing = Routing(system, wiring, hits, None if work is None else work.routing, dirty)
        work = at_offered_rates(system, routing, work)
        dirty = ()
        fresh = {c.index: float(sum(work.plain[p].sum() for p in work.visited[c.index])) for c in cached}
        if not depends or all(abs(fresh[i] - rate_of[i]) <= 1e-3 * fresh[i] for i in fresh):
            break
        rate_of = fresh
    assert work is not None
    _slow_consumers(work)
    retry(work)
    work.totals = work.base if work.rates is work.plain else work.rates.sum(axis=1).tolist()
    rates, attempts = work.link_rate, work.attempts
    for total, steps in zip(work.totals, work.steps, strict=True):
        for step in steps:
            rate = total * step.visits * step.reach
            if attempts:
                rate *= attempts.get(step.link, 1.0)
            if step.gate == CONSUMED:  # messages, not the pieces of work that they make
                rate /= work.routing.delivery(system.links[step.link])[0] or 1.0
            rates[step.link] = rates.get(step.link, 0.0) + rate
    return work


def _slow_consumers(work: Work) -> None:
    """Consumers that are slower than their queue do what they can; what they call sees no more."""
    slow: dict[int, float] = {}
    for component in dict.fromkeys(link.target for link in work.system.links if link.kind.id == "consume"):
        load = work.base_loads[component]
        if load is not None and load > 1:
            slow[component] = 1 / load
    if slow:
        work.slow(slow)
