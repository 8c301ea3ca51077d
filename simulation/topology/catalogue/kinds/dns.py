"""A name server: drawn on the path, but loaded only by look-ups that no resolver holds."""

from simulation.topology.catalogue.checking import health_check
from simulation.topology.catalogue.model import Kind, Param, Role, Station, Text
from simulation.topology.catalogue.replicas import replica

_ROUTE53 = "Amazon Route 53 documentation"

KIND = Kind(
    id="dns",
    role=Role.ROUTER,
    group="edge",
    order=10,
    title=Text("DNS", "DNS"),
    summary=Text(
        "Turns the name into an address; resolvers keep the answer for its TTL.",
        "이름을 주소로 바꾸며, 리졸버가 TTL 동안 답을 보관합니다.",
    ),
    icon="M12 3a9 9 0 1 0 .01 0zM3 12h18M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18",
    params=(
        Param(
            "policy",
            "choice",
            Text("Policy", "정책"),
            Text(
                "Which of the targets the answer names: any, by weight, the nearest, or the first that is healthy.",
                "응답에 담을 대상을 고르는 방법입니다: 아무거나, 가중치, 가까운 곳, 정상인 첫 번째.",
            ),
            default="simple",
            choices=("simple", "weighted", "geo", "failover"),
            source=_ROUTE53,
            group="routing",
        ),
        Param(
            "ttl_s",
            "number",
            Text("TTL", "TTL"),
            Text("How long a resolver keeps an answer.", "리졸버가 답을 보관하는 시간입니다."),
            unit="s",
            default=300,
            low=30,
            high=300,
            minimum=0,
            maximum=604_800,
            source=f"{_ROUTE53}: 60 s or less with health checks",
            group="routing",
        ),
        Param(
            "lookup_ms",
            "number",
            Text("Look-up time", "조회 시간"),
            Text("A look-up that no resolver holds.", "어떤 리졸버에도 답이 없을 때의 조회 시간입니다."),
            unit="ms",
            default=30,
            low=20,
            high=50,
            minimum=0,
            maximum=600_000,
        ),
        Param(
            "resolvers",
            "integer",
            Text("Resolvers", "리졸버 수"),
            Text(
                "Caching resolvers that the users are spread over; each asks again when its answer expires.",
                "사용자가 나뉘어 쓰는 캐시 리졸버의 수이며, 답이 만료되면 각자 다시 묻습니다.",
            ),
            default=100,
            low=10,
            high=10_000,
            minimum=1,
            maximum=10_000_000,
        ),
        *health_check(30, 3, f"{_ROUTE53}: every 30 s (fast: 10 s), 3 failures"),
        *replica(50_000, 0.5, f"{_ROUTE53}: SLA of 100% of requests; 99.999% is assumed", cost_per_month=1),
    ),
    station=Station(time={"": "lookup_ms"}, slots=None),
)
