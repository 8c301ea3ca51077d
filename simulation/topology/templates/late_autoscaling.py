"""Autoscaling comes late: metrics, decision and boot take three minutes."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, flow, node, path, topology

TITLE = Text("Autoscaling comes late", "늦게 오는 자동 확장")

TEMPLATE = Template(
    id="late-autoscaling",
    order=14,
    group="load",
    title=TITLE,
    summary=Text(
        "Traffic steps from 1,000 to 3,000 requests a second; help needs a minute to be asked for and two to boot.",
        "트래픽이 초당 1,000개에서 3,000개로 뜁니다. 도움을 청하는 데 1분, 기동하는 데 2분이 걸립니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("lb", "load_balancer", 2),
            node(
                "web",
                "web_server",
                5,
                service_time_ms=20,
                concurrency=5,
                queue_limit=50,
                autoscale={
                    "min": 5,
                    "max": 30,
                    "target_utilization": 0.7,
                    "metric_s": 60,
                    "boot_s": 120,
                    "cooldown_s": 300,
                },
            ),
        ],
        path("users", "lb", "web"),
        [flow("users", 1000, shape={"kind": "ramp", "to_rps": 3000, "start_s": 60, "over_s": 0})],
        ["error_rate < 0.05"],
        {"duration_s": 600},
    ),
)
