"""TD505: a queue that takes everything until the disk is full."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import named
from simulation.topology.catalogue.model import Text

_CAPACITY = 1_000_000

_LIMIT = named("message_queue", "capacity_messages")


def detect(context: Context) -> Iterator[Sighting]:
    for queue in context.of_kind("message_queue"):
        if queue.params["capacity_messages"] is not None:
            continue
        yield Sighting(
            [queue.id],
            Text(
                f"{queue.id} has no limit: slow workers stay unseen until the disk is full.",
                f"{queue.id}에 한도가 없어, 느린 작업자가 디스크가 가득 찰 때까지 드러나지 않습니다.",
            ),
            patch=context.changes.with_params(queue.id, capacity_messages=_CAPACITY),
        )


RULE = Rule(
    code="TD505",
    severity="info",
    tier="S",
    title=Text("Queue without a limit", "한도 없는 큐"),
    why=Text("It hides an overload until the disk is full.", "디스크가 가득 찰 때까지 과부하를 숨깁니다."),
    found_by=Text(f"A queue without {_LIMIT.en}.", f"{_LIMIT.ko} 값이 없는 큐입니다."),
    fix=Text(
        "Set a limit, and an alarm on the age of the oldest message.",
        "한도를 정하고, 가장 오래된 메시지의 나이에 경보를 두세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > queue > worker", users="client", web="web_server", queue="message_queue", worker="worker"
        )
    ),
    silent=varied(_FIRING, queue={"params": {"capacity_messages": 100000}}),
)
