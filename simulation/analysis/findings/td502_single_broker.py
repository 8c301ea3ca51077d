"""TD502: nothing is accepted while the one broker is down."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.single import single
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for queue in context.of_kind("message_queue"):
        if queue.id in context.spofs:
            yield single(
                context,
                context.spofs[queue.id],
                Text("is the only broker", "하나뿐인 브로커입니다"),
                Text(
                    f"Run {queue.id} as three replicas with a quorum of two.",
                    f"{queue.id}을(를) 복제본 셋, 정족수 둘로 운영하세요.",
                ),
                context.changes.duplicated(queue.id, 3),
            )


RULE = Rule(
    code="TD502",
    severity="error",
    tier="A",
    title=Text("Single message broker", "하나뿐인 메시지 브로커"),
    why=Text(
        "Publishing fails, and with it the request that accepts the work.",
        "발행이 실패하고, 일을 받는 요청도 함께 실패합니다.",
    ),
    found_by=Text("A queue in a cut set of order 1.", "차수 1의 절단 집합에 있는 큐입니다."),
    fix=Text("Replicate the broker: a quorum of 2 of 3.", "브로커를 복제하여 3개 중 2개의 정족수로 두세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > queue > worker",
            rate_rps=10,
            users="client",
            web={"kind": "web_server", "replicas": 2},
            queue="message_queue",
            worker={"kind": "worker", "replicas": 2},
        )
    ),
    silent=varied(_FIRING, queue={"replicas": 3}),
    supersedes=("TD101",),
)
