"""TD303: the store falls when the cache is lost or cold."""

import math
from collections.abc import Iterator

from simulation.analysis.advice.changes import Changes, Together
from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.sizing import of_database
from simulation.analysis.findings.wording import enumerated, share
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch

_TOLD = 2


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
            *_mended(context, cache_id, stores),
        )


def _mended(context: Context, cache: str, stores: dict[str, float]) -> tuple[Text, Patch]:
    """Every store with enough for the whole load; the first ones are spelled out."""
    changes = Together(context.topology)
    each = [_enough(context, changes, node, load) for node, load in stores.items()]
    told, rest = each[:_TOLD], enumerated([*stores][_TOLD:])
    likewise = f" Likewise with {rest}." if rest else ""
    likewise_ko = f" {rest}도 마찬가지입니다." if rest else ""
    return (
        Text(
            f"{' '.join(fix.en for fix, _ in told)}{likewise} Misses that are coalesced and load that is shed help "
            f"too; a second {cache} when one is lost.",
            f"{' '.join(fix.ko for fix, _ in told)}{likewise_ko} 미스를 합치거나 부하를 덜어도 되고, {cache}을(를) "
            "하나 더 두면 하나를 잃어도 됩니다.",
        ),
        [step for _, patch in each for step in patch],
    )


def _enough(context: Context, changes: Changes, node: str, utilization: float) -> tuple[Text, Patch]:
    component = context.system.component_by_id[node]
    count = math.ceil(round(component.replicas * utilization, 9))
    return of_database(context, component, utilization, 1.0, changes=changes) or (
        Text(f"Run {count} replicas of {node}.", f"{node}의 복제본을 {count}개로 늘리세요."),
        changes.with_replicas(node, count),
    )


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
        "Headroom in the store (copies to read from), coalesced misses, load shedding, or a second cache node.",
        "저장소에 여유(읽기 복제본)를 두거나, 미스를 합치거나, 부하를 덜거나, 캐시 노드를 하나 더 두세요.",
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
