"""From a system to one monotone Boolean DAG: what must work for a request to be served.

`served(u) = up(u) AND, for every gate of u, enough of [link AND served(target)]`, with
`up(u) = AtLeast(needed, [replica AND its containers])`, AND no common cause of all replicas. A request makes
choices (hit or miss at a cache, which shard): they are settled by the flow class, so that every class is Boolean.

Cycles. A cycle of hard calls (a caller that needs exactly that target) is contracted: all members are
needed. What remains cyclic is routing, and is a least fixpoint: a loop serves nobody by itself. The kind
at the edge's source decides which is which, never the number of alternatives.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from simulation.analysis.budget import OutOfBudget
from simulation.analysis.success.gates import FALSE, TRUE, Gates
from simulation.analysis.success.instances import STRUCTURAL, Bounds, Instances
from simulation.analysis.success.luck import Luck, spared
from simulation.analysis.success.states import Choice, Choices, State, States, without
from simulation.topology.catalogue.model import Role
from simulation.topology.replication import standbys
from simulation.topology.system import Component, System
from simulation.topology.wiring import Gate, Lookup, Policy, Wiring

#: Of a state that needs one call after the other: the gate of each link and where it leads.
_Ways = tuple[tuple[int, State], ...]

#: A state to be compiled, its key; and, once looked at, its ways and what comes before it.
_Pending = tuple[State, tuple[Any, ...], tuple[_Ways | None, list[tuple[State, tuple[Any, ...]]]] | None]

#: Stands for a component where the load has a say, which is not kept.
_DEMANDED = -1

WORST: Choices = {}
"""Every choice settled for the worst: misses, and every shard needed."""

Mode = Literal["served", "chance", "full", "alive"]
"""`chance`: hits are variables of their own, so that one function holds all classes of an operation.
`full`: with all that is optional. `alive`: unsettled choices for the best, as a health check sees it."""


class Compiler:
    """Compiles states to gates of a DAG; what was compiled is kept.

    With the compiler `before` an edit, which wrote to the same DAG, what was compiled there is kept but for
    components that are `dirty`, or from which a request may go on to one that is.
    """

    def __init__(
        self,
        system: System,
        wiring: Wiring,
        gates: Gates,
        hits: Mapping[int, float] | None = None,
        limit: int = 2_000_000,
        before: "Compiler | None" = None,
        dirty: Collection[int] = (),
    ) -> None:
        self.system = system
        self.wiring = wiring
        self.gates = gates
        self.limit = limit
        self.anew: Collection[int] | None = None  # components of which nothing is kept; None where nothing is of any
        self._hits = hits or {}
        self._settled: Choices = WORST
        self._taken = 0  # `settled` as bits
        self._bits: dict[tuple[Choice, int], int] = {}
        self._of_choice: dict[Choice, int] = {}  # the bits of all its outcomes
        self._matter: dict[int, int] = {}  # the bits that make a difference to a part
        self._cache: dict[tuple[Any, ...], int] = {}
        self._keys: dict[int, list[tuple[Any, ...]]] = {}  # of what was compiled, by component
        self._ways: dict[State, _Ways | None] = {}
        self._apart: frozenset[Luck] = frozenset()
        if before is None:
            self.states = States(system, wiring, self._hits)
            self.instances = Instances(system, gates)
        else:
            operations = {*before.system.operations, *system.operations}
            reached = [(component, op) for component in dirty for op in operations]
            self.states = States(system, wiring, self._hits, before.states, reached)
            self.instances = Instances(system, gates, before.instances, dirty)
            self._keep(before, dirty, reached)

    def _keep(self, before: "Compiler", dirty: Collection[int], reached: Collection[State]) -> None:
        """Take over what an edit has not reached."""
        self.anew = dirty
        self._bits, self._of_choice, self._apart = before._bits, before._of_choice, before._apart
        self._ways = without(before._ways, reached)
        self._cache, self._keys = before._cache.copy(), before._keys.copy()
        for component in (*dirty, _DEMANDED):
            for key in self._keys.pop(component, ()):
                self._cache.pop(key, None)

    def _luck(self, luck: Luck, op: str, settled: Choices, mode: Mode) -> int:
        """Whether the request has this luck: a variable, or as the choices have it."""
        luck = self.states.alike.get(luck, luck)
        if mode == "chance":
            return self.gates.var(self.name(luck, op))
        return TRUE if settled.get(luck, mode == "alive") else FALSE

    def name(self, luck: Luck, op: str) -> tuple[Any, ...]:
        """What the variable of a stroke of luck is called, by operation where these have it unequally often."""
        kind, index, which, own = luck
        components = self.system.components
        whose = own or (op if luck in self._apart else "")
        spared = tuple([components[c].id for c in which]) if kind == "hit" else which
        return kind, components[index].id, spared, whose

    def tell_apart(self, lucks: frozenset[Luck]) -> None:
        """From now on operations have this luck unequally often, and each a variable of its own."""
        if lucks != self._apart:
            self._apart = lucks
            self._cache = {key: gate for key, gate in self._cache.items() if key[1] != "chance"}

    def served(self, state: State, settled: Choices = WORST, mode: Mode = "served", bounds: Bounds = STRUCTURAL) -> int:
        """The gate that is true when a request in this state, with these choices, is answered."""
        if state not in self.states.order:
            self.states.explore([state])
        if settled is not self._settled:
            self._settled, self._taken = settled, self._as_bits(settled)
        cache = self._cache
        wanted = self._key(state, mode, bounds)
        if (known := cache.get(wanted)) is not None:
            return known
        stack: list[_Pending] = [(state, wanted, None)]
        while stack:  # callees first, without recursion: a chain may be thousands long
            current, key, seen = stack.pop()
            if key in cache:
                continue
            if seen is None:
                ways = self._straight(current)
                onward = self._leaving(current) if ways is None else [way[1] for way in ways]
                ahead = [(target, self._key(target, mode, bounds)) for target in onward]
                missing: list[_Pending] = [(*each, None) for each in ahead if each[1] not in cache]
                if missing:
                    stack.append((current, key, (ways, ahead)))
                    stack += missing
                    continue
            else:
                ways, ahead = seen
            if ways is not None:
                needs = [self.instances.up(self.system.components[current[0]], 0, bounds)]
                for (link, _), (_, below) in zip(ways, ahead, strict=True):
                    needs += (link, cache[below])
                self._keep_gate(key, self.gates.all_of(needs))
            else:
                self._settle(current, key, settled, mode, bounds)
            if len(self.gates) > self.limit:
                raise OutOfBudget("compile")
        return cache[wanted]

    def _leaving(self, state: State) -> list[State]:
        """Where requests go on to from the strongly connected part that the state belongs to."""
        part, order = self.states.order[state], self.states.order
        ahead = [target for member in self.states.parts[part] for target, _ in self.states.targets(member)]
        return [target for target in ahead if order[target] != part]

    def _as_bits(self, settled: Choices) -> int:
        """Choices as a number: a bit for each outcome that was ever taken."""
        found = 0
        for each in settled.items():
            bit = self._bits.get(each)
            if bit is None:
                bit = self._bits[each] = 1 << len(self._bits)
                self._of_choice[each[0]] = self._of_choice.get(each[0], 0) | bit
                self._matter.clear()
            found |= bit
        return found

    def _key(self, state: State, mode: Mode, bounds: Bounds) -> tuple[Any, ...]:
        """What the state's gate depends on: of the choices that are settled those that make a difference to it."""
        states = self.states
        part = states.order[state]
        relevant = states.relevant[part]
        if states.plain[part] if mode == "full" else not relevant:
            mode = "served"  # nothing below makes a difference
        is_structural = state[0] not in bounds.matter
        if not self._taken or not relevant:
            return (state, mode, is_structural, 0)
        matter = self._matter.get(part)
        if matter is None:
            matter = 0
            for choice in relevant:
                matter |= self._of_choice.get(choice, 0)
            self._matter[part] = matter
        return (state, mode, is_structural, self._taken & matter)

    def _keep_gate(self, key: tuple[Any, ...], gate: int) -> None:
        self._cache[key] = gate
        (component, _), _, is_structural, *_ = key
        self._keys.setdefault(component if is_structural else _DEMANDED, []).append(key)

    def _settle(self, state: State, key: tuple[Any, ...], settled: Choices, mode: Mode, bounds: Bounds) -> None:
        """Compile the strongly connected part that the state belongs to."""
        part = self.states.parts[self.states.order[state]]
        is_cyclic = len(part) > 1 or any(target == state for target, _ in self.states.targets(state))
        if not is_cyclic:
            self._keep_gate(key, self._compile(state, settled, mode, bounds))
            return
        keys = {member: self._key(member, mode, bounds) for member in part}
        for member in part:
            self._keep_gate(keys[member], FALSE)
        for _ in part:  # monotone, so settled after as many rounds as the part has members
            new = {member: self._compile(member, settled, mode, bounds) for member in part}
            for member in part:
                cycle = self.states.hard.get(member)
                if cycle:
                    new[member] = self.gates.all_of(new[m] for m in cycle)
            if all(self._cache[keys[m]] == new[m] for m in part):
                return
            for member in part:
                self._cache[keys[member]] = new[member]
            if len(self.gates) > self.limit:
                raise OutOfBudget("compile")

    def _straight(self, state: State) -> _Ways | None:
        """Of a state that needs its component and one call after the other, whatever a request has chosen, its ways.
        None for all other states."""
        if state in self._ways:
            return self._ways[state]
        index, op = state
        component, gates = self.system.components[index], self.wiring.gates(index, op)
        is_more = (
            component.shards > 1
            or component.kind.role is Role.QUEUE
            or len(self.states.parts[self.states.order[state]]) > 1
            or self.wiring.is_dead_end(index, op)
            or (self._hits.get(index, 0.0) > 0 and self.wiring.caches(component, op))
            or bool(standbys(self.system, component))
            or not all(self._is_one_call(state, gate) for gate in gates)
        )
        ways = [(self.instances.link(m.link), (m.target, op)) for gate in gates for m in gate.members]
        found = self._ways[state] = None if is_more else tuple(ways)
        return found

    def _is_one_call(self, state: State, gate: Gate) -> bool:
        """Whether all that the gate asks for is one call, always made and needed."""
        if not len(gate.members) == gate.needed == 1 or gate.publish or not gate.required or gate.behind:
            return False
        is_made = gate.calls >= 1 or (gate.calls > 0 and not self.states.knows_seldom_calls)
        target = self.system.components[gate.members[0].target]
        return is_made and target.index != state[0] and not self._is_lookup(state, target)

    def _compile(self, state: State, settled: Choices, mode: Mode, bounds: Bounds) -> int:
        index, op = state
        component = self.system.components[index]
        up = self._ready(component, op, settled, mode, bounds)
        hit = self._hit(component, op, settled, mode)
        if component.kind.role is Role.QUEUE or up == FALSE or hit == TRUE:
            return up
        if self.wiring.is_dead_end(index, op):
            return self.gates.all_of((up, hit))
        passed = self.wiring.gates(index, op)
        answers = [self._answer(state, i, settled, mode, bounds) for i in range(len(passed))]
        needs = []
        for i, gate in enumerate(passed):
            if not gate.required and mode != "full":
                continue
            need = answers[i]
            if gate.behind and mode != "full":
                need = self.gates.any_of((need, *self._spared(passed, answers, gate, op, settled, mode)))
            if gate.calls < 1:
                need = self.gates.any_of((need, self._skipped(state, i, gate.calls, settled, mode)))
            needs.append(need)
        if hit == FALSE:
            return self.gates.all_of((up, self.gates.all_of(needs)))
        return self.gates.all_of((up, self.gates.any_of((hit, self.gates.all_of(needs)))))

    def _spared(
        self,
        passed: tuple[Gate, ...],
        answers: list[int],
        gate: Gate,
        op: str,
        settled: Choices,
        mode: Mode,
    ) -> Iterable[int]:
        """Look-ups that make the gate unnecessary: hits, or a cache that asks the origin itself."""
        for position in gate.behind:
            lookup = passed[position]
            cache = self.system.components[lookup.members[0].target]
            if lookup.lookup is Lookup.THROUGH:  # by some requests only: then the others need the gate
                hit = TRUE if lookup.calls >= 1 else FALSE
            else:
                hit = self._hit(cache, op, settled, mode, lookup, spared(passed, position))
            yield self.gates.all_of((hit, answers[position]))

    def _answer(self, state: State, position: int, settled: Choices, mode: Mode, bounds: Bounds) -> int:
        """Enough of a gate's members answer."""
        index, op = state
        gate = self.wiring.gates(index, op)[position]
        cycle = self.states.hard.get(state, frozenset())
        answers = []
        for member in gate.members:
            target = self.system.components[member.target]
            link = self.instances.link(member.link)
            if (target.index, op) in cycle:
                answers.append(link)
            elif gate.publish or self._is_lookup(state, target):
                answers.append(self.gates.both(link, self._ready(target, op, settled, mode, bounds)))
            else:
                key = self._key((target.index, op), mode, bounds)
                answers.append(self.gates.both(link, self._cache[key]))
        if not answers:
            return FALSE
        if gate.policy is Policy.SHARD and len(answers) > 1:
            choice = settled.get(self.states.part(gate))
            if choice is not None:
                by_member = sorted(range(len(answers)), key=lambda i: (gate.members[i].target, gate.members[i].weight))
                return answers[by_member[choice]]
            return self.gates.any_of(answers) if mode == "alive" else self.gates.all_of(answers)
        needed = bounds.members(index, op, position, gate)
        return answers[0] if needed == len(answers) == 1 else self.gates.at_least(needed, answers)

    def _is_lookup(self, state: State, target: Component) -> bool:
        """Whether the target is a name server that is only asked, beside the way."""
        return (
            target.kind.id == "dns"
            and len(self.wiring.gates(*state)) > 1
            and self.wiring.is_dead_end(target.index, state[1])
        )

    def _hit(
        self,
        cache: Component,
        op: str,
        settled: Choices,
        mode: Mode,
        lookup: Gate | None = None,
        spared: tuple[int, ...] = (),
    ) -> int:
        """The gate that is true when a request finds all that it asks for: here, or by a look-up that spares others."""
        ratio = self._hits.get(cache.index, 0.0)
        if ratio <= 0 or mode == "full" or not self.wiring.caches(cache, op):
            return FALSE
        if ratio >= 1 and (lookup is None or lookup.calls >= 1):
            return TRUE
        return self._luck(("hit", cache.index, spared, ""), op, settled, mode)

    def _skipped(self, state: State, position: int, calls: float, settled: Choices, mode: Mode) -> int:
        """The gate that is true when the request makes no call there, however often it comes."""
        if mode == "full" or (calls > 0 and not self.states.knows_seldom_calls):
            return FALSE
        return self._luck(("skip", state[0], (position,), state[1]), state[1], settled, mode) if calls > 0 else TRUE

    def _ready(self, component: Component, op: str, settled: Choices, mode: Mode, bounds: Bounds) -> int:
        """The component itself can take the request; of its shards the one that holds the key."""
        shard = settled.get(self.states.shard(component))
        return self.instances.ready(component, op, shard, bounds, mode == "alive")
