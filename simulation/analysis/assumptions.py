"""What the figures leaned on that the document does not say, and what the model leaves out."""

from collections.abc import Iterable, Iterator

from simulation.analysis import reasons
from simulation.analysis.load import caches
from simulation.analysis.model import Model
from simulation.analysis.report import Assumption, Reason
from simulation.analysis.success.states import knows_seldom_calls
from simulation.topology.catalogue.model import Param, Role
from simulation.topology.system import Component
from simulation.topology.wiring import Gate, Policy, algorithm

_CONTENT = ("key_count", "zipf_s", "capacity_keys", "eviction", "ttl_s")


_BY_CONNECTIONS = ("least_connections", "power_of_two")


def listed(model: Model) -> list[Assumption]:
    """Every default that a figure leaned on, by node and param, with its source."""
    known = model.assumed
    for c in model.system.components:
        if c.index not in known:
            known[c.index] = list(_of_component(model, c))
    found = [assumption for c in model.system.components for assumption in known[c.index]]
    for box in model.system.containers:
        params = {p.name: p for p in box.kind.params}
        leaned = () if "availability" in box.given else ("mtbf_h", "mttr_h")
        found.extend(_defaults(box.id, params, box.params, box.given, leaned, ["availability"]))
    for settled in sorted({s.choice for s in model.settled}):
        component = model.system.components[settled[1]].id
        found.append(
            Assumption(
                component,
                settled[0],
                "worst case",
                "",
                "Too many independent choices on the way: this one is taken for its worst outcome.",
                ["availability", "spofs"],
                "가는 길에 독립된 선택이 너무 많아, 이 선택은 가장 나쁜 결과로 봅니다.",
            )
        )
    return found


def _of_component(model: Model, c: Component) -> Iterator[Assumption]:
    params = {p.name: p for p in c.kind.params}
    if c.kind.can_fail and c.kind.role is not Role.OBSERVER:
        leaned = [] if "availability" in c.given else ["mtbf_h", "mttr_h"]
        leaned += ["common_cause_share"] if c.instances > 1 else []
        yield from _defaults(c.id, params, c.params, c.given, leaned, ["availability"])
        yield from _defaults(c.id, params, c.params, c.given, ["cost_per_month"], ["cost_per_month"])
    station = c.kind.station
    if station is None or model.work is None or not model.work.visited[c.index]:
        return
    names = [*dict.fromkeys(station.time.values()), *([station.slots] if station.slots else [])]
    yield from _defaults(c.id, params, c.params, c.given, names, ["utilization", "capacity_rps", "latency"])
    yield from _defaults(c.id, params, c.params, c.given, ["distribution"], ["latency"])
    if c.kind.role is Role.CACHE or c.kind.id == "cdn":
        names = [n for n in ("hit_ratio",) if c.params.get(n) is not None] or list(_CONTENT)
        yield from _defaults(c.id, params, c.params, c.given, names, ["utilization", "capacity_rps", "latency"])
    if c.kind.id == "dns":
        yield from _defaults(c.id, params, c.params, c.given, ["ttl_s", "resolvers"], ["latency"])
    if any(link.kind.id == "replicate" for link in model.system.outgoing[c.index]):
        yield from _defaults(c.id, params, c.params, c.given, ["failover", "failover_coverage"], ["availability"])


def _defaults(
    element: str,
    params: dict[str, Param],
    values: object,
    given: Iterable[str],
    names: Iterable[str],
    used_for: list[str],
) -> Iterator[Assumption]:
    assert hasattr(values, "get")
    for name in names:
        param = params.get(name)
        if param is not None and name not in given and values.get(name) is not None:
            yield Assumption(element, name, values.get(name), param.unit, param.source, used_for)


def simplifications(model: Model) -> list[Reason]:
    """What this document contains that the static figures do not count; a simulation does."""
    system = model.system
    links = [link for link in system.links if link.kind.id == "call"]
    cached = [c for c in system.components if c.kind.role is Role.CACHE or c.kind.id == "cdn"]
    found = {
        reasons.AUTOSCALING: any(c.params.get("autoscale") for c in system.components),
        reasons.TIMEOUTS: any(link.params.get("timeout_ms") for link in links),
        reasons.RETRIES: any(link.params.get("retries") for link in links),
        reasons.BREAKERS: any(link.params.get("breaker") for link in links),
        reasons.SHAPES: any(s.flow.shape for s in system.sources),
        reasons.EVEN_ARRIVALS: any(s.flow.arrivals == "deterministic" for s in system.sources),
        reasons.NAME_LOOKUPS: any(
            c.kind.id == "dns" and c.params.get("policy") in ("geo", "failover") for c in system.components
        ),
        reasons.FAILOVERS: any(link.kind.id == "replicate" for link in system.links),
        reasons.DEEP_CHECKS: _has_halves(model),
        reasons.DEEP_EDGES: _has_edges_behind(model),
        reasons.STICKINESS: any(c.params.get("sticky") for c in system.components),
        reasons.SELDOM_CALLS: not knows_seldom_calls(system),
        reasons.UNLIKE_SERVERS: any(_are_unlike(model, c, gate, op) for c, op, gate in _gates(model, _choosers(model))),
        reasons.EXPIRY: any(c.params.get("ttl_s") and caches.keeps_keys(c) for c in cached),
        reasons.LOOK_UPS: bool(cached) and model.chances.is_uneven,
        reasons.LEARNING: any(
            c.params.get("eviction") == "lfu" and c.params.get("hit_ratio") is None for c in system.components
        ),
        reasons.BEHIND_QUEUES: bool(model.consumers),
    }
    return [reason for reason, applies in found.items() if applies]


def _has_halves(model: Model) -> bool:
    """Whether a balancer's targets need different things: then it matters how deep its health checks look."""
    for _, op, gate in _gates(model, _routers(model)):
        if gate.needed < len(gate.members):
            behind = [_required(model, (member.target, op)) for member in gate.members]
            if any(one != behind[0] for one in behind):
                return True
    return False


def _has_edges_behind(model: Model) -> bool:
    """Whether a router chooses among targets that need others, each over edges of its own."""
    return any(
        further.required
        for _, op, gate in _gates(model, _routers(model))
        if gate.needed < len(gate.members)
        for member in gate.members
        for further in model.wiring.gates(member.target, op)
    )


def _routers(model: Model) -> list[Component]:
    return [c for c in model.system.components if c.kind.is_router]


def _gates(model: Model, components: Iterable[Component]) -> Iterator[tuple[Component, str, Gate]]:
    """The gates of these, with whose they are and for which operation."""
    for component in components:
        for op in model.system.operations:
            for gate in model.wiring.gates(component.index, op):
                yield component, op, gate


def _choosers(model: Model) -> list[Component]:
    """Components of which something says that they choose among several by open connections."""
    links = {link.source for link in model.system.links if link.params.get("balance") in _BY_CONNECTIONS}
    return [c for c in model.system.components if c.params.get("algorithm") in _BY_CONNECTIONS or c.index in links]


def _are_unlike(model: Model, source: Component, gate: Gate, op: str) -> bool:
    """Whether a choice by open connections is one between servers that take unlike times, or stand far apart."""
    if gate.policy is not Policy.BALANCE or gate.needed > 1 or not gate.members:
        return False
    if algorithm(source, model.system.links[gate.members[0].link]) not in _BY_CONNECTIONS:
        return False
    targets = [model.system.components[member.target] for member in gate.members if member.weight > 0]
    behind = [[{m.target for m in g.members} for g in model.wiring.gates(t.index, op)] for t in targets]
    speeds = [(t.time_ms(op), t.slots, ahead) for t, ahead in zip(targets, behind, strict=True)]
    work = model.work
    places = {p for t in targets for p in work.routing.regions(t.index)} if work and work.routing.has_places else ()
    return len(places) > 1 or any(speed != speeds[0] for speed in speeds)


def _required(model: Model, state: tuple[int, str]) -> frozenset[int]:
    """What the state cannot do without, itself aside."""
    found: set[int] = set()
    waiting = [state]
    while waiting:
        index, op = waiting.pop()
        for gate in model.wiring.gates(index, op):
            for member in gate.members if gate.required and gate.needed == len(gate.members) else ():
                if member.target not in found:
                    found.add(member.target)
                    waiting.append((member.target, op))
    return frozenset(found)
