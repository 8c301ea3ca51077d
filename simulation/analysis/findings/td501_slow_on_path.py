"""TD501: users wait for slow work."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text

_SLOW_MS = 500


def detect(context: Context) -> Iterator[Sighting]:
    for component in context.synchronous():
        if component.slowest_ms < _SLOW_MS:
            continue
        if component.kind.role is not Role.CALLER and component.kind.id != "external_service":
            continue
        time = max([component.time_ms(op) for op in context.arriving[component.index]], default=0.0)
        if time < _SLOW_MS:
            continue
        callers = sorted({context.system.components[caller].id for caller in context.callers(component)})
        yield Sighting(
            [component.id, *callers],
            Text(
                f"Users wait {time:,.0f} ms for {component.id}.",
                f"사용자가 {component.id}을(를) {time:,.0f}ms 기다립니다.",
            ),
            Text(
                f"Publish the work of {component.id} to a queue, and do it in workers.",
                f"{component.id}의 일을 큐에 발행하고 작업자가 처리하게 하세요.",
            ),
        )


RULE = Rule(
    code="TD501",
    severity="warning",
    tier="A",
    title=Text("Slow work on the request path", "요청 경로에 있는 느린 작업"),
    why=Text("Latency and coupling; spikes hit the users.", "지연과 결합이 생기고, 급증이 사용자에게 닿습니다."),
    found_by=Text(
        "Something that users wait for takes half a second or more.", "사용자가 기다리는 것이 0.5초 이상 걸립니다."
    ),
    fix=Text("Publish to a queue, with workers behind it.", "큐에 발행하고 뒤에 작업자를 두세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > photos",
            users="client",
            web="web_server",
            photos={"kind": "service", "params": {"service_time_ms": 2000, "concurrency": 400}},
        )
    ),
    silent=varied(
        _FIRING,
        "web > queue > worker",
        without=("photos",),
        queue="message_queue",
        worker={"kind": "worker", "replicas": 50, "params": {"service_time_ms": 2000}},
    ),
)
