"""TD405: the only copy of the data."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for db in context.of_kind("database"):
        if not context.arriving[db.index] or db.replicas > 1 or db.params["backup"] or context.is_replicated(db):
            continue
        is_whole = db.shards == 1
        changes = context.changes
        patch = changes.with_standby(db.id) if is_whole else changes.with_params(db.id, backup=True)
        yield Sighting(
            [db.id],
            Text(
                f"{db.id} is the only copy of its data: no replica, no backup.",
                f"{db.id}이(가) 데이터의 유일한 사본입니다. 복제본도 백업도 없습니다.",
            ),
            Text(
                f"Replicate {db.id} to another zone, and keep backups elsewhere.",
                f"{db.id}을(를) 다른 가용 영역에 복제하고, 백업을 다른 곳에 두세요.",
            ),
            patch,
        )


RULE = Rule(
    code="TD405",
    severity="error",
    tier="S",
    title=Text("Database without replica or backup", "복제본도 백업도 없는 데이터베이스"),
    why=Text("Its loss is a loss of data, not only downtime.", "잃으면 중단뿐 아니라 데이터를 잃습니다."),
    found_by=Text(
        "A database with one replica, no replicate edge and backup not set.",
        "복제본이 하나이고, 복제 간선이 없고, 백업이 켜져 있지 않은 데이터베이스입니다.",
    ),
    fix=Text(
        "Keep a replica in another zone, and backups elsewhere.", "다른 가용 영역에 복제본을, 다른 곳에 백업을 두세요."
    ),
    detect=detect,
    firing=(_FIRING := example("users > web > db", users="client", web="web_server", db="database")),
    silent=varied(_FIRING, "db > copy", copy="database"),
    supersedes=("TD101",),
)
