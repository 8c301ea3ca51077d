"""The loss of one: redundant on paper, too small after the first failure."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, flow, node, path, topology

TITLE = Text("The loss of one", "한 대를 잃었을 때")

TEMPLATE = Template(
    id="loss-of-one",
    order=5,
    group="load",
    title=TITLE,
    summary=Text(
        "Three servers of 400 requests a second carry 1,000. With one lost, 200 are shed; a fourth server passes.",
        "초당 400개를 처리하는 서버 셋이 1,000개를 감당합니다. "
        "하나를 잃으면 200개를 놓치고, 네 번째가 있으면 통과합니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("lb", "load_balancer", 2, health_check_interval_s=5),
            node("web", "web_server", 3, service_time_ms=20, concurrency=8, queue_limit=40),
        ],
        path("users", "lb", "web"),
        [flow("users", 1000)],
        ["contingency_failures == 0", "safe_capacity_rps >= 1000"],
        {"duration_s": 120, "events": [{"at_s": 60, "action": "kill", "target": "web#3"}]},
    ),
)
