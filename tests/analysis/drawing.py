"""Small random documents, with everything in them that decides whether a request is served."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from simulation.topology.document import InvalidInput, Topology
from tests.analysis.documents import USERS, document, edge, node

CALLERS = ("web_server", "service")
ROUTERS = ("load_balancer", "api_gateway", "dns", "cdn")
STORES = ("database", "cache", "session_store", "object_storage", "search_index", "external_service", "message_queue")


def boxes(dice: Random) -> list[dict[str, Any]]:
    """Containers, up to three deep."""
    made: list[dict[str, Any]] = []
    for i, kind in enumerate(dice.choice([(), ("zone",), ("zone", "zone"), ("datacenter", "rack", "host")])):
        parent = made[-1]["id"] if kind in ("rack", "host") else None
        made.append(node(f"z{i}", kind, parent=parent, availability=dice.choice([0.8, 0.95])))
    return made


def parts(dice: Random, name: str, kind: str, places: list[str], most: int = 3) -> dict[str, Any]:
    """One node: replicas, how many of them are needed, where they stand, how it fails."""
    replicas = dice.randint(1, most) if kind != "cache" else 1
    params: dict[str, Any] = {"availability": dice.choice([0.7, 0.9, 0.99])}
    if replicas > 1:
        params["needed"] = dice.randint(1, replicas)
        params["common_cause_share"] = dice.choice([0, 0, 0.1, 1])
    if kind in ("cache", "cdn"):
        params["hit_ratio"] = dice.choice([0.0, 0.6, 1.0])
    if kind == "dns":
        params["policy"] = dice.choice(["simple", "weighted", "geo", "failover"])
    if kind == "database":
        params["failover"] = dice.choice(["automatic", "manual", "none"])
        params["failover_coverage"] = dice.choice([0.9, 1.0])
        if most > 1 and replicas == 1 and dice.random() < 0.5:
            params |= {"shards": dice.randint(2, 3), "hot_key_share": dice.choice([0.0, 0.3])}
    if len(places) > 1 and replicas > 1 and dice.random() < 0.5:
        return node(name, kind, replicas, None, places[:2], **params)
    return node(name, kind, replicas, dice.choice([None, *places]), **params)


def calls(dice: Random, source: str, target: str) -> dict[str, Any]:
    """An edge as a caller may draw it."""
    params: dict[str, Any] = {}
    if dice.randint(0, 5) == 0:
        params["required"] = False
    if dice.randint(0, 5) == 0:
        params["ops"] = [dice.choice(["read", "write"])]
    if dice.randint(0, 5) == 0:
        params["calls"] = dice.choice([0.3, 2])
    if dice.randint(0, 2) == 0:
        params["pool"] = "p"
        params |= dice.choice([{}, {"weight": 3}, {"priority": 1}])
    return edge(f"{source}>{target}", **params)


def ruled(edges: list[dict[str, Any]], rule: dict[str, Any]) -> list[dict[str, Any]]:
    """The edges with one rule for every pool of a source."""
    found = []
    for each in edges:
        params = each.get("params", {})
        found.append({**each, "params": {**params, **rule}} if params.get("pool") else each)
    return found


def drawn(dice: Random) -> Topology:
    """Clients before routers, callers and stores, with pools of every policy, copies, shards, and calls in circles."""
    containers = boxes(dice)
    places = [b["id"] for b in containers]
    nodes, names = [USERS], ["users"]
    kinds = {"users": "client"}
    mode = dice.choice(["", "sync", "async", "semi_sync"])
    count = dice.randint(2, 6)
    for i in range(count + 2 * bool(mode)):
        kind = dice.choice([*ROUTERS, *CALLERS * 2, *STORES]) if i else dice.choice(ROUTERS + CALLERS)
        kind = kind if i < count else "database"
        nodes.append(parts(dice, f"n{i}", kind, places, 3 if i < count else 1))
        names.append(f"n{i}")
        kinds[f"n{i}"] = kind
    edges = [edge("users>n0")]
    for i, source in enumerate(names):
        for j, target in enumerate(names):
            if (i, j) == (0, 1) or i == j or j == 0 or (kinds[source] in STORES and kinds[source] != "cache"):
                continue
            wanted = dice.randint(0, 2) > 0 if j > i else dice.randint(0, 9) == 0
            if wanted:
                edges.append(calls(dice, source, target))
    if mode:
        edges.append({**edge(f"n{count}>n{count + 1}", "replicate", mode=mode), "id": "copy"})
    rule: dict[str, Any] = dice.choice(
        [{}, {"policy": "failover"}, {"policy": "shard"}, {"policy": "all"}, {"needed": 2}]
    )
    return _valid([*containers, *nodes], ruled(edges, rule))


def _valid(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> Topology:
    """The document without the edges that make no sense between their ends."""
    while True:
        try:
            return document(nodes, edges, {"rate_rps": 10, "mix": {"read": 0.6, "write": 0.3, "static": 0.1}})
        except InvalidInput as refused:
            wrong = {int(p.pointer.split("/")[2]) for p in refused.problems if p.pointer.startswith("/edges/")}
            if not wrong:
                raise
            edges = [e for i, e in enumerate(edges) if i not in wrong]


#: Documents by the seed of their dice: every seed draws another one.
systems = st.integers(0, 2**32 - 1).map(lambda seed: drawn(Random(seed)))
