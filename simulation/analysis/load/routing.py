"""Where a request goes next, and how many of it: the visit ratios of analysis.

A `Place` is a component, an operation and the region where the request is. `Routing.onward` answers, for the
members that are alive, the mean number of visits that one visit causes at each next place.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from simulation.analysis.difference import callers
from simulation.topology.catalogue.model import Role
from simulation.topology.geography import Geography
from simulation.topology.replication import MODES, Standby, fails_over, standbys
from simulation.topology.system import Component, Link, System
from simulation.topology.wiring import WRITE, Gate, Lookup, Member, Policy, Wiring, enough, every_time

Place = tuple[int, str, str]
"""Component, operation, and the region of the replica: a node without one is where its caller is, at last the user
("" for nowhere in particular)."""


#: Stand for gates in steps: a copy of a write, or its taking over; a message that is taken out of a queue.
COPIED, CONSUMED = -1, -2


class Step(NamedTuple):
    """One way on: the link, where it leads, visits there a visit here, and the gate it belongs to.

    `reach` is the share of the requests that come so far, where the network loses calls before.
    """

    link: int
    to: Place
    visits: float
    gate: int
    reach: float = 1.0


def loss_of(link: Link) -> float:
    """Share of the calls that the network loses."""
    return float(link.params.get("loss") or 0.0)


@dataclass(frozen=True)
class Down:
    """What is not there: places that cannot answer, dead links, components without any replica; cold caches."""

    places: Collection[tuple[int, str]] = field(default_factory=frozenset)
    links: Collection[int] = field(default_factory=frozenset)
    components: Collection[int] = field(default_factory=frozenset)
    cold: Collection[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, places: Iterable[tuple[int, str]], components: Iterable[int], link: int, cold: int) -> "Down":
        """These places and components, and a link and a cold cache that may be none (-1)."""
        links, caches = {link} if link >= 0 else (), {cold} if cold >= 0 else ()
        return cls(frozenset(places), links, frozenset(components), caches)


NOTHING = Down()


def is_placed_alike(before: System, now: System) -> bool:
    """Whether containers, and where users are, have not changed in an edit."""
    places = [source.regions for source in before.sources], [source.regions for source in now.sources]
    return before.containers == now.containers and places[0] == places[1]


def _made(share: float, calls: float) -> float:
    """Share of so many calls, one after another, that is made when each passes with a chance, and the rest is not made
    after one that fails."""
    if share == 1.0 or calls <= 1:
        return 1.0
    whole = int(calls)
    return (sum(share**i for i in range(whole)) + (calls - whole) * share**whole) / calls


def _losses(system: System, component: int) -> list[tuple[int, float, object]]:
    """Of the links that lose calls: how many, and how often these are tried again."""
    links = system.outgoing[component]
    return [(link.index, loss_of(link), link.params.get("retries")) for link in links if loss_of(link)]


def _regions(geography: Geography, component: Component) -> Mapping[str, float]:
    places = [geography.around(domain) for domain in component.domains] or [""]
    return {place: places.count(place) / len(places) for place in dict.fromkeys(places)}


class Routing:
    """Reads the wiring for rates. `hits` holds the hit ratio of each cache and CDN.

    With the routing `before` a change, what was read there of components that are not `dirty` is kept.
    """

    def __init__(
        self,
        system: System,
        wiring: Wiring,
        hits: Mapping[int, float],
        before: "Routing | None" = None,
        dirty: Collection[int] = (),
    ) -> None:
        self.system = system
        self.wiring = wiring
        self.hits = hits
        self._is_lossy = any(map(loss_of, system.links))
        self.slowed: dict[int, float] = {}  # worker -> share of what it is sent that it gets done
        self.geography = Geography(system)
        self._regions: dict[int, Mapping[str, float]] = {}
        self._standbys: dict[int, tuple[Standby, ...]] = {}
        self._steps: dict[int, dict[Place, list[Step]]] = {}
        self._elsewhere: dict[int, dict[Place, list[Place]]] = {}
        self.anew: frozenset[int] | None = None  # components that were not kept from before; None where none were
        if before is not None and is_placed_alike(before.system, system):
            other = {c for c in {*hits, *before.hits} if hits.get(c) != before.hits.get(c)}
            asking = callers((before.system, system), other)
            self._steps, self._elsewhere = before._steps.copy(), before._elsewhere.copy()
            self._regions = before._regions.copy()
            self.anew = asking.union(other, dirty)
            for c in self.anew:
                self._steps.pop(c, None)
            for c in dirty:
                self._elsewhere.pop(c, None)
                self._regions.pop(c, None)
        geo = any(c.kind.id == "dns" and c.params.get("policy") == "geo" for c in system.components)
        self.has_places = geo or any(c.params.get("rtt_ms") for c in system.containers)

    def goes_as(self, before: "Routing", component: int) -> bool:
        """Whether requests at a component go where they went before an edit, whatever fails."""
        old, new = before.system.components[component], self.system.components[component]
        return (
            old is not None  # nor removed
            and new is not None
            and old.kind is new.kind
            and new.kind.role is not Role.QUEUE  # its consumers share by their speed
            and fails_over(before.system, old) == fails_over(self.system, new)
            and before.followers(component) == self.followers(component)
            and _losses(before.system, component) == _losses(self.system, component)
            and all(
                before.wiring.gates(component, op) == self.wiring.gates(component, op) for op in self.system.operations
            )
        )

    def regions(self, component: int) -> Mapping[str, float]:
        """The places around a component's replicas ("" for none), and the share of them in each."""
        found = self._regions.get(component)
        if found is None:
            found = self._regions[component] = _regions(self.geography, self.system.components[component])
        return found

    def nearest(self, component: int, region: str) -> Mapping[str, float]:
        """The same of those replicas that are nearest to a region."""
        own = self.regions(component)
        least = min([self.geography.distance(region, place) for place in own])
        near = {place: share for place, share in own.items() if self.geography.distance(region, place) == least}
        return {place: share / sum(near.values()) for place, share in near.items()}

    def hit(self, component: int, op: str, down: Down = NOTHING) -> float:
        """Share of the operation that ends at this cache or CDN with a hit."""
        if component in down.cold or not self.wiring.caches(self.system.components[component], op):
            return 0.0
        return self.hits.get(component, 0.0)

    def goes_on(self, component: int, op: str, down: Down = NOTHING) -> float:
        """Share of the operation that makes calls from here: no hit, and no failure after its own work."""
        fails = float(self.system.components[component].params.get("failure_rate") or 0.0)
        return (1.0 - self.hit(component, op, down)) * (1.0 - fails)

    def followers(self, component: int) -> tuple[Standby, ...]:
        """Replicas of a primary."""
        found = self._standbys.get(component)
        if found is None:
            found = self._standbys[component] = standbys(self.system, self.system.components[component])
        return found

    def steps(self, place: Place) -> list[Step]:
        """All steps that a request at this place takes next while everything works; kept."""
        own = self._steps.get(place[0])
        if own is None:
            own = self._steps[place[0]] = {}
        found = own.get(place)
        if found is None:
            found = own[place] = self.onward(place)
        return found

    def onward(self, place: Place, down: Down = NOTHING) -> list[Step]:
        """All steps that a request at this place takes next, in order."""
        index, op, region = place
        component = self.system.components[index]
        if index in down.components:
            return self._taken_over(place, component, down)
        if component.kind.role is Role.QUEUE:
            return self._consumed(component, op, region, down)
        steps: list[Step] = []
        passes = self.goes_on(index, op, down) * self.slowed.get(index, 1.0)
        if passes > 0:
            gates = self.wiring.gates(index, op)
            reach = 1.0
            for number, gate in enumerate(gates):
                calls = gate.calls * self.not_spared(gates, gate, op, down)
                if calls > 0 and passes > 0:
                    parts = self.split(gate, op, region, down)
                    kept = self._not_lost(gate, parts)
                    made = reach * _made(kept, calls)
                    is_near = gate.policy is Policy.GEO
                    for member, part in parts:
                        for to, share in self._arriving(member.target, op, region, is_near):
                            steps.append(Step(member.link, to, passes * calls * part * share, number, made))
                    if gate.required:
                        reach *= every_time(kept, calls)
                        if not parts:  # whose call fails asks for nothing more
                            passes *= every_time(0.0, calls)
        if op == WRITE:
            for follower in self.followers(index):
                is_there = follower.link not in down.links and follower.target not in down.components
                if follower.mode != "async" and is_there:
                    for to, share in self._arriving(follower.target, op, region):
                        steps.append(Step(follower.link, to, share, COPIED))
        return steps

    def _arriving(self, target: int, op: str, region: str, is_near: bool = False) -> Sequence[tuple[Place, float]]:
        """The places of a target at which requests from a region arrive, and the share of them at each."""
        if not self.has_places:
            return (((target, op, region), 1.0),)
        there = self.nearest(target, region) if is_near and region else self.regions(target)
        found: dict[str, float] = {}
        for place, share in there.items():
            found[place or region] = found.get(place or region, 0.0) + share
        return [((target, op, place), share) for place, share in found.items()]

    def _not_lost(self, gate: Gate, parts: Sequence[tuple[Member, float]]) -> float:
        """Chance that the network lets a request's call at a gate through at last: one of its attempts."""
        if not self._is_lossy:
            return 1.0
        links = [self.system.links[member.link] for member, _ in parts]
        if not any(map(loss_of, links)):
            return 1.0
        arrive = [1.0 - loss_of(link) ** (1 + int(link.params.get("retries") or 0)) for link in links]
        if gate.asks_all:
            return enough(gate.needed, arrive)
        return sum(share * part for share, (_, part) in zip(arrive, parts, strict=True))

    def elsewhere(self, place: Place) -> list[Place]:
        """Places where requests may go from here after a failure, beside those where they go now; kept."""
        own = self._elsewhere.get(place[0])
        if own is None:
            own = self._elsewhere[place[0]] = {}
        found = own.get(place)
        if found is None:
            found = own[place] = list(self._alternatives(place))
        return found

    def _alternatives(self, place: Place) -> Iterator[Place]:
        index, op, region = place
        for gate in self.wiring.gates(index, op):
            for member in gate.members:
                for place, _ in self._arriving(member.target, op, region):
                    yield place
        for follower in self.followers(index):
            for place, _ in self._arriving(follower.target, op, region):
                yield place

    def split(self, gate: Gate, op: str, region: str, down: Down = NOTHING) -> Sequence[tuple[Member, float]]:
        """The share of a gate's requests that each live member gets.

        Requests that no member can answer go there all the same: it is behind one that works that they fail.
        """
        alive = gate.members
        if down is not NOTHING:
            reached = [m for m in alive if m.link not in down.links]
            alive = tuple(m for m in reached if (m.target, op) not in down.places)
            if len(alive) < len(reached) and (not alive or gate.asks_all or gate.policy is Policy.SHARD):
                alive = tuple(m for m in reached if m in alive or m.target not in down.components)
        if gate.asks_all or not alive or len(gate.members) == 1:
            return [(member, 1.0) for member in alive]
        chosen: Sequence[Member] = alive
        if gate.policy is Policy.FAILOVER:
            first = min(m.priority for m in alive)
            chosen = [m for m in alive if m.priority == first]
        elif gate.policy is Policy.GEO and region:
            away = [{p: self.geography.distance(region, p) for p in self.regions(m.target)} for m in alive]
            least = min([distance for each in away for distance in each.values()])
            chosen = [
                m._replace(weight=m.weight * near)
                for m, each in zip(alive, away, strict=True)
                if (near := sum([self.regions(m.target)[p] for p, d in each.items() if d == least])) > 0
            ]
        of = gate.members if gate.policy is Policy.SHARD else chosen
        total = sum(m.weight for m in of)
        return [(member, member.weight / total if total > 0 else 1 / len(of)) for member in chosen]

    def not_spared(self, gates: Sequence[Gate], gate: Gate, op: str, down: Down = NOTHING) -> float:
        """Share of the requests that need the gate after the look-ups before it."""
        share = 1.0
        for position in gate.behind:
            member = gates[position].members[0]
            if member.link in down.links or (member.target, op) in down.places:
                continue
            asked = min(1.0, gates[position].calls)  # share of the requests that make a look-up
            found = 1.0 if gates[position].lookup is Lookup.THROUGH else self.hit(member.target, op, down)
            share *= 1.0 - asked * found * self._not_lost(gates[position], [(member, 1.0)])
        return share

    def _taken_over(self, place: Place, component: Component, down: Down) -> list[Step]:
        """A dead primary's requests go to the replica that is promoted, and its writes to the other copies."""
        if not fails_over(self.system, component):
            return []
        _, op, region = place
        ready = [follower for follower in self.followers(component.index) if follower.target not in down.components]
        ready.sort(
            key=lambda f: (MODES.index(f.mode), float(self.system.links[f.link].params["lag_ms"] or 0.0), f.target)
        )
        copies = [follower for follower in ready[1:] if op == WRITE and follower.mode != "async"]
        return [
            Step(follower.link, to, share, COPIED)
            for follower in (*ready[:1], *copies)
            for to, share in self._arriving(follower.target, op, region)
        ]

    def _consumed(self, queue: Component, op: str, region: str, down: Down) -> list[Step]:
        """Consumers of one queue share its messages, each as fast as it is."""
        links = [
            link
            for link in self.wiring.consumers(queue.index, op)
            if link.index not in down.links and link.target not in down.components
        ]
        speed = [self._speed(link, op) for link in links]
        total = sum(speed)
        return [
            Step(link.index, to, share * s / total * self._pieces(queue, link), CONSUMED)
            for link, s in zip(links, speed, strict=True)
            for to, share in self._arriving(link.target, op, region)
        ]

    def _speed(self, link: Link, op: str) -> float:
        worker = self.system.components[link.target]
        return (worker.slots or 1) * worker.instances / max(worker.time_ms(op), 1e-9)

    def _pieces(self, queue: Component, link: Link) -> float:
        """Pieces of work that a message makes at a worker, over all its deliveries."""
        done, well = self.delivery(link)
        most = 1 if queue.params.get("delivery") == "at_most_once" else int(queue.params.get("max_deliveries") or 0)
        if well <= 0:
            return done * max(most, 1)
        return done / well * (1 - (1 - well) ** most if most else 1.0)

    def delivery(self, link: Link) -> tuple[float, float]:
        """Pieces of work that one delivery of a message makes at a worker, and the chance that all succeed.

        The worker does them one after another up to the first that fails; then the message is handed out again.
        """
        p = float(self.system.components[link.target].params.get("failure_rate") or 0.0)
        pieces = float(link.params["messages"])
        well = every_time(1 - p, pieces)
        return ((1 - well) / p if p > 0 else pieces), well
