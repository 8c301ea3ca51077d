"""TD305: writes change the store and leave the old value in the cache."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import named
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.wiring import WRITE

_BOUND_S = 60
_OPS, _TTL = named("call", "ops"), named("cache", "ttl_s")


def detect(context: Context) -> Iterator[Sighting]:
    cached = {caller for cache in context.of_kind("cache") for caller in context.callers(cache)}
    for caller in context.of_role(Role.CALLER):
        if caller.index not in cached or WRITE not in context.arriving[caller.index]:
            continue
        stores = [c for c in context.callees(caller) if c.kind.id in ("database", "object_storage", "search_index")]
        if not stores:
            continue
        for link in context.links(caller, "call"):
            cache = context.target(link)
            ttl = cache.params.get("ttl_s")
            if cache.kind.id != "cache" or WRITE in (link.params.get("ops") or ()):
                continue
            if ttl is not None and ttl <= _BOUND_S:
                continue
            age = Text("for good", "계속") if ttl is None else Text(f"for up to {ttl:g} s", f"최대 {ttl:g}초 동안")
            yield Sighting(
                [cache.id, caller.id],
                Text(
                    f"{caller.id} writes to {stores[0].id} past {cache.id}: the cache answers the old value {age.en}.",
                    f"{caller.id}이(가) {cache.id}을(를) 거치지 않고 {stores[0].id}에 씁니다. "
                    f"캐시는 {age.ko} 예전 값을 답합니다.",
                ),
                Text(
                    f"Add write to the {_OPS.en} of {link.id} (invalidate), or bound the age: {_TTL.en} of at most "
                    f"{_BOUND_S} s.",
                    f"{link.id}의 {_OPS.ko}에 write를 더해 무효화하거나, {_TTL.ko} 값을 {_BOUND_S}초 이하로 두세요.",
                ),
                context.changes.with_params(cache.id, ttl_s=_BOUND_S),
            )


RULE = Rule(
    code="TD305",
    severity="info",
    tier="S",
    title=Text("Writes bypass the cache", "캐시를 거치지 않는 쓰기"),
    why=Text("Store and copy diverge.", "저장소와 사본이 달라집니다."),
    found_by=Text(
        "A caller writes to a store and reads through a cache that its writes never touch, and "
        "that keeps values over a minute.",
        "호출자가 저장소에 쓰면서, 쓰기가 닿지 않고 1분 넘게 값을 두는 캐시로 읽습니다.",
    ),
    fix=Text(
        "Invalidate or write through, or bound the age by a short time to live.",
        "무효화하거나 함께 쓰거나, 짧은 만료 시간으로 나이를 제한하세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > cache, web > db",
            mix={"read": 0.9, "write": 0.1},
            users="client",
            web="web_server",
            cache="cache",
            db="database",
        )
    ),
    silent=varied(_FIRING, edges={"web > cache": {"params": {"ops": ["read", "write"]}}}),
)
