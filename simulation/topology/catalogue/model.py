"""What a kind says about itself. Palette, inspector, validation, docs, API and both engines read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from simulation.topology.catalogue.particles import with_particles


@dataclass(frozen=True, slots=True)
class Text:
    """A string in both languages of the interface; the Korean one chooses its particles by the names put in."""

    en: str
    ko: str

    def __post_init__(self) -> None:
        if "(" in self.ko:
            object.__setattr__(self, "ko", with_particles(self.ko))


class Role(StrEnum):
    """How a kind takes part in a request (contract: what a request needs, in one rule each)."""

    CLIENT = "client"  # sends flows; needs one of its targets; never fails
    ROUTER = "router"  # needs one of its targets: dns, cdn on a miss, load balancer, gateway
    CALLER = "caller"  # needs all its dependencies: web server, service, worker
    CACHE = "cache"  # optional by default; a hit spares what stands behind
    STORE = "store"  # keeps data: database, session store, object storage, search index, external service
    QUEUE = "queue"  # takes messages; its consumers are a flow of their own
    OBSERVER = "observer"  # logging, metrics, automation: never on a request's path
    CONTAINER = "container"  # region, data center, zone, rack, host: takes everything in it along


ParamType = Literal["number", "integer", "boolean", "choice", "string", "text", "list", "map", "record"]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: its type, unit, default, usual band, accepted range and where the default comes from.

    `default` None means: absent unless given. `minimum` and `maximum` bound what is accepted,
    `low` and `high` what is usual. `fields` are the members of a record; `choices` those of a choice, or
    words that are accepted beside a number. `item` is the type of a list's items or a map's values. A `string` is
    a name of at most 64 characters, a `text` is as long as a document may be.
    """

    name: str
    type: ParamType
    title: Text
    help: Text
    unit: str = ""
    default: Any = None
    low: float | None = None
    high: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None  # exclusive lower bound
    choices: tuple[str, ...] = ()
    item: ParamType | None = None
    fields: tuple["Param", ...] = ()
    nullable: bool = False  # null is accepted though there is a default
    source: str = "common"
    group: Literal["work", "routing", "data", "reliability", "network", "cost"] = "work"


@dataclass(frozen=True, slots=True)
class Station:
    """Which params describe the queueing station of one replica.

    `time` maps an operation to the param that holds its mean service time in milliseconds; the key ""
    is any other operation. `slots` None means a pure delay: no request waits for another.
    """

    time: Mapping[str, str]
    slots: str | None = "concurrency"
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of node: one module in `kinds/`, found by listing the folder.

    `icon` is the path data of a 24 x 24 outline drawn with a stroke (one family). `group` is its drawer
    in the palette. `can_fail` kinds have availability params; `station` is None where nothing queues.
    """

    id: str
    role: Role
    group: Literal["edge", "compute", "data", "messaging", "operations", "containers"]
    title: Text
    summary: Text
    icon: str
    params: tuple[Param, ...] = ()
    station: Station | None = None
    can_fail: bool = True
    order: int = 100
    _by_name: dict[str, Param] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {p.name: p for p in self.params})

    @property
    def is_container(self) -> bool:
        return self.role is Role.CONTAINER

    @property
    def is_router(self) -> bool:
        """Whether a request that passes here needs one of the targets rather than all."""
        return self.role in (Role.CLIENT, Role.ROUTER)

    def param(self, name: str) -> Param | None:
        """The parameter of that name, or None."""
        return self._by_name.get(name)


@dataclass(frozen=True, slots=True)
class EdgeKind:
    """A kind of edge with its params; `on_path` edges carry requests."""

    id: str
    title: Text
    summary: Text
    params: tuple[Param, ...] = ()
    on_path: bool = True
    _by_name: dict[str, Param] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {p.name: p for p in self.params})

    def param(self, name: str) -> Param | None:
        """The parameter of that name, or None."""
        return self._by_name.get(name)
