"""What happens to a request in every state of a small system, one array a question: a second way to every figure.

Bit i of a state says whether part i has failed. A request is walked from its client through all states at
once; nothing here knows of gates that are shared, circuits, cut sets or bounds.
"""

import math
import operator
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.topology.catalogue.model import Role
from simulation.topology.document import Topology
from simulation.topology.replication import standbys
from simulation.topology.resolving import resolve
from simulation.topology.system import Component, System
from simulation.topology.wiring import Gate, Lookup, Policy, Wiring

Part = tuple[str, ...]
States = NDArray[np.bool_]
State = tuple[int, str]
Luck = dict[object, int]


def _beta(c: Component) -> tuple[float, float]:
    """Unavailability by what takes one replica, and by what takes all: failure rates add up to the stated one's."""
    up = c.params["availability"]
    rate = (1 - up) / up  # for a repair rate of 1
    share = c.params["common_cause_share"] if c.instances > 1 else 0.0
    return (1 - share) * rate / (1 + (1 - share) * rate), share * rate / (1 + share * rate)


class Truth:
    """A system with everything in it that can fail, and the share of the traffic that each state loses."""

    def __init__(self, topology: Topology) -> None:
        self.system = resolve(topology)
        self.wiring = Wiring(self.system)
        self._circles: dict[str, dict[int, frozenset[int]]] = {}
        self.parts: list[tuple[Part, float]] = []
        for c in self.system.components:
            if c.kind.can_fail:
                alone, together = _beta(c)
                self.parts += [(("replica", c.id, str(i)), alone) for i in range(c.instances)]
                if together:
                    self.parts.append((("common", c.id), together))
                coverage = c.params.get("failover_coverage", 1.0)
                if coverage < 1 and standbys(self.system, c) and c.params["failover"] == "automatic":
                    self.parts.append((("failover", c.id), 1 - coverage))
        self.parts += [(("box", b.id), 1 - b.params["availability"]) for b in self.system.containers]
        self.place = {name: i for i, (name, _) in enumerate(self.parts)}

    @cached_property
    def classes(self) -> dict[str, list[tuple[Luck, float]]]:
        """What a request of each operation may meet on its way: a hit or a miss, a shard, a member of a pool by key."""
        return {op: self._classes_of(op) for op in self.system.sources[0].mix}

    def _classes_of(self, op: str) -> list[tuple[Luck, float]]:
        lucks: list[list[tuple[object, int, float]]] = []
        pools: dict[object, list[tuple[int, float]]] = {}
        for key in self._strokes(op):
            for is_lost in (False, True):  # where it comes only after a loss, it comes to all of a pool alike
                none, fine = self._met(op, key, self.system.sources[0].client, frozenset(), is_lost)
                if none < 1:
                    break
            if none < 1:
                chance = (fine - none) / (1 - none)
                lucks.append([(key, 1, chance), (key, 0, 1 - chance)])
        for c in self.system.components:
            if c.shards > 1:
                hot = float(c.params["hot_key_share"])
                shares = [hot + (1 - hot) / c.shards, *[(1 - hot) / c.shards] * (c.shards - 1)]
                lucks.append([(("shard", c.id), i, share) for i, share in enumerate(shares)])
            for gate in self.wiring.gates(c.index, op):
                if gate.policy is Policy.SHARD and len(gate.members) > 1:
                    pools[shards(gate)] = sorted((m.target, m.weight) for m in gate.members)
        for key, members in pools.items():
            total = sum(weight for _, weight in members)
            lucks.append([(key, target, weight / total) for target, weight in members])
        return [
            ({key: value for key, value, _ in picked}, math.prod(p for _, _, p in picked)) for picked in product(*lucks)
        ]

    def own(self, op: str, index: int) -> Iterator[tuple[object, float, int]]:
        """What happens by luck at one component: what, how likely, and at which gate (-1: at none)."""
        c = self.system.components[index]
        gates = self.wiring.gates(index, op)
        ratio = float(c.params.get("hit_ratio") or 0.0)
        if 0 < ratio < 1 and (gates or c.kind.is_router) and self.wiring.caches(c, op):
            yield ("hit", c.id, frozenset()), ratio, -1
        for i, gate in enumerate(gates):
            if 0 < gate.calls < 1:
                yield ("skip", index, op, i), 1 - gate.calls, i
            if gate.lookup is Lookup.ASIDE and (spared := spares(gates, i)):
                cache = self.system.components[gate.members[0].target]
                chance = float(cache.params.get("hit_ratio") or 0.0) * min(1, gate.calls)
                if 0 < chance < 1:
                    yield ("hit", cache.id, spared), chance ** parts(gates, i), i

    def _strokes(self, op: str) -> list[object]:
        """All that happens by luck where a request may come."""
        found: dict[object, None] = {}
        ahead = [self.system.sources[0].client]
        seen = set(ahead)
        while ahead:
            index = ahead.pop()
            found.update((key, None) for key, _, _ in self.own(op, index))
            for gate in self.wiring.gates(index, op):
                for member in () if gate.publish else gate.members:
                    if member.target not in seen:
                        seen.add(member.target)
                        ahead.append(member.target)
        return list(found)

    def _met(self, op: str, key: object, index: int, circle: frozenset[int], is_lost: bool) -> tuple[float, float]:
        """Chances that a request does not come where this luck is needed, and that it is never unlucky there."""
        around = self._circle(op, index) - circle
        if len(around) > 1:  # each of a circle once
            met = [self._met(op, key, i, around, is_lost) for i in sorted(around)]
            return math.prod(m[0] for m in met), math.prod(m[1] for m in met)
        own = {position: chance for what, chance, position in self.own(op, index) if what == key}
        if -1 in own:
            return 0.0, own[-1]
        none = fine = 1.0
        gates = self.wiring.gates(index, op)
        for i, gate in enumerate(gates):
            if i in own:
                none, fine = 0.0, fine * own[i]
            elif gate.members and not gate.publish:
                there = [
                    (1.0, 1.0) if m.target in circle else self._met(op, key, m.target, circle, is_lost)
                    for m in gate.members
                ]
                shares = [1 / len(there)] * len(there) if is_lost else chosen(gate)
                for all_of in range(2):
                    each = [m[all_of] for m in there]
                    call = math.prod(each) if gate.asks_all else sum(map(operator.mul, shares, each))
                    is_spare = gate.lookup is Lookup.THROUGH and not gate.required
                    passed = call ** (parts(gates, i) if is_spare else max(1, int(gate.calls)))
                    none, fine = (none, fine * passed) if all_of else (none * passed, fine)
        return none, fine

    def _circle(self, op: str, index: int) -> frozenset[int]:
        """The components that call each other in a circle with this one, itself included."""
        if op not in self._circles:
            calls: nx.DiGraph[int] = nx.DiGraph()
            for c in self.system.components:
                calls.add_node(c.index)
                for each in self.wiring.gates(c.index, op):
                    if not each.publish:
                        calls.add_edges_from((c.index, m.target) for m in each.members)
            parts = map(frozenset, nx.strongly_connected_components(calls))
            self._circles[op] = {c: part for part in parts for c in part}
        return self._circles[op][index]

    @cached_property
    def lost(self) -> NDArray[np.float64]:
        """Share of the first flow that is not served, by state."""
        source = self.system.sources[0]
        found = np.zeros(1 << len(self.parts))
        for op, part in source.mix.items():
            for luck, share in self.classes[op]:
                found += part * share * ~_Walk(self, op, luck).served(source.client, frozenset())
        return found

    @cached_property
    def probability(self) -> NDArray[np.float64]:
        """Of each state."""
        found = np.ones(1)
        for _, q in self.parts:
            found = np.concatenate([found * (1 - q), found * q])
        return found

    def up(self, part: Part) -> States:
        """States in which the part works."""
        is_up: States = (np.arange(1 << len(self.parts)) >> self.place[part] & 1) == 0
        return is_up

    def after(self, *parts: Part) -> float:
        """Share lost where exactly these have failed, beyond what is always lost."""
        return float(self.lost[sum(1 << self.place[p] for p in parts)] - self.lost[0])

    def unavailability(self, given: States | None = None) -> float:
        """Mean share lost, where the condition holds."""
        if given is None:
            return float(self.probability @ self.lost)
        weights = self.probability * given
        return float(weights @ self.lost / weights.sum())

    def name(self, part: Part) -> str:
        """What the report calls the part."""
        if part[0] == "box":
            return part[1]
        if part[0] in ("failover", "common"):
            return ":".join(part)
        single = self.system.component_by_id[part[1]].instances == 1
        return part[1] if single else f"{part[1]}#{int(part[2]) + 1}"


def spares(gates: Sequence[Gate], lookup: int) -> frozenset[int]:
    """What nobody asks after a hit at the look-up."""
    return frozenset(m.target for gate in gates if lookup in gate.behind for m in gate.members)


def parts(gates: Sequence[Gate], lookup: int) -> int:
    """Look-ups that spare a call each, of which there may be fewer."""
    return max(1, min([int(gates[lookup].calls), max([int(g.calls) for g in gates if lookup in g.behind], default=1)]))


def chosen(gate: Gate) -> list[float]:
    """How often each member of a pool is asked while all are there."""
    first = min((m.priority for m in gate.members), default=0)
    is_taken = [gate.policy is not Policy.FAILOVER or m.priority == first for m in gate.members]
    total = sum(m.weight for m, taken in zip(gate.members, is_taken, strict=True) if taken)
    return [
        (m.weight / total if total else 1 / sum(is_taken)) if taken else 0.0
        for m, taken in zip(gate.members, is_taken, strict=True)
    ]


def shards(gate: Gate) -> object:
    """What names a pool of shards: the same members with the same weights hold the same keys, whoever asks."""
    return "shards", frozenset((m.target, m.weight) for m in gate.members)


class _Walk:
    """One request of an operation with its luck, in all states."""

    def __init__(self, truth: Truth, op: str, luck: Luck) -> None:
        self.truth, self.op, self.luck = truth, op, luck
        self.system: System = truth.system
        self.always = np.ones(1 << len(truth.parts), dtype=bool)
        self.cycles = self._cycles()

    def _cycles(self) -> dict[int, frozenset[int]]:
        """Callers that need each other in a circle: they stand and fall together."""
        hard: nx.DiGraph[int] = nx.DiGraph()
        for c in self.system.components:
            if not c.kind.is_router:
                for gate in self.truth.wiring.gates(c.index, self.op):
                    if not gate.publish and (len(gate.members) == 1 or gate.policy is Policy.ALL):
                        hard.add_edges_from((c.index, m.target) for m in gate.members)
        found = (frozenset(s) for s in nx.strongly_connected_components(hard) if len(s) > 1)
        return {c: members for members in found for c in members}

    def works(self, c: Component, shard: int) -> States:
        if not c.kind.can_fail:
            return self.always
        number = np.zeros(len(self.always), dtype=np.int8)
        shard = shard if shard < c.shards else 0
        for i in range(shard * c.replicas, (shard + 1) * c.replicas):
            up = self.truth.up(("replica", c.id, str(i)))
            for box in c.domains[i]:
                up = up & self.truth.up(("box", self.system.containers[box].id))
            number += up
        found: States = number >= c.needed
        return found & self.truth.up(("common", c.id)) if ("common", c.id) in self.truth.place else found

    def takes(self, c: Component) -> States:
        shard = self.luck.get(("shard", c.id), 0)
        copies = standbys(self.system, c)
        own = self.works(c, shard)
        if not copies:
            return own
        there = [self.works(self.system.components[f.target], shard) for f in copies]
        anyone = np.logical_or.reduce(there)
        if c.params.get("failover") == "automatic":
            switch = ("failover", c.id)
            own = own | (anyone & self.truth.up(switch) if switch in self.truth.place else anyone)
        if self.op == "write":
            for there_, copy in zip(there, copies, strict=True):
                own = own & there_ if copy.mode == "sync" else own
            semi = [t for t, copy in zip(there, copies, strict=True) if copy.mode == "semi_sync"]
            own = own & np.logical_or.reduce(semi) if semi else own
        return own

    def hits(self, c: Component, spared: frozenset[int], asked: float = 1) -> bool:
        certain = c.params.get("hit_ratio") == 1 and asked >= 1
        return self.truth.wiring.caches(c, self.op) and bool(self.luck.get(("hit", c.id, spared), certain))

    def served(self, index: int, above: frozenset[int]) -> States:
        """States in which the request is answered here; who is asked again on the way has no answer of its own."""
        members = self.cycles.get(index)
        if members is None:
            return self._served(index, above, frozenset())
        found = self.always
        for member in members:
            found = found & self._served(member, above, members)
        return found

    def _served(self, index: int, above: frozenset[int], circle: frozenset[int]) -> States:
        c = self.system.components[index]
        ready = self.takes(c)
        if c.kind.role is Role.QUEUE or self.hits(c, frozenset()):
            return ready
        gates = self.truth.wiring.gates(index, self.op)
        if c.kind.is_router and not gates:
            return ~self.always
        answers = [self._answer(index, len(gates), gate, above | {index}, circle) for gate in gates]
        for i, (gate, answer) in enumerate(zip(gates, answers, strict=True)):
            if gate.required and not self.luck.get(("skip", index, self.op, i)):
                for b in gate.behind:
                    cache, calls = self.system.components[gates[b].members[0].target], gates[b].calls
                    is_through = gates[b].lookup is Lookup.THROUGH
                    if calls >= 1 if is_through else self.hits(cache, spares(gates, b), calls):
                        answer = answer | answers[b]
                ready = ready & answer
        return ready

    def _answer(self, index: int, gates: int, gate: Gate, above: frozenset[int], circle: frozenset[int]) -> States:
        answers: list[States] = []
        for member in gate.members:
            target = self.system.components[member.target]
            is_asked = target.kind.id == "dns" and gates > 1 and not self.truth.wiring.gates(target.index, self.op)
            if target.index in circle:
                answers.append(self.always)
            elif gate.publish or is_asked:
                answers.append(self.takes(target))
            elif target.index in above:
                answers.append(~self.always)
            else:
                answers.append(self.served(target.index, above))
        if not answers:
            return ~self.always
        if gate.policy is Policy.SHARD and len(answers) > 1:
            return answers[[m.target for m in gate.members].index(self.luck[shards(gate)])]
        enough: States = np.sum(answers, axis=0) >= gate.needed
        return enough
