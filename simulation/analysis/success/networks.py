"""Gates for systems that are not drawn as topologies: fault trees, undirected networks, directed graphs.

The same DAG, circuit and cut sets answer for them; published cases are checked this way, and scripts may
ask them directly.
"""

from collections.abc import Hashable, Mapping, Sequence

from simulation.analysis.success.availability import minimal_cut_sets, probability
from simulation.analysis.success.gates import FALSE, TRUE, Gates

__all__ = ["fault_tree", "minimal_cut_sets", "probability", "two_terminal"]


def fault_tree(gates: Gates, failure_gates: Mapping[str, Sequence[object]], top: str) -> int:
    """The success function of a fault tree.

    `failure_gates` maps a name to ["and" | "or" | number, child, ...]: the event happens when all, one, or
    so many of the children do. A child without a gate of its own is a basic event, a variable of that name.
    """
    done: dict[str, int] = {}

    def build(name: str) -> int:
        if name not in failure_gates:
            return gates.var(name)
        if name not in done:
            rule, *children = failure_gates[name]
            kids = [build(str(c)) for c in children]
            failing = len(kids) if rule == "and" else 1 if rule == "or" else int(str(rule))
            done[name] = gates.at_least(len(kids) - failing + 1, kids)
        return done[name]

    return build(top)


def two_terminal(
    gates: Gates,
    edges: Sequence[tuple[Hashable, Hashable, Hashable]],
    source: Hashable,
    target: Hashable,
    directed: bool = False,
) -> int:
    """True while a path of working edges (from, to, name) joins source and target; nodes do not fail.

    A least fixpoint: as many rounds as there are nodes reach every path.
    """
    into: dict[Hashable, list[tuple[Hashable, int]]] = {source: [], target: []}
    for a, b, name in edges:
        edge = gates.var(name)
        into.setdefault(a, [])
        into.setdefault(b, []).append((a, edge))
        if not directed:
            into[a].append((b, edge))
    value = dict.fromkeys(into, FALSE) | {source: TRUE}
    for _ in range(len(into)):
        new = {
            node: TRUE if node == source else gates.any_of(gates.all_of((value[a], edge)) for a, edge in arcs)
            for node, arcs in into.items()
        }
        if new == value:
            break
        value = new
    return value[target]
