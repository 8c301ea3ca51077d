"""Every figure of success against all states of random systems of up to 18 parts, walked request by request."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

from simulation.analysis import analyze
from simulation.analysis.report import Report
from simulation.topology.document import InvalidInput, Topology
from simulation.topology.wiring import Lookup
from tests.analysis.documents import USERS, document, edge, node, paths
from tests.analysis.drawing import systems
from tests.analysis.truth import Part, Truth

#: States times classes that one example may have: 18 parts where nothing is left to luck.
LARGEST = 1 << 20

#: What the examples have had in them.
SEEN: Counter[str] = Counter()


def shares_shards(truth: Truth) -> bool:
    """Whether sharded stores copy each other: they share their key ranges, which a walk does not know."""
    system = truth.system
    ends = (c for link in system.links if link.kind.id == "replicate" for c in (link.source, link.target))
    return any(system.components[c].shards > 1 for c in ends)


def note(truth: Truth) -> None:
    """Count what the example has in it."""
    for c in truth.system.components:
        SEEN[c.kind.id] += 1
        SEEN["shards"] += c.shards > 1
        SEEN["common cause"] += c.common_cause_share > 0
        SEEN["some of many needed"] += 1 < c.needed < c.replicas
        SEEN["nested containers"] += any(len(domain) > 1 for domain in c.domains)
        for op in truth.system.sources[0].mix:
            gates = truth.wiring.gates(c.index, op)
            for gate in gates:
                number = len(gate.members)
                SEEN[f"{gate.policy} of many"] += number > 1
                SEEN["quorum of a pool"] += 1 < gate.needed < number
                SEEN["less than one call"] += gate.calls < 1
                SEEN["optional"] += not gate.required
                SEEN[f"look-up {gate.lookup}"] += gate.lookup is not Lookup.NONE
                SEEN["publish"] += gate.publish
                SEEN["call back"] += any(m.target <= c.index for m in gate.members)
    for link in truth.system.links:
        SEEN[f"replicate {link.params.get('mode')}"] += link.kind.id == "replicate"


@settings(max_examples=130, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(systems)
def every_figure_equals_the_sum_over_all_states(topology: Topology) -> None:
    truth = Truth(topology)
    if max(map(len, truth.classes.values())) << len(truth.parts) > LARGEST or shares_shards(truth):
        return
    note(truth)
    check(truth, topology)


def check(truth: Truth, topology: Topology) -> None:
    report = analyze(topology, max_order=3)
    availability = report.flows[0].availability
    assert report.solver == "exact"
    assert availability == pytest.approx(1 - truth.unavailability(), abs=1e-12)
    check_single_points(truth, report)
    check_cut_sets(truth, report)
    check_importances(truth, report)


def check_single_points(truth: Truth, report: Report) -> None:
    single = {part: truth.after(part) for part, _ in truth.parts if part[0] not in ("failover", "common")}
    expected = {truth.name(part): loss for part, loss in single.items() if loss > 1e-12}
    assert {s.component: s.loss_share for s in report.spofs} == pytest.approx(expected)


def check_cut_sets(truth: Truth, report: Report) -> None:
    """What is listed loses what it says, nothing in it can be spared, and nothing of order 2 or 3 is missing."""
    parts = {truth.name(part): part for part, _ in truth.parts}
    q = {truth.name(part): p for part, p in truth.parts}
    listed = [frozenset(cut.components) for cut in report.cut_sets]
    for cut, names in zip(report.cut_sets, listed, strict=True):
        assert truth.after(*(parts[n] for n in names)) == pytest.approx(cut.loss_share)
        assert cut.loss_share > 0
        probability = 1.0
        for name in names:
            probability *= q[name]
        assert cut.probability == pytest.approx(probability)
    for order in (2, 3):
        for group in combinations([part for part, _ in truth.parts], order):
            if truth.after(*group) > _worst_part(truth, group) + 1e-12:
                names = frozenset(truth.name(part) for part in group)
                assert any(known <= names for known in listed), names


def _worst_part(truth: Truth, group: tuple[Part, ...]) -> float:
    return max(truth.after(*some) for some in combinations(group, len(group) - 1))


def check_importances(truth: Truth, report: Report) -> None:
    """How much worse it is with a part down than up, whatever it is; of a node, with its worst replica."""
    total = truth.unavailability()
    nodes = {n.id: n.importance for n in report.nodes if n.importance is not None}
    parts = {p.component: p for p in report.parts}
    worst: dict[str, float] = {}
    for part, q in truth.parts:
        if not 0 < q < 1:
            continue  # no state to compare with
        works = truth.up(part)
        down, up = truth.unavailability(~works), truth.unavailability(works)
        name = truth.name(part)
        if part[0] == "replica":
            worst[part[1]] = max(worst.get(part[1], 0.0), down - up)
        if name not in parts:
            assert down == pytest.approx(up, abs=1e-10)
            continue
        assert parts[name].availability == pytest.approx(1 - q)
        found = parts[name].importance
        assert found.birnbaum == pytest.approx(down - up, abs=1e-10)
        assert found.duplication_gain == pytest.approx((down - up) * q * (1 - q), abs=1e-10)
        if total > 1e-9:
            assert found.risk_achievement == pytest.approx(down / total, rel=1e-6)
            assert found.fussell_vesely == pytest.approx(q * (down - up) / total, rel=1e-6, abs=1e-9)
    assert {id: nodes[id].birnbaum for id in worst if id in nodes} == pytest.approx(
        {id: value for id, value in worst.items() if id in nodes}, abs=1e-10
    )
    assert parts.keys() <= {truth.name(part) for part, _ in truth.parts}


def test_every_figure_equals_the_sum_over_all_states() -> None:
    """And the examples had everything in them."""
    every_figure_equals_the_sum_over_all_states()
    wanted = [
        "load_balancer", "api_gateway", "dns", "cdn", "web_server", "service", "database", "cache", "session_store",
        "object_storage", "search_index", "external_service", "message_queue", "shards", "some of many needed",
        "nested containers", "balance of many", "failover of many", "shard of many", "all of many", "geo of many",
        "quorum of a pool", "optional", "look-up aside", "look-up through", "publish", "call back", "replicate sync",
        "replicate async", "replicate semi_sync", "common cause", "less than one call",
    ]  # fmt: skip
    assert [name for name in wanted if not SEEN[name]] == []


def test_what_is_looked_up_only_after_a_loss_is_found_as_often() -> None:
    """Nothing says how often while everything works: as often as there."""
    kinds = {"lba": "load_balancer", "lbb": "load_balancer", "web": "service", "spare": "service", "db": "database"}
    nodes = [USERS, *(node(name, kind, availability=0.9) for name, kind in kinds.items())]
    nodes.append(node("cache", "cache", hit_ratio=0.6, availability=0.9))
    edges = [*paths("users>lba>web", "lba>lbb>web", "spare>cache", "spare>db"), edge("lbb>spare", priority=1)]
    topology = document(nodes, edges)
    check(Truth(topology), topology)


def test_a_stated_hit_ratio_holds_where_the_load_has_no_end() -> None:
    """Reads go round for ever, so that there are no rates; what the CDN holds it still answers."""
    nodes = [USERS, node("cdn", "cdn", hit_ratio=1, availability=0.9), node("a", "service"), node("b", "service")]
    flow = {"rate_rps": 10, "mix": {"static": 0.5, "read": 0.5}}
    report = analyze(document(nodes, paths("users>cdn>a>b", "b>a"), flow))
    assert report.nodes[1].utilization is None
    assert next(s.loss_share for s in report.spofs if s.component == "a") == pytest.approx(0.5)


@pytest.mark.parametrize(("coverage", "listed"), [(1.0, False), (0.9, True)])
def test_a_failover_that_always_works_is_in_no_cut_set(coverage: float, listed: bool) -> None:
    nodes = [USERS, node("db", "database", failover="automatic", failover_coverage=coverage), node("r", "database")]
    report = analyze(document(nodes, [*paths("users>db"), edge("db>r", "replicate")]))
    found = [cut.components for cut in report.cut_sets]
    assert (["db", "failover:db"] in found) == listed
    assert ["db", "r"] in found


def test_the_generator_makes_valid_documents_only() -> None:
    with pytest.raises(InvalidInput):
        document([USERS], [edge("users>nowhere")])
