"""TD504: a message that cannot be worked on comes back for ever."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import named
from simulation.topology.catalogue.model import Text

_DELIVERIES = 5

_MOST = named("message_queue", "max_deliveries")


def detect(context: Context) -> Iterator[Sighting]:
    for queue in context.of_kind("message_queue"):
        if queue.params["max_deliveries"] is not None or queue.params["delivery"] != "at_least_once":
            continue
        yield Sighting(
            [queue.id],
            Text(
                f"{queue.id} delivers a failing message again without end.",
                f"{queue.id}이(가) 실패하는 메시지를 끝없이 다시 전달합니다.",
            ),
            Text(
                f"Set {_MOST.en} of {queue.id}, for example {_DELIVERIES}: after it the "
                "message goes to the dead letters.",
                f"{queue.id}의 {_MOST.ko} 값을 정하세요(예: {_DELIVERIES}). 넘으면 데드 레터로 옮깁니다.",
            ),
            context.changes.with_params(queue.id, max_deliveries=_DELIVERIES),
        )


RULE = Rule(
    code="TD504",
    severity="warning",
    tier="S",
    title=Text("No dead-letter queue", "데드 레터 큐 없음"),
    why=Text(
        "Poison messages block the workers or repeat for ever.",
        "처리할 수 없는 메시지가 작업자를 막거나 끝없이 반복됩니다.",
    ),
    found_by=Text(
        "A queue that delivers at least once and has no limit of deliveries.",
        "최소 한 번 전달하면서 전달 횟수에 한도가 없는 큐입니다.",
    ),
    fix=Text(
        "Limit the deliveries, keep dead letters, and make the workers idempotent.",
        "전달 횟수를 제한하고, 데드 레터를 두고, 작업자를 멱등하게 만드세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > queue > worker", users="client", web="web_server", queue="message_queue", worker="worker"
        )
    ),
    silent=varied(_FIRING, queue={"params": {"max_deliveries": 5}}),
)
