"""A cache: optional for success, not for capacity."""

from simulation.topology.catalogue.caching import CACHE_CONTENT, CACHE_START, PERSISTENT
from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.catalogue.replicas import replica
from simulation.topology.catalogue.serving import SERVING, concurrency, service_time

KIND = Kind(
    id="cache",
    role=Role.CACHE,
    group="data",
    order=60,
    title=Text("Cache", "캐시"),
    summary=Text(
        "Spares the store behind it; a miss or a loss goes there.",
        "뒤의 저장소 부하를 줄이며, 미스나 장애 때는 저장소가 받습니다.",
    ),
    icon="M12 3l8 4.5v9L12 21l-8-4.5v-9zM13 7l-4 6h3l-1 4 4-6h-3z",
    params=(
        *CACHE_CONTENT,
        service_time(0.5, "common: p99 1-2 ms", 0.1, 1),
        concurrency(50, "redis-benchmark: 81,000-180,000 operations/s a node", 40, 90),
        *CACHE_START,
        PERSISTENT,
        *replica(
            1999, 1, "ElastiCache documentation: failover up to 180 s; the interval is assumed", cost_per_month=60
        ),
    ),
    station=SERVING,
)
