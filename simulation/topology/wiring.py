"""What a request needs at each node: the contract's rules, read once for both engines.

A component that serves an operation passes a list of gates, one after another in the document's order.
A gate is one dependency: a single target or a pool of alternatives. What a router sends its requests to is
never optional; a failover that states no priorities takes the document's order. Analysis compiles gates to Boolean
gates, traffic compiles them to tables; neither decides again what an edge means.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from simulation.topology.catalogue.model import Role
from simulation.topology.replication import is_replica, replica_groups
from simulation.topology.system import Component, Link, System

WRITE = "write"

#: Kinds whose look-ups a cache beside them spares when the cache's edge names no `fronts`.
CACHEABLE = frozenset({"database", "object_storage", "search_index"})


#: Look-ups of one request at one cache that each spare their own part of what stands behind; further ones spare none.
MOST_PARTS = 16


class Policy(StrEnum):
    """How a gate's members share the requests."""

    BALANCE = "balance"  # one served member, by weight
    FAILOVER = "failover"  # the served members of the lowest priority, by weight
    SHARD = "shard"  # each member its own share of the keys, by weight
    ALL = "all"  # every member, at the same time, all awaited
    GEO = "geo"  # the members nearest to the request's home region


class Lookup(StrEnum):
    """Whether a gate asks a cache first."""

    NONE = "none"
    ASIDE = "aside"  # on a miss the caller goes on to the gates behind
    THROUGH = "through"  # on a miss the cache asks; the gates behind are for when it is down


class Member(NamedTuple):
    """One alternative of a gate: the link, its target, and its place in the pool."""

    link: int
    target: int
    weight: float
    priority: int


class Gate(NamedTuple):
    """One dependency of a component for one operation.

    `needed` members must answer (all of them for SHARD and ALL). `calls` is the mean number of calls
    a request makes here (messages, for a publish). `behind` are positions, in the same list, of the
    look-ups that spare this gate. An empty `members` means that nothing can serve the operation.
    """

    publish: bool
    policy: Policy
    members: tuple[Member, ...]
    needed: int
    required: bool
    calls: float
    lookup: Lookup = Lookup.NONE
    behind: tuple[int, ...] = ()

    @property
    def told_apart(self) -> int:
        """Of a look-up: in how many parts it spares what stands behind, each by a hit of its own."""
        return max(min(int(self.calls), MOST_PARTS), 1)

    @property
    def asks_all(self) -> bool:
        """Whether all members are asked at once, and not one of them."""
        return self.policy is Policy.ALL or (self.policy is not Policy.SHARD and self.needed > 1)


def every_time(share: float, calls: float) -> float:
    """Chance that so many calls in the mean all find what each finds with this chance."""
    whole = int(calls)
    return float(share**whole) * (1.0 - (calls - whole) * (1.0 - share))


def spared_apart(gates: Sequence[Gate], look_up: int) -> int:
    """Look-ups at a gate that each spare a part of what stands behind: as many as there are whole calls to spare."""
    most = max([int(gate.calls) for gate in gates if look_up in gate.behind], default=1)
    return max(min(gates[look_up].told_apart, most), 1)


def enough(needed: int, chances: Iterable[float]) -> float:
    """Chance that at least so many of several things come about, each with its chance."""
    exactly = [1.0]  # by how many have come about, those that are enough as one
    for chance in chances:
        gained = [share * chance for share in exactly]
        exactly = [share - more for share, more in zip(exactly, gained, strict=True)] + [0.0]
        for number, more in enumerate(gained):
            exactly[number + 1] += more
    return sum(exactly[needed:])


def algorithm(source: Component, link: Link) -> str:
    """How the source chooses one of the alternatives to which the link belongs."""
    if source.params.get("sticky"):
        return "consistent_hash"
    return str(source.params.get("algorithm") or link.params.get("balance") or "random")


class Wiring:
    """The gates of every component and operation of a system. Reads are cached; nothing is changed.

    With the wiring `before` an edit, what was read there of components that are not `dirty` is kept.
    """

    def __init__(self, system: System, before: "Wiring | None" = None, dirty: Iterable[int] = ()) -> None:
        self.system = system
        self._groups = replica_groups(system)
        copied = {link.target for link in system.links if link.kind.id == "replicate"}
        self._replicas = frozenset(i for i in copied if is_replica(system, system.components[i]))
        self._gates: dict[int, dict[str, tuple[Gate, ...]]] = {} if before is None else dict(before._gates)
        for component in dirty:
            self._gates.pop(component, None)
        self._before = None if before is None else (before.pools, before.system.operations, frozenset(dirty))

    def gates(self, component: int, op: str) -> tuple[Gate, ...]:
        """What the component needs, in order, to serve the operation."""
        own = self._gates.get(component)
        if own is None:
            own = self._gates[component] = {}
        found = own.get(op)
        if found is None:
            found = own[op] = self._build(self.system.components[component], op)
        return found

    @cached_property
    def pools(self) -> Mapping[int, list[tuple[str, int, Gate]]]:
        """By component its gates of several members, each with its operation and position."""
        known: Mapping[int, list[tuple[str, int, Gate]]] = {}
        other: Collection[int] = range(len(self.system.components))
        if self._before is not None and self._before[1] == self.system.operations:
            known, _, other = self._before
        self._before = None
        found = {c: own for c, own in known.items() if c not in other}
        for component in other:
            if component < len(self.system.components) and self.system.components[component] is not None:
                own = [
                    (op, position, gate)
                    for op in self.system.operations
                    for position, gate in enumerate(self.gates(component, op))
                    if len(gate.members) > 1
                ]
                if own:
                    found[component] = own
        return found

    def consumers(self, queue: int, op: str) -> tuple[Link, ...]:
        """The `consume` links that take the operation's messages out of a queue."""
        return tuple(link for link in self.system.outgoing[queue] if link.kind.id == "consume" and link.carries(op))

    def is_dead_end(self, component: int, op: str) -> bool:
        """Whether a router has nowhere to send the operation: it must not look served."""
        return not self.gates(component, op) and self.system.components[component].kind.is_router

    def caches(self, component: Component, op: str) -> bool:
        """Whether a look-up of the operation can hit at this cache or CDN."""
        if component.kind.id == "cdn":
            return op in (component.params.get("cacheable_ops") or ("static",))
        return component.kind.role is Role.CACHE and op != WRITE

    def _build(self, component: Component, op: str) -> tuple[Gate, ...]:
        calls = [
            link
            for link in self.system.outgoing[component.index]
            if link.kind.id in ("call", "publish") and self._carries(link, op)
        ]
        if not calls:
            return ()
        groups = self._route(component, calls) if component.kind.is_router else self._pool(calls)
        gates = [self._gate(component, links, op) for links in groups]
        return self._shield(component, gates, op)

    def _carries(self, link: Link, op: str) -> bool:
        if link.index in self.system.responses:
            return False
        if op == WRITE and not link.params.get("ops") and self.system.components[link.target].kind.role is Role.CACHE:
            return self._is_way_of_writes(link)
        return link.carries(op)

    def _is_way_of_writes(self, to_cache: Link) -> bool:
        """Whether writes go through a cache: where it alone leads to its store, or where there is nothing else."""
        behind, beside = self._written(to_cache.target), self._written(to_cache.source)
        if behind:
            return behind.isdisjoint(beside)
        return all(self.system.components[target].kind.role is Role.CACHE for target in beside)

    def _written(self, component: int) -> set[int]:
        """Targets of the edges that could carry a write, caches included."""
        return {
            link.target
            for link in self.system.outgoing[component]
            if link.kind.id in ("call", "publish") and link.index not in self.system.responses and link.carries(WRITE)
        }

    def _route(self, router: Component, calls: Sequence[Link]) -> list[list[Link]]:
        """A router needs one of its targets; a name server without targets is only looked up."""
        lookups = [link for link in calls if self._is_lookup_only(link) and len(calls) > 1]
        publishes = [link for link in calls if link.kind.id == "publish"]
        rest = [link for link in calls if link not in lookups and link not in publishes]
        pools: dict[str, list[Link]] = {}
        for link in rest:
            pools.setdefault(str(link.params.get("pool") or ""), []).append(link)
        return [*([link] for link in lookups), *pools.values(), *([link] for link in publishes)]

    def _is_lookup_only(self, link: Link) -> bool:
        target = self.system.components[link.target]
        return target.kind.id == "dns" and not any(out.kind.id == "call" for out in self.system.outgoing[target.index])

    def _pool(self, calls: Sequence[Link]) -> list[list[Link]]:
        """A caller needs all its dependencies; a named pool or a replica group is one of them."""
        pools: dict[object, list[Link]] = {}
        for link in calls:
            name = link.params.get("pool")
            if name:
                pools.setdefault(("pool", name), []).append(link)
            elif link.kind.id == "call":
                pools.setdefault(("group", self._groups[link.target]), []).append(link)
            else:
                pools.setdefault(("link", link.index), []).append(link)
        return list(pools.values())

    def _gate(self, source: Component, links: Sequence[Link], op: str) -> Gate:
        first = links[0]
        if first.kind.id == "publish":
            member = Member(first.index, first.target, 1.0, 0)
            return Gate(True, Policy.BALANCE, (member,), 1, True, float(first.params["messages"]))

        policy = self._policy(source, links)
        in_order = policy is Policy.FAILOVER and not any("priority" in link.given for link in links)
        members = [
            Member(
                link.index, link.target, float(link.params["weight"]), i if in_order else int(link.params["priority"])
            )
            for i, link in enumerate(links)
        ]
        if policy not in (Policy.SHARD, Policy.ALL):
            members, policy = self._split_read_write(source, members, links, op, policy)
            if algorithm(source, first) in ("least_connections", "power_of_two", "consistent_hash"):
                members = [self._weighed(m) for m in members]
        stated = [int(link.params["needed"]) for link in links if link.params.get("needed")]
        everyone = policy in (Policy.SHARD, Policy.ALL)
        needed = max(stated) if stated else (len(members) if everyone else 1)
        is_route = source.kind.is_router and not any("required" in link.given for link in links)
        required = is_route or any(bool(link.params["required"]) for link in links)
        calls = max(float(link.params["calls"]) for link in links)
        return Gate(False, policy, tuple(members), needed, required, calls)

    def _weighed(self, member: Member) -> Member:
        """Who looks at open connections or at keys sees servers, whatever their edges weigh: all get about alike."""
        return member._replace(weight=float(self.system.components[member.target].instances if member.weight else 0))

    def _policy(self, source: Component, links: Sequence[Link]) -> Policy:
        stated = [str(link.params["policy"]) for link in links if link.params.get("policy")]
        if stated:
            return Policy(stated[0])
        if source.kind.id == "dns" and source.params.get("policy") in ("geo", "failover"):
            return Policy(str(source.params["policy"]))
        if len({int(link.params["priority"]) for link in links}) > 1:
            return Policy.FAILOVER
        return Policy.BALANCE

    def _split_read_write(
        self, source: Component, members: list[Member], links: Sequence[Link], op: str, policy: Policy
    ) -> tuple[list[Member], Policy]:
        """Writes go to the primary, reads to the replicas that are called, to the primary without them.

        A router in front of a cache that asks through, and of what stands behind it, asks the cache first.
        """
        replicas = {m.target for m in members if m.target in self._replicas}
        if op == WRITE:
            return [m for m in members if m.target not in replicas], policy
        stated = any(link.given & {"policy", "priority", "weight"} for link in links)
        if replicas and len(replicas) < len(members) and not stated:
            return [m._replace(priority=0 if m.target in replicas else 1) for m in members], Policy.FAILOVER
        if source.kind.is_router and len(members) > 1 and not stated and policy is Policy.BALANCE:
            fronts = {m.target for m in members if self._stands_before(m.target, {x.target for x in members}, op)}
            if fronts and len(fronts) < len(members):
                return [m._replace(priority=0 if m.target in fronts else 1) for m in members], Policy.FAILOVER
        return members, policy

    def _stands_before(self, target: int, others: Iterable[int], op: str) -> bool:
        component = self.system.components[target]
        if component.kind.role is not Role.CACHE and component.kind.id != "cdn":
            return False
        return not self._targets(target, op).isdisjoint(set(others) - {target})

    def _targets(self, component: int, op: str) -> set[int]:
        return {
            link.target
            for link in self.system.outgoing[component]
            if link.kind.id == "call" and self._carries(link, op)
        }

    def _shield(self, component: Component, gates: list[Gate], op: str) -> tuple[Gate, ...]:
        """Mark look-ups, and put the gates that a hit spares last, so that every look-up comes first."""
        if component.kind.role is not Role.CALLER:
            return tuple(gates)
        marked = [self._as_lookup(component, gate, op) for gate in gates]
        if all(gate.lookup is Lookup.NONE for gate in marked):
            return tuple(marked)
        spares = [self._spared(gate, marked, op) for gate in marked]
        last = sorted(range(len(marked)), key=lambda i: (any(i in s for s in spares), i))
        place = {i: position for position, i in enumerate(last)}
        return tuple(
            marked[i]._replace(behind=tuple(sorted(place[j] for j, spared in enumerate(spares) if i in spared)))
            for i in last
        )

    def _as_lookup(self, caller: Component, gate: Gate, op: str) -> Gate:
        if gate.publish or len(gate.members) != 1:
            return gate
        member = gate.members[0]
        cache = self.system.components[member.target]
        if cache.kind.role is not Role.CACHE:
            return gate
        behind = self._targets(cache.index, op)
        if not self.caches(cache, op):  # written through
            is_free = "required" in self.system.links[member.link].given or not behind
            return gate if is_free else gate._replace(required=True)
        if not behind:
            return gate._replace(lookup=Lookup.ASIDE)
        stated = "required" in self.system.links[member.link].given
        has_bypass = not behind.isdisjoint(self._targets(caller.index, op))
        return gate._replace(lookup=Lookup.THROUGH, required=gate.required if stated else not has_bypass)

    def _spared(self, lookup: Gate, gates: list[Gate], op: str) -> frozenset[int]:
        """Positions of the gates that a hit at this look-up spares."""
        if lookup.lookup is Lookup.NONE:
            return frozenset()
        components = self.system.components
        member = lookup.members[0]
        fronts = self.system.links[member.link].params.get("fronts")
        behind = self._targets(member.target, op)

        def is_spared(gate: Gate) -> bool:
            if gate.publish or gate.lookup is not Lookup.NONE:
                return False
            targets = {m.target for m in gate.members}
            if fronts:
                return {components[t].id for t in targets} <= set(fronts)
            if lookup.lookup is Lookup.THROUGH:
                return bool(targets) and targets <= behind
            return all(components[t].kind.id in CACHEABLE for t in targets)

        return frozenset(i for i, gate in enumerate(gates) if is_spared(gate))
