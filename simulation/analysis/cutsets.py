"""The report's minimal cut sets: named, with probability and the share of traffic each loses."""

import math
import time
from dataclasses import dataclass

from simulation.analysis.budget import OutOfBudget
from simulation.analysis.compile import WORST
from simulation.analysis.cuts import CutSets
from simulation.analysis.gates import FALSE
from simulation.analysis.model import Model
from simulation.analysis.outages import Outage, replica_name
from simulation.analysis.report import CutSet
from simulation.analysis.spofs import losses

#: Cut sets that a report lists; the most harmful come first.
LISTED = 2_000


@dataclass(frozen=True)
class CutSetList:
    """Cut sets by expected loss, complete up to `order` but for those `left_out`."""

    found: list[CutSet]
    order: int
    left_out: int


def cut_sets(model: Model, max_order: int) -> CutSetList:
    """Minimal cut sets of all flow classes up to an order, or as far as the budget goes.

    Links do not fail by themselves here, nor does a failover that always works. Raises OutOfBudget when not even
    order 1 is done.
    """
    if max_order not in model.cut_lists:
        model.cut_lists[max_order] = _searched(model, max_order)
    return model.cut_lists[max_order]


def _searched(model: Model, max_order: int) -> CutSetList:
    gates = model.gates
    functions = _functions(model)
    lasting = [
        isinstance(name, tuple) and (name[0] == "link" or (name[0] == "failover" and rate.q == 0.0))
        for name, rate in zip(gates.names, model.rates, strict=True)
    ]
    for order in range(max_order, 0, -1):
        reader = model.cuts.get(order)
        if reader is None or reader.perfect != lasting[: len(reader.perfect)]:
            reader = model.cuts[order] = CutSets(gates, lasting, order)
        reader.perfect, reader.limit = lasting, model.budget.cut_sets
        reader.deadline = time.monotonic() + model.budget.left(0.3)
        try:
            sets = {cut for root in functions for cut in reader.of(root)}
        except OutOfBudget:
            continue
        return _named(model, sets, order)
    raise OutOfBudget("cut_sets")


def _functions(model: Model) -> list[int]:
    """The classes' functions; where there are many, those of the worst and of the luckiest request."""
    roots = model.roots
    if len(roots.gates) <= 16:
        return [root for position, root in enumerate(roots.gates) if position not in model.dead]
    states = sorted({(model.system.sources[c.flow].client, c.op) for c in model.classes})
    lucky = {c: 1 for s in states for c in model.compiler.choices(s) if c[0] == "hit"}
    found = {model.compiler.served(s, settled) for s in states for settled in (WORST, lucky)}
    return sorted(found - {FALSE})


def _named(model: Model, sets: set[frozenset[int]], order: int) -> CutSetList:
    rates = model.rates
    names = {v: _name(model, v) for v in set().union(*sets)}
    ordered = sorted(
        [(-math.prod(sorted([rates[v].q for v in s])), sorted([names[v] for v in s]), s) for s in sets],
        key=lambda x: (x[0], len(x[2]), x[1]),
    )
    kept = ordered[:LISTED]
    known = model.lost_with
    fresh = [cut for _, _, cut in kept if cut not in known]
    worlds = [Outage("", "node", tuple(model.gates.names[v] for v in cut)) for cut in fresh]
    known.update(
        zip(fresh, losses(model.falling, model.roots, model.flow_weights, worlds).of_all.tolist(), strict=True)
    )
    of_all = [known[cut] for _, _, cut in kept]
    found = [CutSet(own, -chance, lost) for (chance, own, _), lost in zip(kept, of_all, strict=True)]
    found.sort(key=lambda c: (len(c.components), -c.probability * c.loss_share, c.components))
    return CutSetList(found, order, len(sets) - len(kept))


def _name(model: Model, variable: int) -> str:
    name = model.gates.names[variable]
    assert isinstance(name, tuple)
    if name[0] == "box":
        return str(name[1])
    if name[0] in ("failover", "common"):
        return f"{name[0]}:{name[1]}"
    return replica_name(model.system.component_by_id[name[1]], name[2])
