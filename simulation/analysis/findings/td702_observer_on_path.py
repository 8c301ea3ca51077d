"""TD702: a service that fails when its monitor does."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text


def detect(context: Context) -> Iterator[Sighting]:
    for link in context.of_edge_kind("call"):
        target = context.target(link)
        if target.kind.role is not Role.OBSERVER or not link.params["required"]:
            continue
        source = context.source(link)
        index = context.changes.edge_places[link.id]
        yield Sighting(
            [source.id, target.id, link.id],
            Text(
                f"{source.id} waits for {target.id}: the monitor takes the service down.",
                f"{source.id}이(가) {target.id}을(를) 기다립니다. 관측 도구가 서비스를 멈추게 합니다.",
            ),
            Text(f"Make {link.id} an observe edge.", f"{link.id}을(를) 관측 간선으로 바꾸세요."),
            [
                {"op": "add", "path": f"/edges/{index}/kind", "value": "observe"},
                {"op": "add", "path": f"/edges/{index}/params", "value": {}},
            ],
        )


RULE = Rule(
    code="TD702",
    severity="warning",
    tier="S",
    title=Text("Logging or metrics on the request path", "요청 경로에 있는 로그나 지표"),
    why=Text("The monitor takes the service down.", "관측 도구가 서비스를 멈추게 합니다."),
    found_by=Text("A required call to logging, metrics or automation.", "로그, 지표, 자동화를 필수로 호출합니다."),
    fix=Text(
        "Send it without waiting, or make the call optional.", "기다리지 않고 보내거나, 호출을 선택 사항으로 바꾸세요."
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > log", users="client", web="web_server", log="logging", edges={"web > log": {"kind": "call"}}
        )
    ),
    silent=varied(_FIRING, edges={"web > log": {"kind": "observe"}}),
)
