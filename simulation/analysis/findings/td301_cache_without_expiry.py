"""TD301: what a cache holds never expires, or at once."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import named
from simulation.topology.catalogue.model import Text

_TTL_S = 300
_TTL = named("cache", "ttl_s")


def detect(context: Context) -> Iterator[Sighting]:
    for cache in context.of_kind("cache"):
        ttl = cache.params["ttl_s"]
        if ttl is not None and ttl >= 1:
            continue
        message = (
            Text(
                f"Nothing in {cache.id} expires: what it answers may be as old as its last restart.",
                f"{cache.id}의 내용이 만료되지 않아, 마지막 재시작 때의 오래된 값을 답할 수 있습니다.",
            )
            if ttl is None
            else Text(
                f"{cache.id} forgets after {ttl:g} s: the store is read too often.",
                f"{cache.id}이(가) {ttl:g}초 만에 잊어버려 저장소를 너무 자주 읽습니다.",
            )
        )
        yield Sighting([cache.id], message, patch=context.changes.with_params(cache.id, ttl_s=_TTL_S))


RULE = Rule(
    code="TD301",
    severity="warning",
    tier="S",
    title=Text("Cache without expiry", "만료 시간이 없는 캐시"),
    why=Text(
        "Stale data stays without bound; too short a time, and the store is read too often.",
        "오래된 데이터가 끝없이 남습니다. 너무 짧으면 저장소를 너무 자주 읽습니다.",
    ),
    found_by=Text(
        f"A cache whose {_TTL.en} is empty or below one second.", f"{_TTL.ko} 값이 비었거나 1초보다 짧은 캐시입니다."
    ),
    fix=Text(
        "Set a time to live as long as the data may be old; the hit ratio that follows is shown.",
        "데이터가 낡아도 되는 만큼 만료 시간을 정하세요. 그때의 적중률이 표시됩니다.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > cache, web > db", users="client", web="web_server", cache="cache", db="database"
        )
    ),
    silent=varied(_FIRING, cache={"params": {"ttl_s": 300}}),
)
