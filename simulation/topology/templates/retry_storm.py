"""The retry storm stays: a short spike ends, the retries keep the overload alive."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, topology

TITLE = Text("The retry storm", "재시도 폭풍")

TEMPLATE = Template(
    id="retry-storm",
    order=13,
    group="load",
    title=TITLE,
    summary=Text(
        "A spike of ten seconds, a timeout and two retries: long after the spike almost nothing gets through. "
        "Set a retry budget or a queue limit.",
        "10초짜리 급증에 제한 시간과 재시도 두 번이 겹치면, 급증이 끝나도 거의 통과하지 못합니다. "
        "재시도 예산이나 대기열 한도를 정해 보세요.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("web", "web_server", 4, service_time_ms=1, concurrency=64),
            node("backend", "service", service_time_ms=10, concurrency=10),
        ],
        [edge("users", "web"), edge("web", "backend", timeout_ms=200, retries=2)],
        [flow("users", 800, shape={"kind": "spike", "to_rps": 3000, "at_s": 30, "for_s": 10})],
        ["error_rate < 0.05"],
        {"duration_s": 120},
    ),
)
