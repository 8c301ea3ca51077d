"""The flat tables of `layout` that one run works on, and the names to read them by."""

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from simulation.topology.catalogue.model import Text
from simulation.topology.geography import Geography
from simulation.topology.system import System
from simulation.topology.wiring import Member, Policy, Wiring

Table = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TargetSet:
    """Alternatives that gates choose from: lists from `base`, one a (region, shard) or one a member."""

    base: int
    source: int
    policy: Policy
    members: tuple[Member, ...]
    write: bool
    geo: bool
    shards: int
    each: bool  # a list a member


@dataclass
class Tables:
    """Everything a run needs, as arrays, and the names to read them by."""

    system: System
    wiring: Wiring
    seed: int
    operations: tuple[str, ...]
    geography: Geography
    control: Table
    now: Table
    heap: Table
    later: Table
    todo: Table
    jobs: Table
    steps: Table
    gates: Table
    lists: Table
    cands: Table
    shares: Table
    rr: Table
    edges: Table
    insts: Table
    nodes: Table
    lanes: Table
    flows: Table
    segments: Table
    timers: Table
    contents: Table
    keys: Table
    aliases: Table
    resolvers: Table
    rtt: Table
    histogram: Table
    margin: int
    sets: list[TargetSet]
    lane_links: list[tuple[int, ...]]
    places: list[tuple[int, int]]  # (component, number of the instance in it) of each instance
    not_modelled: list[Text] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    @property
    def regions(self) -> tuple[str, ...]:
        """What the region of an instance, a request or a list counts."""
        return self.geography.places

    def arrays(self) -> tuple[Any, ...]:
        """The kernel's arguments after `margin`, in its order."""
        return (
            self.control, self.now, self.heap, self.later, self.todo, self.jobs, self.steps, self.gates, self.lists,
            self.cands, self.shares, self.rr, self.edges, self.insts, self.nodes, self.lanes, self.flows, self.segments,
            self.timers, self.contents, self.keys, self.aliases, self.resolvers, self.rtt, self.histogram,
        )  # fmt: skip
