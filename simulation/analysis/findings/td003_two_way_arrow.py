"""TD003: two nodes that call each other, where one arrow may only be the response."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import named
from simulation.topology.catalogue.model import Text

_OPS = named("call", "ops")


def detect(context: Context) -> Iterator[Sighting]:
    plain = {(link.source, link.target): link for link in context.of_edge_kind("call") if not link.params.get("ops")}
    for (source, target), link in plain.items():
        back = plain.get((target, source))
        if back is None or link.index > back.index:
            continue
        if link.index in context.system.responses:
            source, target, link, back = target, source, back, link
        one, other = context.source(link).id, context.target(link).id
        yield Sighting(
            [one, other, back.id],
            Text(
                f"{one} and {other} call each other; is {back.id} only the response?",
                f"{one}와(과) {other}이(가) 서로 호출합니다. {back.id}은(는) 응답일 뿐인가요?",
            ),
            Text(
                f"Remove {back.id} if it is the response: every call has one. Else state its {_OPS.en}.",
                f"응답이라면 {back.id}을(를) 지우세요. 모든 호출에는 응답이 있습니다. 아니라면 {_OPS.ko} 값을 "
                "적으세요.",
            ),
            context.changes.without_edge(back.id),
        )


RULE = Rule(
    code="TD003",
    severity="info",
    tier="S",
    title=Text("Two-way arrow", "양방향 화살표"),
    why=Text(
        "A response that is drawn as an arrow reads as a circular dependency. The way back is taken for the response "
        "unless it states something of its own.",
        "응답을 화살표로 그리면 순환 의존으로 읽힙니다. 되돌아오는 화살표에 아무것도 적혀 있지 않으면 응답으로 봅니다.",
    ),
    found_by=Text(
        "Two call edges in opposite directions, neither saying which operations it carries.",
        "반대 방향의 호출 두 개가 있고, 어느 쪽도 연산을 밝히지 않았습니다.",
    ),
    fix=Text(
        f"Remove the arrow of the response, or state the {_OPS.en} of each call.",
        f"응답 화살표를 지우거나, 각 호출의 {_OPS.ko} 값을 적으세요.",
    ),
    detect=detect,
    firing=(_FIRING := example("users > web > orders > web", users="client", web="web_server", orders="service")),
    silent=varied(_FIRING, without=("orders > web",)),
)
