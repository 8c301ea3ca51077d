"""A burst into the queue: nobody waits, and the backlog takes as long again to drain."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, flow, node, path, topology

TITLE = Text("A burst into the queue", "큐에 몰린 작업")

TEMPLATE = Template(
    id="burst-into-queue",
    order=10,
    group="load",
    title=TITLE,
    summary=Text(
        "500 messages a second for ten minutes, workers for 400: 60,000 pile up and take ten minutes more.",
        "10분 동안 초당 500개가 들어오고 작업자는 400개를 처리합니다. 6만 개가 쌓이고 다 비우는 데 10분이 더 걸립니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("web", "web_server", 2),
            node("queue", "message_queue", 3, max_deliveries=5),
            node("workers", "worker", 4, service_time_ms=10, concurrency=1, prefetch=1),
        ],
        path("users", "web", "queue", "workers"),
        [flow("users", 300, {"write": 1}, shape={"kind": "spike", "to_rps": 500, "at_s": 0, "for_s": 600})],
        ["error_rate < 0.001"],
        {"duration_s": 1300},
    ),
)
