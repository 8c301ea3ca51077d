"""TD403: writes wait for people when the primary is lost."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.single import single
from simulation.topology.catalogue.model import Text
from simulation.topology.replication import fails_over, standbys


def detect(context: Context) -> Iterator[Sighting]:
    for primary in context.of_kind("database"):
        is_lost = primary.id in context.spofs and standbys(context.system, primary)
        if not is_lost or fails_over(context.system, primary):
            continue
        yield single(
            context,
            context.spofs[primary.id],
            Text("has replicas but no automatic failover", "복제본은 있지만 자동 장애 조치가 없습니다"),
            Text(
                f"Let a replica of {primary.id} take over by itself, by quorum, and test it.",
                f"정족수로 {primary.id}의 복제본이 자동으로 대신하게 하고, 시험해 보세요.",
            ),
            context.changes.with_params(primary.id, failover="automatic"),
        )


RULE = Rule(
    code="TD403",
    severity="error",
    tier="A",
    title=Text("Primary without automatic failover", "자동 장애 조치가 없는 주 서버"),
    why=Text("Writes are down for as long as people need.", "사람이 조치할 때까지 쓰기가 멈춥니다."),
    found_by=Text(
        "A primary with replicas, failover manual or none, in a cut set of order 1.",
        "복제본이 있고 장애 조치가 수동이거나 없으며, 차수 1의 절단 집합에 있는 주 서버입니다.",
    ),
    fix=Text("Fail over automatically with a quorum; test it.", "정족수로 자동 장애 조치를 하고, 시험해 보세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > db > copy, web > copy",
            mix={"read": 0.9, "write": 0.1},
            users="client",
            web={"kind": "web_server", "replicas": 2},
            db={"kind": "database", "params": {"failover": "manual"}},
            copy="database",
        )
    ),
    silent=varied(_FIRING, db={"params": {"failover": "automatic"}}),
    supersedes=("TD101",),
)
