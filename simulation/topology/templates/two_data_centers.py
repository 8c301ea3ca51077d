"""A data center is lost: first nobody notices, then everybody comes to the other one."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, topology

TITLE = Text("A data center is lost", "데이터 센터를 잃었을 때")

TEMPLATE = Template(
    id="two-data-centers",
    order=12,
    group="growth",
    title=TITLE,
    summary=Text(
        "Two data centers of 6,000 requests a second carry 9,000 together; each alone sheds a third of it.",
        "초당 6,000개를 처리하는 데이터 센터 둘이 함께 9,000개를 감당합니다. 하나만 남으면 3분의 1을 놓칩니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("seoul", "region", label="Seoul", rtt_ms={"virginia": 180}),
            node("virginia", "region", label="Virginia"),
            node("users", "client"),
            node("dns", "dns", 2, policy="geo", ttl_s=60, health_check_interval_s=30, failure_threshold=3),
            node("web-seoul", "web_server", 15, parent="seoul", service_time_ms=20, concurrency=8, queue_limit=40),
            node(
                "web-virginia", "web_server", 15, parent="virginia", service_time_ms=20, concurrency=8, queue_limit=40
            ),
        ],
        [edge("users", "dns"), edge("dns", "web-seoul"), edge("dns", "web-virginia")],
        [flow("users", 9000, regions={"seoul": 0.6, "virginia": 0.4})],
        ["contingency_failures == 0"],
        {"duration_s": 300, "events": [{"at_s": 30, "action": "kill", "target": "virginia"}]},
    ),
)
