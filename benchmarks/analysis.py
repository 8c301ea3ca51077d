"""Seconds that the analysis takes, beside the plain way: remove each node from a NetworkX graph and search.

    python benchmarks/analysis.py [NODES ...]

Both read the same generated systems. The plain way answers less (who cuts clients off), so the last
columns say how many single points of failure each names. Figures are CPU seconds of one core, which do not
depend on what else the machine does; `all losses` is everything up to the verdict on every single loss:
compiling, single points of failure, utilization and contingencies.

Then the report after one edit, by an analyst who keeps what the edit does not reach, beside the same report made
from nothing (they are compared: a difference ends the program); and availability beside other libraries.
"""

import copy
import gc
import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import analysis_peers
from simulation.analysis.analyst import Analyst
from simulation.analysis.budget import Budget
from simulation.analysis.engine import report, undisturbed
from simulation.analysis.model import Model
from simulation.topology.document import Topology
from simulation.topology.parsing import from_object, to_object

SIZES = (300, 1000, 10_000)


def system(size: int, seed: int = 1) -> Topology:
    """Services in a tree with extra calls, each with stores or caches, over three zones."""
    rng = random.Random(seed)
    zones = [f"z{i}" for i in range(3)]
    nodes = [
        {"id": "users", "kind": "client"},
        {"id": "lb", "kind": "load_balancer", "replicas": 2, "spread": zones[:2]},
    ]
    nodes += [{"id": z, "kind": "zone"} for z in zones]
    services, stores = int(size * 0.7), int(size * 0.3)
    pairs: dict[tuple[str, str], dict[str, float]] = {("users", "lb"): {}, ("lb", "s0"): {}}
    for i in range(services):
        params = {"service_time_ms": 2, "concurrency": 32}
        nodes.append(
            {"id": f"s{i}", "kind": "service", "replicas": rng.randint(1, 3), "spread": zones, "params": params}
        )
        if i:
            pairs[f"s{(i - 1) // 3}", f"s{i}"] = {"calls": 0.4}
        if i > 10 and rng.random() < 0.3:
            pairs[f"s{rng.randrange(i - 10, i)}", f"s{i}"] = {"calls": 0.1}
    for i in range(stores):
        kind = rng.choice(["database", "database", "cache"])
        nodes.append({"id": f"d{i}", "kind": kind, "parent": rng.choice(zones)})
        pairs[f"s{rng.randrange(services)}", f"d{i}"] = {}
    edges = [
        {"id": f"e{i}", "source": a, "target": b, "params": params} for i, ((a, b), params) in enumerate(pairs.items())
    ]
    flow = {"id": "f", "source": "users", "rate_rps": 500, "mix": {"read": 0.9, "write": 0.1}}
    return from_object({"format": "linchpin/1", "name": "benchmark", "nodes": nodes, "edges": edges, "flows": [flow]})


def plain(topology: Topology) -> set[str]:
    """Nodes without which some other node is out of reach: one search a node."""
    graph = nx.DiGraph((e.source, e.target) for e in topology.edges)
    everything = nx.descendants(graph, "users")
    found = set()
    for node in everything:
        rest = graph.subgraph(set(graph) - {node})
        if len(nx.descendants(rest, "users")) < len(everything) - 1:
            found.add(node)
    return found


def timed(run: Callable[[], object]) -> tuple[float, object]:
    """CPU seconds and the answer."""
    start = time.process_time()
    answer = run()
    return time.process_time() - start, answer


def row(size: int) -> str:
    """Figures of one size; the report and the plain way only where they take less than minutes."""
    topology = system(size)
    is_small = size <= 2000
    full = min(timed(lambda: report(topology))[0] for _ in range(3)) if is_small else float("nan")
    model = Model(topology, Budget(seconds=600))
    with undisturbed():
        loads = timed(lambda: model.work)[0]
        compiling = timed(lambda: model.roots)[0]
        seconds, found = timed(lambda: model.spofs)
        losses = timed(lambda: model.contingencies)[0]
    slow, others = timed(lambda: plain(topology)) if is_small else (float("nan"), set())
    assert isinstance(found, list)
    assert isinstance(others, set)
    return (
        f"{size:>6} {full:>8.3f} {loads:>7.3f} {compiling:>8.3f} {seconds:>7.3f} {losses:>7.3f}"
        f" {loads + compiling + seconds + losses:>11.3f} {slow:>8.3f}"
        f" {len(found):>6} {len(others) if others else '-':>12}"
    )


EDITS = ("looks", "service time", "availability", "replicas", "moved", "edge added", "node added", "node removed")


def edit(document: dict[str, Any], what: str, rng: random.Random) -> None:
    """One edit of a document of `system`."""
    services = [n for n in document["nodes"] if n["kind"] == "service"]
    stores = [n for n in document["nodes"] if n["kind"] == "database"]
    service, store, name = rng.choice(services), rng.choice(stores), f"n{rng.randrange(10**9)}"
    if what == "looks":
        service["position"] = {"x": rng.random(), "y": 0.0}
    elif what == "service time":
        service["params"] = service["params"] | {"service_time_ms": rng.uniform(1, 4)}
    elif what == "availability":
        store["params"] = {"availability": rng.uniform(0.9, 0.999)}
    elif what == "replicas":
        service["replicas"] = service.get("replicas", 1) % 4 + 1
    elif what == "moved":
        store["parent"] = rng.choice([z for z in ("z0", "z1", "z2") if z != store["parent"]])
    elif what == "edge added":
        document["edges"].append({"id": name, "source": service["id"], "target": store["id"]})
    elif what == "node added":
        document["nodes"].append({"id": name, "kind": "database", "parent": "z1"})
        document["edges"].append({"id": f"to-{name}", "source": service["id"], "target": name})
    else:
        document["nodes"].remove(store)
        document["edges"] = [e for e in document["edges"] if store["id"] not in (e["source"], e["target"])]


def edits(size: int, rounds: int = 5) -> None:
    """Print the median seconds of a report after each sort of edit, and of the same report from nothing."""
    document, rng = to_object(system(size)), random.Random(1)
    analyst = Analyst()
    analyst.report(from_object(document))
    again: dict[str, list[float]] = {what: [] for what in EDITS}
    fresh: list[float] = []
    for _ in range(rounds):
        for what in EDITS:
            edit(document, what, rng)
            topology = from_object(copy.deepcopy(document))
            seconds, found = timed(partial(analyst.report, topology))
            again[what].append(seconds)
            seconds, anew = timed(partial(report, topology))
            fresh.append(seconds)
            assert found == anew, what
    print(
        f"{size:>6} {statistics.median(fresh):>8.3f} "
        + " ".join(f"{statistics.median(v):>13.3f}" for v in again.values())
    )


def main(sizes: list[int]) -> None:
    """Print one row a size."""
    report(system(20))  # imports and first calls are not what is measured
    print(" nodes   report   loads  compile   SPOFs  losses  all losses    plain  found  plain found")
    for size in sizes:
        print(row(size), flush=True)
    print("\n nodes    fresh " + " ".join(f"{what:>13}" for what in EDITS))
    for size in sizes:
        if size <= 2000:
            edits(size)
    print()
    gc.collect()
    gc.freeze()  # what the sizes left behind is no business of the solvers
    analysis_peers.main(analysis_peers.CASES)


if __name__ == "__main__":
    main([int(x) for x in sys.argv[1:]] or list(SIZES))
