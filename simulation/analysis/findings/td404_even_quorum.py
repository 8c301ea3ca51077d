"""TD404: a quorum that one loss breaks, or that pays for a member without gain."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.wiring import Policy


def detect(context: Context) -> Iterator[Sighting]:
    yield from _of_replicas(context)
    yield from _of_nodes(context)


def _of_nodes(context: Context) -> Iterator[Sighting]:
    """Quorums that a caller asks of a pool of nodes."""
    seen: set[tuple[str, ...]] = set()
    for caller, gate in context.pools:
        count = len(gate.members)
        if gate.needed < 2 or gate.policy in (Policy.ALL, Policy.SHARD) or (count % 2 == 1 and gate.needed < count):
            continue
        names = tuple(context.system.components[m.target].id for m in gate.members)
        if names in seen:
            continue
        seen.add(names)
        shown = ", ".join(names)
        yield Sighting(
            [*names, caller.id],
            Text(
                f"{caller.id} needs {gate.needed} of {count} ({shown}): "
                + ("one loss, and there is no quorum." if gate.needed == count else "one member buys nothing."),
                f"{caller.id}은(는) {count}개({shown}) 중 {gate.needed}개가 필요합니다. "
                + ("하나만 잃어도 정족수가 없습니다." if gate.needed == count else "하나는 소용이 없습니다."),
            ),
        )


def _of_replicas(context: Context) -> Iterator[Sighting]:
    """Quorums among the replicas of one node."""
    for group in context.of_role(Role.STORE, Role.QUEUE):
        count, needed = group.replicas, group.needed
        if needed < 2 or 2 * needed <= count or (count % 2 == 1 and needed < count):
            continue
        better = count + 1 if count % 2 == 0 else count
        majority = better // 2 + 1
        message = (
            Text(
                f"{group.id} needs {needed} of {count}: one loss, and there is no majority.",
                f"{group.id}은(는) {count}개 중 {needed}개가 필요합니다. 하나만 잃어도 과반이 없습니다.",
            )
            if needed == count
            else Text(
                f"{group.id} needs {needed} of {count}: it survives no more losses than {count - 1} would.",
                f"{group.id}은(는) {count}개 중 {needed}개가 필요합니다. {count - 1}개일 때보다 더 견디지 못합니다.",
            )
        )
        yield Sighting(
            [group.id],
            message,
            Text(
                f"Run {better} members, of which {majority} are needed.",
                f"{better}개를 두고 {majority}개를 정족수로 하세요.",
            ),
            context.changes.with_replicas(group.id, better) + context.changes.with_params(group.id, needed=majority),
        )


RULE = Rule(
    code="TD404",
    severity="warning",
    tier="S",
    title=Text("Quorum of two or of an even number", "둘 또는 짝수로 된 정족수"),
    why=Text(
        "No majority after one loss, or a member that buys nothing.",
        "하나를 잃으면 과반이 없거나, 소용없는 구성원이 있습니다.",
    ),
    found_by=Text(
        "A store or queue whose needed is a majority, with an even number of replicas or all of them needed.",
        "정족수가 과반인 저장소나 큐의 복제본이 짝수이거나, 모두가 필요합니다.",
    ),
    fix=Text("Run 3 or 5 members over three zones.", "세 가용 영역에 3개나 5개를 두세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > db",
            users="client",
            web="web_server",
            db={"kind": "database", "replicas": 2, "params": {"needed": 2}},
        )
    ),
    silent=varied(_FIRING, db={"replicas": 3}),
)
