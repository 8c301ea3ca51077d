"""What is written of every flow: how available it is, how much it carries, how long it takes."""

import math

from simulation.analysis import reasons
from simulation.analysis.budget import OutOfBudget
from simulation.analysis.load import free_routing
from simulation.analysis.model import Model
from simulation.analysis.report import FlowFigures, Latency
from simulation.analysis.success.availability import SAMPLED
from simulation.analysis.success.reliability import HOURS_PER_YEAR, downtime_min_per_year
from simulation.analysis.time.timing import NOTHING
from simulation.analysis.time.waiting import Overloaded
from simulation.analysis.writing.gaps import Gaps


def flow_figures(model: Model, gaps: Gaps) -> list[FlowFigures]:
    """Figures of all flows, in the document's order."""
    return [_flow(model, flow, gaps) for flow in range(len(model.system.sources))]


def _flow(model: Model, flow: int, gaps: Gaps) -> FlowFigures:
    source = model.system.sources[flow]
    pointer = f"/flows/{flow}"
    structural = model.availability.flows[flow]
    carried, by = (None, "") if model.carried is None else (model.carried[0][flow], model.carried[1])
    if structural.solver == SAMPLED:
        for name in ("availability", "outages_per_year", "mean_outage_h"):
            gaps.say(f"{pointer}/{name}", reasons.SAMPLED, partial=True)
    if by == SAMPLED:
        gaps.say(f"{pointer}/availability_carried", reasons.SAMPLED, partial=True)
    if any(model.roots.shares[flow].get(root) for root in model.dead):
        gaps.say(f"{pointer}/availability", reasons.UNSERVED)
    capacity, bottleneck = _capacity(model, flow)
    safe = _safe(model, flow)
    free, free_bottlenecks = _free(model, flow, capacity, bottleneck, pointer, gaps)
    offered = source.rate_rps
    work = model.work
    answered = None
    if work is not None and offered > 0:
        entries = work.entries[:, flow]
        answered = sum(float(r) * s for r, s in zip(entries, work.success, strict=True) if r > 0) / offered
    if capacity is None:
        gaps.say(f"{pointer}/capacity_rps", reasons.UNSTABLE if work is None else reasons.NO_LIMIT)
    if safe is None:
        gaps.say(f"{pointer}/safe_capacity_rps", reasons.UNSTABLE if work is None else reasons.NO_LIMIT)
    if carried is None:
        gaps.say(f"{pointer}/availability_carried", reasons.UNSTABLE)
    ops = [op for op, share in sorted(source.mix.items()) if share > 0]
    latency = _latency(model, flow, None, f"{pointer}/latency", gaps)
    by_op = {op: _latency(model, flow, op, f"{pointer}/latency_by_op/{op}", gaps) for op in ops} if len(ops) > 1 else {}
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


def _capacity(model: Model, flow: int) -> tuple[float | None, str | None]:
    """How much the flow carries when all traffic grows alike, and what limits it."""
    work, system = model.work, model.system
    rate = system.sources[flow].rate_rps
    if work is None or model.assessor is None or rate <= 0:
        return None, None
    busiest, name = work.tightest_link(flow)
    on_way = work.waited_for(flow)
    for c, load in model.assessor.effects.base_load.items():
        if c in on_way and load > busiest:
            busiest, name = load, system.components[c].id
    return (rate / busiest, name) if busiest > 0 else (None, None)


def _free(
    model: Model, flow: int, capacity: float | None, bottleneck: str | None, pointer: str, gaps: Gaps
) -> tuple[float | None, list[str]]:
    """The capacity if free pools were split in the best way; as it is where there is nothing to split."""
    if capacity is None or model.work is None or not model.has_free_pool:
        return capacity, [bottleneck] if bottleneck else []
    found = None
    if len(model.work.places) <= free_routing.LARGEST and not model.budget.spent:
        seconds = model.budget.left(0.2)
        found = free_routing.grown(model.work, flow, seconds)
    if found is None:
        gaps.say(f"{pointer}/capacity_free_rps", reasons.OUT_OF_BUDGET, partial=True)
        return None, []
    return model.system.sources[flow].rate_rps * found.growth, found.bottlenecks


def _safe(model: Model, flow: int) -> float | None:
    assessor = model.assessor
    rate = model.system.sources[flow].rate_rps
    if assessor is None or rate <= 0:
        return None
    found = assessor.safe_share(flow, model.contingencies[1])
    return None if found is None else rate * found[0]


def _latency(model: Model, flow: int, op: str | None, pointer: str, gaps: Gaps) -> Latency:
    timing = model.timing
    if timing is None:
        gaps.say(pointer, reasons.UNSTABLE if model.work is None else reasons.CIRCULAR)
        return NOTHING
    try:
        found = timing.of_flow(flow, op)
    except Overloaded as overloaded:
        gaps.say(pointer, overloaded.reason)
        return NOTHING
    except OutOfBudget:
        gaps.say(pointer, reasons.OUT_OF_BUDGET, partial=True)
        return NOTHING
    if found.mean_ms is None:
        gaps.say(pointer, reasons.NOTHING_OFFERED)
    elif found.p99_ms is None:
        gaps.say(pointer, reasons.HEAVY_TAIL)
    return found
