"""TD302: nobody said how much a cache holds and what goes when it is full."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import named, stated
from simulation.topology.catalogue.model import Text

_SIZE = ("capacity_keys", "eviction")
_NAMES = [named("cache", name) for name in _SIZE]


def detect(context: Context) -> Iterator[Sighting]:
    for cache in context.of_kind("cache"):
        missing = [name for name in _SIZE if name not in cache.given]
        if not missing or "hit_ratio" in cache.given:
            continue
        values = {name: cache.params[name] for name in _SIZE}
        assumed = [stated("cache", name, values[name]) for name in missing]
        shown, shown_ko = ", ".join(each.en for each in assumed), ", ".join(each.ko for each in assumed)
        yield Sighting(
            [cache.id],
            Text(
                f"{cache.id} does not say how much it holds or what it evicts; assumed: {shown}.",
                f"{cache.id}의 크기나 제거 정책이 없어 다음과 같이 가정합니다: {shown_ko}.",
            ),
            patch=context.changes.with_params(cache.id, **values),
        )


RULE = Rule(
    code="TD302",
    severity="warning",
    tier="S",
    title=Text("Cache without size or eviction policy", "크기나 제거 정책이 없는 캐시"),
    why=Text("A full cache fails writes or evicts at random.", "가득 찬 캐시는 쓰기에 실패하거나 아무것이나 지웁니다."),
    found_by=Text(
        f"A cache that states neither a hit ratio nor both {_NAMES[0].en} and {_NAMES[1].en}.",
        f"적중률도 없고 {_NAMES[0].ko}, {_NAMES[1].ko}도 다 적혀 있지는 않은 캐시입니다.",
    ),
    fix=Text(
        "State a size and LRU, LFU or FIFO; the hit ratio that follows is shown.",
        "크기와 LRU, LFU, FIFO 중 하나를 적으세요. 그때의 적중률이 표시됩니다.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > cache, web > db", users="client", web="web_server", cache="cache", db="database"
        )
    ),
    silent=varied(_FIRING, cache={"params": {"capacity_keys": 20000, "eviction": "lru"}}),
)
