"""What the figures leaned on that the document does not say, and what the model leaves out."""

from collections.abc import Iterable, Iterator

from simulation.analysis import reasons
from simulation.analysis.load import caches
from simulation.analysis.load.routing import loss_of
from simulation.analysis.model import Model
from simulation.analysis.report import Assumption, Reason
from simulation.analysis.success.reliability import repair_h
from simulation.analysis.success.states import knows_seldom_calls
from simulation.topology.catalogue.model import Param, Role, Text
from simulation.topology.replication import fails_over, standbys
from simulation.topology.system import Component, Link
from simulation.topology.wiring import Gate, Policy, algorithm

_LOAD = ("utilization", "capacity_rps", "latency")

_CONTENT = ("key_count", "zipf_s", "capacity_keys", "eviction", "ttl_s")


_NO_TIME = Text(
    "assumed: the {:,} calls drawn without a latency take no time on the way but the rtt_ms between regions",
    "가정: 지연을 적지 않은 호출 {:,}개는 지역 사이의 rtt_ms 외에는 오가는 시간이 없습니다",
)
_NO_LOSS = Text(
    "assumed: no answer is lost on the {:,} calls drawn without a loss",
    "가정: 손실을 적지 않은 호출 {:,}개에서는 응답을 잃지 않습니다",
)

_BY_CONNECTIONS = ("least_connections", "power_of_two")


def listed(model: Model) -> list[Assumption]:
    """Every default that a figure leaned on, by element and param, with its source."""
    known = model.assumed
    found: list[Assumption] = []
    for c in model.system.components:
        if c.index not in known:
            known[c.index] = [*_of_component(model, c), *_of_repair(model, c)]
        found += known[c.index]
        if c.kind.role is Role.OBSERVER:
            found += _of_watching(model, c)
    for box in model.system.containers:
        params = {p.name: p for p in box.kind.params}
        leaned = () if "availability" in box.given else ("mtbf_h", "mttr_h")
        found.extend(_defaults(box.id, params, box.params, box.given, leaned, ["availability"]))
        found.extend(_defaults(box.id, params, box.params, box.given, ["cost_per_month"], ["cost_per_month"]))
    found.extend(_of_edges(model))
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
    """What depends on the component and its own edges alone."""
    params = {p.name: p for p in c.kind.params}

    def leaned(names: Iterable[str], *used_for: str) -> Iterator[Assumption]:
        return _defaults(c.id, params, c.params, c.given, names, list(used_for))

    yield from leaned(["cost_per_month"], "cost_per_month")
    if c.kind.role is Role.OBSERVER:
        if any(link.kind.id == "observe" for link in _joined(model, c)):
            yield from leaned(["overhead"], "utilization")
        return
    if c.kind.can_fail:
        yield from leaned(["common_cause_share"] if c.instances > 1 else [], "availability")
    if any(link.kind.id == "replicate" for link in model.system.outgoing[c.index]):
        yield from leaned(["failover", "failover_coverage"], "availability")
    if c.kind.station is None or model.work is None or not model.work.visited[c.index]:
        return
    yield from leaned(c.kind.station.time.values(), *_LOAD)
    yield from leaned([c.kind.station.slots] if c.kind.station.slots else [], *_LOAD)
    yield from leaned(["distribution"], "latency")
    yield from leaned(["failure_rate"], *_LOAD)
    yield from leaned(["hot_key_share"] if c.shards > 1 else [], *_LOAD)
    calls = [link for link in model.system.outgoing[c.index] if link.kind.id in ("call", "publish")]
    yield from leaned(["holds_slot"] if calls else [], *_LOAD)
    if len(calls) > 1 or any(model.system.components[link.target].instances > 1 for link in calls):
        yield from leaned(["algorithm", "sticky"], "latency")
    if c.kind.role is Role.CACHE or c.kind.id == "cdn":
        yield from leaned(["hit_ratio"] if c.params.get("hit_ratio") is not None else _CONTENT, *_LOAD)
    if c.kind.id == "dns":
        yield from leaned(["ttl_s", "resolvers"], "latency")


def _of_repair(model: Model, c: Component) -> Iterator[Assumption]:
    """How long failures last, with what else shortens it: the repair time of its own counts where nothing does."""
    if c.kind.can_fail and "availability" not in c.given:
        params = {p.name: p for p in c.kind.params}
        is_own = not _is_managed(model, c) or repair_h(model.system, c) == c.params["mttr_h"]
        names = ["mtbf_h", "mttr_h"] if is_own else ["mtbf_h"]
        yield from _defaults(c.id, params, c.params, c.given, names, ["availability"])


def _of_watching(model: Model, c: Component) -> Iterator[Assumption]:
    """How soon what watches over others tells, and repairs: depends on who else watches over these."""
    params = {p.name: p for p in c.kind.params}
    names = ["detects_in_s", "repairs_in_s"] if any(link.kind.id == "manage" for link in _joined(model, c)) else []
    if any(link.kind.id == "observe" and _is_managed(model, _other(model, c, link)) for link in _joined(model, c)):
        names += ["alert_after_s", "interval_s"]
    yield from _defaults(c.id, params, c.params, c.given, names, ["availability"])


def _is_managed(model: Model, c: Component) -> bool:
    return any(link.kind.id == "manage" for link in _joined(model, c))


def _joined(model: Model, c: Component) -> Iterator[Link]:
    yield from model.system.incoming[c.index]
    yield from model.system.outgoing[c.index]


def _other(model: Model, c: Component, link: Link) -> Component:
    return model.system.components[link.target if link.source == c.index else link.source]


def _of_edges(model: Model) -> Iterator[Assumption]:
    """How often callers call and what a network adds; what hands requests on makes one call of each by its nature."""
    if model.work is None:
        return
    used = [link for link in model.system.links if model.work.link_rate.get(link.index, 0.0) > 0]
    known = model.assumed_of_links
    for link in used:
        if link.index not in known:
            known[link.index] = list(_of_edge(model, link))
        yield from known[link.index]
    calls = [link for link in used if link.kind.id == "call"]
    for name, why in (("latency_ms", _NO_TIME), ("loss", _NO_LOSS)):
        if silent := sum([name not in link.given for link in calls]):
            unit = "ms" if name == "latency_ms" else ""
            used_for = ["latency"] if name == "latency_ms" else list(_LOAD)
            yield Assumption("", name, 0, unit, why.en.format(silent), used_for, why.ko.format(silent))


def _of_edge(model: Model, link: Link) -> Iterator[Assumption]:
    source, target = model.system.components[link.source], model.system.components[link.target]
    params = {p.name: p for p in link.kind.params}
    if source.kind.role in (Role.CALLER, Role.QUEUE):
        yield from _defaults(link.id, params, link.params, link.given, ["calls", "messages"], list(_LOAD))
    if target.replicas > 1 and "algorithm" not in source.params:
        yield from _defaults(link.id, params, link.params, link.given, ["balance"], ["latency"])


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
        reasons.LOST_CALLS: any(loss_of(link) for link in links),
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
        reasons.HELD_CONTENT: any(
            caches.keeps_keys(c) and c.params.get("eviction") in ("fifo", "random") for c in cached
        ),
        reasons.LOST_CONTENT: any(c.kind.role is Role.CACHE and c.instances > 1 for c in cached),
        reasons.LOST_WITH_A_COPY: any(_has_a_copy_to_spare(model, c) for c in system.components),
        reasons.LOOK_UPS: bool(cached) and model.chances.is_uneven,
        reasons.LEARNING: any(
            c.params.get("eviction") == "lfu" and c.params.get("hit_ratio") is None for c in system.components
        ),
        reasons.BEHIND_QUEUES: bool(model.consumers),
    }
    return [reason for reason, applies in found.items() if applies]


def _has_a_copy_to_spare(model: Model, primary: Component) -> bool:
    """Whether another copy may be promoted when the primary is lost with one that its writes wait for."""
    copies = standbys(model.system, primary)
    return len(copies) > 1 and fails_over(model.system, primary) and any(copy.mode != "async" for copy in copies)


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
    behind = [
        [{(m.target, model.system.links[m.link].params.get("latency_ms")) for m in g.members} for g in gates]
        for gates in [model.wiring.gates(t.index, op) for t in targets]
    ]
    ways = [model.system.links[member.link].params.get("latency_ms") for member in gate.members if member.weight > 0]
    speeds = [(t.time_ms(op), t.slots, *rest) for t, *rest in zip(targets, behind, ways, strict=True)]
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
            is_certain = gate.required and gate.calls >= 1 and gate.needed == len(gate.members)
            for member in gate.members if is_certain else ():
                if member.target not in found:
                    found.add(member.target)
                    waiting.append((member.target, op))
    return frozenset(found)
