"""A document that is edited step by step: every report of an analyst is the one that would be made from nothing."""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.analysis.analyst import Analyst
from simulation.analysis.engine import report
from simulation.analysis.findings import rules
from simulation.topology.document import Topology
from simulation.topology.parsing import from_object, to_object
from tests.analysis.documents import document, edge, node
from tests.analysis.drawing import systems

Document = dict[str, Any]

VALUES: dict[str, list[Any]] = {
    "availability": [0.9, 0.99, 1.0],
    "mtbf_h": [500, 5_000],
    "mttr_h": [0.1, 50],
    "service_time_ms": [1, 40],
    "distribution": ["deterministic"],
    "read_time_ms": [1, 60],
    "concurrency": [1, 64],
    "queue_limit": [5],
    "hit_ratio": [0, 0.5, 1],
    "ttl_s": [10, 600],
    "failover": ["automatic", "manual"],
    "failover_coverage": [0.5, 1],
    "needed": [1, 2],
    "shards": [1, 2],
    "hot_key_share": [0.4],
    "holds_slot": [True, False],
    "policy": ["failover", "geo"],
    "cost_per_month": [7],
    "overhead": [0, 0.4],
    "common_cause_share": [0, 0.1],
}

ON_EDGES: dict[str, list[Any]] = {
    "required": [True, False],
    "calls": [0.3, 2],
    "retries": [0, 3],
    "loss": [0.1],
    "pool": ["p"],
    "priority": [0, 1],
    "weight": [1, 3],
    "latency_ms": [4],
    "ops": [["read"], ["write"]],
    "mode": ["sync", "async"],
}


def _param(document: Document, r: Random) -> None:
    _set(r.choice(document["nodes"]), VALUES, r)


def _edge_param(document: Document, r: Random) -> None:
    _set(r.choice(document["edges"]), ON_EDGES, r)


def _set(element: dict[str, Any], values: dict[str, list[Any]], r: Random) -> None:
    name = r.choice(sorted(values))
    element.setdefault("params", {})[name] = r.choice(values[name])


def _drop_param(document: Document, r: Random) -> None:
    params = r.choice([*document["nodes"], *document["edges"]]).get("params") or {"": 0}
    params.pop(r.choice(sorted(params)))


def _replicas(document: Document, r: Random) -> None:
    r.choice(document["nodes"])["replicas"] = r.randint(1, 4)


def _move(document: Document, r: Random) -> None:
    boxes = [n["id"] for n in document["nodes"] if n["kind"] in ("zone", "region", "datacenter")]
    node = r.choice(document["nodes"])
    node.pop("parent", None)
    if boxes and r.random() < 0.8:
        node["parent"] = r.choice(boxes)


def _spread(document: Document, r: Random) -> None:
    boxes = [n["id"] for n in document["nodes"] if n["kind"] in ("zone", "region", "datacenter")]
    r.choice(document["nodes"])["spread"] = r.sample(boxes, r.randint(0, len(boxes)))


def _add_edge(document: Document, r: Random) -> None:
    ids = [n["id"] for n in document["nodes"]]
    source, target = r.choice(ids), r.choice(ids)
    document["edges"].append({"id": f"new{r.randrange(10**6)}", "source": source, "target": target})


def _remove_edge(document: Document, r: Random) -> None:
    document["edges"].pop(r.randrange(len(document["edges"])))


def _add_node(document: Document, r: Random) -> None:
    name, kind = f"new{r.randrange(10**6)}", r.choice(["service", "database", "cache", "zone", "worker", "metrics"])
    place = r.choice([len(document["nodes"]), 0])
    caller = r.choice(document["nodes"])["id"]
    document["nodes"].insert(place, {"id": name, "kind": kind})
    if kind == "metrics":
        document["edges"].append({"id": f"on-{name}", "source": name, "target": caller, "kind": "observe"})
    elif kind != "zone":
        document["edges"].append({"id": f"to-{name}", "source": caller, "target": name})


def _remove_node(document: Document, r: Random) -> None:
    gone = document["nodes"].pop(r.randrange(len(document["nodes"])))["id"]
    document["edges"] = [e for e in document["edges"] if gone not in (e["source"], e["target"])]


def _kind(document: Document, r: Random) -> None:
    r.choice(document["nodes"])["kind"] = r.choice(["service", "database", "load_balancer"])


def _traffic(document: Document, r: Random) -> None:
    r.choice(document["flows"]).update(r.choice([{"rate_rps": 5}, {"rate_rps": 400}, {"mix": {"write": 1.0}}]))


def _flow(document: Document, r: Random) -> None:
    flows = document["flows"]
    what = r.choice(["added", "removed", "renamed", "elsewhere", "in another order"])
    if what == "added":
        flows.append({**r.choice(flows), "id": f"new{r.randrange(10**6)}"})
    elif what == "removed":
        flows.pop(r.randrange(len(flows)))
    elif what == "renamed":
        r.choice(flows)["id"] = f"new{r.randrange(10**6)}"
    elif what == "elsewhere":
        r.choice(flows)["source"] = r.choice([n["id"] for n in document["nodes"] if n["kind"] == "client"])
    else:
        r.shuffle(flows)


def _redraw_edge(document: Document, r: Random) -> None:
    edge = r.choice(document["edges"])
    what = r.choice(["source", "target", "kind", "id"])
    edge[what] = {
        "source": r.choice(document["nodes"])["id"],
        "target": r.choice(document["nodes"])["id"],
        "kind": r.choice(["call", "publish", "consume", "replicate", "observe", "manage"]),
        "id": f"new{r.randrange(10**6)}",
    }[what]


def _rename(document: Document, r: Random) -> None:
    node, name = r.choice(document["nodes"]), f"new{r.randrange(10**6)}"
    old, node["id"] = node["id"], name
    for each in (*document["edges"], *document["flows"], *document["nodes"]):
        for member in ("source", "target", "parent"):
            if each.get(member) == old:
                each[member] = name
        if "spread" in each:
            each["spread"] = [name if box == old else box for box in each["spread"]]


def _looks(document: Document, r: Random) -> None:
    r.choice(document["nodes"]).update(position={"x": r.random(), "y": 0.0}, name="other", notes="why")
    document["thresholds"] = ["spofs == 0"]


def _reorder(document: Document, r: Random) -> None:
    r.shuffle(document["nodes"])


EDITS: list[Callable[[Document, Random], None]] = [
    _param, _param, _param, _edge_param, _edge_param, _drop_param, _replicas, _move, _spread, _add_edge, _remove_edge,
    _redraw_edge, _add_node, _remove_node, _rename, _kind, _traffic, _flow, _looks, _reorder,
]  # fmt: skip

DOCUMENTS = [document for rule in rules().values() for document in (rule.firing, rule.silent)]


def edited(document: Document, r: Random, steps: int) -> list[Topology]:
    """The document and what becomes of it: an edit that it does not survive is taken back."""
    found = [from_object(document)]
    while len(found) <= steps:
        after = copy.deepcopy(to_object(found[-1]))
        after.setdefault("edges", [])
        try:
            r.choice(EDITS)(after, r)
            found.append(from_object(after))
        except (ValueError, IndexError, KeyError):  # InvalidInput, or nothing to edit
            found.append(found[-1])
    return found


def _is_always_the_same(versions: list[Topology]) -> None:
    """Each as an edit of the one before, then the same as variants of the last one."""
    analyst = Analyst()
    for version in versions:
        assert analyst.report(version) == report(version)
    for version in (*versions[:2], versions[-1]):
        assert analyst.variant(version) == report(version, max_order=1)
    assert analyst.report(versions[0]) == report(versions[0])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=st.sampled_from(DOCUMENTS), seed=st.integers(0, 10**9))
def test_reports_of_edited_examples_are_the_same_as_from_nothing(document: Document, seed: int) -> None:
    _is_always_the_same(edited(document, Random(seed), 6))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(topology=systems, seed=st.integers(0, 10**9))
def test_reports_of_edited_random_systems_are_the_same_as_from_nothing(topology: Topology, seed: int) -> None:
    _is_always_the_same(edited(to_object(topology), Random(seed), 5))


def test_a_cache_that_comes_into_use_is_assessed_anew() -> None:
    """Nothing asked it before, so that its loss touched nobody."""
    nodes: list[dict[str, Any]] = [node("users", "client"), node("cache", "cache")]
    asked, behind = edge("users>cache"), edge("cache>web")
    web = node("web", "service")
    first = [nodes[0], node("gone", "service"), nodes[1]]  # the cache keeps its number when all is numbered anew
    versions = [(first, []), (nodes, []), (nodes, [asked]), ([web, *nodes], [asked, behind])]
    _is_always_the_same([document(*version) for version in versions])


def test_an_edge_whose_source_comes_into_use_is_assessed_anew() -> None:
    """Nothing went over it before, so that its loss touched nobody."""
    small = [node(name, "web_server", service_time_ms=20, concurrency=8) for name in ("a", "b")]
    servers = [node("big", "web_server", 4), *small]
    nodes = [node("users", "client"), node("lb", "load_balancer"), *servers]
    unused = [edge("lb>a"), edge("lb>b")]
    versions = [[*unused, edge("users>big")], [*unused, edge("users>lb")]]
    _is_always_the_same([document(nodes, edges, 500) for edges in versions])


def test_a_kept_time_is_still_known_to_be_an_estimate() -> None:
    """The mean of a flow that waits for several at once is read from the grid, kept or not."""
    box, web = node("z", "zone"), node("web", "web_server")
    stores = [node("a", "database"), node("b", "search_index")]
    edges = [edge("users>web"), *(edge(f"web>{s}", pool="p", policy="all") for s in "ab")]
    clients = [node("users", "client"), node("users", "client", parent="z")]
    _is_always_the_same([document([box, c, web, *stores], edges) for c in clients])


def test_what_the_load_needs_is_compiled_anew_when_serving_takes_longer() -> None:
    """The balancer needs both of its replicas, then more than it has."""
    edges = [edge("users>lb"), edge("lb>web")]
    versions = []
    for time_ms in (15, 40, 15):
        balancer = node("lb", "load_balancer", 2, service_time_ms=time_ms, concurrency=1)
        versions.append(document([node("users", "client"), balancer, node("web", "web_server", 2)], edges))
    _is_always_the_same(versions)


def test_what_observing_costs_is_read_anew_at_what_is_observed() -> None:
    """The edge leads from the observer: the node whose slots it takes is at its end."""
    edges = [edge("users>web"), edge("metrics>web", "observe")]
    web = node("web", "web_server", service_time_ms=20, concurrency=4)
    versions = [[node("users", "client"), web, node("metrics", "metrics", overhead=o)] for o in (0.0, 0.4, 0.1)]
    _is_always_the_same([document(nodes, edges, {"rate_rps": 100}) for nodes in versions])
