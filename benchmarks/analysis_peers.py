"""Availability beside other libraries, on systems that all of them can express: seconds, and whether they agree.

    pip install -r benchmarks/requirements-analysis.txt
    python benchmarks/analysis.py

Blocks in series and parallel are read by repyability (reliability block diagrams) and by a binary decision diagram
of dd in pure Python; quorums that share members only by the diagram. The plain way adds up all states with NetworkX
searches, where there are few enough. Figures are CPU seconds of one core; a dash means that a library cannot say it,
and "gave up" that it was stopped after 20 seconds.
"""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from types import FrameType
from typing import Any

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.analysis.budget import Budget
from simulation.analysis.success.availability import unavailabilities
from simulation.analysis.success.circuit import Circuit
from simulation.analysis.success.classes import Roots
from simulation.analysis.success.gates import Gates
from simulation.analysis.success.reliability import Rate

SECONDS = 20
DOWN = 0.01


@dataclass
class Case:
    """A function of parts that all fail with probability `DOWN`; `edges` where it is a block diagram."""

    name: str
    parts: list[str]
    compile: Callable[[Gates], int]
    express: Callable[[Any], Any]
    edges: list[tuple[str, str]] | None = None


def stages(number: int, copies: int) -> Case:
    """So many stages in a row, each with copies of which one is enough."""
    rows = [[f"s{i}c{j}" for j in range(copies)] for i in range(number)]
    edges = [("in", part) for part in rows[0]] + [(part, "out") for part in rows[-1]]
    edges += [(a, b) for above, below in pairwise(rows) for a in above for b in below]

    def compile_(gates: Gates) -> int:
        return gates.all_of([gates.any_of([gates.var(p) for p in row]) for row in rows])

    def express(bdd: Any) -> Any:
        found = bdd.true
        for row in rows:
            one = bdd.false
            for part in row:
                one |= bdd.var(part)
            found &= one
        return found

    return Case(f"{number} stages of {copies}", [p for row in rows for p in row], compile_, express, edges)


def quorum(number: int, needed: int) -> Case:
    """So many pairs of neighbours in a row must work; every two pairs share a part."""
    parts = [f"p{i}" for i in range(number + 1)]

    def compile_(gates: Gates) -> int:
        row = [gates.var(p) for p in parts]
        return gates.at_least(needed, [gates.all_of(row[i : i + 2]) for i in range(number)])

    def express(bdd: Any) -> Any:
        reached = [bdd.true] + [bdd.false] * needed
        for i in range(number):
            pair = bdd.var(parts[i]) & bdd.var(parts[i + 1])
            for j in range(needed, 0, -1):
                reached[j] |= reached[j - 1] & pair
        return reached[needed]

    return Case(f"{needed} of {number} neighbours", parts, compile_, express)


def linchpin(case: Case) -> float:
    """The first of Linchpin's exact solvers that answers, as in a report."""
    gates = Gates()
    roots = Roots((case.compile(gates),), ({0: 1.0},))
    circuit, rates = Circuit(gates, [False] * len(gates.names)), [Rate(DOWN, 0.0)] * len(gates.names)
    return unavailabilities(circuit, roots, [1.0], rates, Budget())[0][0]


def repyability(case: Case) -> float | None:
    """Unreliability of the block diagram."""
    if case.edges is None:
        return None
    from repyability import RBD

    blocks = RBD(case.edges, input_node="in", output_node="out")
    works = dict.fromkeys(case.parts, 1 - DOWN) | {"in": 1.0, "out": 1.0}
    return float(1 - np.asarray(blocks.system_probability(works)).item())


def diagram(case: Case) -> float:
    """A decision diagram of dd, its probability summed up over the nodes."""
    from dd.autoref import BDD

    bdd = BDD()
    bdd.declare(*case.parts)
    root = case.express(bdd)
    known: dict[int, float] = {}

    def works(node: Any) -> float:
        if node == bdd.true:
            return 1.0
        if node == bdd.false:
            return 0.0
        if (key := int(node)) not in known:
            low, high = works(node.low), works(node.high)
            chance = DOWN * low + (1 - DOWN) * high
            known[key] = 1 - chance if node.negated else chance
        return known[key]

    sys.setrecursionlimit(100_000)
    return 1 - works(root)


def plain(case: Case) -> float | None:
    """All states, one search each."""
    if case.edges is None or len(case.parts) > 14:
        return None
    graph = nx.DiGraph(case.edges)
    total = 0.0
    for state in product((True, False), repeat=len(case.parts)):
        dead = [p for p, up in zip(case.parts, state, strict=True) if not up]
        if not nx.has_path(graph.subgraph(set(graph) - set(dead)), "in", "out"):
            total += DOWN ** len(dead) * (1 - DOWN) ** (len(case.parts) - len(dead))
    return total


class _Late(Exception):
    pass


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Late


def tried(way: Callable[[Case], float | None], case: Case) -> tuple[float | None, str]:
    """The answer and the seconds that it took."""
    signal.alarm(SECONDS)
    begun = time.process_time()
    try:
        found = way(case)
    except ModuleNotFoundError:
        return None, "not there"
    except (_Late, RecursionError, MemoryError):
        return None, "gave up"
    finally:
        signal.alarm(0)
    return found, "-" if found is None else f"{time.process_time() - begun:.3f}"


def main(cases: Sequence[Case]) -> None:
    """Print one row a case."""
    signal.signal(signal.SIGALRM, _stop)
    ways = (linchpin, repyability, diagram, plain)
    for way in ways:
        tried(way, stages(2, 2))  # imports are not what is measured
    print(f"{'':<24}{'parts':>6}" + "".join(f"{n:>13}" for n in ("linchpin", "repyability", "dd", "plain")) + "  agree")
    for case in cases:
        answers = [tried(way, case) for way in ways]
        values = [value for value, _ in answers if value is not None]
        agree = all(abs(v - values[0]) <= 1e-9 * max(values) + 1e-13 for v in values)
        shown = "".join(f"{seconds:>13}" for _, seconds in answers)
        print(f"{case.name:<24}{len(case.parts):>6}{shown}  {'yes' if agree else values}", flush=True)


CASES = (stages(4, 3), stages(6, 4), stages(100, 2), quorum(12, 7), quorum(40, 25), quorum(60, 40))

if __name__ == "__main__":
    main(CASES)
