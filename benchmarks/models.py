"""The models of benchmarks/engine.py: as documents, as networks for the peers, and by their closed forms."""

from pathlib import Path
from typing import Any

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.topology.resolving import resolve
from simulation.topology.wiring import Gate, Lookup, Policy, Wiring

SAMPLE = Path(__file__).resolve().parents[2] / "shared/samples/compose/opentelemetry-demo.yaml"


def _document(name: str, nodes: list[Node], edges: list[tuple[str, str]], rate: float) -> Topology:
    links = [Edge(f"e{i}", a, b) for i, (a, b) in enumerate(edges)]
    return Topology(
        format="linchpin/1", name=name, nodes=[Node("u", "client"), *nodes], edges=links, flows=[Flow("f", "u", rate)]
    )


def _server(name: str, ms: float, slots: int, kind: str = "web_server", **extra: Any) -> Node:
    time_name = "read_time_ms" if kind == "database" else "service_time_ms"
    return Node(name, kind, params={time_name: ms, "concurrency": slots}, **extra)


def _balancer() -> Node:
    return Node("lb", "load_balancer", params={"algorithm": "random", "service_time_ms": 0.02, "concurrency": 200})


def _tier() -> Topology:
    cache = Node("c", "cache", params={"hit_ratio": 0.8, "service_time_ms": 0.2, "concurrency": 4})
    nodes = [_balancer(), _server("w", 2, 4, replicas=4), cache, _server("db", 2, 2, "database"),
             _server("dr", 2, 2, "database", replicas=2)]  # fmt: skip
    edges = [("u", "lb"), ("lb", "w"), ("w", "c"), ("w", "db"), ("w", "dr"), ("db", "dr")]
    return _document("tier", nodes, edges, 5600)


def _thousand() -> Topology:
    nodes, edges = [_balancer()], [("u", "lb")]
    for i in range(198):
        nodes.append(_server(f"w{i}", 5, 2))
        edges += [("lb", f"w{i}"), (f"w{i}", f"s{i * 7 % 500}"), (f"w{i}", f"s{(i * 13 + 250) % 500}")]
    for i in range(500):
        nodes.append(_server(f"s{i}", 1, 2, "service"))
        edges.append((f"s{i}", f"d{i * 3 % 300}"))
    nodes += [_server(f"d{i}", 0.5, 2, "database") for i in range(300)]
    return _document("thousand", nodes, edges, 20_000)


def _shop() -> Topology:
    """The OpenTelemetry demo as imported where the sample is at hand, else a shop of its size."""
    if SAMPLE.exists():
        from simulation.topology.importing import import_

        return import_("compose", SAMPLE.read_text()).topology
    calls = {"front": "ads cart checkout currency catalog advice shipping", "advice": "catalog",
             "checkout": "cart currency email payment catalog shipping", "shipping": "quote", "cart": "store",
             "catalog": "db"}  # fmt: skip
    names = dict.fromkeys(["front", *(t for targets in calls.values() for t in targets.split())])
    kinds = {"store": "database", "db": "database"}
    nodes = [_balancer(), *(_server(n, 2, 16, kinds.get(n, "service")) for n in names)]
    edges = [("u", "lb"), ("lb", "front"), *((a, b) for a, targets in calls.items() for b in targets.split())]
    return _document("shop", nodes, edges, 100)


def models() -> dict[str, tuple[str, Topology]]:
    """Title and document of each model."""
    return {
        "mm1": ("M/M/1, load 0.8", _document("mm1", [_server("w", 1, 1)], [("u", "w")], 800)),
        "mm8": ("M/M/8, load 0.9", _document("mm8", [_server("w", 1, 8)], [("u", "w")], 7200)),
        "tier": ("balancer, 4 servers, cache, primary, 2 replicas", _tier()),
        "shop": ("OpenTelemetry demo" if SAMPLE.exists() else "a shop of 15 services", _shop()),
        "thousand": ("1,000 nodes", _thousand()),
    }


def _first(gate: Gate) -> list[int]:
    """Who is asked while all are up: reads go to the replicas, the primary stands by."""
    best = min((m.priority for m in gate.members), default=0)
    return [m.target for m in gate.members if m.priority == best or gate.policy is not Policy.FAILOVER]


def network(topology: Topology) -> dict[str, Any]:
    """The same as stations and calls, for engines that know neither the document nor its rules."""
    system = resolve(topology)
    wiring = Wiring(system)
    stations: list[int | None] = []
    places: list[list[int]] = []
    for c in system.components:
        places.append(list(range(len(stations), len(stations) + c.instances)))
        stations += [c.slots] * c.instances
    visits: dict[str, Any] = {}
    for c in system.components:
        for op in system.operations or ("read",):
            gates = [
                {
                    "calls": g.calls,
                    "members": _first(g),
                    "all": g.policy is Policy.ALL,
                    "publish": g.publish,
                    "lookup": g.lookup is not Lookup.NONE,
                    "behind": list(g.behind),
                }
                for g in wiring.gates(c.index, op)
            ]
            hit = float(c.params.get("hit_ratio") or 0.0) if wiring.caches(c, op) else 0.0
            workers = [link.target for link in wiring.consumers(c.index, op)]
            visits[f"{c.index} {op}"] = {"mean": c.time_ms(op) / 1000, "gates": gates, "hit": hit, "workers": workers}
    flows = [{"rate": s.rate_rps, "client": s.client, "mix": sorted(s.mix.items())} for s in system.sources]
    return {"stations": stations, "places": places, "visits": visits, "flows": flows}


def flat(net: dict[str, Any]) -> str:
    """The network in plain numbers, one after the other, as the C++ twin reads them."""
    ops = sorted({key.split()[1] for key in net["visits"]})
    numbers: list[float] = [len(net["stations"]), *(-1 if s is None else s for s in net["stations"])]
    numbers += [len(net["places"]), len(ops)]
    for places in net["places"]:
        numbers += [len(places), *places]
    for component in range(len(net["places"])):
        for op in ops:
            visit = net["visits"][f"{component} {op}"]
            numbers += [visit["mean"], visit["hit"], (visit["workers"] or [-1])[0], len(visit["gates"])]
            for gate in visit["gates"]:
                numbers += [gate["calls"], int(gate["all"]), int(gate["lookup"])]
                for some in (gate["behind"], gate["members"]):
                    numbers += [len(some), *some]
    numbers.append(len(net["flows"]))
    for flow in net["flows"]:
        numbers += [flow["rate"], flow["client"], len(flow["mix"]), *(ops.index(op) for op, _ in flow["mix"])]
        numbers += [share for _, share in flow["mix"]]
    return " ".join(map(repr, numbers))


def erlang_c_mean(rate: float, service: float, c: int) -> float:
    """Mean time in an M/M/c, s (Erlang 1917)."""
    a, blocking = rate * service, 1.0
    for k in range(1, c + 1):
        blocking = a * blocking / (k + a * blocking)
    return blocking / (1 - a / c * (1 - blocking)) * service / (c - a) + service


def exact(net: dict[str, Any]) -> float:
    """Mean time of a request, s, of a network with one operation (Jackson 1957)."""
    (flow,) = net["flows"]
    ((op, _),) = flow["mix"]
    rates = [0.0] * len(net["stations"])

    def walk(component: int, rate: float) -> None:
        visit = net["visits"][f"{component} {op}"]
        for place in net["places"][component]:
            rates[place] += rate / len(net["places"][component])
        missed: dict[int, float] = {}
        for k, gate in enumerate(visit["gates"]):
            here = rate * (1 - visit["hit"]) * gate["calls"]
            for b in gate["behind"]:
                here *= missed[b]
            for member in gate["members"]:
                # A replica of a pool is as likely as any other.
                share = len(net["places"][member]) / sum(len(net["places"][m]) for m in gate["members"])
                walk(member, here * (1 if gate["all"] else share))
                missed[k] = 1 - net["visits"][f"{member} {op}"]["hit"] if gate["lookup"] else 1.0

    walk(flow["client"], flow["rate"])
    total = 0.0
    for component, places in enumerate(net["places"]):
        mean = net["visits"][f"{component} {op}"]["mean"]
        for place in places:
            if mean and rates[place]:
                total += rates[place] * erlang_c_mean(rates[place], mean, net["stations"][place])
    return total / float(flow["rate"])
