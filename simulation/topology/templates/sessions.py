"""Sessions on the web servers: scaling in signs people out."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, flow, node, path, topology

TITLE = Text("Sessions on the web servers", "웹 서버에 둔 세션")

TEMPLATE = Template(
    id="sessions",
    order=9,
    group="data",
    title=TITLE,
    summary=Text(
        "20,000 sessions in the memory of ten servers: two servers fewer sign out 4,000 people. "
        "Try a shared store, or tokens.",
        "서버 열 대의 메모리에 세션 2만 개가 있습니다. 두 대를 줄이면 4천 명이 로그아웃됩니다. "
        "공유 저장소나 토큰을 써 보세요.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("lb", "load_balancer", 2, sticky=True),
            node("web", "web_server", 10, session="in_memory", sessions=20_000),
        ],
        path("users", "lb", "web"),
        [flow("users", 2000)],
        ["error_rate < 0.01"],
        {"duration_s": 120, "events": [{"at_s": 60, "action": "scale", "target": "web", "replicas": 8}]},
    ),
)
