"""A load balancer: sends each request to one of its targets and leaves out those that fail its checks."""

from simulation.topology.catalogue.balancing import BALANCING
from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.catalogue.replicas import replica
from simulation.topology.catalogue.serving import SERVING

KIND = Kind(
    id="load_balancer",
    role=Role.ROUTER,
    group="edge",
    order=30,
    title=Text("Load balancer", "로드 밸런서"),
    summary=Text(
        "Spreads requests over servers and leaves out those that fail its checks.",
        "요청을 여러 서버에 나누고, 상태 확인에 실패한 서버를 제외합니다.",
    ),
    icon="M3 12h6M9 12l4-6h4M9 12h8M9 12l4 6h4M17 4l3 2-3 2zM17 10l3 2-3 2zM17 16l3 2-3 2z",
    params=(
        *BALANCING,
        *replica(9_999, 1, "AWS ALB: SLA 99.99%; the split into 9,999 h and 1 h is assumed", cost_per_month=25),
    ),
    station=SERVING,
)
