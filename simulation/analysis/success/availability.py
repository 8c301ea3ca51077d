"""Availability per flow, how often it breaks, and what every part means for it.

A ladder of solvers with budgets: the exact circuit first; where it grows too large, an exact decision diagram;
where that does too, cut sets up to order two as the control of a sampled answer with its interval. The answer
says which one it was.
"""

import math
import time
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulation.analysis.budget import Budget, OutOfBudget
from simulation.analysis.report import Importance
from simulation.analysis.success.bdd import Diagram, Read
from simulation.analysis.success.circuit import Circuit, Solved
from simulation.analysis.success.classes import Roots
from simulation.analysis.success.cuts import CutSets
from simulation.analysis.success.gates import Gates
from simulation.analysis.success.reliability import (
    PERFECT,
    Rate,
    of_common_cause,
    of_container,
    of_failover,
    of_replica,
)
from simulation.analysis.success.sampling import estimate
from simulation.analysis.success.states import BY_LUCK
from simulation.topology.system import System

#: Who answered.
CIRCUIT, DIAGRAM = "exact", "exact, by a decision diagram"
SAMPLED = "sampled with cut sets as control"

#: The part of the nodes in the budget that the exact solvers try with first, beside one for each variable.
_FEW = 50

#: So many nodes of a diagram take no longer than one of a circuit, where either has to give up.
_LIGHTER = 20


class Rates:
    """The rate of every variable of the DAG; links never fail by themselves, a hit "fails" when it is a miss, and a
    call that is not made when it is made.

    From the rates `before` an edit are kept those of all components but the `changed` ones, by their ids.
    """

    def __init__(
        self,
        system: System,
        gates: Gates,
        chances: Mapping[tuple[Any, ...], float],
        before: "Rates | None" = None,
        changed: Collection[str] = (),
    ) -> None:
        self._system = system
        self._gates = gates
        self._chances = chances
        self._of_component: dict[str, Rate] = {}
        self._known: list[Rate] = []
        if before is not None:
            known = zip(gates.names, before._known)  # noqa: B905 - some names are newer
            self._known = [rate if name[1] not in changed else self._rate(name, rate) for name, rate in known]  # type: ignore[index]

    def all(self) -> list[Rate]:
        """By variable, as many as there are now."""
        known = self._known
        known.extend(self._rate(name) for name in self._gates.names[len(known) :])
        return known

    def _rate(self, name: Hashable, before: Rate = PERFECT) -> Rate:
        """That of what was removed in an edit stays as it was `before`: nothing depends on it, and nothing changes."""
        assert isinstance(name, tuple)
        kind, id = name[0], name[1]
        if kind == "link":
            return PERFECT
        if kind == "box":
            box = self._system.container_by_id.get(id)
            return before if box is None else of_container(box)
        if kind in BY_LUCK:
            return Rate(1 - self._chances[name], 0.0) if name in self._chances else before
        component = self._system.component_by_id.get(id)
        if component is None:
            return before
        if kind == "failover":
            return of_failover(component)
        if kind == "common":
            return of_common_cause(self._system, component)
        found = self._of_component.get(id)
        if found is None:
            found = self._of_component[id] = of_replica(self._system, component)
        return found


@dataclass(frozen=True)
class FlowAvailability:
    """Unavailability of one flow with bounds (equal where exact), failures an hour (None if sampled), and who answered.

    Where no sample failed `q` is the upper bound: what was not seen is rare, not absent.
    """

    q: float
    low: float
    high: float
    per_h: float | None
    solver: str


@dataclass(frozen=True)
class Availability:
    """All flows, and the derivative of all traffic's unavailability by each variable's (None if sampled)."""

    flows: list[FlowAvailability]
    of_all: float
    birnbaum: list[float] | None
    solver: str


def assess(
    circuit: Circuit, roots: Roots, flow_weights: Sequence[float], rates: Sequence[Rate], budget: Budget
) -> Availability:
    """Exact where the circuit or the diagram stays within the budget, sampled where not."""
    q = [rate.q for rate in rates]
    found = _solved(circuit, roots, q, budget)
    if found is None:
        return _sampled(circuit.gates, roots, flow_weights, q, circuit.perfect, budget)
    solved, solver = found
    values = solved.values
    weights = roots.weights(list(flow_weights))
    birnbaum = solved.gradient(weights)
    flows = []
    for shares, loss in zip(roots.shares, _by_flow(roots, values), strict=True):
        own = [shares.get(root, 0.0) for root in range(len(values))]
        gradient = birnbaum if own == weights else solved.gradient(own)
        flows.append(FlowAvailability(loss, loss, loss, _frequency(gradient, rates), solver))
    of_all = sum(w * v for w, v in zip(weights, values, strict=True))
    return Availability(flows, of_all, birnbaum, solver)


def unavailabilities(
    circuit: Circuit, roots: Roots, flow_weights: Sequence[float], rates: Sequence[Rate], budget: Budget
) -> tuple[list[float], str]:
    """Only how much of each flow is not served, by the same ladder, and who answered."""
    q = [rate.q for rate in rates]
    found = _solved(circuit, roots, q, budget)
    if found is not None:
        return _by_flow(roots, found[0].values), found[1]
    return [flow.q for flow in _sampled(circuit.gates, roots, flow_weights, q, circuit.perfect, budget).flows], SAMPLED


def _solved(circuit: Circuit, roots: Roots, q: Sequence[float], budget: Budget) -> tuple[Solved | Read, str] | None:
    """The exact answer and who gave it; None where neither stays within the budget.

    Both try with few nodes before either tries with many: what one cannot take apart is often easy for the other.
    """
    most = budget.solver_nodes
    circuit.most_gates = budget.gates * 3 // 4
    end = time.monotonic() + budget.left(0.6)
    few = min(most, most // _FEW + len(circuit.gates.names))
    some = min(most, few * _LIGHTER)
    tries = ((_by_circuit, few), (_by_diagram, some), (_by_circuit, most), (_by_diagram, most))
    for done, (solve, limit) in enumerate(tries):
        now = time.monotonic()
        try:
            return solve(circuit, roots, q, limit, now + (end - now) / (len(tries) - done))
        except OutOfBudget:
            pass
    return None


def _by_circuit(
    circuit: Circuit, roots: Roots, q: Sequence[float], limit: int, deadline: float
) -> tuple[Solved | Read, str]:
    return circuit.solve(roots.gates, q, limit, deadline), CIRCUIT


def _by_diagram(
    circuit: Circuit, roots: Roots, q: Sequence[float], limit: int, deadline: float
) -> tuple[Solved | Read, str]:
    return Diagram(circuit.gates, circuit.perfect, limit, deadline).solve(roots.gates, q), DIAGRAM


def _by_flow(roots: Roots, values: Sequence[float]) -> list[float]:
    return [sum(share * values[root] for root, share in shares.items()) for shares in roots.shares]


def _frequency(gradient: Sequence[float], rates: Sequence[Rate]) -> float:
    """Failures an hour: sum of Birnbaum importance over mean cycle time."""
    return math.fsum([g * rate.failures_per_h for g, rate in zip(gradient, rates, strict=True) if g])


def _sampled(
    gates: Gates,
    roots: Roots,
    flow_weights: Sequence[float],
    q: Sequence[float],
    perfect: Sequence[bool],
    budget: Budget,
) -> Availability:
    flows = []
    for shares in roots.shares:
        own = [roots.gates[r] for r in shares]
        known: frozenset[frozenset[int]] = frozenset()
        try:
            reader = CutSets(gates, perfect, 2, budget.cut_sets, time.monotonic() + budget.left(0.3))
            common = [reader.of(g) for g in own]
            known = frozenset.intersection(*common) if common else known
        except OutOfBudget:
            known = frozenset()
        loss = sum(shares.values()) * _union(known, q)
        seconds = budget.left(0.3) / max(1, len(roots.shares))
        e = estimate(gates, own, list(shares.values()), q, known, loss, seconds)
        flows.append(FlowAvailability(e.q or e.high, e.low, e.high, None, SAMPLED))
    of_all = sum(w * f.q for w, f in zip(flow_weights, flows, strict=True))
    return Availability(flows, of_all, None, SAMPLED)


def _union(cuts: frozenset[frozenset[int]], q: Sequence[float]) -> float:
    """Probability that one of the cut sets fails: exact, as a circuit of its own; nothing where that is too much."""
    if not cuts:
        return 0.0
    gates = Gates()
    own = [gates.any_of(gates.var(v) for v in sorted(cut)) for cut in sorted(cuts, key=sorted)]
    names = [int(str(name)) for name in gates.names]
    root = gates.all_of(own)
    return Circuit(gates, [False] * len(names)).solve([root], [q[v] for v in names]).values[0]


def importances(gates: Gates, birnbaum: Sequence[float], rates: Sequence[Rate], total: float) -> dict[int, Importance]:
    """What each variable that fails by itself means to all traffic, by its index: links and luck do not.

    With Q the unavailability of all traffic, q the part's and I its Birnbaum importance (d Q / d q): Fussell-Vesely
    q I / Q, risk achievement (Q + (1 - q) I) / Q, duplication gain I A (1 - A). The unavailability is multilinear, so
    that these are differences between Q with the part up and with it down.
    """
    found = {}
    for variable, (name, i, rate) in enumerate(zip(gates.names, birnbaum, rates, strict=False)):
        if name[0] not in ("link", "hit", "skip"):  # type: ignore[index]
            i, q = max(0.0, i), rate.q
            share, risk = (q * i / total, (total + (1 - q) * i) / total) if total > 0 else (0.0, 1.0)
            found[variable] = Importance(i, share, risk, i * q * (1 - q))
    return found


def probability(gates: Gates, root: int, q_of: Callable[[object], float]) -> float:
    """Unavailability of one gate for any DAG; `q_of` gives that of each variable by its name."""
    q = [q_of(name) for name in gates.names]
    return Circuit(gates, [x == 0.0 for x in q]).solve([root], q).values[0]


def minimal_cut_sets(gates: Gates, root: int, order: int | None = None) -> set[frozenset[object]]:
    """All minimal cut sets of one gate of any DAG, as sets of variable names."""
    most = len(gates.names) if order is None else order
    cuts = CutSets(gates, [False] * len(gates.names), most).of(root)
    return {frozenset(gates.names[v] for v in cut) for cut in cuts}
