"""The graph of what a request may go on to: components with the operation that reaches them, and choices on the way.

A request makes choices (hit or miss at a cache, which shard, a seldom call or none). States that go round in a circle
are one part; every part knows which choices make a difference to it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from simulation.analysis.success.luck import Luck, alike, strokes, with_luck
from simulation.topology.circles import circles, strong_parts
from simulation.topology.replication import replica_groups
from simulation.topology.system import Component, System
from simulation.topology.wiring import Gate, Policy, Wiring

State = tuple[int, str]
"""A component and the operation that reaches it."""

Choice = Luck
"""A stroke of luck; or ("shard", replica group, (shards,), ""), or ("part", a member, (number of the pool of shards,),
"")."""

Choices = Mapping[Choice, int]

#: Choices by luck, each true or false; the others say which of several.
BY_LUCK = frozenset({"hit", "skip"})

#: Edges of less than one call a request that are each a choice by luck. With more of them every such call is taken to
#: be made: where much is shared behind them, no exact solver gets through (from some 50 on, 100 nodes take seconds).
MOST_SELDOM = 40

_NO_CHOICES: frozenset[Choice] = frozenset()

T = TypeVar("T")


def knows_seldom_calls(system: System) -> bool:
    """Whether requests that do not make a call of less than one on average go without it; else all need it."""
    return len(system.seldom) <= MOST_SELDOM


def without(known: Mapping[State, T], states: Iterable[State]) -> dict[State, T]:
    """What is known of other states."""
    left = dict(known)
    for state in states:
        left.pop(state, None)
    return left


class States:
    """The states of one system, as far as they were explored.

    `order` is the part of each state, callees first; `parts` are its members, `relevant` the choices from there on, and
    `plain` says whether nothing from there on is optional or can be spared. `hard` are the members of a state's cycle
    of hard calls. `alike` are the strokes of luck that another stands for.

    With the states `before` an edit, what was explored there is kept but for `reached` ones.
    """

    def __init__(
        self,
        system: System,
        wiring: Wiring,
        hits: Mapping[int, float],
        before: "States | None" = None,
        reached: Collection[State] = (),
    ) -> None:
        self.system, self.wiring, self.hits = system, wiring, hits
        self._groups = replica_groups(system)
        self.knows_seldom_calls = knows_seldom_calls(system)
        self.alike = alike(system, wiring, hits, self.knows_seldom_calls)
        self._lucky = with_luck(system, hits)
        self.order: dict[State, int] = {}
        self.parts: list[list[State]] = []
        self.relevant: list[frozenset[Choice]] = []
        self.plain: list[bool] = []
        self.hard: dict[State, frozenset[State]] = {}
        self._targets: dict[State, list[tuple[State, bool]]] = {}
        self._pools: dict[tuple[tuple[int, float], ...], int] = {}  # shards: members and their weights
        if before is not None:
            self.parts, self.relevant, self.plain = before.parts, before.relevant, before.plain
            self._pools = before._pools
            self.order, self.hard = without(before.order, reached), without(before.hard, reached)
            self._targets = without(before._targets, reached)

    def targets(self, state: State) -> list[tuple[State, bool]]:
        """States that a request in this state may go on to, and whether by a hard call."""
        known = self._targets.get(state)
        if known is not None:
            return known
        component, op = state
        routes = self.system.components[component].kind.is_router
        found: list[tuple[State, bool]] = []
        for gate in self.wiring.gates(component, op):
            if not gate.publish:
                is_hard = not routes and (len(gate.members) == 1 or gate.policy is Policy.ALL)
                found.extend(((m.target, op), is_hard) for m in gate.members)
        self._targets[state] = found
        return found

    def explore(self, roots: Iterable[State]) -> None:
        """Order the states below the roots: strongly connected parts, callees first, with their choices."""
        fresh = [r for r in roots if r not in self.order]
        if not fresh:
            return
        order = self._callees_first(fresh)
        parts: Iterable[Collection[State]] = ((s,) for s in order) if order is not None else self._circles(fresh)
        for part in parts:
            if any(m in self.order for m in part):
                continue
            choices: set[Choice] = set()
            is_plain = True
            for member in part:
                choices |= self._own_choices(member)
                is_plain = is_plain and self._is_plain(member)
                for successor, _ in self.targets(member):
                    if successor not in part:
                        place = self.order[successor]
                        choices |= self.relevant[place]
                        is_plain = is_plain and self.plain[place]
            for member in part:
                self.order[member] = len(self.parts)
            self.parts.append(sorted(part))
            self.relevant.append(frozenset(choices) if choices else _NO_CHOICES)
            self.plain.append(is_plain)

    def _callees_first(self, roots: Iterable[State]) -> list[State] | None:
        """States below the roots, each after all that it goes on to; None where some go round in a circle."""
        order: list[State] = []
        is_done: dict[State, bool] = {}
        for root in roots:
            if root in is_done or root in self.order:
                continue
            is_done[root] = False
            stack = [(root, iter(self.targets(root)))]
            while stack:
                state, ahead = stack[-1]
                for target, _ in ahead:
                    if target in self.order:
                        continue
                    done = is_done.get(target)
                    if done is None:
                        is_done[target] = False
                        stack.append((target, iter(self.targets(target))))
                        break
                    if not done:
                        return None
                else:
                    is_done[state] = True
                    order.append(state)
                    stack.pop()
        return order

    def _circles(self, roots: Sequence[State]) -> Iterable[set[State]]:
        """Strongly connected parts below the roots, callees first; cycles of hard calls are noted."""
        graph: dict[State, list[State]] = {}
        hard: dict[State, list[State]] = {}
        stack = list(dict.fromkeys(roots))
        while stack:
            state = stack.pop()
            if state not in graph:
                targets = self.targets(state)
                graph[state] = [target for target, _ in targets]
                hard[state] = [target for target, is_hard in targets if is_hard]
                stack += graph[state]
        for members in circles(hard):
            self.hard.update(dict.fromkeys(members, frozenset(members)))
        return map(set, strong_parts(graph))

    def rank(self, state: State) -> int:
        """Where a state stands among those that were explored: after all that it goes on to."""
        return self.order[state]

    def group(self, component: Component) -> int:
        """The replica group of a component: shards of a primary and of its replicas are the same key ranges."""
        return self._groups[component.index]

    def below(self, states: Iterable[State]) -> set[State]:
        """The states that requests in these may go on to, themselves included."""
        found = set(states)
        stack = list(found)
        while stack:
            for target, _ in self.targets(stack.pop()):
                if target not in found:
                    found.add(target)
                    stack.append(target)
        return found

    def choices(self, state: State) -> frozenset[Choice]:
        """The choices that a request makes from this state on."""
        self.explore([state])
        return self.relevant[self.order[state]]

    def _own_choices(self, state: State) -> set[Choice]:
        component = self.system.components[state[0]]
        found: set[Choice] = set()
        if component.shards > 1:
            found.add(self.shard(component))
        gates = self.wiring.gates(*state)
        found.update(self.part(gate) for gate in gates if gate.policy is Policy.SHARD and len(gate.members) > 1)
        if component.index in self._lucky:
            for luck, _, _ in strokes(self.wiring, self.hits, self.knows_seldom_calls, component, state[1]):
                found.add(self.alike.get(luck, luck))
        return found

    def shard(self, component: Component) -> Choice:
        """Which shard holds the request's key."""
        return "shard", self._groups[component.index], (component.shards,), ""

    def part(self, gate: Gate) -> Choice:
        """Which of a pool's shards holds the request's key: the same, from wherever they are called."""
        pool = tuple(sorted((m.target, m.weight) for m in gate.members))
        return "part", pool[0][0], (self._pools.setdefault(pool, len(self._pools)),), ""

    def pool_weights(self, number: int) -> list[float]:
        """Weights of a pool of shards, by its number, in the order of the members' numbers."""
        return [weight for _, weight in list(self._pools)[number]]

    def _is_plain(self, state: State) -> bool:
        """Whether nothing here is optional or can be spared: then `full` is `served`."""
        component = self.system.components[state[0]]
        if self.hits.get(component.index, 0.0) > 0 and self.wiring.caches(component, state[1]):
            return False
        return all(gate.required and not gate.behind and gate.calls >= 1 for gate in self.wiring.gates(*state))
