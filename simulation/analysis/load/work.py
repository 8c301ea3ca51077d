"""Load: how often every place is visited, and how busy every node is.

Visits solve the traffic equations lambda = gamma + M^T lambda (Jackson; forced-flow law, Denning and Buzen
1978, doi:10.1145/356733.356735).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.load import caches
from simulation.analysis.load.circles import solved
from simulation.analysis.load.places import Places, explored
from simulation.analysis.load.routing import Place, Routing, Step, loss_of
from simulation.analysis.queueing.laws import Law, Moment, Moments, service_law
from simulation.topology.catalogue.model import Role
from simulation.topology.system import Component, Link, System
from simulation.topology.wiring import WRITE

Rates = NDArray[np.float64]


@dataclass
class Work:
    """Rates at the offered load, by place, with one column a flow.

    `plain` counts every call once; `rates` counts repeated attempts too, `totals` those of all flows. `busy` is
    the share of a node's slots that one visit a second keeps busy, at its busiest shard. `lossy` links let only
    that share of their calls through. `units` are, by component, all its slots and how much busier its hottest shard
    is.
    """

    system: System
    routing: Routing
    reached: Places
    steps: list[list[Step]]
    entries: Rates
    plain: Rates
    rates: Rates
    busy: list[float]
    success: list[float]
    attempts: dict[int, float] = field(default_factory=dict)
    link_rate: dict[int, float] = field(default_factory=dict)
    totals: list[float] = field(default_factory=list)
    waited: dict[int, frozenset[int]] = field(default_factory=dict)
    units: dict[int, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reached = self.reached
        self.places, self.index = reached.all, reached.index
        self.order, self.visited = reached.order, reached.visited
        self.lossy = {link.index: 1.0 - loss_of(link) for link in self.system.links if loss_of(link)}
        links = self.system.links
        self.once = {e: retried(links[e], 1.0 - p) for e, p in self.lossy.items()}

    def ways(self, steps: Sequence[Step], attempts: Mapping[int, float] | None = None) -> list[tuple[int, float]]:
        """Where steps lead, and how many calls arrive there; without `attempts` what is lost alone is tried again."""
        if not self.lossy:
            if not attempts:
                return [(self.index[s.to], s.visits) for s in steps]
            return [(self.index[s.to], s.visits * attempts.get(s.link, 1.0)) for s in steps]
        many = {**self.once, **(attempts or {})}
        return [
            (self.index[s.to], s.visits * s.reach * many.get(s.link, 1.0) * self.lossy.get(s.link, 1.0)) for s in steps
        ]

    @cached_property
    def onward(self) -> list[list[tuple[int, float]]]:
        """The ways from every place while what is lost alone is tried again."""
        if self.lossy:
            return [self.ways(steps) for steps in self.steps]
        both = zip(self.steps, self.reached.ahead, strict=True)  # to these places lead the steps, in order
        return [[(to, s.visits) for s, to in zip(steps, ahead, strict=False)] for steps, ahead in both]

    @cached_property
    def base(self) -> list[float]:
        """Visits a second to every place, of all flows, when every call is made once."""
        found: list[float] = self.plain.sum(axis=1).tolist()
        return found

    @cached_property
    def base_loads(self) -> list[float | None]:
        """The loads at these rates."""
        return self.loads(self.base)

    def slow(self, by: Mapping[int, float]) -> None:
        """Let these components get done only a share of what they are sent."""
        for here, place in enumerate(self.places):
            if place[0] in by:
                self.steps[here] = [s._replace(visits=s.visits * by[place[0]]) for s in self.steps[here]]
        self.routing.slowed = dict(by)
        for read in ("onward", "base", "base_loads"):
            self.__dict__.pop(read, None)
        self.plain = self.rates = traffic(self, self.attempts)

    def several(self, here: int, step: Step) -> float:
        """How often a request that takes the step takes it, by the calls of its gate and what of them is spared."""
        component, op, _ = self.places[here]
        if step.gate < 0:
            return 1.0
        gates = self.routing.wiring.gates(component, op)
        gate = gates[step.gate]
        if gate.calls <= 1:
            return 1.0
        share = 1.0
        if not gate.asks_all:
            share = step.visits / sum([s.visits for s in self.steps[here] if s.gate == step.gate])
        if any(gates[look_up].told_apart > 1 for look_up in gate.behind):
            share *= self.routing.not_spared(gates, gate, op)
        return gate.calls * share / (1 - (1 - share) ** gate.calls) if share > 0 else 1.0

    def moved(self, before: "Work") -> set[int]:
        """Components that are visited at other rates than in the load of before, or send requests elsewhere."""
        hits = {c for c, hit in self.routing.hits.items() if before.routing.hits.get(c) != hit}
        if self.reached is before.reached:
            here = {i for i, (new, old) in enumerate(zip(self.steps, before.steps, strict=True)) if new != old}
            if self.rates is not before.rates:
                here.update(np.flatnonzero((self.rates != before.rates).any(axis=1)).tolist())
            return hits.union([self.places[i][0] for i in here])
        found = {place[0] for place in before.index.keys() ^ self.index.keys()}
        was, old, new = before.index, before.steps, self.steps
        both = [(here, there) for here, place in enumerate(self.places) if (there := was.get(place)) is not None]
        moved = [here for here, there in both if new[here] is not old[there] and new[here] != old[there]]
        now, then = np.array(both, dtype=np.int64).reshape(-1, 2).T
        moved += now[(self.rates[now] != before.rates[then]).any(axis=1)].tolist()
        return found.union(hits, [self.places[here][0] for here in moved])

    def waited_for(self, flow: int) -> frozenset[int]:
        """Components that the flow's requests go through before they are answered: none behind a queue."""
        known = self.waited.get(flow)
        if known is None:
            stack = [place for place, rate in enumerate(self.entries[:, flow].tolist()) if rate > 0]
            seen = set(stack)
            queues = {c.index for c in self.system.components if c.kind.role is Role.QUEUE}
            onward, places = self.onward, self.places
            while stack:
                here = stack.pop()
                for to, visits in onward[here] if places[here][0] not in queues else ():
                    if visits > 0 and to not in seen:
                        seen.add(to)
                        stack.append(to)
            known = self.waited[flow] = frozenset([self.places[place][0] for place in seen])
        return known

    @cached_property
    def _limited(self) -> list[Link]:
        """Links that state a bandwidth."""
        return [link for link in self.system.links if link.params.get("bandwidth_mbps")]

    def tightest_link(self, flow: int) -> tuple[float, str | None]:
        """Of the links that the flow's requests wait for, how busy the busiest bandwidth is, and where."""
        found: tuple[float, str | None] = (0.0, None)
        on_way = self.waited_for(flow)
        for link in self._limited:
            if link.source in on_way and link.kind.id != "consume":
                found = max(found, (self.link_load(link), link.id), key=lambda x: x[0])
        return found

    def link_load(self, link: Link) -> float:
        """Share of the link's bandwidth that the offered load takes; 0 where it does not say."""
        return self.link_rate.get(link.index, 0.0) * transfer_ms(link) / 1000

    def arrival(self, component: int) -> float:
        """Requests a second that reach a node, attempts included; at a name server the look-ups."""
        rate = float(sum(self.totals[p] for p in self.visited[component]))
        params = self.system.components[component].params
        if self.system.components[component].kind.id == "dns":
            return caches.lookup_rate(rate, float(params["ttl_s"]), int(params["resolvers"]))
        return rate

    def load(self, component: int, rates: Sequence[float]) -> float | None:
        """Utilization at the given rates by place; above 1 it cannot keep up; None where nothing limits it."""
        item = self.system.components[component]
        limit = item.params.get("rate_limit_rps")
        if item.slots is None and not limit:
            return None
        busy = self.busy
        load = 0.0
        for p in self.visited[component]:
            if busy[p]:
                load += rates[p] * busy[p]
        if limit:
            load = max(load, sum([rates[p] for p in self.visited[component]]) / (float(limit) * item.instances))
        return load

    def offered_load(self, component: int) -> float | None:
        """Utilization at the offered rates, attempts included."""
        return self.base_loads[component] if self.totals is self.base else self.load(component, self.totals)

    def loads(self, rates: Sequence[float]) -> list[float | None]:
        """The same of every component, by number."""
        found: list[float | None] = [None] * len(self.visited)
        for item in self.system.components:
            found[item.index] = self.load(item.index, rates)
        return found


def attempts_of(failure: float, retries: int, budget: float | None = None) -> float:
    """Mean attempts a call, (1 - p^(r+1)) / (1 - p), within the retry budget."""
    many = float(sum(failure**i for i in range(retries + 1)))
    return many if budget is None else min(many, 1 + float(budget))


def retried(link: Link, failure: float) -> float:
    """Mean attempts of a call on the link, of which each fails with this probability."""
    return attempts_of(failure, int(link.params.get("retries") or 0), link.params.get("retry_budget"))


def capacity_of(link: Link) -> float | None:
    """Calls a second that an edge's bandwidth allows; None where it does not say."""
    transfer = transfer_ms(link)
    return 1000 / transfer if transfer else None


def transfer_ms(link: Link) -> float:
    """Time that a call keeps the link's bandwidth busy; 0 where it does not say."""
    bandwidth = link.params.get("bandwidth_mbps")
    return float(link.params.get("payload_kb") or 0.0) * 8 / float(bandwidth) if bandwidth else 0.0


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
    return max(component.shard_shares) * component.shards if component.shards > 1 else 1.0


def latency_ms(routing: Routing, link: Link, source: str = "", target: str = "") -> float:
    """Mean network time of a call on the link, there and back, without waiting; from one region to another their
    round trip by default."""
    own = link.params.get("latency_ms")
    if own is not None:
        return 2 * float(own) + transfer_ms(link)
    return transfer_ms(link) + (routing.geography.round_trip_ms(source, target) if source and target else 0.0)


def copying_ms(work: Work, component: int, op: str) -> float:
    """What a write waits for its slowest synchronous replica, or its fastest semi-synchronous one."""
    if op != WRITE:
        return 0.0
    links = work.system.links
    lags: dict[str, list[float]] = {"sync": [], "semi_sync": [], "async": []}
    for follower in work.routing.followers(component):
        lags[follower.mode].append(float(links[follower.link].params["lag_ms"] or 0.0))
    return max([*lags["sync"], *([min(lags["semi_sync"])] if lags["semi_sync"] else [])], default=0.0)


def at_offered_rates(system: System, routing: Routing, before: Work | None = None) -> Work:
    """The load when every call is made once. `before` is that with whose routing this one began."""
    entries: dict[Place, dict[int, float]] = {}
    for source in system.sources:
        regions = (
            source.regions
            if routing.has_places and source.regions
            else {next(iter(routing.regions(source.client))): 1.0}
        )
        for op, part in source.mix.items():
            for region, share in regions.items():
                if part * share > 0:
                    by_flow = entries.setdefault((source.client, op, region), {})
                    by_flow[source.index] = by_flow.get(source.index, 0.0) + source.rate_rps * part * share
    is_entered_alike = before is not None and before.reached.entries == [*entries]
    known = (before.reached, before.routing) if before is not None and is_entered_alike else None
    reached, steps = explored(routing, entries, known)
    gamma = np.zeros((len(reached.all), len(system.sources)))
    for place, by_flow in entries.items():
        for flow, rate in by_flow.items():
            gamma[reached.index[place], flow] = rate
    work = Work(system, routing, reached, steps, gamma, gamma, gamma, [], [1.0] * len(reached.all))
    kept = before if before is not None and before.reached is reached else None
    work.busy = _busy(work, before)
    is_alike = kept is not None and steps == kept.steps and np.array_equal(gamma, kept.entries)
    is_alike = is_alike and kept is not None and work.once == kept.once and work.lossy == kept.lossy
    if kept is not None and is_alike:
        work.plain = work.rates = kept.plain
        work.waited = kept.waited
    else:
        work.plain = work.rates = traffic(work, work.attempts)
    return work


def _busy(work: Work, before: Work | None) -> list[float]:
    """Share of a node's slots that one visit a second at each place keeps busy."""
    components, anew = work.system.components, work.routing.anew
    known = {} if before is None or anew is None else before.units
    work.units = {
        c.index: known[c.index] if c.index in known and c.index not in anew else _unit(work.system, c)  # type: ignore[operator]
        for c in components
    }
    holds = any(c.holds_slot and _calls(work, c) for c in components)
    hold = _waits_downstream(work) if holds else [0.0] * len(work.places)
    if before is not None and before.reached is work.reached and anew is not None and not holds:
        busy = before.busy.copy()
        changed = [components[c] for c in anew if c < len(work.visited) and work.visited[c]]
    else:
        busy = [0.0] * len(work.places)
        changed = [c for c in components if work.visited[c.index]]
    for item in changed:
        slots, hot = work.units[item.index]
        for here in work.visited[item.index]:
            held = item.time_ms(work.places[here][1]) + (hold[here] if item.holds_slot else 0.0)
            busy[here] = held / 1000 / slots * hot if slots else 0.0
    return busy


def _unit(system: System, component: Component) -> tuple[float, float]:
    """All slots of a component, 0 for a pure delay, and how much busier its busiest shard is than the mean."""
    slots = slots_of(system, component)
    return (0.0, 1.0) if slots is None else (slots * component.instances, hottest(component))


def _calls(work: Work, component: Component) -> bool:
    return any(link.kind.id in ("call", "publish") for link in work.system.outgoing[component.index])


def _waits_downstream(work: Work) -> list[float]:
    """Mean time in ms that a visit waits for what it calls, without queueing there.

    Of what is called at once it waits for as many as are needed.
    """
    system, moments = work.system, Moments()
    hold = [moments.then([])] * len(work.places)
    for here in reversed(work.order):
        component, op, region = work.places[here]
        times: dict[int, dict[int, list[tuple[float, Moment]]]] = {}
        for step in work.steps[here]:
            link = system.links[step.link]
            if link.kind.id in ("call", "publish"):
                fixed = latency_ms(work.routing, link, region, step.to[2]) + copying_ms(work, *step.to[:2])
                network = Law("deterministic", fixed)
                served = service_law(system.components[step.to[0]], step.to[1])
                time = moments.then([moments.stage(network), moments.stage(served), hold[work.index[step.to]]])
                times.setdefault(step.gate, {}).setdefault(step.link, []).append((step.visits, time))
        parts = []
        for gate, links in times.items():
            own = [(sum([v for v, _ in ways]), _mixed(moments, ways)) for ways in links.values()]
            if len(own) > 1 and gate >= 0 and work.routing.wiring.gates(component, op)[gate].asks_all:
                needed = work.routing.wiring.gates(component, op)[gate].needed
                joined = moments.join(min(needed, len(own)), [time for _, time in own])
                parts.append((max(visits for visits, _ in own), joined))
            else:
                parts += own
        hold[here] = moments.then([Moment(v * t.mean, v * t.variance) for v, t in parts])
    return [held.mean for held in hold]


def _mixed(moments: Moments, ways: Sequence[tuple[float, Moment]]) -> Moment:
    """One of several, by how often each is."""
    total = sum([visits for visits, _ in ways])
    if len(ways) == 1 or total <= 0:
        return ways[0][1]
    return moments.either([(visits / total, time) for visits, time in ways])


def traffic(work: Work, attempts: dict[int, float]) -> Rates:
    """Rates by place and flow. Raises Unstable where the equations have no finite answer."""
    size = len(work.places)
    if work.order:
        ways = [work.ways(steps, attempts) for steps in work.steps] if attempts else work.onward
        flows = work.entries.T.tolist()  # plain numbers are faster than short rows
        for rates in flows:
            for here in work.order:
                own = rates[here]
                if own:
                    for to, visits in ways[here]:
                        rates[to] += own * visits
        return np.array(flows, dtype=float).reshape(len(flows), size).T.copy()
    from scipy.sparse import csc_array  # slow to load, and most systems have no circle

    rows, columns, values = [], [], []
    for here, steps in enumerate(work.steps):
        for to, often in work.ways(steps, attempts):
            rows.append(to)
            columns.append(here)
            values.append(often)
    return solved(csc_array((values, (rows, columns)), shape=(size, size)), work.entries)
