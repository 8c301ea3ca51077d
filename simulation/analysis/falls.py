"""What falls with what, on request: of every loss the nodes that no longer answer because of it.

Every node is looked at as if requests began there, in the mix that reaches it: what its gates need is compiled
already. So one pass over the losses gives both directions: what takes a node down, and what it takes along.
"""

from dataclasses import dataclass

import numpy as np

from simulation.analysis.losses.shares import Singles, single_losses
from simulation.analysis.model import Model
from simulation.analysis.report import Fall
from simulation.analysis.success.classes import FlowClass, compile_roots, flow_classes
from simulation.topology.system import Component, Source

#: Classes of one operation at one node; choices beyond are settled for the worst.
_CLASSES = 16

#: Losses that are looked at together; bounds memory on large systems.
_TOGETHER = 512

_EPS = 1e-12


@dataclass(frozen=True)
class Falls:
    """What was found, and of how many losses how many were looked at."""

    found: list[Fall]
    number: int
    looked_at: int


def falls(model: Model) -> Falls:
    """The losses of replicas, nodes, containers and edges that take nodes along, as far as the budget goes.

    Raises OutOfBudget when the document needs too many gates.
    """
    outages = [o for o in model.outages if o.loss is not None]
    sources = [s for c in model.system.components if (s := _from_here(model, c)) is not None]
    classes: list[FlowClass] = []
    for i, source in enumerate(sources):
        if model.budget.spent:
            return Falls([], len(outages), 0)
        own, _ = flow_classes(model.compiler, source, model.chances, _CLASSES)
        classes += [FlowClass(i, c.op, c.settled, c.share) for c in own]
    roots = compile_roots(model.compiler, classes, [source.client for source in sources])
    found: list[Fall] = []
    for start in range(0, len(outages), _TOGETHER):
        if model.budget.spent:
            return Falls(found, len(outages), start)
        part = outages[start : start + _TOGETHER]
        lost = single_losses(Singles(model.kills, part), roots, [1.0] * len(sources))
        for outage, row in zip(part, lost.by_flow, strict=True):
            down = [i for i in np.flatnonzero(row > _EPS).tolist() if sources[i].client != outage.component]
            if down:
                found.append(Fall(outage.id, outage.type, {sources[i].id: float(row[i]) for i in down}))
    return Falls(found, len(outages), len(outages))


def _from_here(model: Model, component: Component) -> Source | None:
    """The requests that reach a node as a flow that begins there; None where none do."""
    work = model.work
    if work is None or not component.kind.can_fail:
        return None
    rates: dict[str, float] = {}
    for place in work.visited[component.index]:
        op = work.places[place][1]
        rates[op] = rates.get(op, 0.0) + float(work.plain[place].sum())
    total = sum(rates.values())
    if total <= 0:
        return None
    mix = {op: rate / total for op, rate in rates.items()}
    return Source(component.index, component.id, component.index, total, mix, {}, model.system.sources[0].flow)
