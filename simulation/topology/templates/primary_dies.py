"""The primary dies: a minute without writes, and those that no replica had are gone."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, path, topology

TITLE = Text("The primary dies", "주 데이터베이스가 멈출 때")

TEMPLATE = Template(
    id="primary-dies",
    order=6,
    group="data",
    title=TITLE,
    summary=Text(
        "Reads go on from the replica, writes fail until it is promoted, and what it had not received is lost.",
        "읽기는 복제본에서 계속되지만, 승격될 때까지 쓰기는 실패하고 아직 받지 못한 쓰기는 사라집니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("lb", "load_balancer", 2),
            node("web", "web_server", 6),
            node("db", "database", label="Primary", failover="automatic", failover_s=60),
            node("replica", "database", label="Replica"),
        ],
        [
            *path("users", "lb", "web", "db"),
            edge("web", "replica"),
            edge("db", "replica", "replicate", mode="async", lag_ms=1000),
        ],
        [flow("users", 2000, {"read": 0.9, "write": 0.1})],
        ["error_rate < 0.01"],
        {"duration_s": 150, "events": [{"at_s": 30, "action": "kill", "target": "db"}]},
    ),
)
