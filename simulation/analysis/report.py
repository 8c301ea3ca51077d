"""What the analysis answers, as typed data: the report of the contract, section 2, and its additions.

Shares are 0..1, rates requests per second, money USD a month. What could not be computed is None, and
`gaps` says why. `loss_share` is the share of all offered traffic.
"""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

Verdict = Literal["ok", "degraded", "overload", "cascade", "outage"]
OutageType = Literal["replica", "node", "edge", "container", "cold_cache", "pair"]
Severity = Literal["error", "warning", "info"]
PartType = Literal["component", "container", "common_cause", "failover"]


class Spof(msgspec.Struct, frozen=True):
    """A single failure that loses traffic. `path` leads from a client to what breaks, node ids and edge ends."""

    component: str
    type: Literal["component", "container"]
    hidden: bool
    loss_share: float
    flows: list[str]
    path: list[str]
    reason: str
    reason_ko: str = ""


class CutSet(msgspec.Struct, frozen=True):
    """A minimal set of failures that loses `loss_share` of the traffic.

    Named are nodes, replicas, containers, `failover:ID` and, for what takes all replicas at once, `common:ID`.
    """

    components: list[str]
    probability: float
    loss_share: float


class CutSetList(msgspec.Struct, frozen=True):
    """Cut sets by expected loss, complete up to `order` but for those `left_out`."""

    found: list[CutSet]
    order: int
    left_out: int


class Overloaded(msgspec.Struct, frozen=True):
    """A node that is offered more than it can do; `utilization` is demand over capacity, above 1.

    None where calls multiply in a circle: there is no finite demand.
    """

    node: str
    utilization: float | None


class Contingency(msgspec.Struct, frozen=True):
    """One loss and what follows.

    `loss_share` falls with the structure, at once. `shed_share` is what survivors must refuse when they
    shed load well, None where calls multiply in a circle; `collapse_share` what is lost in all when every
    overloaded node fails in turn.
    """

    outage: str
    type: OutageType
    verdict: Verdict
    loss_share: float
    shed_share: float | None
    overloaded: list[Overloaded]
    collapse_share: float | None
    flows: dict[str, float]


#: Verdicts of a loss that is not survived.
FAILED: frozenset[Verdict] = frozenset({"overload", "cascade", "outage"})


def not_survived(contingencies: Iterable[Contingency]) -> list[Contingency]:
    """The losses of one real thing that end in overload, cascade or outage: of any replica or container.

    A node of one replica is that replica. The loss of all replicas of a node at once is no single loss, an
    edge has no availability of its own, and a cold cache is not lost: they are listed, but do not count.
    """
    contingencies = list(contingencies)
    several = {c.outage.partition("#")[0] for c in contingencies if c.type == "replica"}
    return [
        c
        for c in contingencies
        if c.verdict in FAILED
        and (c.type in ("replica", "container") or (c.type == "node" and c.outage not in several))
    ]


class Fall(msgspec.Struct, frozen=True):
    """What a loss takes along: of each node the share of the requests there that are no longer answered.

    Read by rows it says what a thing breaks, read by nodes what breaks a node.
    """

    outage: str
    type: OutageType
    nodes: dict[str, float]


class Latency(msgspec.Struct, frozen=True):
    """End-to-end time of served requests at the offered load, in milliseconds."""

    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class FlowFigures(msgspec.Struct, frozen=True):
    """What a flow can count on. `headroom` is capacity over offered load, minus one.

    `capacity_free_rps` is the capacity if pools that state no weights were split in the best way, an upper
    bound; `bottlenecks_free` are the nodes and edges that set it.
    """

    id: str
    availability: float | None
    availability_low: float | None
    availability_high: float | None
    availability_carried: float | None
    nines: float | None
    downtime_min_per_year: float | None
    outages_per_year: float | None
    mean_outage_h: float | None
    offered_rps: float
    carried_share: float | None
    capacity_rps: float | None
    safe_capacity_rps: float | None
    headroom: float | None
    bottleneck: str | None
    latency: Latency
    latency_by_op: dict[str, Latency]
    solver: str
    capacity_free_rps: float | None = None
    bottlenecks_free: list[str] = []


class Importance(msgspec.Struct, frozen=True):
    """What the failures of a part mean to all traffic; of a node, those of its most important replica.

    `birnbaum` d availability / d availability of the part; `fussell_vesely` share of the unavailability in
    which the part takes part; `risk_achievement` unavailability with the part down over unavailability;
    `duplication_gain` availability that an independent copy would add (I_B A (1 - A)).
    """

    birnbaum: float
    fussell_vesely: float
    risk_achievement: float
    duplication_gain: float


class PartFigures(msgspec.Struct, frozen=True):
    """One thing that fails by itself, named as in cut sets: a node or a replica, a container, what takes all replicas
    at once (`common:ID`), a failover (`failover:ID`). `availability` is the share of time that it works."""

    component: str
    type: PartType
    availability: float
    importance: Importance


class Backlog(msgspec.Struct, frozen=True):
    """Where consumers are slower than what is published: they delay, they do not lose until the queue is full."""

    arrival_rps: float
    drain_rps: float
    growth_rps: float
    full_after_s: float | None
    drain_s_per_minute: float | None


class NodeFigures(msgspec.Struct, frozen=True):
    """Load and time at one node. `arrival_rps` counts attempts; `hit_ratio` only where something is cached."""

    id: str
    arrival_rps: float | None
    capacity_rps: float | None
    utilization: float | None
    wait_ms: float | None
    time_ms: float | None
    importance: Importance | None
    hit_ratio: float | None
    availability: float | None
    backlog: Backlog | None


class EdgeFigures(msgspec.Struct, frozen=True):
    """Calls on one edge, attempts included."""

    id: str
    rate_rps: float | None
    utilization: float | None


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stable code, like a linter's, on the components it concerns."""

    code: str
    severity: Severity
    message: str
    components: list[str]
    fix: str | None = None
    tier: Literal["S", "A"] = "A"
    message_ko: str = ""
    fix_ko: str | None = None
    patch: list[dict[str, Any]] | None = None
    accepted: dict[str, Any] | None = None


class Advice(msgspec.Struct, frozen=True):
    """A change as a JSON Patch (RFC 6902) to the document, with what it buys and costs, re-evaluated.

    `buys` maps a figure's name to its change (`spofs`, `availability`, `safe_capacity_rps`, `p99_ms`, ...).
    """

    title: str
    title_ko: str
    patch: list[dict[str, Any]]
    buys: dict[str, float]
    cost_per_month: float
    codes: list[str]


class Assumption(msgspec.Struct, frozen=True):
    """A number that the document did not state and a figure leaned on, or a simplification of the model."""

    element: str
    param: str
    value: Any
    unit: str
    source: str
    used_for: list[str]
    source_ko: str = ""


class Bar(msgspec.Struct, frozen=True):
    """One number: its value and band, and the figures of the design with it at either end.

    `swing` is the largest of the figures' ratios between the ends, as a natural logarithm: of the
    unavailability, of the p99, of the capacity (`moves` says which). `is_default` numbers were not stated.
    """

    element: str
    param: str
    unit: str
    value: float
    low: float
    high: float
    is_default: bool
    at_low: dict[str, float | None]
    at_high: dict[str, float | None]
    swing: float
    moves: str


class Reason(msgspec.Struct, frozen=True):
    """Why something is not in the figures, with a stable code, in both languages."""

    code: str
    reason: str
    reason_ko: str


class Gap(msgspec.Struct, frozen=True):
    """Why a figure is null: `pointer` is the place in the report, as a JSON pointer, `code` stable."""

    pointer: str
    reason: str
    code: str = ""
    reason_ko: str = ""


class Report(msgspec.Struct, frozen=True):
    """The whole answer. `partial` is true where a budget ran out; then `gaps` says what is missing.

    `simplifications` are what the figures leave out; `not_modelled` are their sentences in English.
    `pairs`, on request, are losses of two at once (`a + b`) that end worse than either alone. `falls`, on
    request, say of every single loss which nodes fall with it. `parts` are all things that fail by themselves and
    matter to some request, those with the greatest share of the unavailability first.
    """

    spofs: list[Spof]
    cut_sets: list[CutSet]
    contingencies: list[Contingency]
    flows: list[FlowFigures]
    nodes: list[NodeFigures]
    edges: list[EdgeFigures]
    findings: list[Finding]
    advice: list[Advice]
    cost_per_month: float
    assumptions: list[Assumption]
    not_modelled: list[str]
    gaps: list[Gap]
    solver: str
    max_order: int
    partial: bool
    digest: str | None = None
    tornado: list[Bar] = []
    simplifications: list[Reason] = []
    pairs: list[Contingency] = []
    falls: list[Fall] = []
    parts: list[PartFigures] = []
