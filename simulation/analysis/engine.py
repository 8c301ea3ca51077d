"""Writes the report from a model: every figure of the contract, or null and why."""

import gc
import math
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from simulation.analysis import assumptions, reasons
from simulation.analysis.budget import Budget, OutOfBudget
from simulation.analysis.cutsets import MOST_FUNCTIONS, cut_sets
from simulation.analysis.load import free_routing
from simulation.analysis.load.work import Work, capacity_of, hottest, slots_of
from simulation.analysis.losses.falls import falls as find_falls
from simulation.analysis.losses.pairs import pairs as find_pairs
from simulation.analysis.model import Model
from simulation.analysis.report import (
    Backlog,
    Contingency,
    EdgeFigures,
    Fall,
    FlowFigures,
    Gap,
    Importance,
    Latency,
    NodeFigures,
    Reason,
    Report,
)
from simulation.analysis.success.availability import SAMPLED, importances
from simulation.analysis.success.reliability import HOURS_PER_YEAR, availability_of_replica, downtime_min_per_year
from simulation.analysis.time.draining import drain_rps
from simulation.analysis.time.timing import NOTHING
from simulation.analysis.time.waiting import Overloaded
from simulation.topology.document import InvalidInput, Problem, Topology
from simulation.topology.system import Component

_EPS = 1e-9


def report(
    topology: Topology,
    *,
    max_order: int | None = None,
    budget: Budget | None = None,
    findings: bool = True,
    pairs: bool = False,
    falls: bool = False,
) -> Report:
    """All figures of a valid document. Without `max_order` cut sets go to order 3, on large systems to 2.

    With `pairs` losses of two at once too, with `falls` what every loss takes along.
    """
    model = Model(topology, budget or Budget())
    return reported(model, max_order=max_order, findings=findings, pairs=pairs, falls=falls)


def reported(
    model: Model,
    *,
    max_order: int | None = None,
    findings: bool = True,
    pairs: bool = False,
    falls: bool = False,
) -> Report:
    """The report of a model, as `report` answers it."""
    with undisturbed():
        try:
            written = figures(model, max_order, pairs, falls)
        except OutOfBudget as beyond:
            text = f"this needs more than {model.budget.gates:,} gates; make the document smaller"
            raise InvalidInput([Problem("", text)]) from beyond
        return with_findings(model, written) if findings else written


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the search for cyclic garbage from walking what is being built: an analysis makes next to none."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            if not gc.get_freeze_count():  # what was built counts as old: not walked at once
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def with_findings(model: Model, written: Report) -> Report:
    """The same report with what a review says about it."""
    from simulation.analysis.findings import detect_all

    with undisturbed():
        return msgspec.structs.replace(written, findings=detect_all(model, written))


def figures(model: Model, max_order: int | None = None, pairs: bool = False, falls: bool = False) -> Report:
    """The report without findings and advice."""
    writer = _Writer(model)
    system = model.system
    if not system.sources:
        writer.gap("/flows", reasons.NO_FLOW)
    order = max_order if max_order is not None else (3 if sum(1 for _ in system.components) <= 120 else 2)
    single = model.spofs
    availability = model.availability if system.sources else None
    contingencies, effects = model.contingencies
    if len(contingencies) < len(model.outages):
        writer.gap("/contingencies", reasons.OUT_OF_BUDGET if model.work else reasons.UNSTABLE, model.work is not None)
    for position, effect in enumerate(effects):
        if effect.is_endless:
            writer.gap(f"/contingencies/{position}/shed_share", reasons.UNSTABLE)
    try:
        cuts = cut_sets(model, order)
        if cuts.order < order:
            writer.gap("/cut_sets", reasons.cuts_up_to(cuts.order), partial=True)
        if (kinds := len(model.roots.gates)) > MOST_FUNCTIONS:
            writer.gap("/cut_sets", reasons.cuts_of_extremes(kinds))
        if cuts.left_out:
            writer.gap("/cut_sets", reasons.cuts_left_out(cuts.left_out), partial=True)
        found = cuts.found
    except OutOfBudget:
        writer.gap("/cut_sets", reasons.OUT_OF_BUDGET, partial=True)
        found = []
    simplifications = assumptions.simplifications(model)
    two = writer.pairs() if pairs else []
    along = writer.falls() if falls else []
    flows = [writer.flow(i) for i in range(len(system.sources))]
    nodes = writer.nodes()
    return Report(
        spofs=single,
        cut_sets=found,
        contingencies=contingencies,
        flows=flows,
        nodes=nodes,
        edges=writer.edges(),
        findings=[],
        advice=[],
        cost_per_month=model.system.cost_per_month,
        assumptions=assumptions.listed(model),
        not_modelled=[s.reason for s in simplifications],
        gaps=writer.gaps,
        solver=availability.solver if availability else "none",
        max_order=order,
        partial=writer.partial,
        pairs=two,
        simplifications=simplifications,
        falls=along,
    )


class _Writer:
    """Collects gaps while figures are written."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.gaps: list[Gap] = []
        self.partial = False
        self.rates = model.rates

    def gap(self, pointer: str, reason: Reason, partial: bool = False) -> None:
        """Say why a figure is null."""
        self.gaps.append(Gap(pointer, reason.reason, reason.code, reason.reason_ko))
        self.partial = self.partial or partial

    def pairs(self) -> list[Contingency]:
        """Losses of two at once that end worse than either alone."""
        found = find_pairs(self.model)
        if len(self.model.contingencies[0]) < len(self.model.outages):
            self.gap("/pairs", reasons.SINGLES_INCOMPLETE, partial=True)
        if found.assessed < found.number:
            self.gap("/pairs", reasons.pairs_assessed(found.assessed, found.number), partial=True)
        if found.left_out:
            self.gap("/pairs", reasons.pairs_left_out(found.left_out), partial=True)
        return found.found

    def falls(self) -> list[Fall]:
        """What every loss takes along."""
        found = find_falls(self.model)
        if found.looked_at < found.number:
            self.gap("/falls", reasons.losses_looked_at(found.looked_at, found.number), partial=True)
        return found.found

    # -- flows ----------------------------------------------------------------------------------------

    def flow(self, flow: int) -> FlowFigures:
        """All figures of one flow."""
        model = self.model
        source = model.system.sources[flow]
        pointer = f"/flows/{flow}"
        structural = model.availability.flows[flow]
        carried, by = (None, "") if model.carried is None else (model.carried[0][flow], model.carried[1])
        if structural.solver == SAMPLED:
            for name in ("availability", "outages_per_year", "mean_outage_h"):
                self.gap(f"{pointer}/{name}", reasons.SAMPLED, partial=True)
        if by == SAMPLED:
            self.gap(f"{pointer}/availability_carried", reasons.SAMPLED, partial=True)
        if any(model.roots.shares[flow].get(root) for root in model.dead):
            self.gap(f"{pointer}/availability", reasons.UNSERVED)
        capacity, bottleneck = self._capacity(flow)
        safe = self._safe(flow)
        free, free_bottlenecks = self._free(flow, capacity, bottleneck, pointer)
        offered = source.rate_rps
        work = model.work
        answered = None
        if work is not None and offered > 0:
            entries = work.entries[:, flow]
            answered = sum(float(r) * s for r, s in zip(entries, work.success, strict=True) if r > 0) / offered
        if capacity is None:
            self.gap(f"{pointer}/capacity_rps", reasons.UNSTABLE if work is None else reasons.NO_LIMIT)
        if safe is None:
            self.gap(f"{pointer}/safe_capacity_rps", reasons.UNSTABLE if work is None else reasons.NO_LIMIT)
        if carried is None:
            self.gap(f"{pointer}/availability_carried", reasons.UNSTABLE)
        ops = [op for op, share in sorted(source.mix.items()) if share > 0]
        latency = self._latency(flow, None, f"{pointer}/latency")
        by_op = {op: self._latency(flow, op, f"{pointer}/latency_by_op/{op}") for op in ops} if len(ops) > 1 else {}
        per_h = structural.per_h
        return FlowFigures(
            id=source.id,
            availability=1 - structural.q,
            availability_low=1 - structural.high,
            availability_high=1 - structural.low,
            availability_carried=None if carried is None else 1 - carried,
            nines=-math.log10(structural.q) if structural.q > 0 else None,
            downtime_min_per_year=downtime_min_per_year(structural.q),
            outages_per_year=None if per_h is None else per_h * HOURS_PER_YEAR,
            mean_outage_h=structural.q / per_h if per_h else None,
            offered_rps=offered,
            carried_share=answered,
            capacity_rps=capacity,
            safe_capacity_rps=safe,
            headroom=capacity / offered - 1 if capacity is not None and offered > 0 else None,
            bottleneck=bottleneck,
            latency=latency,
            latency_by_op=by_op,
            solver=structural.solver,
            capacity_free_rps=free,
            bottlenecks_free=free_bottlenecks,
        )

    def _capacity(self, flow: int) -> tuple[float | None, str | None]:
        """How much the flow carries when all traffic grows alike, and what limits it."""
        work, system = self.model.work, self.model.system
        rate = system.sources[flow].rate_rps
        if work is None or self.model.assessor is None or rate <= 0:
            return None, None
        busiest, name = work.tightest_link(flow)
        on_way = work.waited_for(flow)
        for c, load in self.model.assessor.effects.base_load.items():
            if c in on_way and load > busiest:
                busiest, name = load, system.components[c].id
        return (rate / busiest, name) if busiest > 0 else (None, None)

    def _free(
        self, flow: int, capacity: float | None, bottleneck: str | None, pointer: str
    ) -> tuple[float | None, list[str]]:
        """The capacity if free pools were split in the best way; as it is where there is nothing to split."""
        model = self.model
        if capacity is None or model.work is None or not model.has_free_pool:
            return capacity, [bottleneck] if bottleneck else []
        found = None
        if len(model.work.places) <= free_routing.LARGEST and not model.budget.spent:
            seconds = model.budget.left(0.2)
            found = free_routing.grown(model.work, flow, seconds)
        if found is None:
            self.gap(f"{pointer}/capacity_free_rps", reasons.OUT_OF_BUDGET, partial=True)
            return None, []
        return model.system.sources[flow].rate_rps * found.growth, found.bottlenecks

    def _safe(self, flow: int) -> float | None:
        assessor = self.model.assessor
        rate = self.model.system.sources[flow].rate_rps
        if assessor is None or rate <= 0:
            return None
        found = assessor.safe_share(flow, self.model.contingencies[1])
        return None if found is None else rate * found[0]

    def _latency(self, flow: int, op: str | None, pointer: str) -> Latency:
        timing = self.model.timing
        if timing is None:
            self.gap(pointer, reasons.UNSTABLE if self.model.work is None else reasons.CIRCULAR)
            return NOTHING
        try:
            found = timing.of_flow(flow, op)
        except Overloaded as overloaded:
            self.gap(pointer, overloaded.reason)
            return NOTHING
        except OutOfBudget:
            self.gap(pointer, reasons.OUT_OF_BUDGET, partial=True)
            return NOTHING
        if found.mean_ms is None:
            self.gap(pointer, reasons.NOTHING_OFFERED)
        elif found.p99_ms is None:
            self.gap(pointer, reasons.HEAVY_TAIL)
        return found

    # -- nodes ----------------------------------------------------------------------------------------

    def nodes(self) -> list[NodeFigures]:
        """Figures of every node that is no container, in the document's order."""
        model = self.model
        importance: dict[str, Importance] = {}
        birnbaum = model.availability.birnbaum if model.system.sources else None
        if birnbaum is not None:
            total = model.availability.of_all
            importance = importances(model.gates, model.needed_by_some, birnbaum, model.rates, total)
        known, found = model.figured, []
        for position, c in enumerate(model.system.components):
            if (node := known.get(c.index)) is None:
                gaps = len(self.gaps)
                node = self._node(c, f"/nodes/{position}")
                if len(self.gaps) == gaps:
                    known[c.index] = node
            found.append(msgspec.structs.replace(node, importance=importance.get(c.id)))
        return found

    def _node(self, c: Component, pointer: str) -> NodeFigures:
        model, work = self.model, self.model.work
        arrival = capacity = load = wait = time = backlog = None
        if c.kind.can_fail and model.system.sources and model.availability.birnbaum is None:
            self.gap(f"{pointer}/importance", reasons.SAMPLED, partial=True)
        if work is None:
            self.gap(f"{pointer}/utilization", reasons.UNSTABLE)
        else:
            arrival = work.arrival(c.index)
            load = work.offered_load(c.index) if work.visited[c.index] else self._idle(c)
            capacity = _node_capacity(work, c, arrival, load)
            wait, time = self._times(c, pointer, bool(arrival))
            load = self._taken(c, load, pointer)
            if c.index in model.consumers and load is not None and capacity is not None:
                if c.holds_slot:
                    capacity = drain_rps(work, c, capacity)
                    full = arrival / capacity if capacity > 0 else load
                    load = full if full >= 1 else min(load, full)  # calls take longest when all slots make them
                backlog = self._backlog(c, arrival, capacity)
        return NodeFigures(
            id=c.id,
            arrival_rps=arrival,
            capacity_rps=capacity,
            utilization=load,
            wait_ms=wait,
            time_ms=time,
            importance=None,
            hit_ratio=model.hits.get(c.index),
            availability=self._availability(c) if c.kind.can_fail else None,
            backlog=backlog,
        )

    def _taken(self, c: Component, load: float | None, pointer: str) -> float | None:
        """The load of a node's slots; where they are held for its calls, with the queues that these meet."""
        timing = self.model.timing
        if load is None or timing is None or not c.holds_slot:
            return load
        try:
            return max(load, timing.utilization(c) or 0.0)
        except Overloaded:
            return load
        except OutOfBudget:
            self.gap(f"{pointer}/utilization", reasons.OUT_OF_BUDGET, partial=True)
            return None

    def _availability(self, c: Component) -> float:
        """Of one replica."""
        own = self.model.gates.index_of(("replica", c.id, 0))
        common = self.model.gates.index_of(("common", c.id)) if c.common_cause_share else None
        if own is None:
            return availability_of_replica(self.model.system, c)
        return (1 - self.rates[own].q) * (1 - (0.0 if common is None else self.rates[common].q))

    def _idle(self, c: Component) -> float | None:
        return None if c.slots is None else 0.0

    def _times(self, c: Component, pointer: str, is_visited: bool) -> tuple[float | None, float | None]:
        timing = self.model.timing
        if timing is None or c.kind.station is None or not is_visited:
            return None, None
        try:
            wait = timing.mean_wait(c)
            return wait, wait + timing.mean_service(c)
        except Overloaded as overloaded:
            self.gap(f"{pointer}/wait_ms", overloaded.reason)
            return None, None
        except OutOfBudget:
            self.gap(f"{pointer}/wait_ms", reasons.OUT_OF_BUDGET, partial=True)
            return None, None

    def _backlog(self, c: Component, arrival: float, drain: float) -> Backlog:
        growth = max(0.0, arrival - drain)
        places = 0.0
        for link in self.model.system.incoming[c.index]:
            if link.kind.id == "consume":
                places += float(self.model.system.components[link.source].params.get("capacity_messages") or 0.0)
        spare = drain - arrival
        return Backlog(
            arrival_rps=arrival,
            drain_rps=drain,
            growth_rps=growth,
            full_after_s=places / growth if growth > 0 and places > 0 else None,
            drain_s_per_minute=60 * arrival / spare if spare > _EPS else None,
        )

    def edges(self) -> list[EdgeFigures]:
        """Calls on every edge that carries any."""
        work = self.model.work
        found = []
        for link in self.model.system.links:
            rate = None if work is None else work.link_rate.get(link.index, 0.0)
            limit = capacity_of(link)
            load = rate / limit if rate is not None and limit else None
            found.append(EdgeFigures(link.id, rate, load))
        return found


def _node_capacity(work: Work, c: Component, arrival: float, load: float | None) -> float | None:
    """Requests a second that the node can do, in the mix that reaches it."""
    if load is None:
        return None
    if arrival > 0 and load > 0:
        return arrival / load
    if c.slots is None or c.time_ms("") <= 0:
        return None
    slots = slots_of(work.system, c)
    return None if slots is None else slots * c.instances / (c.time_ms("") / 1000) / hottest(c)
