"""TD004: services that wait for each other in a circle."""

from collections.abc import Iterator
from itertools import chain

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.circles import circles
from simulation.topology.system import Component

_WAITING = (Role.CALLER, Role.ROUTER, Role.CACHE)


def detect(context: Context) -> Iterator[Sighting]:
    yield from _perhaps(context)
    yield from _after_loss(context)
    drawn: dict[int, list[int]] = {}
    for link in context.of_edge_kind("call"):
        drawn.setdefault(link.source, []).append(link.target)
    near = [context.system.components[i] for i in sorted(chain.from_iterable(circles(drawn)))]
    for group in circles({c.index: _waits_for(context, c) for c in near if c.kind.role in _WAITING}):
        if len(group) < 2:
            continue
        names = [context.system.components[i].id for i in sorted(group)]
        shown = ", ".join(names)
        yield Sighting(
            names,
            Text(
                f"{shown} wait for each other: all must be up together, and none can start first.",
                f"{shown}이(가) 서로를 기다립니다. 모두 함께 떠 있어야 하고, 어느 것도 먼저 시작할 수 없습니다.",
            ),
        )


def _waits_for(context: Context, component: Component) -> set[int]:
    """What the component cannot answer without."""
    return {
        member.target
        for _, gate in context.gates(component)
        if gate.required and not gate.publish and gate.needed == len(gate.members)
        for member in gate.members
    }


def _after_loss(context: Context) -> Iterator[Sighting]:
    """Circles that multiply their own calls once something is lost: of the same nodes one loss stands for all."""
    named: set[tuple[str, ...]] = set()
    for contingency, nodes in context.endless():
        if tuple(sorted(nodes)) in named:
            continue
        named.add(tuple(sorted(nodes)))
        shown = ", ".join(nodes)
        yield Sighting(
            [*nodes, contingency.outage],
            Text(
                f"When {contingency.outage} is lost, calls multiply in a circle: {shown} would get more than any "
                "number of replicas can do.",
                f"{contingency.outage}을(를) 잃으면 호출이 순환하며 불어납니다. "
                f"{shown}에는 복제본이 몇 개라도 감당할 수 없는 부하가 몰립니다.",
            ),
            severity="error",
        )


def _perhaps(context: Context) -> Iterator[Sighting]:
    """Callers with arrows both ways: a circle only if the way back is no response."""
    for index in sorted(context.system.responses):
        back = context.system.links[index]
        one, other = context.target(back), context.source(back)
        if one.kind.role is Role.CALLER and other.kind.role is Role.CALLER:
            yield Sighting(
                [one.id, other.id],
                Text(
                    f"If {back.id} is a call of its own and no response, {one.id} and {other.id} wait for each other.",
                    f"{back.id}이(가) 응답이 아닌 호출이라면 {one.id}와(과) {other.id}이(가) 서로를 기다립니다.",
                ),
                severity="info",
            )


RULE = Rule(
    code="TD004",
    severity="warning",
    tier="A",
    title=Text("Synchronous call cycle", "동기 호출 순환"),
    why=Text(
        "All members must be up together; deadlock and retry storms are near, and a cold start is impossible.",
        "모두 함께 떠 있어야 합니다. 교착과 재시도 폭풍이 가깝고, 처음부터 켤 수가 없습니다.",
    ),
    found_by=Text(
        "A circle of calls that are all required.",
        "모두 필수인 호출이 이루는 고리입니다.",
    ),
    fix=Text(
        "Break the circle with a queue or an event, or make one of the calls optional.",
        "큐나 이벤트로 고리를 끊거나, 호출 하나를 선택 사항으로 바꾸세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > orders > stock > prices > orders",
            users="client",
            web="web_server",
            orders="service",
            stock="service",
            prices="service",
        )
    ),
    silent=varied(_FIRING, edges={"prices > orders": {"params": {"required": False}}}),
)
