"""What is written of every node: what reaches it, how busy that keeps it, how long it takes, how often it is up."""

import msgspec

from simulation.analysis import reasons
from simulation.analysis.budget import OutOfBudget
from simulation.analysis.load.work import Work, hottest, slots_of
from simulation.analysis.model import Model
from simulation.analysis.report import Backlog, NodeFigures
from simulation.analysis.success.reliability import availability_of_replica
from simulation.analysis.time.draining import drain_rps
from simulation.analysis.time.waiting import Overloaded
from simulation.analysis.writing.gaps import Gaps
from simulation.analysis.writing.importance import importance_of_nodes
from simulation.topology.system import Component

_EPS = 1e-9


def node_figures(model: Model, gaps: Gaps) -> list[NodeFigures]:
    """Figures of every node that is no container, in the document's order."""
    importance = importance_of_nodes(model)
    is_sampled = bool(model.system.sources) and model.availability.birnbaum is None
    known, found = model.figured, []
    for position, c in enumerate(model.system.components):
        if is_sampled and c.kind.can_fail:
            gaps.say(f"/nodes/{position}/importance", reasons.SAMPLED, partial=True)
        if (node := known.get(c.index)) is None:
            before = len(gaps.found)
            node = _node(model, c, f"/nodes/{position}", gaps)
            if len(gaps.found) == before:
                known[c.index] = node
        found.append(msgspec.structs.replace(node, importance=importance.get(c.id)))
    return found


def _node(model: Model, c: Component, pointer: str, gaps: Gaps) -> NodeFigures:
    work = model.work
    arrival = capacity = load = wait = time = backlog = None
    if work is None:
        gaps.say(f"{pointer}/utilization", reasons.UNSTABLE)
    else:
        arrival = work.arrival(c.index)
        load = work.offered_load(c.index) if work.visited[c.index] else (None if c.slots is None else 0.0)
        capacity = _capacity(work, c, arrival, load)
        wait, time = _times(model, c, pointer, bool(arrival), gaps)
        load = _taken(model, c, load, pointer, gaps)
        if c.index in model.consumers and load is not None and capacity is not None:
            if c.holds_slot:
                capacity = drain_rps(work, c, capacity)
                full = arrival / capacity if capacity > 0 else load
                load = full if full >= 1 else min(load, full)  # calls take longest when all slots make them
            backlog = _backlog(model, c, arrival, capacity)
    return NodeFigures(
        id=c.id,
        arrival_rps=arrival,
        capacity_rps=capacity,
        utilization=load,
        wait_ms=wait,
        time_ms=time,
        importance=None,
        hit_ratio=model.hits.get(c.index),
        availability=_availability(model, c) if c.kind.can_fail else None,
        backlog=backlog,
    )


def _capacity(work: Work, c: Component, arrival: float, load: float | None) -> float | None:
    """Requests a second that the node can do, in the mix that reaches it."""
    if load is None:
        return None
    if arrival > 0 and load > 0:
        return arrival / load
    if c.slots is None or c.time_ms("") <= 0:
        return None
    slots = slots_of(work.system, c)
    return None if slots is None else slots * c.instances / (c.time_ms("") / 1000) / hottest(c)


def _taken(model: Model, c: Component, load: float | None, pointer: str, gaps: Gaps) -> float | None:
    """The load of a node's slots; where they are held for its calls, with the queues that these meet."""
    timing = model.timing
    if load is None or timing is None or not c.holds_slot:
        return load
    try:
        return max(load, timing.utilization(c) or 0.0)
    except Overloaded:
        return load
    except OutOfBudget:
        gaps.say(f"{pointer}/utilization", reasons.OUT_OF_BUDGET, partial=True)
        return None


def _availability(model: Model, c: Component) -> float:
    """Of one replica."""
    own = model.gates.index_of(("replica", c.id, 0))
    common = model.gates.index_of(("common", c.id)) if c.common_cause_share else None
    if own is None:
        return availability_of_replica(model.system, c)
    return (1 - model.rates[own].q) * (1 - (0.0 if common is None else model.rates[common].q))


def _times(model: Model, c: Component, pointer: str, is_visited: bool, gaps: Gaps) -> tuple[float | None, float | None]:
    timing = model.timing
    if timing is None or c.kind.station is None or not is_visited:
        return None, None
    try:
        wait = timing.mean_wait(c)
        return wait, wait + timing.mean_service(c)
    except Overloaded as overloaded:
        gaps.say(f"{pointer}/wait_ms", overloaded.reason)
        return None, None
    except OutOfBudget:
        gaps.say(f"{pointer}/wait_ms", reasons.OUT_OF_BUDGET, partial=True)
        return None, None


def _backlog(model: Model, c: Component, arrival: float, drain: float) -> Backlog:
    growth = max(0.0, arrival - drain)
    places = 0.0
    for link in model.system.incoming[c.index]:
        if link.kind.id == "consume":
            places += float(model.system.components[link.source].params.get("capacity_messages") or 0.0)
    spare = drain - arrival
    return Backlog(
        arrival_rps=arrival,
        drain_rps=drain,
        growth_rps=growth,
        full_after_s=places / growth if growth > 0 and places > 0 else None,
        drain_s_per_minute=60 * arrival / spare if spare > _EPS else None,
    )
