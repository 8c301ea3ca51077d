"""A shared store for the state of signed-in users."""

from simulation.topology.catalogue.caching import PERSISTENT
from simulation.topology.catalogue.model import Kind, Param, Role, Text
from simulation.topology.catalogue.replicas import replica
from simulation.topology.catalogue.serving import SERVING, concurrency, service_time

KIND = Kind(
    id="session_store",
    role=Role.STORE,
    group="data",
    order=65,
    title=Text("Session store", "세션 저장소"),
    summary=Text(
        "Keeps the state of signed-in users for all web servers.",
        "로그인한 사용자의 상태를 모든 웹 서버가 함께 쓰도록 보관합니다.",
    ),
    icon="M4 6h16v12H4zM9 10.5a1.5 1.5 0 1 0 .01 0zM6.5 16c.3-1.5 1.2-2.3 2.5-2.3s2.2.8 2.5 2.3M14 10h4M14 14h4",
    params=(
        service_time(0.5, "common: p99 1-2 ms", 0.1, 1),
        concurrency(50, "redis-benchmark: 81,000-180,000 operations/s a node", 40, 90),
        Param(
            "ttl_s",
            "number",
            Text("Session length", "세션 유지 시간"),
            Text("How long an idle session is kept.", "쓰지 않는 세션을 보관하는 시간입니다."),
            unit="s",
            default=1800,
            low=900,
            high=86_400,
            above=0,
            maximum=1e9,
            source="common: 30 min",
            group="data",
        ),
        Param(
            "session_kb",
            "number",
            Text("Session size", "세션 크기"),
            Text("Data of one session.", "세션 하나의 데이터 크기입니다."),
            unit="KB",
            default=2,
            low=1,
            high=5,
            above=0,
            maximum=1e6,
            source="common: 1-5 KB",
            group="data",
        ),
        PERSISTENT,
        *replica(
            1999, 1, "ElastiCache documentation: failover up to 180 s; the interval is assumed", cost_per_month=60
        ),
    ),
    station=SERVING,
)
