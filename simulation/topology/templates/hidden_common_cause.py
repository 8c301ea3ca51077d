"""Hidden common cause: everything is there twice, and all of it in one zone."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, topology

TITLE = Text("Hidden common cause", "숨은 공통 원인")

TEMPLATE = Template(
    id="hidden-common-cause",
    order=4,
    group="redundancy",
    title=TITLE,
    summary=Text(
        "Two balancers, a primary and a standby: nothing single, yet one zone takes all. Move one of each to zone B.",
        "로드 밸런서도 데이터베이스도 둘씩 있지만 한 구역에 모여 있습니다. 하나씩 B 구역으로 옮겨 보세요.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("az-a", "zone", label="Zone A"),
            node("az-b", "zone", label="Zone B"),
            node("users", "client"),
            node("dns", "dns", 2),
            node("lb-1", "load_balancer", parent="az-a"),
            node("lb-2", "load_balancer", parent="az-a"),
            node("web", "web_server", 4, spread=["az-a", "az-b"]),
            node("db", "database", parent="az-a", label="Primary"),
            node("standby", "database", parent="az-a", label="Standby"),
        ],
        [
            edge("users", "dns"),
            edge("dns", "lb-1"),
            edge("dns", "lb-2"),
            edge("lb-1", "web"),
            edge("lb-2", "web"),
            edge("web", "db"),
            edge("db", "standby", "replicate", mode="async", lag_ms=10),
        ],
        [flow("users", 1000, {"read": 0.9, "write": 0.1})],
        ["spofs == 0"],
        {"duration_s": 120, "events": [{"at_s": 30, "action": "kill", "target": "az-a"}]},
    ),
)
