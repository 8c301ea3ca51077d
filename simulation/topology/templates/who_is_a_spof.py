"""Who is a single point of failure: needed beside the path as much as on it."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, path, topology

TITLE = Text("Who is a single point of failure?", "단일 장애점은 어디일까요?")

_WEBS = ("web-1", "web-2", "web-3")

TEMPLATE = Template(
    id="who-is-a-spof",
    order=3,
    group="redundancy",
    title=TITLE,
    summary=Text(
        "Three web servers stand in for each other; DNS, balancer, database and session store have nobody to stand in.",
        "웹 서버 셋은 서로 대신하지만, DNS와 로드 밸런서, 데이터베이스, 세션 저장소는 대신할 것이 없습니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("dns", "dns"),
            node("lb", "load_balancer"),
            *(node(web, "web_server") for web in _WEBS),
            node("db", "database"),
            node("session", "session_store"),
            node("metrics", "metrics"),
        ],
        [
            *path("users", "dns", "lb"),
            *(edge("lb", web) for web in _WEBS),
            *(edge(web, "db") for web in _WEBS),
            *(edge(web, "session") for web in _WEBS),
            edge("web-1", "metrics", "observe"),
        ],
        [flow("users", 500, {"read": 0.9, "write": 0.1})],
        ["spofs == 0"],
        {"duration_s": 60, "events": [{"at_s": 30, "action": "kill", "target": "session"}]},
    ),
)
