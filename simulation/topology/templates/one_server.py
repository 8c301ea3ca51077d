"""One server saturates: an M/M/4 station near its limit, then past it."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, topology

TITLE = Text("One server", "서버 한 대")

TEMPLATE = Template(
    id="one-server",
    order=1,
    group="load",
    title=TITLE,
    summary=Text(
        "Four slots of 20 ms carry 200 requests a second. See how waiting grows before the limit, and past it.",
        "20 ms짜리 슬롯 네 개가 초당 200개를 처리합니다. 한계 전에 대기가 어떻게 늘고, 넘으면 어떻게 되는지 봅니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("web", "web_server", service_time_ms=20, concurrency=4, queue_limit=100),
        ],
        [edge("users", "web")],
        [flow("users", 160)],
        ["p99_ms < 200", "error_rate < 0.001"],
        {"duration_s": 120, "events": [{"at_s": 60, "action": "traffic", "target": "users-flow", "rate_rps": 250}]},
    ),
)
