"""Params of kinds that spread requests over targets: load balancer and gateway."""

from simulation.topology.catalogue.checking import health_check
from simulation.topology.catalogue.model import Param, Text
from simulation.topology.catalogue.serving import concurrency, service_time

_NGINX = "nginx sizing tables: about 40,000 rps of HTTPS on one virtual CPU"

BALANCING: tuple[Param, ...] = (
    Param(
        "algorithm",
        "choice",
        Text("Algorithm", "분산 알고리즘"),
        Text("How a target is chosen for a request.", "요청을 보낼 대상을 고르는 방법입니다."),
        default="round_robin",
        choices=("round_robin", "random", "least_connections", "power_of_two", "weighted", "consistent_hash"),
        source="nginx and AWS ALB documentation: round robin",
        group="routing",
    ),
    Param(
        "sticky",
        "boolean",
        Text("Sticky sessions", "세션 고정"),
        Text("A user stays on the same server.", "한 사용자의 요청을 항상 같은 서버로 보냅니다."),
        default=False,
        group="routing",
    ),
    *health_check(30, 2, "AWS ALB documentation: 30 s, 2 failures"),
    Param(
        "drain_s",
        "number",
        Text("Draining", "연결 종료 대기"),
        Text(
            "How long a server that is taken out may finish what it has.",
            "대상에서 뺀 서버가 남은 요청을 마칠 때까지 기다리는 시간입니다.",
        ),
        unit="s",
        default=300,
        low=30,
        high=300,
        minimum=0,
        maximum=86_400,
        source="AWS ALB documentation",
        group="reliability",
    ),
    service_time(0.1, _NGINX, 0.05, 1),
    concurrency(4, _NGINX, 4, 64),
)
