"""Every figure of success against all states of small random systems, walked request by request."""

import math
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.analysis import analyze
from simulation.topology.document import InvalidInput, Topology
from simulation.topology.system import Component, System, resolve
from simulation.topology.wiring import Lookup, Policy, Wiring, standbys
from tests.analysis.documents import USERS, document, edge, node

LAYERS = ("load_balancer", "web_server", "service", "cache", "database")


@st.composite
def systems(draw: st.DrawFn) -> Topology:
    """Layered systems with pools, caches, replication, shards, zones and quorums."""
    boxes = [
        node(f"z{i}", "zone", availability=draw(st.sampled_from([0.8, 0.95]))) for i in range(draw(st.integers(0, 2)))
    ]
    places = [None, *[b["id"] for b in boxes]]
    nodes, edges = [USERS], []
    for i in range(draw(st.integers(2, 6))):
        kind = draw(st.sampled_from(LAYERS))
        params = {"availability": draw(st.sampled_from([0.7, 0.9, 0.99]))}
        replicas = draw(st.integers(1, 2)) if kind != "cache" else 1
        if replicas == 2 and draw(st.booleans()):
            params["needed"] = 2
        if kind == "cache":
            params["hit_ratio"] = draw(st.sampled_from([0.0, 0.6, 1.0]))
        if kind == "database" and replicas == 1 and draw(st.booleans()):
            params |= {"shards": 2, "hot_key_share": 0.3}
        if kind == "database":
            params["failover"] = draw(st.sampled_from(["automatic", "none"]))
            params["failover_coverage"] = draw(st.sampled_from([0.9, 1.0]))
        spread = [b["id"] for b in boxes] if len(boxes) == 2 and replicas == 2 and draw(st.booleans()) else []
        parent = None if spread else draw(st.sampled_from(places))
        nodes.append(node(f"n{i}", kind, replicas, parent, spread, **params))
    names = [n["id"] for n in nodes]
    kind_of = {n["id"]: n["kind"] for n in nodes}
    for i, source in enumerate(names):
        if kind_of[source] in ("database",):
            continue
        for target in names[i + 1 :]:
            if draw(st.integers(0, 2)) or (source == "users" and target == "n0"):
                params = {"required": False} if kind_of[source] != "client" and draw(st.integers(0, 5)) == 0 else {}
                if draw(st.integers(0, 3)) == 0:
                    params["pool"] = "p"
                edges.append(edge(f"{source}>{target}", "call", **params))
    stores = [n for n in names if kind_of[n] == "database"]
    if len(stores) > 1 and draw(st.booleans()):
        mode = draw(st.sampled_from(["sync", "async", "semi_sync"]))
        edges = [e for e in edges if {e["source"], e["target"]} != {stores[0], stores[1]}]
        edges.append({**edge(f"{stores[0]}>{stores[1]}", "replicate", mode=mode), "id": "copy"})
    return document([*boxes, *nodes], edges, {"rate_rps": 10, "mix": {"read": 0.75, "write": 0.25}})


class Walker:
    """Follows one request through a system in which some things have failed."""

    def __init__(self, system: System, failed: frozenset[tuple[str, ...]], luck: dict[object, int]) -> None:
        self.system, self.wiring, self.failed, self.luck = system, Wiring(system), failed, luck

    def works(self, c: Component, shard: int) -> bool:
        up = 0
        for i in range(shard * c.replicas, (shard + 1) * c.replicas):
            boxes = (("box", self.system.containers[b].id) for b in c.domains[i])
            up += ("replica", c.id, str(i)) not in self.failed and not any(b in self.failed for b in boxes)
        return not c.kind.can_fail or up >= c.needed

    def takes(self, c: Component, op: str) -> bool:
        shard = self.luck.get(("shard", c.id), 0) if c.shards > 1 else 0
        copies = standbys(self.system, c)
        there = [
            self.works(self.system.components[f.target], shard % self.system.components[f.target].shards)
            for f in copies
        ]
        own = self.works(c, shard)
        if op == "write":
            semi = [t for t, f in zip(there, copies, strict=True) if f.mode == "semi_sync"]
            own = (
                own
                and all(t for t, f in zip(there, copies, strict=True) if f.mode == "sync")
                and (any(semi) or not semi)
            )
        promoted = c.params.get("failover") == "automatic" and ("failover", c.id) not in self.failed and any(there)
        return own or promoted

    def hits(self, c: Component, op: str) -> bool:
        return self.wiring.caches(c, op) and bool(self.luck.get(("hit", c.id), c.params["hit_ratio"] == 1))

    def served(self, index: int, op: str) -> bool:
        c = self.system.components[index]
        if not self.takes(c, op):
            return False
        if self.hits(c, op):
            return True
        gates = self.wiring.gates(index, op)
        if c.kind.is_router and not gates:
            return False
        answers = []
        for gate in gates:
            good = sum(self.served(m.target, op) for m in gate.members)
            answers.append(good >= (len(gate.members) if gate.policy is Policy.ALL else gate.needed))
        for gate, answer in zip(gates, answers, strict=True):
            spared = any(
                answers[b]
                and (
                    gates[b].lookup is Lookup.THROUGH
                    or self.hits(self.system.components[gates[b].members[0].target], op)
                )
                for b in gate.behind
            )
            if gate.required and not answer and not spared:
                return False
        return True


class Truth:
    """All states and all classes of a small system."""

    def __init__(self, topology: Topology) -> None:
        self.system = resolve(topology)
        self.parts: list[tuple[tuple[str, ...], float]] = []
        for c in self.system.components:
            if c.kind.can_fail:
                self.parts += [(("replica", c.id, str(i)), 1 - c.params["availability"]) for i in range(c.instances)]
                coverage = c.params.get("failover_coverage", 1.0)
                if coverage < 1 and standbys(self.system, c) and c.params["failover"] == "automatic":
                    self.parts.append((("failover", c.id), 1 - coverage))
        self.parts += [(("box", b.id), 1 - b.params["availability"]) for b in self.system.containers]
        lucks: list[list[tuple[object, int, float]]] = []
        for c in self.system.components:
            if c.kind.id == "cache" and 0 < c.params["hit_ratio"] < 1:
                h = c.params["hit_ratio"]
                lucks.append([(("hit", c.id), 1, h), (("hit", c.id), 0, 1 - h)])
            if c.shards > 1:
                lucks.append([(("shard", c.id), 0, 0.65), (("shard", c.id), 1, 0.35)])
        self.classes = [
            ({key: value for key, value, _ in picked}, math.prod(p for _, _, p in picked)) for picked in product(*lucks)
        ]
        self.known: dict[frozenset[tuple[str, ...]], float] = {}

    def lost(self, failed: frozenset[tuple[str, ...]]) -> float:
        """Share of the traffic that is not served."""
        if failed not in self.known:
            client = self.system.sources[0].client
            self.known[failed] = sum(
                share * part
                for luck, share in self.classes
                for op, part in self.system.sources[0].mix.items()
                if not Walker(self.system, failed, luck).served(client, op)
            )
        return self.known[failed]


def shards_differ(system: System) -> bool:
    """Two sharded stores that copy each other share their key ranges; the walker does not know that."""
    return any(link.kind.id == "replicate" and system.components[link.source].shards > 1 for link in system.links)


@settings(max_examples=70, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(systems())
def test_every_figure_equals_the_sum_over_all_states(topology: Topology) -> None:
    truth = Truth(topology)
    if len(truth.parts) > 11 or shards_differ(truth.system):
        return
    report = analyze(topology, max_order=2)
    expected = 0.0
    names = [name for name, _ in truth.parts]
    for number in range(2 ** len(names)):
        down = frozenset(n for i, n in enumerate(names) if number >> i & 1)
        p = math.prod(q if n in down else 1 - q for n, q in truth.parts)
        expected += p * truth.lost(down)
    assert report.flows[0].availability == pytest.approx(1 - expected, abs=1e-12)

    never = truth.lost(frozenset())
    single = {n: truth.lost(frozenset([n])) - never for n in names if n[0] != "failover"}
    expected_spofs = {_name(truth.system, n): loss for n, loss in single.items() if loss > 1e-12}
    assert {s.component: s.loss_share for s in report.spofs} == pytest.approx(expected_spofs)
    for cut in report.cut_sets:
        down = frozenset(n for n in names if _name(truth.system, n) in cut.components)
        assert len(down) == len(cut.components)
        assert truth.lost(down) - never == pytest.approx(cut.loss_share)
        assert cut.loss_share > 0
    listed = {frozenset(c.components) for c in report.cut_sets}
    for pair in combinations(names, 2):
        loss = truth.lost(frozenset(pair))
        if loss > max(truth.lost(frozenset([n])) for n in pair) + 1e-12:
            assert {_name(truth.system, n) for n in pair} in listed or any(
                frozenset([_name(truth.system, n)]) in listed for n in pair
            )


def _name(system: System, part: tuple[str, ...]) -> str:
    if part[0] == "box":
        return part[1]
    if part[0] == "failover":
        return f"failover:{part[1]}"
    return part[1] if system.component_by_id[part[1]].instances == 1 else f"{part[1]}#{int(part[2]) + 1}"


def test_the_generator_makes_valid_documents_only() -> None:
    with pytest.raises(InvalidInput):
        document([USERS], [edge("users>nowhere")])
