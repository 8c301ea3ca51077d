"""A bigger box or more boxes: the same capacity as one fast server or four slow ones."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, topology

TITLE = Text("A bigger box or more boxes", "더 큰 장비 하나 또는 여러 대")

TEMPLATE = Template(
    id="bigger-or-more",
    order=2,
    group="load",
    title=TITLE,
    summary=Text(
        "One server of 5 ms or four of 20 ms: the big one answers faster, and everything stops with it.",
        "5 ms 서버 하나와 20 ms 서버 넷을 비교합니다. 큰 서버가 더 빠르지만, 멈추면 모두 멈춥니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("up-users", "client", label="Users of the big box"),
            node("big", "web_server", service_time_ms=5, concurrency=1, scaling="up"),
            node("out-users", "client", label="Users of the four"),
            node("lb", "load_balancer", 2, algorithm="random"),
            node("small", "web_server", 4, service_time_ms=20, concurrency=1),
        ],
        [edge("up-users", "big"), edge("out-users", "lb"), edge("lb", "small")],
        [flow("up-users", 100), flow("out-users", 100)],
        ["mean_ms{flow=up-users-flow} < 15", "mean_ms{flow=out-users-flow} < 60"],
        {"duration_s": 120, "events": [{"at_s": 60, "action": "kill", "target": "small#4"}]},
    ),
)
