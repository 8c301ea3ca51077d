"""What happens to a request in every state of a small system, one array a question: a second way to every figure.

Bit i of a state says whether part i has failed. A request is walked from its client through all states at
once; nothing here knows of gates that are shared, circuits, cut sets or bounds.
"""

import math
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
        self._circles: dict[str, dict[int, int]] = {}
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
    def classes(self) -> list[tuple[Luck, float]]:
        """What a request may meet on its way: a hit or a miss, a shard, a member of a pool by key."""
        lucks: list[list[tuple[object, int, float]]] = []
        pools: dict[object, list[tuple[int, float]]] = {}
        for key, share in self._chances().items():
            if 0 < share < 1:
                lucks.append([(key, 1, share), (key, 0, 1 - share)])
        for c in self.system.components:
            if c.shards > 1:
                hot = float(c.params["hot_key_share"])
                shares = [hot + (1 - hot) / c.shards, *[(1 - hot) / c.shards] * (c.shards - 1)]
                lucks.append([(("shard", c.id), i, share) for i, share in enumerate(shares)])
            for op in self.system.sources[0].mix:
                for gate in self.wiring.gates(c.index, op):
                    if gate.policy is Policy.SHARD and len(gate.members) > 1:
                        pools[shards(gate)] = sorted((m.target, m.weight) for m in gate.members)
        for key, members in pools.items():
            total = sum(weight for _, weight in members)
            lucks.append([(key, target, weight / total) for target, weight in members])
        return [
            ({key: value for key, value, _ in picked}, math.prod(p for _, _, p in picked)) for picked in product(*lucks)
        ]

    def _chances(self) -> dict[object, float]:
        """Of all that happens by luck, wherever a request may come and however often: that it does so every time."""
        found: dict[object, float] = {}
        for op in self.system.sources[0].mix:
            ahead = [(self.system.sources[0].client, 1)]
            seen = set(ahead)
            while ahead:
                index, times = ahead.pop()
                c = self.system.components[index]
                found["hit", c.id, times, 1] = float(c.params.get("hit_ratio") or 0.0) ** times
                gates = self.wiring.gates(index, op)
                for i, gate in enumerate(gates):
                    found["skip", index, op, i, times] = max(0.0, 1 - gate.calls) ** times
                    if gate.lookup is Lookup.ASIDE:
                        cache = self.system.components[gate.members[0].target]
                        often = times * max(1, int(gate.calls))
                        hit = float(cache.params.get("hit_ratio") or 0.0) * min(1, gate.calls)
                        found["hit", cache.id, often, min(1, gate.calls)] = hit**often
                    for member in () if gate.publish else gate.members:
                        there = member.target, self.often(op, index, member.target, gate, times)
                        if there not in seen:
                            seen.add(there)
                            ahead.append(there)
        return found

    def often(self, op: str, source: int, target: int, gate: Gate, times: int) -> int:
        """How often a request comes to the target that comes so often to the source; round a circle no more."""
        if op not in self._circles:
            calls: nx.DiGraph[int] = nx.DiGraph()
            for c in self.system.components:
                for each in self.wiring.gates(c.index, op):
                    if not each.publish:
                        calls.add_edges_from((c.index, m.target) for m in each.members)
            parts = nx.strongly_connected_components(calls)
            self._circles[op] = {c: i for i, part in enumerate(parts) for c in part}
        circle = self._circles[op]
        return times if circle[source] == circle[target] else times * max(1, int(gate.calls))

    @cached_property
    def lost(self) -> NDArray[np.float64]:
        """Share of the first flow that is not served, by state."""
        source = self.system.sources[0]
        found = np.zeros(1 << len(self.parts))
        for op, part in source.mix.items():
            for luck, share in self.classes:
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

    def hits(self, c: Component, times: int, asked: float = 1) -> bool:
        certain = c.params.get("hit_ratio") == 1 and asked == 1
        return self.truth.wiring.caches(c, self.op) and bool(self.luck.get(("hit", c.id, times, asked), certain))

    def served(self, index: int, above: frozenset[int], times: int = 1) -> States:
        """States in which the request is answered here; who is asked again on the way has no answer of its own."""
        members = self.cycles.get(index)
        if members is None:
            return self._served(index, above, frozenset(), times)
        found = self.always
        for member in members:
            found = found & self._served(member, above, members, times)
        return found

    def _served(self, index: int, above: frozenset[int], circle: frozenset[int], times: int) -> States:
        c = self.system.components[index]
        ready = self.takes(c)
        if c.kind.role is Role.QUEUE or self.hits(c, times):
            return ready
        gates = self.truth.wiring.gates(index, self.op)
        if c.kind.is_router and not gates:
            return ~self.always
        answers = [self._answer(index, len(gates), gate, above | {index}, circle, times) for gate in gates]
        for i, (gate, answer) in enumerate(zip(gates, answers, strict=True)):
            if gate.required and not self.luck.get(("skip", index, self.op, i, times)):
                for b in gate.behind:
                    cache, calls = self.system.components[gates[b].members[0].target], gates[b].calls
                    is_through = gates[b].lookup is Lookup.THROUGH
                    if calls >= 1 if is_through else self.hits(cache, times * max(1, int(calls)), min(1, calls)):
                        answer = answer | answers[b]
                ready = ready & answer
        return ready

    def _answer(
        self, index: int, gates: int, gate: Gate, above: frozenset[int], circle: frozenset[int], times: int
    ) -> States:
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
                often = self.truth.often(self.op, index, target.index, gate, times)
                answers.append(self.served(target.index, above, often))
        if not answers:
            return ~self.always
        if gate.policy is Policy.SHARD and len(answers) > 1:
            return answers[[m.target for m in gate.members].index(self.luck[shards(gate)])]
        enough: States = np.sum(answers, axis=0) >= gate.needed
        return enough
