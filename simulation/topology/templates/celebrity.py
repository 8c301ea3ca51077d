"""The celebrity: one key takes a third of the traffic, and more shards do not help."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, flow, node, path, topology

TITLE = Text("The celebrity", "유명인 문제")

TEMPLATE = Template(
    id="celebrity",
    order=11,
    group="data",
    title=TITLE,
    summary=Text(
        "Four shards of 1,000 requests a second with 30% of the traffic on one key carry 2,105; sixteen only 2,909.",
        "초당 1,000개를 처리하는 샤드 넷도 트래픽의 30%가 한 키에 몰리면 2,105개가 한계입니다. "
        "열여섯으로 늘려도 2,909개입니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("lb", "load_balancer", 2),
            node("web", "web_server", 6),
            node(
                "db",
                "database",
                label="Sharded database",
                engine="nosql",
                shards=4,
                hot_key_share=0.3,
                read_time_ms=4,
                write_time_ms=4,
                concurrency=4,
                queue_limit=200,
            ),
        ],
        path("users", "lb", "web", "db"),
        [flow("users", 1800, {"read": 0.95, "write": 0.05})],
        ["capacity_rps >= 2500"],
        {"duration_s": 120, "events": [{"at_s": 60, "action": "traffic", "target": "users-flow", "rate_rps": 2400}]},
    ),
)
