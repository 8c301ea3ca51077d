"""Flow classes: flow x operation x choices on the way (hit or miss, shard, call or none), with their shares.

Classes make every figure a weighted sum of Booleans. Classes whose function is the same are one: a
`Root` is a gate with the share of each flow that hangs on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from simulation.analysis.success.chances import Chances
from simulation.analysis.success.compile import Compiler, Mode
from simulation.analysis.success.instances import STRUCTURAL, Bounds
from simulation.analysis.success.states import BY_LUCK, Choice, Choices, State
from simulation.topology.system import Component, Source, System

#: Classes of one operation of one flow; choices beyond are settled for the worst.
CLASS_LIMIT = 256


@dataclass(frozen=True, slots=True)
class FlowClass:
    """Requests of one flow that need the same things; `share` is their part of the flow."""

    flow: int
    op: str
    settled: Choices
    share: float


@dataclass(frozen=True, slots=True)
class Settled:
    """A choice that was taken for the worst because there are too many classes."""

    choice: Choice
    flow: int


def outcomes(
    compiler: Compiler, state: State, choice: Choice, chances: Chances, by_group: Mapping[int, Component]
) -> list[float]:
    """Probability of each outcome of a choice from a state on; of luck the second."""
    kind, index, which, _ = choice
    if kind in BY_LUCK:
        lucky = chances.of(choice, state)
        return [1 - lucky, lucky]
    if kind == "shard":
        return [*by_group[index].shard_shares]
    weights = compiler.states.pool_weights(which[0])
    total = sum(weights)
    return [w / total if total else 1 / len(weights) for w in weights]


def flow_classes(
    compiler: Compiler,
    source: Source,
    chances: Chances,
    limit: int = CLASS_LIMIT,
    with_luck: bool = True,
) -> tuple[list[FlowClass], list[Settled]]:
    """The classes of a flow, and the choices that had to be taken for the worst.

    Without luck the classes differ by shard only, for functions in which hits and calls not made are variables.
    """
    by_group = _sharded(compiler.system, compiler)
    classes: list[FlowClass] = []
    worst: list[Settled] = []
    for op, part in sorted(source.mix.items()):
        if part <= 0:
            continue
        table = {
            c: outcomes(compiler, (source.client, op), c, chances, by_group)
            for c in compiler.states.choices((source.client, op))
            if with_luck or c[0] not in BY_LUCK
        }
        kept: list[Choice] = []
        size = 1
        for choice in sorted(table, key=lambda c: (len(table[c]), c)):
            if size * len(table[choice]) > limit:
                worst.append(Settled(choice, source.index))
            else:
                kept.append(choice)
                size *= len(table[choice])
        for picked in product(*(range(len(table[c])) for c in kept)):
            share = part
            for choice, outcome in zip(kept, picked, strict=True):
                share *= table[choice][outcome]
            if share > 0:
                classes.append(FlowClass(source.index, op, dict(zip(kept, picked, strict=True)), share))
    return classes, worst


def _sharded(system: System, compiler: Compiler) -> dict[int, Component]:
    """The component whose hot key counts, by replica group: the first with shards."""
    found: dict[int, Component] = {}
    for component in system.components:
        if component.shards > 1:
            found.setdefault(compiler.states.group(component), component)
    return found


@dataclass(frozen=True)
class Roots:
    """Distinct functions and, for each flow, the share of its requests that depends on each."""

    gates: tuple[int, ...]
    shares: tuple[Mapping[int, float], ...]  # by flow: position in `gates` -> share of the flow

    @cached_property
    def flows(self) -> list[list[tuple[int, float]]]:
        """For each root the flows that hang on it, with their shares."""
        found: list[list[tuple[int, float]]] = [[] for _ in self.gates]
        for flow, shares in enumerate(self.shares):
            for root, share in shares.items():
                found[root].append((flow, share))
        return found

    def weights(self, flow_weights: list[float]) -> list[float]:
        """Share of all traffic on each root, for the flows' weights."""
        total = [0.0] * len(self.gates)
        for weight, shares in zip(flow_weights, self.shares, strict=True):
            for root, share in shares.items():
                total[root] += weight * share
        return total


def compile_roots(
    compiler: Compiler,
    classes: list[FlowClass],
    clients: Sequence[int],
    mode: Mode = "served",
    bounds: Bounds = STRUCTURAL,
) -> Roots:
    """Compile every class, each from the component at which its flow begins; equal functions are merged."""
    position: dict[int, int] = {}
    shares: list[dict[int, float]] = [{} for _ in clients]
    for c in classes:
        gate = compiler.served((clients[c.flow], c.op), c.settled, mode, bounds)
        root = position.setdefault(gate, len(position))
        shares[c.flow][root] = shares[c.flow].get(root, 0.0) + c.share
    return Roots(tuple(position), tuple(shares))


def roots_when_cold(compiler: Compiler, classes: list[FlowClass], clients: Sequence[int], cache: int) -> Roots:
    """The same when no request finds anything at a cache, nor at those whose hits stand for its own."""
    alike = {luck for other, luck in compiler.states.alike.items() if other[:2] == ("hit", cache)}
    missed = [
        replace(c, settled={k: 0 if k in alike or k[:2] == ("hit", cache) else hit for k, hit in c.settled.items()})
        for c in classes
    ]
    return compile_roots(compiler, missed, clients)
