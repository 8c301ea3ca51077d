"""A document resolved against the catalogue: every param has its value, every replica its containers.

Both engines compile from a `System`; neither looks back at the document. `resolving` builds one from a document that
`validation` accepts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulation.topology.catalogue.model import EdgeKind, Kind
from simulation.topology.document import Flow, Topology

#: Params of edges: how many on average a request.
_PER_REQUEST = {"call": "calls", "publish": "messages"}


@dataclass(frozen=True, slots=True)
class Container:
    """A failure domain. `ancestors` are indices into `System.containers`, itself first, outermost last."""

    index: int
    id: str
    kind: Kind
    params: Mapping[str, Any]
    given: frozenset[str]
    ancestors: tuple[int, ...]


@dataclass(frozen=True)
class Component:
    """A node that is no container.

    It has `shards` key ranges with `replicas` instances each. `domains` holds, for each of its
    `instances`, the containers that take it along. `given` names the params that the document states;
    all others are catalogue defaults.
    """

    index: int
    id: str
    kind: Kind
    params: Mapping[str, Any]
    given: frozenset[str]
    replicas: int
    shards: int
    domains: tuple[tuple[int, ...], ...]

    @cached_property
    def instances(self) -> int:
        """All instances; instance i (from 0) serves shard i // replicas and is written `id#(i + 1)`."""
        return self.replicas * self.shards

    @cached_property
    def boxes(self) -> tuple[int, ...]:
        """Containers that some instance is in."""
        return tuple(dict.fromkeys([box for domain in self.domains for box in domain]))

    @property
    def needed(self) -> int:
        """Replicas a shard needs in the structural figures (`auto` is one)."""
        value = self.params.get("needed", "auto")
        return 1 if value in (None, "auto") else int(value)

    @property
    def common_cause_share(self) -> float:
        """Share of a replica's failures that take all of them at once; 0 where there is only one."""
        return float(self.params.get("common_cause_share") or 0.0) if self.instances > 1 else 0.0

    @cached_property
    def shard_shares(self) -> tuple[float, ...]:
        """Share of the traffic that each shard gets: the hot shard h + (1 - h)/S, the others (1 - h)/S."""
        hot = float(self.params.get("hot_key_share") or 0.0)
        even = (1 - hot) / self.shards
        return hot + even, *[even] * (self.shards - 1)

    @cached_property
    def holds_slot(self) -> bool:
        """Whether a slot is held while its request waits for what it calls; a worker always holds its own."""
        return bool(self.params.get("holds_slot", self.kind.id == "worker"))

    @cached_property
    def unstated(self) -> tuple[str, ...]:
        """Params of capacity and of failing whose defaults hold, since the document does not state them."""
        station = self.kind.station
        names = list(dict.fromkeys(station.time.values())) if station else []
        if station and station.slots:
            names.append(station.slots)
        if self.kind.can_fail and "availability" not in self.given:
            names += ["mtbf_h", "mttr_h"]
        return tuple([n for n in names if n not in self.given and self.params.get(n) is not None])

    def time_ms(self, op: str) -> float:
        """Mean service time of the operation in milliseconds; 0 where the kind has no station."""
        if self.kind.station is None:
            return 0.0
        times = self.kind.station.time
        return float(self.params[times.get(op, times[""])] or 0.0)

    @cached_property
    def slowest_ms(self) -> float:
        """The longest mean service time of an operation in milliseconds."""
        return max([self.time_ms(op) for op in self.kind.station.time]) if self.kind.station else 0.0

    @cached_property
    def slots(self) -> int | None:
        """Slots of one instance; None for a pure delay."""
        station = self.kind.station
        return None if station is None or station.slots is None else int(self.params[station.slots])


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two components, by their indices."""

    index: int
    id: str
    source: int
    target: int
    kind: EdgeKind
    params: Mapping[str, Any]
    given: frozenset[str]

    def carries(self, op: str) -> bool:
        """Whether requests of this operation take the edge by its `ops`."""
        ops = self.params.get("ops")
        return not ops or op in ops


@dataclass(frozen=True, slots=True)
class Source:
    """A flow: `mix` and `regions` are shares that sum to 1 (`regions` may be empty: no home region)."""

    index: int
    id: str
    client: int
    rate_rps: float
    mix: Mapping[str, float]
    regions: Mapping[str, float]
    flow: Flow


@dataclass(frozen=True)
class System:
    """A whole resolved topology. Indices are positions in these tuples, in the document's order.

    After an edit the tuples may have gaps (`resolving`): iteration passes them over, `len` counts them.
    """

    topology: Topology
    components: tuple[Component, ...]
    containers: tuple[Container, ...]
    links: tuple[Link, ...]
    sources: tuple[Source, ...]

    @cached_property
    def component_by_id(self) -> Mapping[str, Component]:
        return {c.id: c for c in self.components}

    @cached_property
    def container_by_id(self) -> Mapping[str, Container]:
        return {c.id: c for c in self.containers}

    @cached_property
    def cost_per_month(self) -> float:
        """USD a month of all replicas and containers."""
        nodes = sum(float(c.params.get("cost_per_month") or 0.0) * c.instances for c in self.components)
        return nodes + sum(float(b.params.get("cost_per_month") or 0.0) for b in self.containers)

    @cached_property
    def outgoing(self) -> tuple[tuple[Link, ...], ...]:
        """Links by source component."""
        found: list[list[Link]] = [[] for _ in range(len(self.components))]
        for link in self.links:
            found[link.source].append(link)
        return tuple(tuple(f) for f in found)

    @cached_property
    def incoming(self) -> tuple[tuple[Link, ...], ...]:
        """Links by target component."""
        found: list[list[Link]] = [[] for _ in range(len(self.components))]
        for link in self.links:
            found[link.target].append(link)
        return tuple(tuple(f) for f in found)

    @cached_property
    def responses(self) -> frozenset[int]:
        """Call links that are only the way back of another: of two opposite arrows that say nothing of operations,
        the one that leads towards the clients, unless it states anything about itself.

        Routers that point at each other are a mesh: either may hand a request on to the other.
        """
        plain = {
            (link.source, link.target): link
            for link in self.links
            if link.kind.id == "call" and not link.params.get("ops")
        }
        pairs = [(link, plain[back, front]) for (front, back), link in plain.items() if (back, front) in plain]
        if not pairs:
            return frozenset()
        far = self._steps_from_clients()
        nowhere = len(self.components)
        return frozenset(
            back.index
            for front, back in pairs
            if not back.given
            and far.get(front.source, nowhere) < far.get(back.source, nowhere)
            and not (self.components[front.source].kind.is_router and self.components[back.source].kind.is_router)
        )

    def _steps_from_clients(self) -> dict[int, int]:
        """How many calls each component is away from the nearest client."""
        here = sorted({source.client for source in self.sources})
        found = dict.fromkeys(here, 0)
        while here:
            there = dict.fromkeys(
                link.target
                for component in here
                for link in self.outgoing[component]
                if link.kind.id in ("call", "publish", "consume") and link.target not in found
            )
            found |= dict.fromkeys(there, found[here[0]] + 1)
            here = list(there)
        return found

    @cached_property
    def seldom(self) -> tuple[Link, ...]:
        """Edges of less than one call, or message, a request on average."""
        return tuple(
            [
                link
                for link in self.links
                if (often := _PER_REQUEST.get(link.kind.id)) is not None and 0 < float(link.params[often]) < 1
            ]
        )

    @cached_property
    def operations(self) -> tuple[str, ...]:
        """Every operation that some flow sends, sorted."""
        return tuple(sorted({op for s in self.sources for op in s.mix}))
