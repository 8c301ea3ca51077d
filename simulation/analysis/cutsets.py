"""The report's minimal cut sets: named, with probability and the share of traffic each loses."""

import math
import time
from collections.abc import Hashable
from operator import itemgetter

from simulation.analysis.budget import OutOfBudget
from simulation.analysis.losses.outages import Outage, replica_name
from simulation.analysis.losses.shares import losses
from simulation.analysis.model import Model
from simulation.analysis.report import CutSet, CutSetList
from simulation.analysis.success.compile import WORST
from simulation.analysis.success.cuts import CutSets
from simulation.analysis.success.gates import FALSE
from simulation.analysis.success.states import BY_LUCK

#: Functions of flow classes whose cut sets are all looked for; of more, those of the worst and the luckiest request.
MOST_FUNCTIONS = 16

#: Cut sets that a report lists; the most harmful come first.
LISTED = 2_000


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
            sets = set().union(*[reader.of(root) for root in functions])
        except OutOfBudget:
            continue
        return _named(model, sets, order)
    raise OutOfBudget("cut_sets")


def _functions(model: Model) -> list[int]:
    """The classes' functions; where there are many, those of the worst and of the luckiest request."""
    roots = model.roots
    if len(roots.gates) <= MOST_FUNCTIONS:
        return [root for position, root in enumerate(roots.gates) if position not in model.dead]
    states = sorted({(model.system.sources[c.flow].client, c.op) for c in model.classes})
    lucky = {c: 1 for s in states for c in model.compiler.states.choices(s) if c[0] in BY_LUCK}
    found = {model.compiler.served(s, settled) for s in states for settled in (WORST, lucky)}
    return sorted(found - {FALSE})


def _named(model: Model, sets: set[frozenset[int]], order: int) -> CutSetList:
    variables = frozenset().union(*sets)
    names = {v: part_name(model, v) for v in variables}
    q = {v: model.rates[v].q for v in variables}
    ordered = [(-_chance([q[v] for v in cut]), len(cut), sorted([names[v] for v in cut]), cut) for cut in sets]
    ordered.sort(key=itemgetter(0, 1, 2))
    kept = ordered[:LISTED]
    of_all = _lost_with(model, [cut for *_, cut in kept])
    found = [CutSet(own, -chance, lost) for (chance, _, own, _), lost in zip(kept, of_all, strict=True)]
    found.sort(key=lambda c: (len(c.components), -c.probability * c.loss_share, c.components))
    return CutSetList(found, order, len(sets) - len(kept))


def _chance(each: list[float]) -> float:
    """That all fail at once: the same in whatever order they come."""
    return each[0] if len(each) == 1 else math.prod(sorted(each))


def _lost_with(model: Model, cuts: list[frozenset[int]]) -> list[float]:
    """Share of all traffic that is lost when all of a cut set fails; where it is a single loss, that is known."""
    known, names = model.lost_with, model.gates.names
    beyond: list[frozenset[int]] = []
    for cut in cuts:
        if cut not in known:
            row = model.singles.row(_loss(model, cut))
            if row is None:
                beyond.append(cut)
            else:
                known[cut] = float(model.losses.of_all[row])
    if beyond:
        worlds = [Outage("", "node", tuple([names[v] for v in cut])) for cut in beyond]
        lost = losses(model.falling, model.roots, model.flow_weights, worlds)
        known.update(zip(beyond, lost.of_all.tolist(), strict=True))
    return [known[cut] for cut in cuts]


def _loss(model: Model, cut: frozenset[int]) -> Hashable:
    """What kill sets call it when all of these variables fail, if it is a single loss."""
    names = [model.gates.names[v] for v in cut]
    if len(names) == 1:
        return names[0]
    kinds = {name[:2] for name in names if isinstance(name, tuple)}
    if len(kinds) > 1:
        return None
    ((kind, id),) = kinds
    is_whole = kind == "replica" and len(names) == model.system.component_by_id[id].instances
    return ("node", id) if is_whole else None


def part_name(model: Model, variable: int) -> str:
    """What the report calls the part that a variable stands for."""
    found = model.part_names.get(variable)
    if found is None:
        found = model.part_names[variable] = _part_name(model, variable)
    return found


def _part_name(model: Model, variable: int) -> str:
    name = model.gates.names[variable]
    assert isinstance(name, tuple)
    if name[0] == "box":
        return str(name[1])
    if name[0] in ("failover", "common"):
        return f"{name[0]}:{name[1]}"
    return replica_name(model.system.component_by_id[name[1]], name[2])
