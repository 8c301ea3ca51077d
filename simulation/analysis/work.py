"""Load: how often every place is visited, how busy every node is, and how much the flows can grow.

Visits solve the traffic equations lambda = gamma + M^T lambda (Jackson; forced-flow law, Denning and Buzen
1978, doi:10.1145/356733.356735). Retries multiply visits and depend on failures that depend on load: a
fixed point, reached from below.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from simulation.analysis import caches
from simulation.analysis.circles import solved
from simulation.analysis.classes import shard_shares
from simulation.analysis.queueing import bounded
from simulation.analysis.routing import CONSUMED, Place, Routing, Step
from simulation.topology.catalogue.model import Role
from simulation.topology.system import Component, Link, System
from simulation.topology.wiring import Wiring

Rates = NDArray[np.float64]

_ROUNDS = 500


@dataclass
class Work:
    """Rates at the offered load, by place, with one column a flow.

    `plain` counts every call once; `rates` counts repeated attempts too. `order` lists places with callers
    before callees (empty where calls run in a circle). `busy` is the share of a node's slots that one
    visit a second keeps busy, at its busiest shard.
    """

    system: System
    routing: Routing
    places: list[Place]
    index: dict[Place, int]
    steps: list[list[Step]]
    entries: Rates
    order: list[int]
    plain: Rates
    rates: Rates
    busy: list[float]
    success: list[float]
    attempts: dict[int, float]
    visited: list[list[int]]
    link_rate: dict[int, float] = field(default_factory=dict)
    totals: list[float] = field(default_factory=list)  # `rates` of all flows together, once these are settled
    waited: dict[int, frozenset[int]] = field(default_factory=dict)

    def moved(self, before: "Work") -> set[int]:
        """Components that are visited at other rates than in the load of before, or send requests elsewhere."""
        found = {place[0] for place in before.index.keys() ^ self.index.keys()}
        old, new = before.rates.tolist(), self.rates.tolist()
        for place, here in self.index.items():
            there = before.index.get(place)
            if there is None:
                continue
            if old[there] != new[here] or before.steps[there] != self.steps[here]:
                found.add(place[0])
        hits = {c for c, hit in self.routing.hits.items() if before.routing.hits.get(c) != hit}
        return found | hits

    def waited_for(self, flow: int) -> frozenset[int]:
        """Components that the flow's requests go through before they are answered: none behind a queue."""
        known = self.waited.get(flow)
        if known is None:
            stack = [place for place, rate in enumerate(self.entries[:, flow].tolist()) if rate > 0]
            seen = set(stack)
            while stack:
                for step in self.steps[stack.pop()]:
                    to = self.index[step.to]
                    if step.gate != CONSUMED and step.visits > 0 and to not in seen:
                        seen.add(to)
                        stack.append(to)
            known = self.waited[flow] = frozenset([self.places[place][0] for place in seen])
        return known

    def tightest_link(self, flow: int) -> tuple[float, str | None]:
        """Of the links that the flow's requests wait for, how busy the busiest bandwidth is, and where."""
        found: tuple[float, str | None] = (0.0, None)
        on_way = self.waited_for(flow)
        for link in self.system.links:
            limit = capacity_of(link)
            if limit is not None and link.source in on_way and link.kind.id != "consume":
                found = max(found, (self.link_rate.get(link.index, 0.0) / limit, link.id), key=lambda x: x[0])
        return found

    def arrival(self, component: int) -> float:
        """Requests a second that reach a node, attempts included; at a name server the look-ups."""
        rate = float(sum(self.totals[p] for p in self.visited[component]))
        params = self.system.components[component].params
        if self.system.components[component].kind.id == "dns":
            return caches.lookup_rate(rate, float(params["ttl_s"]), int(params["resolvers"]))
        return rate

    def load(self, component: int, rates: Sequence[float] | Rates) -> float | None:
        """Utilization at the given rates by place; above 1 it cannot keep up; None where nothing limits it."""
        item = self.system.components[component]
        limit = item.params.get("rate_limit_rps")
        if item.slots is None and not limit:
            return None
        load = sum(float(rates[p]) * self.busy[p] for p in self.visited[component] if self.busy[p])
        if limit:
            load = max(load, sum(float(rates[p]) for p in self.visited[component]) / (float(limit) * item.instances))
        return load

    def utilization(self, component: int) -> float | None:
        """Utilization at the offered load, attempts included."""
        return self.load(component, self.totals)


def capacity_of(link: Link) -> float | None:
    """Calls a second that an edge's bandwidth allows; None where it does not say."""
    bandwidth = link.params.get("bandwidth_mbps")
    payload = float(link.params.get("payload_kb") or 0.0)
    return float(bandwidth) * 1e6 / (payload * 8e3) if bandwidth and payload else None


def slots_of(system: System, component: Component) -> float | None:
    """Slots of one replica after what observing it costs; None for a pure delay."""
    slots = component.slots
    if slots is None:
        return None
    overhead = 0.0
    for link in (*system.outgoing[component.index], *system.incoming[component.index]):
        if link.kind.id == "observe":
            other = link.target if link.source == component.index else link.source
            overhead += float(system.components[other].params.get("overhead") or 0.0)
    return slots * max(1e-9, 1 - overhead)


def hottest(component: Component) -> float:
    """How much busier the busiest shard is than the mean."""
    return max(shard_shares(component)) * component.shards if component.shards > 1 else 1.0


def latency_ms(system: System, routing: Routing, link: Link, region: str = "") -> float:
    """Mean network time of a call on the link, there and back; between regions their round trip by default."""
    own = link.params.get("latency_ms")
    if own is not None:
        return 2 * float(own)
    source = routing.region(link.source) or (region if system.components[link.source].kind.is_router else "")
    target = routing.region(link.target)
    return routing.geography.round_trip_ms(source, target) if source and target else 0.0


def solve(system: System, wiring: Wiring, before: Routing | None = None, dirty: Collection[int] = ()) -> Work:
    """The load of the whole system at its flows' rates; `before` and `dirty` as for `Routing`.

    Hit ratios that depend on the rate (an expiry) are settled together with the rates. Raises Unstable
    where a cycle multiplies its own calls.
    """
    hits: dict[int, float] = {}
    cached = [c for c in system.components if c.kind.role is Role.CACHE or c.kind.id == "cdn"]
    rate_of = {c.index: 0.0 for c in cached}
    work: Work | None = None
    for _ in range(8):
        hits = {c.index: caches.of_component(c, rate_of[c.index]) for c in cached}
        before, dirty = Routing(system, wiring, hits, before, dirty), ()
        work = _explore(system, before)
        fresh = {c.index: float(sum(work.plain[p].sum() for p in work.visited[c.index])) for c in cached}
        depends = any(c.params.get("ttl_s") is not None for c in cached)
        if not depends or all(abs(fresh[i] - rate_of[i]) <= 1e-3 * fresh[i] for i in fresh):
            break
        rate_of = fresh
    assert work is not None
    _slow_consumers(work)
    _retry(work)
    work.totals = work.rates.sum(axis=1).tolist()
    for here, steps in enumerate(work.steps):
        for step in steps:
            rate = work.totals[here] * step.visits * work.attempts.get(step.link, 1.0)
            work.link_rate[step.link] = work.link_rate.get(step.link, 0.0) + rate
    return work


def _explore(system: System, routing: Routing) -> Work:
    entries: dict[Place, dict[int, float]] = {}
    for source in system.sources:
        regions = source.regions if routing.has_places and source.regions else {routing.region(source.client): 1.0}
        for op, part in source.mix.items():
            for region, share in regions.items():
                if part * share > 0:
                    by_flow = entries.setdefault((source.client, op, region), {})
                    by_flow[source.index] = by_flow.get(source.index, 0.0) + source.rate_rps * part * share
    index: dict[Place, int] = {}
    places: list[Place] = []
    steps: list[list[Step]] = []
    for place in entries:
        index[place] = len(places)
        places.append(place)
    for place in places:  # grows while it is read
        found = routing.steps(place)
        steps.append(found)
        for to in (*(step.to for step in found), *routing.elsewhere(place)):
            if to not in index:
                index[to] = len(places)
                places.append(to)
    gamma = np.zeros((len(places), len(system.sources)))
    for place, by_flow in entries.items():
        for flow, rate in by_flow.items():
            gamma[index[place], flow] = rate
    visited: list[list[int]] = [[] for _ in range(len(system.components))]
    for here, place in enumerate(places):
        visited[place[0]].append(here)
    order = _order(steps, index)
    work = Work(system, routing, places, index, steps, gamma, order, gamma, gamma, [], [1.0] * len(places), {}, visited)
    work.busy = _busy(work)
    work.plain = work.rates = traffic(work, work.attempts)
    return work


def _order(steps: list[list[Step]], index: dict[Place, int]) -> list[int]:
    """Callers before callees; empty where there is a cycle."""
    incoming = [0] * len(steps)
    for found in steps:
        for step in found:
            incoming[index[step.to]] += 1
    ready = [i for i, n in enumerate(incoming) if n == 0]
    order: list[int] = []
    while ready:
        here = ready.pop()
        order.append(here)
        for step in steps[here]:
            to = index[step.to]
            incoming[to] -= 1
            if incoming[to] == 0:
                ready.append(to)
    return order if len(order) == len(steps) else []


def _busy(work: Work) -> list[float]:
    """Share of a node's slots that one visit a second at each place keeps busy."""
    system = work.system
    hold = _waits_downstream(work)
    slots = {c.index: slots_of(system, c) for c in system.components}
    busy = []
    for here, (component, op, _) in enumerate(work.places):
        item = system.components[component]
        own = slots[component]
        held = item.time_ms(op) + (hold[here] if item.params.get("holds_slot") else 0.0)
        busy.append(0.0 if own is None else held / 1000 / (own * item.instances) * hottest(item))
    return busy


def _waits_downstream(work: Work) -> list[float]:
    """Mean time in ms that a visit waits for what it calls, without queueing there."""
    system = work.system
    hold = [0.0] * len(work.places)
    if not any(c.params.get("holds_slot") for c in system.components):
        return hold
    for here in reversed(work.order):
        for step in work.steps[here]:
            link = system.links[step.link]
            if link.kind.id == "call":
                to = work.index[step.to]
                own = system.components[step.to[0]].time_ms(step.to[1])
                network = latency_ms(system, work.routing, link, work.places[here][2])
                hold[here] += step.visits * (network + own + hold[to])
    return hold


def traffic(work: Work, attempts: dict[int, float]) -> Rates:
    """Rates by place and flow. Raises Unstable where the equations have no finite answer."""
    size = len(work.places)
    if work.order:
        ways = [
            [(work.index[step.to], step.visits * attempts.get(step.link, 1.0)) for step in steps]
            for steps in work.steps
        ]
        flows = work.entries.T.tolist()  # plain numbers are faster than short rows
        for rates in flows:
            for here in work.order:
                own = rates[here]
                if own:
                    for to, visits in ways[here]:
                        rates[to] += own * visits
        return np.array(flows, dtype=float).reshape(len(flows), size).T.copy()
    rows, columns, values = [], [], []
    for here, steps in enumerate(work.steps):
        for step in steps:
            rows.append(work.index[step.to])
            columns.append(here)
            values.append(step.visits * attempts.get(step.link, 1.0))
    return solved(csc_array((values, (rows, columns)), shape=(size, size)), work.entries)


def _slow_consumers(work: Work) -> None:
    """Consumers that are slower than their queue do what they can; what they call sees no more."""
    slow: dict[int, float] = {}
    total = work.plain.sum(axis=1)
    for component in work.system.components:
        if any(link.kind.id == "consume" for link in work.system.incoming[component.index]):
            load = work.load(component.index, total)
            if load is not None and load > 1:
                slow[component.index] = 1 / load
    if not slow:
        return
    for here, place in enumerate(work.places):
        if place[0] in slow:
            work.steps[here] = [Step(s.link, s.to, s.visits * slow[place[0]], s.gate) for s in work.steps[here]]
    work.routing.slowed = slow
    work.plain = work.rates = traffic(work, work.attempts)


def _retry(work: Work) -> None:
    """Settle attempts and failures: a call that fails is tried again, and its load makes more fail."""
    links = work.system.links
    again = {
        s.link
        for steps in work.steps
        for s in steps
        if links[s.link].params.get("retries") or links[s.link].params.get("loss")
    }
    for _ in range(_ROUNDS):
        _answer(work)
        if not again:
            return
        change = 0.0
        attempts = dict(work.attempts)
        for link in again:
            p = _failure(work, links[link])
            many = attempts_of(p, int(links[link].params.get("retries") or 0), links[link].params.get("retry_budget"))
            change = max(change, abs(many - attempts.get(link, 1.0)))
            attempts[link] = many
        work.attempts = attempts
        work.rates = traffic(work, attempts)
        if change < 1e-9:
            return


def attempts_of(failure: float, retries: int, budget: float | None = None) -> float:
    """Mean attempts a call, (1 - p^(r+1)) / (1 - p), within the retry budget."""
    many = float(sum(failure**i for i in range(retries + 1)))
    return many if budget is None else min(many, 1 + float(budget))


def _failure(work: Work, link: Link) -> float:
    """Probability that one attempt on the link fails, over the places that use it."""
    tries = answered = 0.0
    for here in work.visited[link.source]:
        for step in work.steps[here]:
            if step.link == link.index:
                rate = float(work.rates[here].sum()) * step.visits
                tries += rate
                answered += rate * work.success[work.index[step.to]]
    good = answered / tries if tries else 1.0
    return 1 - good * (1 - float(link.params.get("loss") or 0.0))


def _answer(work: Work) -> None:
    """Share of the visits at each place that are answered, callees first (in cycles: by iteration)."""
    total = work.rates.sum(axis=1)
    keeps = [1.0] * len(work.system.components)
    for component in work.system.components:
        load = work.load(component.index, total) if work.visited[component.index] else None
        is_consumer = component.index in work.routing.slowed
        if load is not None and not is_consumer:
            keeps[component.index] = _kept(work.system, component, load)
    if all(keep == 1.0 for keep in keeps) and not any(link.params.get("loss") for link in work.system.links):
        work.success = [1.0] * len(work.places)  # nothing is lost anywhere
        return
    for _ in range(1 if work.order else 50):
        for here in reversed(work.order or range(len(work.places))):
            work.success[here] = keeps[work.places[here][0]] * answered(work, here, work.steps[here])


def _kept(system: System, component: Component, load: float) -> float:
    """Share of the visits that are served at a load: of a bounded queue what it does not refuse (M/M/c/K at each
    replica), else all up to the capacity."""
    limit, slots = component.params.get("queue_limit"), slots_of(system, component)
    if limit is None or slots is None or component.shards > 1:
        return 1.0 if load <= 1 else 1 / load
    servers = component.slots or 1
    return 1 - bounded(load * servers, servers, int(limit))[0]


def answered(work: Work, here: int, steps: Sequence[Step]) -> float:
    """Probability that all calls of a visit are answered, its own overload aside."""
    component, op, _ = work.places[here]
    gates = work.routing.wiring.gates(component, op)
    good: dict[int, float] = {}
    visits: dict[int, float] = {}
    for step in steps:
        if step.gate < 0 or not gates[step.gate].required or gates[step.gate].publish:
            continue
        link = work.system.links[step.link]
        retries = int(link.params.get("retries") or 0)
        one = work.success[work.index[step.to]] * (1 - float(link.params.get("loss") or 0.0))
        visits[step.gate] = visits.get(step.gate, 0.0) + step.visits
        good[step.gate] = good.get(step.gate, 0.0) + step.visits * (1 - (1 - one) ** (retries + 1))
    result = 1.0
    for gate, total in visits.items():
        share = good[gate] / total if total else 1.0
        result *= 1 - total * (1 - share) if total <= 1 else share**total
    return result
