"""TD303: the store falls when the cache is lost or cold."""

import math
from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import share
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch


def detect(context: Context) -> Iterator[Sighting]:
    hit: dict[str, dict[str, float]] = {}
    for contingency, node, utilization in context.overloads:
        cache = context.cache_of(contingency)
        if cache is not None and cache != node:
            stores = hit.setdefault(cache, {})
            stores[node] = max(utilization, stores.get(node, 0))
    for cache_id, stores in hit.items():
        worst = max(stores, key=lambda n: stores[n])
        others = [n for n in stores if n != worst]
        yield Sighting(
            [cache_id, worst, *others],
            Text(
                f"When {cache_id} is lost or cold, {worst} is offered {share(stores[worst])} of what it can do.",
                f"{cache_id}을(를) 잃거나 비면 {worst}에 용량의 {share(stores[worst])}가 몰립니다.",
            ),
            Text(
                f"Give {' and '.join(stores)} headroom for the whole load, coalesce misses, or let it shed load; "
                f"a second {cache_id} helps when one is lost.",
                f"{', '.join(stores)}에 전체 부하를 견딜 여유를 주고, 미스를 합치거나 부하를 덜게 하세요. "
                f"{cache_id}을(를) 하나 더 두면 하나를 잃어도 됩니다.",
            ),
            [step for node, load in stores.items() for step in _enough(context, node, load)] or None,
        )


def _enough(context: Context, node: str, utilization: float) -> Patch:
    component = context.component(node)
    if component is None:
        return []
    return context.changes.with_replicas(node, math.ceil(round(component.replicas * utilization, 9)))


RULE = Rule(
    code="TD303",
    severity="error",
    tier="A",
    title=Text("Store cannot stand the load without the cache", "캐시 없이는 버티지 못하는 저장소"),
    why=Text(
        "The cache is optional for success but not for capacity.",
        "캐시는 성공에는 선택이지만 용량에는 필수입니다.",
    ),
    found_by=Text(
        "With the cache lost or empty, what stands behind it is offered more than it can do.",
        "캐시를 잃거나 비웠을 때, 뒤에 있는 것에 할 수 있는 것보다 많은 부하가 몰립니다.",
    ),
    fix=Text(
        "A second cache node, coalesced misses, load shedding, or headroom in the store.",
        "캐시 노드를 하나 더 두거나, 미스를 합치거나, 부하를 덜거나, 저장소에 여유를 두세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > cache, web > db",
            rate_rps=1000,
            users="client",
            web={"kind": "web_server", "replicas": 4},
            cache={"kind": "cache", "params": {"hit_ratio": 0.9}},
            db={"kind": "database", "params": {"read_time_ms": 20, "concurrency": 8}},
        )
    ),
    silent=varied(_FIRING, db={"params": {"concurrency": 32}}),
    supersedes=("TD102",),
)
