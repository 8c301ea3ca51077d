"""Losses of two things at once, on request: those that end worse than either loss alone."""

import heapq
from dataclasses import dataclass
from itertools import combinations

from simulation.analysis.losses import outages as outage_lists
from simulation.analysis.losses.outages import Outage
from simulation.analysis.model import Model
from simulation.analysis.report import Contingency

#: Pairs that are assessed, the most probable first, and that a report lists.
ASSESSED = 20_000
LISTED = 2_000

_RANK = {"ok": 0, "degraded": 1, "overload": 2, "cascade": 3, "outage": 4}
_EPS = 1e-9


@dataclass(frozen=True)
class Pairs:
    """The pairs that matter, the worst first, and of how many pairs how many were looked at and left out."""

    found: list[Contingency]
    number: int
    assessed: int
    left_out: int


def pairs(model: Model) -> Pairs:
    """Every two of replicas, single nodes and containers that are survived alone, as far as the budget goes."""
    alone, _ = model.contingencies
    assessor = model.assessor
    if assessor is None:
        return Pairs([], 0, 0, 0)
    known = {(c.outage, c.type): c for c in alone}
    single: list[Outage] = []
    for outage in model.outages:
        verdict = known.get((outage.id, outage.type))
        is_one = outage.type in ("replica", "container") or (
            outage.type == "node" and model.system.components[outage.component].instances == 1
        )
        if (
            is_one
            and outage_lists.variables(model.gates, outage)
            and verdict is not None
            and verdict.verdict != "outage"
        ):
            single.append(outage)
    rates = model.rates
    variables = {outage: outage_lists.variables(model.gates, outage) for outage in single}

    def chance(two: tuple[Outage, Outage]) -> float:
        product = 1.0
        for variable in variables[two[0]] | variables[two[1]]:
            product *= rates[variable].q
        return product

    number = len(single) * (len(single) - 1) // 2
    chosen = heapq.nlargest(ASSESSED, combinations(single, 2), key=chance)
    verdicts, _ = assessor.several([outage_lists.pair(*two) for two in chosen], model.budget)
    found = [
        verdict
        for verdict, two in zip(verdicts, chosen, strict=False)
        if _is_worse(verdict, [known[part.id, part.type] for part in two])
    ]
    found.sort(key=lambda c: (-_RANK[c.verdict], -c.loss_share, -(c.shed_share or 0.0), c.outage))
    return Pairs(found[:LISTED], number, len(verdicts), max(0, len(found) - LISTED))


def _is_worse(both: Contingency, alone: list[Contingency]) -> bool:
    """Whether the two together lose or shed more than the sum of both, or end in a worse way than either."""
    if _RANK[both.verdict] > max(_RANK[c.verdict] for c in alone):
        return True
    if both.loss_share > sum(c.loss_share for c in alone) + _EPS:
        return True
    return (both.shed_share or 0.0) > sum(c.shed_share or 0.0 for c in alone) + _EPS
