"""The numbers of a document that an answer may depend on, each with its band and a guess at how much hangs on it.

A guess is the natural logarithm of how far a figure may go from one end of the band to the other, read from the
report without another analysis: from importances for what fails, from load and time at the node for work.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from simulation.analysis.report import NodeFigures, Report
from simulation.topology.catalogue.model import Param, Role, Text
from simulation.topology.document import Topology
from simulation.topology.replication import standbys
from simulation.topology.resolving import resolve
from simulation.topology.system import Component, Container, Link, System

_RATE = Param(
    "rate_rps", "number", Text("Rate", "요청률"), Text("Requests a second.", "초당 요청 수입니다."), unit="rps"
)

_LIFETIME = ("mtbf_h", "mttr_h", "availability")
_CONTENT = ("hit_ratio", "zipf_s", "key_count", "capacity_keys", "ttl_s")

#: The guess for what may overload something: there is no finite time at that end.
_OVERLOAD = math.log(10)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, where it stands in the document (the part and its index), its band, and how much may hang on it."""

    place: tuple[str, int]
    element: str
    param: Param
    value: float
    low: float
    high: float
    is_default: bool
    guess: float


def numbers(topology: Topology, report: Report) -> Iterator[Number]:
    """Every number that could move a figure: of nodes, containers, calls and flows."""
    system = resolve(topology)
    guesses = _Guesses(system, report)
    nodes = {n.id: i for i, n in enumerate(topology.nodes)}
    edges = {e.id: i for i, e in enumerate(topology.edges)}
    for component in system.components:
        yield from _of(component, ("nodes", nodes[component.id]), guesses)
    for container in system.containers:
        yield from _of(container, ("nodes", nodes[container.id]), guesses)
    for link in system.links:
        yield from _of(link, ("edges", edges[link.id]), guesses)
    for i, flow in enumerate(topology.flows):
        low, high = flow.rate_rps / 2, flow.rate_rps * 2
        guess = max(guesses.of_load(n, 2.0) for n in report.nodes) if report.nodes else 0.0
        yield Number(("flows", i), flow.id, _RATE, flow.rate_rps, low, high, False, max(1.0, guess))


def _of(item: Component | Container | Link, place: tuple[str, int], guesses: "_Guesses") -> Iterator[Number]:
    for param in item.kind.params:
        value = item.params.get(param.name)
        if param.type not in ("number", "integer") or not isinstance(value, int | float) or isinstance(value, bool):
            continue
        low, high = _band(param, float(value))
        guess = guesses.of(item, param.name, float(value), high) if low < high else 0.0
        if guess > 0:
            yield Number(place, item.id, param, float(value), low, high, param.name not in item.given, guess)


class _Guesses:
    """How much may hang on the numbers of one document."""

    def __init__(self, system: System, report: Report) -> None:
        self._system = system
        self._nodes = {n.id: n for n in report.nodes}
        self._rates = {e.id: e.rate_rps or 0.0 for e in report.edges}
        self._limits = {f.bottleneck for f in report.flows}
        self._mean_ms = max((f.latency.mean_ms or 0.0 for f in report.flows), default=0.0)
        traffic = sum(f.offered_rps for f in report.flows) or 1.0
        self._down = sum((1 - (f.availability or 0.0)) * f.offered_rps for f in report.flows) / traffic
        self._lost = {c.outage: c.loss_share for c in report.contingencies if c.type == "node"}
        self._part: Counter[str] = Counter()  # share of the unavailability, by node or container
        for part in report.parts:
            id = part.component.partition("#")[0].rpartition(":")[2]
            self._part[id] += part.importance.fussell_vesely  # type: ignore[assignment]

    def of(self, item: Component | Container | Link, name: str, value: float, high: float) -> float:
        """What may hang on a param of a component, a container or a link; 0 where nothing does."""
        if isinstance(item, Link):
            return self._of_link(item, name, value, high)
        if name in _LIFETIME:
            states = item.params.get("availability") is not None
            return min(self._part[item.id], 1.0) if states == (name == "availability") else 0.0
        return self._of_component(item, name, value, high) if isinstance(item, Component) else 0.0

    def of_load(self, figures: NodeFigures, growth: float) -> float:
        """Of what makes the work at a node so many times as much."""
        if not figures.arrival_rps:
            return 0.0
        busy = figures.utilization or 0.0
        part = min(1.0, (figures.time_ms or 0.0) / self._mean_ms) if self._mean_ms else 0.0
        if busy < 1 <= busy * growth:
            return _OVERLOAD
        return max(busy, part, math.log(growth) if figures.id in self._limits and growth > 1 else 0.0)

    def _of_component(self, c: Component, name: str, value: float, high: float) -> float:
        figures = self._nodes[c.id]
        if name in ("common_cause_share", "failover_coverage"):
            return self._of_sharing(c, name, high)
        if name in ("detects_in_s", "repairs_in_s"):
            return min(1.0, sum(self._part[other.id] for other in self._managed_by(c)))
        station = c.kind.station
        if station is None:
            return 0.0
        if name == station.slots or (name in station.time.values() and value > 0):
            return self.of_load(figures, 2.0 if name == station.slots else high / value)
        if name in _CONTENT and figures.hit_ratio is not None and figures.arrival_rps:
            return 0.5
        if name == "cv" and figures.arrival_rps:
            return self.of_load(figures, 1.0) / 2
        return 0.3 if name == "hot_key_share" and c.shards > 1 and figures.arrival_rps else 0.0

    def _of_sharing(self, c: Component, name: str, high: float) -> float:
        """What failures that take all replicas, or failovers that do not work, would add to the unavailability."""
        failing = 1 - (self._nodes[c.id].availability or 1.0)
        if name == "common_cause_share":
            together = high * failing if c.instances > 1 else 0.0
            more = together * max(self._lost.get(c.id, 0.0), together)  # or with another such failure elsewhere
        else:
            more = 0.1 * failing if standbys(self._system, c) and c.params.get("failover") == "automatic" else 0.0
        return math.log1p(more / self._down) if self._down > 0 else 0.0

    def _managed_by(self, automation: Component) -> Iterator[Component]:
        for link in (*self._system.outgoing[automation.index], *self._system.incoming[automation.index]):
            if link.kind.id == "manage":
                yield self._system.components[link.target if link.source == automation.index else link.source]

    def _of_link(self, link: Link, name: str, value: float, high: float) -> float:
        """Of calls as many as a request makes, which callers decide: what hands requests on makes one of each."""
        if not self._rates.get(link.id) or value <= 0:
            return 0.0
        source, target = self._system.components[link.source], self._system.components[link.target]
        if name in ("calls", "messages") and source.kind.role in (Role.CALLER, Role.QUEUE):
            return self.of_load(self._nodes[target.id], high / value)
        if name in ("latency_ms", "lag_ms") and self._mean_ms:
            return min(1.0, 2 * value / self._mean_ms)
        return min(1.0, value) if name == "loss" else 0.0


def _band(param: Param, value: float) -> tuple[float, float]:
    """The catalogue's band where it holds the value, else half and twice of it, within what is accepted."""
    if param.name == "availability":
        return 1 - min(1.0, (1 - value) * 2), 1 - (1 - value) / 2
    if param.low is not None and param.high is not None and param.low <= value <= param.high:
        low, high = float(param.low), float(param.high)
    else:
        low, high = value / 2, value * 2
    if param.maximum is not None:
        high = min(high, float(param.maximum))
    low = max(low, float(param.minimum)) if param.minimum is not None else low
    return (float(max(1, math.floor(low))), float(math.ceil(high))) if param.type == "integer" else (low, high)
