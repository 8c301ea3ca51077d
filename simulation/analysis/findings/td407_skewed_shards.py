"""TD407: one shard works while the others wait."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import share
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.wiring import Policy

_SKEW = 1.5


def detect(context: Context) -> Iterator[Sighting]:
    for store in context.of_role(Role.STORE):
        hot = float(store.params.get("hot_key_share") or 0)
        skew = hot * store.shards + 1 - hot
        if store.shards > 1 and skew > _SKEW:
            yield _sighting([store.id], skew, hot + (1 - hot) / store.shards)
    seen: set[tuple[str, ...]] = set()
    for _, gate in context.pools:
        if gate.policy is not Policy.SHARD or len(gate.members) < 2:
            continue
        total = sum(m.weight for m in gate.members)
        if total <= 0:
            continue
        heaviest = max(gate.members, key=lambda m: m.weight)
        skew = heaviest.weight * len(gate.members) / total
        names = tuple(context.system.components[m.target].id for m in gate.members)
        if skew > _SKEW and names not in seen:
            seen.add(names)
            first = context.system.components[heaviest.target].id
            yield _sighting([first, *(n for n in names if n != first)], skew, heaviest.weight / total)


def _sighting(names: list[str], skew: float, part: float) -> Sighting:
    return Sighting(
        names,
        Text(
            f"One shard of {names[0]} gets {share(part)} of the traffic, {skew:.1f} times the mean: it is full first."
            if len(names) == 1
            else f"{names[0]} gets {share(part)} of the traffic, {skew:.1f} times the mean shard: it is full first.",
            f"{names[0]}의 한 샤드가 평균의 {skew:.1f}배인 트래픽 {share(part)}를 받아 먼저 가득 찹니다."
            if len(names) == 1
            else f"{names[0]}이(가) 샤드 평균의 {skew:.1f}배인 트래픽 {share(part)}를 받아 먼저 가득 찹니다.",
        ),
    )


RULE = Rule(
    code="TD407",
    severity="warning",
    tier="A",
    title=Text("Skewed shards", "쏠린 샤드"),
    why=Text("One shard is full before the others, and limits all.", "한 샤드가 먼저 가득 차서 전체를 제한합니다."),
    found_by=Text(
        "The busiest shard gets over 1.5 times the mean, by a hot key or by weights.",
        "핫 키나 가중치 때문에 가장 바쁜 샤드가 평균의 1.5배를 넘습니다.",
    ),
    fix=Text(
        "Split hot keys, cache them, or reshard by consistent hashing.",
        "핫 키를 나누거나 캐시하고, 일관된 해싱으로 다시 샤딩하세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > db",
            users="client",
            web={"kind": "web_server", "replicas": 2},
            db={"kind": "database", "replicas": 2, "params": {"shards": 4, "hot_key_share": 0.3}},
        )
    ),
    silent=varied(_FIRING, db={"params": {"hot_key_share": 0.1}}),
)
