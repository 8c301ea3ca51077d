"""The CDN is purged: the origin gets four times the traffic at once."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, flow, node, path, topology

TITLE = Text("The CDN is purged", "CDN을 비웠을 때")

TEMPLATE = Template(
    id="cdn-purged",
    order=8,
    group="data",
    title=TITLE,
    summary=Text(
        "80% of requests are static and 95% of those hit at the edge: the origin sees 24%, after a purge all of it.",
        "요청의 80%가 정적이고 그중 95%를 엣지에서 답합니다. 원본은 24%를 받다가, 비우고 나면 전부 받습니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("cdn", "cdn", hit_ratio=0.95, ttl_s=3600),
            node("lb", "load_balancer", 2),
            node("web", "web_server", 2, queue_limit=100),
        ],
        path("users", "cdn", "lb", "web"),
        [flow("users", 2000, {"static": 0.8, "read": 0.18, "write": 0.02})],
        ["error_rate < 0.01"],
        {"duration_s": 120, "events": [{"at_s": 60, "action": "purge", "target": "cdn"}]},
    ),
)
