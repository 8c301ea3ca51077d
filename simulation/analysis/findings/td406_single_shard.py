"""TD406: a key range that lives on one instance."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.single import single
from simulation.analysis.findings.wording import share
from simulation.topology.catalogue.model import Text
from simulation.topology.wiring import Policy


def detect(context: Context) -> Iterator[Sighting]:
    shards = _shards(context)
    for db in context.of_kind("database"):
        if db.id not in context.spofs:
            continue
        if db.shards > 1:
            lost = share(context.spofs[db.id].loss_share)
            yield Sighting(
                [db.id],
                Text(
                    f"{db.id} has {db.shards} shards of a single instance each: losing one loses up to {lost} of the "
                    "traffic.",
                    f"{db.id}의 샤드 {db.shards}개가 인스턴스 하나씩입니다. 하나를 잃으면 트래픽의 {lost}까지 "
                    "잃습니다.",
                ),
                Text(f"Give each shard of {db.id} a replica.", f"{db.id}의 샤드마다 복제본을 두세요."),
                context.changes.duplicated(db.id),
            )
        elif db.index in shards:
            yield single(
                context,
                context.spofs[db.id],
                Text("holds its shard alone", "샤드 하나를 혼자 맡고 있습니다"),
                Text(f"Give {db.id} a replica.", f"{db.id}에 복제본을 두세요."),
            )


def _shards(context: Context) -> frozenset[int]:
    """Nodes that are a shard of some pool."""
    return frozenset(
        member.target
        for _, gate in context.pools
        if gate.policy is Policy.SHARD and len(gate.members) > 1
        for member in gate.members
    )


RULE = Rule(
    code="TD406",
    severity="error",
    tier="A",
    title=Text("Single shard", "하나뿐인 샤드"),
    why=Text("Its key range is lost with it.", "그 키 범위를 함께 잃습니다."),
    found_by=Text("A shard in a cut set of order 1.", "차수 1의 절단 집합에 있는 샤드입니다."),
    fix=Text("Make each shard a replica set.", "샤드마다 복제본 집합을 두세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > db",
            users="client",
            web={"kind": "web_server", "replicas": 2},
            db={"kind": "database", "params": {"shards": 4}},
        )
    ),
    silent=varied(_FIRING, db={"replicas": 2}),
    supersedes=("TD101", "TD405"),
)
