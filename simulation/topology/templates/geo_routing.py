"""Geo-routing: each user to the nearest data center, to the other one when it is gone."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, topology

TITLE = Text("Geo-routing", "지역 라우팅")

_PLACES = ("seoul", "virginia")

TEMPLATE = Template(
    id="geo-routing",
    order=15,
    group="growth",
    title=TITLE,
    summary=Text(
        "Users in Seoul and Virginia, a data center in each: near answers fast, far answers still.",
        "서울과 버지니아에 사용자와 데이터 센터가 있습니다. 가까우면 빠르게, 멀어도 답합니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("seoul", "region", label="Seoul", rtt_ms={"virginia": 180}),
            node("virginia", "region", label="Virginia"),
            node("users", "client"),
            node("dns", "dns", 2, policy="geo", ttl_s=60, health_check_interval_s=10),
            *(node(f"lb-{place}", "load_balancer", 2, parent=place) for place in _PLACES),
            *(node(f"web-{place}", "web_server", 4, parent=place) for place in _PLACES),
        ],
        [
            edge("users", "dns"),
            *(edge("dns", f"lb-{place}") for place in _PLACES),
            *(edge(f"lb-{place}", f"web-{place}") for place in _PLACES),
        ],
        [flow("users", 1000, regions={"seoul": 0.6, "virginia": 0.4})],
        ["spofs == 0", "p99_ms < 500"],
        {"duration_s": 240, "events": [{"at_s": 60, "action": "kill", "target": "seoul"}]},
    ),
)
