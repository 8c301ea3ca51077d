"""An API gateway: a load balancer with a rate limit."""

from simulation.topology.catalogue.balancing import BALANCING
from simulation.topology.catalogue.model import Kind, Param, Role, Text
from simulation.topology.catalogue.replicas import replica
from simulation.topology.catalogue.serving import SERVING

KIND = Kind(
    id="api_gateway",
    role=Role.ROUTER,
    group="edge",
    order=35,
    title=Text("API gateway", "API 게이트웨이"),
    summary=Text(
        "The front door of the services: routes, and refuses what is over the limit.",
        "서비스의 입구로서 요청을 나누고, 한도를 넘는 요청은 거절합니다.",
    ),
    icon="M4 20V9l8-5 8 5v11M4 20h4M16 20h4M8 20v-6a4 4 0 0 1 8 0v6M12 7v2",
    params=(
        *BALANCING,
        Param(
            "rate_limit_rps",
            "number",
            Text("Rate limit", "요청 한도"),
            Text(
                "Requests a second that one replica lets through; more are refused. Empty: no limit.",
                "복제본 하나가 초당 통과시키는 요청 수이며, 넘으면 거절합니다. 비우면 한도가 없습니다.",
            ),
            unit="rps",
            above=0,
            maximum=1e9,
            group="routing",
        ),
        Param(
            "burst",
            "integer",
            Text("Burst", "순간 허용량"),
            Text(
                "Requests that may come at once above the limit. Empty: those of one second.",
                "한도를 넘어 한꺼번에 받을 수 있는 요청 수입니다. 비우면 1초 분량입니다.",
            ),
            unit="requests",
            minimum=1,
            maximum=1_000_000_000,
            group="routing",
        ),
        *replica(1_999, 1, "AWS API Gateway: SLA 99.95%; the split into 1,999 h and 1 h is assumed", cost_per_month=40),
    ),
    station=SERVING,
)
