"""TD605: callers run out of slots while they wait for what they call (Little's law)."""

import math
from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.system import Component
from simulation.topology.wiring import Policy

#: Share of the slots that are busy with as many as are proposed.
_TARGET = 0.7


def detect(context: Context) -> Iterator[Sighting]:
    times = _Times(context)
    for caller in context.system.components:
        figures = context.nodes.get(caller.id)
        if not caller.params.get("holds_slot") or caller.slots is None or figures is None or not figures.arrival_rps:
            continue
        ops = context.arriving[caller.index]
        held = max((times.of(caller.index, op) for op in ops), default=0.0)
        busy = figures.arrival_rps * held / 1000
        slots = caller.slots * caller.instances
        if busy < slots:
            continue
        wanted = math.ceil(round(busy / caller.instances / _TARGET, 9))
        yield Sighting(
            [caller.id],
            Text(
                f"{caller.id} holds a slot for {held:,.3g} ms, its calls included: {busy:,.0f} slots are busy "
                f"at {figures.arrival_rps:,.0f} rps, and it has {slots:,}.",
                f"{caller.id}이(가) 호출을 포함하여 {held:,.3g}ms 동안 슬롯을 잡습니다. "
                f"{figures.arrival_rps:,.0f}rps에서 슬롯 {busy:,.0f}개를 쓰는데 {slots:,}개뿐입니다.",
            ),
            Text(
                f"Give each replica of {caller.id} {wanted} slots, set timeouts, or call without holding a slot.",
                f"{caller.id}의 복제본마다 슬롯을 {wanted}개로 늘리거나, 제한 시간을 두거나, "
                "슬롯을 잡지 않고 호출하세요.",
            ),
            context.changes.with_params(caller.id, concurrency=wanted),
        )


class _Times:
    """Mean time of a request below a node, its calls one after another, in milliseconds; circles count once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: dict[tuple[int, str], float] = {}

    def of(self, component: int, op: str) -> float:
        key = component, op
        if key not in self._found:
            self._found[key] = 0.0
            node = self._context.system.components[component]
            self._found[key] = self._own(node, op) + sum(self._gate(component, op))
        return self._found[key]

    def _own(self, node: Component, op: str) -> float:
        figures = self._context.nodes.get(node.id)
        wait = figures.wait_ms if figures and figures.wait_ms and not node.params.get("holds_slot") else 0.0
        return node.time_ms(op) + wait

    def _gate(self, component: int, op: str) -> Iterator[float]:
        hit = self._hit(component, op)
        for gate in self._context.wiring.gates(component, op):
            if gate.publish or not gate.members:
                continue
            spared = max((self._hit_of(component, op, i) for i in gate.behind), default=hit)
            each = [self.of(m.target, op) + 2 * self._latency(m.link) for m in gate.members]
            time = max(each) if gate.policy is Policy.ALL else sum(each) / len(each)
            yield gate.calls * time * (1 - spared)

    def _hit_of(self, component: int, op: str, position: int) -> float:
        return self._hit(self._context.wiring.gates(component, op)[position].members[0].target, op)

    def _hit(self, component: int, op: str) -> float:
        node = self._context.system.components[component]
        figures = self._context.nodes.get(node.id)
        return figures.hit_ratio or 0.0 if figures and self._context.wiring.caches(node, op) else 0.0

    def _latency(self, link: int) -> float:
        return float(self._context.system.links[link].params.get("latency_ms") or 0.0)


RULE = Rule(
    code="TD605",
    severity="warning",
    tier="A",
    title=Text("Fewer slots than requests at work", "처리 중인 요청보다 적은 슬롯"),
    why=Text(
        "Callers hold their slots while they wait for what they call, and new requests wait for a slot.",
        "호출한 것을 기다리는 동안 슬롯을 잡고 있어, 새 요청이 슬롯을 기다립니다.",
    ),
    found_by=Text(
        "Slots are fewer than the arrival rate times the time that each is held, calls included (Little's law).",
        "슬롯이 도착률과 (호출을 포함한) 점유 시간의 곱보다 적습니다(리틀의 법칙).",
    ),
    fix=Text(
        "More slots, calls that hold none, or timeouts.",
        "슬롯을 늘리거나, 슬롯을 잡지 않고 호출하거나, 제한 시간을 두세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > partner",
            rate_rps=200,
            users="client",
            web={"kind": "web_server", "params": {"service_time_ms": 10, "concurrency": 20, "holds_slot": True}},
            partner={"kind": "external_service", "params": {"service_time_ms": 300}},
        )
    ),
    silent=varied(_FIRING, web={"params": {"concurrency": 100}}),
    supersedes=("TD601", "TD602"),
)
