"""What a request needs at each node: the contract's rules, one test each."""

from typing import Any

import msgspec

from simulation.topology.document import Topology
from simulation.topology.resolving import resolve
from simulation.topology.wiring import Gate, Lookup, Policy, Wiring


def wire(nodes: dict[str, Any], edges: list[tuple[Any, ...]]) -> tuple[Wiring, dict[str, int]]:
    """Wiring of a small document: nodes as id → kind or members, edges as (source, target[, kind[, params]])."""
    document = {
        "format": "linchpin/1",
        "name": "test",
        "nodes": [{"id": i, **(n if isinstance(n, dict) else {"kind": n})} for i, n in nodes.items()],
        "edges": [
            {"id": f"e{k}", "source": e[0], "target": e[1]}
            | ({"kind": e[2]} if len(e) > 2 and e[2] else {})
            | ({"params": e[3]} if len(e) > 3 else {})
            for k, e in enumerate(edges)
        ],
    }
    system = resolve(msgspec.convert(document, Topology))
    return Wiring(system), {c.id: c.index for c in system.components}


def targets(wiring: Wiring, gate: Gate) -> list[str]:
    return [wiring.system.components[m.target].id for m in gate.members]


def test_a_router_needs_one_of_its_targets() -> None:
    wiring, at = wire({"lb": "load_balancer", "a": "web_server", "b": "web_server"}, [("lb", "a"), ("lb", "b")])
    (gate,) = wiring.gates(at["lb"], "read")
    assert targets(wiring, gate) == ["a", "b"]
    assert (gate.needed, gate.policy) == (1, Policy.BALANCE)


def test_a_caller_needs_all_its_dependencies() -> None:
    wiring, at = wire({"web": "web_server", "a": "service", "b": "service"}, [("web", "a"), ("web", "b")])
    assert [targets(wiring, g) for g in wiring.gates(at["web"], "read")] == [["a"], ["b"]]


def test_targets_joined_by_replication_are_one_pool_with_reads_on_replicas_and_writes_on_the_primary() -> None:
    wiring, at = wire(
        {"web": "web_server", "db": "database", "r1": "database", "r2": "database"},
        [("web", "db"), ("web", "r1"), ("web", "r2"), ("db", "r1"), ("db", "r2")],
    )
    (read,) = wiring.gates(at["web"], "read")
    assert read.policy is Policy.FAILOVER
    assert [(wiring.system.components[m.target].id, m.priority) for m in read.members] == [
        ("db", 1),
        ("r1", 0),
        ("r2", 0),
    ]
    (write,) = wiring.gates(at["web"], "write")
    assert targets(wiring, write) == ["db"]


def test_a_write_that_reaches_only_replicas_has_no_member() -> None:
    wiring, at = wire({"web": "web_server", "db": "database", "r": "database"}, [("web", "r"), ("db", "r")])
    (write,) = wiring.gates(at["web"], "write")
    assert write.members == ()


def test_a_named_pool_is_alternatives_with_its_policy_and_quorum() -> None:
    pool = {"pool": "q", "policy": "all", "needed": 2}
    wiring, at = wire(
        {"web": "web_server", "a": "service", "b": "service", "c": "service"},
        [("web", n, "call", pool) for n in "abc"],
    )
    (gate,) = wiring.gates(at["web"], "read")
    assert (gate.policy, gate.needed, len(gate.members)) == (Policy.ALL, 2, 3)


def test_different_priorities_make_a_failover_pool() -> None:
    wiring, at = wire(
        {"dns": "dns", "a": "load_balancer", "b": "load_balancer"},
        [("dns", "a", None, {"priority": 0}), ("dns", "b", None, {"priority": 1})],
    )
    assert wiring.gates(at["dns"], "read")[0].policy is Policy.FAILOVER


def test_a_cache_beside_a_store_is_looked_up_first_and_optional() -> None:
    wiring, at = wire(
        {"web": "web_server", "db": "database", "auth": "service", "cache": "cache"},
        [("web", "db"), ("web", "auth"), ("web", "cache")],
    )
    gates = wiring.gates(at["web"], "read")
    assert [targets(wiring, g) for g in gates] == [["auth"], ["cache"], ["db"]]
    assert [g.lookup for g in gates] == [Lookup.NONE, Lookup.ASIDE, Lookup.NONE]
    assert [g.required for g in gates] == [True, False, True]
    assert [g.behind for g in gates] == [(), (), (1,)]
    assert [targets(wiring, g) for g in wiring.gates(at["web"], "write")] == [["db"], ["auth"]]


def test_a_cache_that_asks_through_is_needed_unless_a_bypass_is_drawn() -> None:
    nodes = {"web": "web_server", "cache": "cache", "db": "database"}
    wiring, at = wire(nodes, [("web", "cache"), ("cache", "db")])
    (alone,) = wiring.gates(at["web"], "read")
    assert (alone.lookup, alone.required) == (Lookup.THROUGH, True)
    wiring, at = wire(nodes, [("web", "cache"), ("cache", "db"), ("web", "db")])
    look_up, bypass = wiring.gates(at["web"], "read")
    assert (look_up.lookup, look_up.required, bypass.behind) == (Lookup.THROUGH, False, (0,))


def test_writes_go_through_a_cache_that_alone_leads_to_the_store() -> None:
    nodes = {"web": "web_server", "cache": "cache", "db": "database", "auth": "service"}
    one_way = [("web", "cache"), ("cache", "db"), ("web", "auth")]
    wiring, at = wire(nodes, one_way)
    gates = wiring.gates(at["web"], "write")
    assert [targets(wiring, g) for g in gates] == [["cache"], ["auth"]]
    assert gates[0].required
    assert targets(wiring, wiring.gates(at["cache"], "write")[0]) == ["db"]
    for beside in (("web", "db"), ("web", "db", None, {"ops": ["write"]})):
        wiring, at = wire(nodes, [*one_way, beside])
        assert [targets(wiring, g) for g in wiring.gates(at["web"], "write")] == [["auth"], ["db"]]
    wiring, at = wire(nodes, [("web", "cache")])
    assert [(targets(wiring, g), g.required) for g in wiring.gates(at["web"], "write")] == [(["cache"], False)]


def test_an_origin_drawn_beside_its_cdn_is_the_way_around_it() -> None:
    wiring, at = wire(
        {"users": "client", "cdn": "cdn", "lb": "load_balancer"},
        [("users", "cdn"), ("users", "lb"), ("cdn", "lb")],
    )
    (gate,) = wiring.gates(at["users"], "static")
    assert gate.policy is Policy.FAILOVER
    assert {wiring.system.components[m.target].id: m.priority for m in gate.members} == {"cdn": 0, "lb": 1}


def test_a_name_server_drawn_beside_the_path_is_looked_up_and_needed() -> None:
    wiring, at = wire({"users": "client", "dns": "dns", "lb": "load_balancer"}, [("users", "lb"), ("users", "dns")])
    assert [targets(wiring, g) for g in wiring.gates(at["users"], "read")] == [["dns"], ["lb"]]


def test_a_publish_is_a_gate_of_its_own_and_consumers_hang_on_the_queue() -> None:
    wiring, at = wire({"web": "web_server", "q": "message_queue", "w": "worker"}, [("web", "q"), ("q", "w")])
    (gate,) = wiring.gates(at["web"], "write")
    assert gate.publish
    assert [wiring.system.components[link.target].id for link in wiring.consumers(at["q"], "write")] == ["w"]


def test_an_operation_takes_only_the_edges_that_carry_it() -> None:
    wiring, at = wire(
        {"lb": "load_balancer", "a": "web_server", "b": "web_server"},
        [("lb", "a", None, {"ops": ["read"]}), ("lb", "b", None, {"ops": ["write"]})],
    )
    assert targets(wiring, wiring.gates(at["lb"], "write")[0]) == ["b"]
    assert wiring.is_dead_end(at["lb"], "static")


def test_replicas_are_dealt_evenly_over_their_spread_within_the_parent() -> None:
    wiring, at = wire(
        {
            "seoul": "datacenter",
            "az-a": {"kind": "zone", "parent": "seoul"},
            "az-b": {"kind": "zone", "parent": "seoul"},
            "web": {"kind": "web_server", "parent": "seoul", "spread": ["az-a", "az-b"], "replicas": 3},
        },
        [],
    )
    system = wiring.system
    places = [{system.containers[i].id for i in d} for d in system.components[at["web"]].domains]
    assert places == [{"seoul", "az-a"}, {"seoul", "az-b"}, {"seoul", "az-a"}]
