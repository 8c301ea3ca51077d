"""A queueing network for JMT (Java Modelling Tools, JSIMgraph), to check figures with another simulator.

JMT's jobs wander from station to station and never come back to a caller. Each flow becomes an open class
that visits every station as often as its requests do (`visits`), in the order of the calls: loads and, where
service is exponential, mean response times without the network's latency are those of the design. Stations
are pooled over replicas; failures, time-outs, retries and caches' contents have no place in the format.
"""

from xml.etree import ElementTree

from simulation.topology.catalogue.model import Text
from simulation.topology.document import Topology
from simulation.topology.exporting.visits import visits
from simulation.topology.layout import absolute, boxes
from simulation.topology.resolving import resolve
from simulation.topology.system import Component, System
from simulation.topology.wiring import Wiring

FORMAT = "jsimg"
TITLE = Text("JMT queueing network", "JMT 대기행렬 모델")
MEDIA_TYPE = "application/xml"
EXTENSION = "jsimg"

_STRATEGIES = "jmt.engine.NetStrategies"
_SINK = "Sink"
_LEAST = 1e-9

Visits = dict[int, dict[str, float]]


def write(topology: Topology) -> bytes:
    """The model with one open class a flow."""
    system = resolve(topology)
    wiring = Wiring(system)
    flows = {source.id: visits(system, wiring, source) for source in system.sources}
    stations = [
        c for c in system.components if c.kind.station is not None and any(c.index in found for found in flows.values())
    ]
    flows = {name: _at_stations(found, stations) for name, found in flows.items()}
    archive = ElementTree.Element("archive", {"name": "model.jsimg"})
    sim = ElementTree.SubElement(
        archive, "sim", {"name": "model.jsimg", "disableStatisticStop": "false", "maxSamples": "1000000"}
    )
    for source in system.sources:
        attributes = {"name": source.id, "priority": "0", "referenceSource": f"Source {source.id}", "type": "open"}
        ElementTree.SubElement(sim, "userClass", attributes)
    connections: set[tuple[str, str]] = set()
    for source in system.sources:
        _source(sim, source.id, source.rate_rps, flows, system, connections)
    for station in stations:
        _station(sim, station, flows, system, connections)
    ElementTree.SubElement(ElementTree.SubElement(sim, "node", {"name": _SINK}), "section", {"className": "JobSink"})
    for source in system.sources:
        _measure(sim, source.id)
    for a, b in sorted(connections):
        ElementTree.SubElement(sim, "connection", {"source": a, "target": b})
    _places(archive, topology, system, stations)
    ElementTree.indent(archive)
    content: bytes = ElementTree.tostring(archive, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _at_stations(found: Visits, stations: list[Component]) -> Visits:
    kept = {station.index for station in stations}
    return {index: ops for index, ops in found.items() if index in kept}


def onward(found: Visits, after: int | None) -> list[tuple[int | None, float]]:
    """Where a job goes from a station (None: from its source): stations by index, None for the sink.

    A station that is visited v <= 1 times is entered with probability v; one visited more often is entered
    always and left with probability 1/v.
    """
    order = list(found)
    total = {index: sum(ops.values()) for index, ops in found.items()}
    left = 1.0
    result: list[tuple[int | None, float]] = []
    if after is not None and total[after] > 1:
        result.append((after, 1 - 1 / total[after]))
        left = 1 / total[after]
    for index in order[0 if after is None else order.index(after) + 1 :]:
        chance = left * min(total[index], 1.0)
        if chance > _LEAST:
            result.append((index, chance))
        left -= chance
        if left <= _LEAST:
            return result
    return [*result, (None, left)]


def _source(
    sim: ElementTree.Element,
    name: str,
    rate: float,
    flows: dict[str, Visits],
    system: System,
    connections: set[tuple[str, str]],
) -> None:
    node = ElementTree.SubElement(sim, "node", {"name": f"Source {name}"})
    section = ElementTree.SubElement(node, "section", {"className": "RandomSource"})
    strategies = _array(section, f"{_STRATEGIES}.ServiceStrategy", "ServiceStrategy")
    for other in flows:
        _service(strategies, other, 1 / rate if other == name else None)
    ElementTree.SubElement(node, "section", {"className": "ServiceTunnel"})
    routes = {other: onward(found, None) if other == name else [] for other, found in flows.items()}
    _router(node, f"Source {name}", routes, system, connections)


def _station(
    sim: ElementTree.Element,
    station: Component,
    flows: dict[str, Visits],
    system: System,
    connections: set[tuple[str, str]],
) -> None:
    node = ElementTree.SubElement(sim, "node", {"name": station.id})
    queue = ElementTree.SubElement(node, "section", {"className": "Queue"})
    slots = None if station.slots is None else station.slots * station.instances
    limit = station.params.get("queue_limit")
    room = -1 if limit is None or slots is None else slots + int(limit) * station.instances
    _value(queue, "parameter", "java.lang.Integer", "size", str(room))
    drops = _array(queue, "java.lang.String", "dropStrategies")
    for name in flows:
        _class(drops, name)
        _value(drops, "subParameter", "java.lang.String", "dropStrategy", "drop")
    ElementTree.SubElement(
        queue,
        "parameter",
        {"classPath": f"{_STRATEGIES}.QueueGetStrategies.FCFSstrategy", "name": "FCFSstrategy"},
    )
    puts = _array(queue, f"{_STRATEGIES}.QueuePutStrategy", "QueuePutStrategy")
    for name in flows:
        _class(puts, name)
        ElementTree.SubElement(
            puts,
            "subParameter",
            {"classPath": f"{_STRATEGIES}.QueuePutStrategies.TailStrategy", "name": "TailStrategy"},
        )
    server = ElementTree.SubElement(node, "section", {"className": "Delay" if slots is None else "Server"})
    if slots is not None:
        _value(server, "parameter", "java.lang.Integer", "maxJobs", str(slots))
        counts = _array(server, "java.lang.Integer", "numberOfVisits")
        for name in flows:
            _class(counts, name)
            _value(counts, "subParameter", "java.lang.Integer", "numberOfVisits", "1")
    strategies = _array(server, f"{_STRATEGIES}.ServiceStrategy", "ServiceStrategy")
    for name, found in flows.items():
        _service(strategies, name, _mean_s(station, found.get(station.index)))
    routes = {name: onward(found, station.index) if station.index in found else [] for name, found in flows.items()}
    _router(node, station.id, routes, system, connections)


def _mean_s(station: Component, ops: dict[str, float] | None) -> float | None:
    """Mean service time in seconds over the operations that visit; None where none does."""
    if not ops:
        return None
    return sum(share * station.time_ms(op) for op, share in ops.items()) / sum(ops.values()) / 1000


def _router(
    node: ElementTree.Element,
    name: str,
    routes: dict[str, list[tuple[int | None, float]]],
    system: System,
    connections: set[tuple[str, str]],
) -> None:
    section = ElementTree.SubElement(node, "section", {"className": "Router"})
    strategies = _array(section, f"{_STRATEGIES}.RoutingStrategy", "RoutingStrategy")
    for flow, targets in routes.items():
        _class(strategies, flow)
        attributes = {"classPath": f"{_STRATEGIES}.RoutingStrategies.EmpiricalStrategy", "name": "Probabilities"}
        strategy = ElementTree.SubElement(strategies, "subParameter", attributes)
        entries = ElementTree.SubElement(
            strategy,
            "subParameter",
            {"array": "true", "classPath": "jmt.engine.random.EmpiricalEntry", "name": "EmpiricalEntryArray"},
        )
        for index, chance in targets or [(None, 1.0)]:
            target = _SINK if index is None else system.components[index].id
            connections.add((name, target))
            entry = ElementTree.SubElement(
                entries, "subParameter", {"classPath": "jmt.engine.random.EmpiricalEntry", "name": "EmpiricalEntry"}
            )
            _value(entry, "subParameter", "java.lang.String", "stationName", target)
            _value(entry, "subParameter", "java.lang.Double", "probability", repr(chance))


def _service(strategies: ElementTree.Element, name: str, mean_s: float | None) -> None:
    """Exponential times of a mean; nothing at all where the class never comes."""
    _class(strategies, name)
    if not mean_s:
        ElementTree.SubElement(
            strategies,
            "subParameter",
            {
                "classPath": f"{_STRATEGIES}.ServiceStrategies.ZeroServiceTimeStrategy",
                "name": "ZeroServiceTimeStrategy",
            },
        )
        return
    strategy = ElementTree.SubElement(
        strategies,
        "subParameter",
        {"classPath": f"{_STRATEGIES}.ServiceStrategies.ServiceTimeStrategy", "name": "ServiceTimeStrategy"},
    )
    law = {"classPath": "jmt.engine.random.Exponential", "name": "Exponential"}
    ElementTree.SubElement(strategy, "subParameter", law)
    numbers = ElementTree.SubElement(
        strategy, "subParameter", {"classPath": "jmt.engine.random.ExponentialPar", "name": "distrPar"}
    )
    _value(numbers, "subParameter", "java.lang.Double", "lambda", repr(1 / mean_s))


def _array(parent: ElementTree.Element, path: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, "parameter", {"array": "true", "classPath": path, "name": name})


def _class(parent: ElementTree.Element, name: str) -> None:
    ElementTree.SubElement(parent, "refClass").text = name


def _value(parent: ElementTree.Element, tag: str, path: str, name: str, text: str) -> None:
    holder = ElementTree.SubElement(parent, tag, {"classPath": path, "name": name})
    ElementTree.SubElement(holder, "value").text = text


def _measure(sim: ElementTree.Element, name: str) -> None:
    ElementTree.SubElement(
        sim,
        "measure",
        {
            "alpha": "0.05",
            "name": f"{name} response time",
            "nodeType": "",
            "precision": "0.03",
            "referenceNode": "",
            "referenceUserClass": name,
            "type": "System Response Time",
            "verbose": "false",
        },
    )


def _places(archive: ElementTree.Element, topology: Topology, system: System, stations: list[Component]) -> None:
    """Where the stations stand on JSIMgraph's canvas."""
    model = ElementTree.SubElement(archive, "jmodel")
    for source in system.sources:
        ElementTree.SubElement(model, "userClass", {"color": "#FF2563EB", "name": source.id})
    places = absolute(topology, boxes(topology))
    corners = {station.id: (places[station.id].x, places[station.id].y) for station in stations}
    for source in system.sources:
        box = places[system.components[source.client].id]
        corners[f"Source {source.id}"] = (box.x, box.y)
    corners[_SINK] = (max((b.x + b.width for b in places.values()), default=0.0) + 96, 64.0)
    for name, (x, y) in corners.items():
        holder = ElementTree.SubElement(model, "station", {"name": name})
        ElementTree.SubElement(
            holder, "position", {"rotate": "false", "x": f"{max(x, 0):.1f}", "y": f"{max(y, 0):.1f}"}
        )
