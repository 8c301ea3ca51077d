"""TD203: all signed-in traffic depends on one session store."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.single import single
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for store in context.of_kind("session_store"):
        if store.id in context.spofs:
            yield single(
                context,
                context.spofs[store.id],
                Text("is the only session store", "하나뿐인 세션 저장소입니다"),
            )


RULE = Rule(
    code="TD203",
    severity="error",
    tier="A",
    title=Text("Single session store", "하나뿐인 세션 저장소"),
    why=Text("All signed-in traffic depends on it.", "로그인한 모든 트래픽이 여기에 달려 있습니다."),
    found_by=Text("A session store in a cut set of order 1.", "차수 1의 절단 집합에 있는 세션 저장소입니다."),
    fix=Text(
        "Replicate the store, or carry a read-only identity in signed tokens.",
        "저장소를 복제하거나, 읽기 전용 신원은 서명된 토큰에 담으세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > sessions",
            users="client",
            web={"kind": "web_server", "replicas": 2},
            sessions="session_store",
        )
    ),
    silent=varied(_FIRING, sessions={"replicas": 2}),
    supersedes=("TD101",),
)
