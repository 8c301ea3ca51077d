"""A content delivery network: answers static content at the edge, the origin gets the misses."""

from dataclasses import replace

from simulation.topology.catalogue.caching import CACHE_CONTENT, CACHE_START
from simulation.topology.catalogue.model import Kind, Param, Role, Station, Text
from simulation.topology.catalogue.replicas import replica

_OWN = {
    "hit_ratio": (0.95, 0.8, 0.99, "vendors' guides: 0.95-0.99 when tuned, below 0.8 is a problem"),
    "ttl_s": (86_400, 3_600, 604_800, "CloudFront documentation: default TTL"),
}


def _content(param: Param) -> Param:
    if param.name not in _OWN:
        return param
    default, low, high, source = _OWN[param.name]
    return replace(param, default=default, low=low, high=high, source=source)


KIND = Kind(
    id="cdn",
    role=Role.ROUTER,
    group="edge",
    order=20,
    title=Text("CDN", "CDN"),
    summary=Text(
        "Answers static content near the user; a miss goes to the origin.",
        "정적 콘텐츠를 사용자 가까이에서 답하며, 미스는 원본으로 갑니다.",
    ),
    icon="M7 18a4 4 0 0 1-.5-8A6 6 0 0 1 18 9.5a4.3 4.3 0 0 1-.5 8.5zM13 10l-3 3.5h4L11 17",
    params=(
        *(_content(p) for p in CACHE_CONTENT),
        Param(
            "edge_time_ms",
            "number",
            Text("Edge time", "엣지 응답 시간"),
            Text("Time to answer at the edge, hit or miss.", "적중 여부와 관계없이 엣지에서 쓰는 시간입니다."),
            unit="ms",
            default=15,
            low=5,
            high=30,
            minimum=0,
            maximum=600_000,
            source="vendors' guides: 5-30 ms",
        ),
        Param(
            "cacheable_ops",
            "list",
            Text("Cacheable operations", "캐시 대상 연산"),
            Text("Operations that can hit here.", "여기서 적중할 수 있는 연산입니다."),
            default=["static"],
            item="string",
            group="data",
        ),
        *CACHE_START,
        *replica(
            999, 1, "CloudFront SLA: 99.9% of requests; the split into 999 h and 1 h is assumed", cost_per_month=200
        ),
    ),
    station=Station(time={"": "edge_time_ms"}, slots=None),
)
