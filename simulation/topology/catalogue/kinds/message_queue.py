"""A message queue: takes messages at once, workers take them out in their own time."""

from simulation.topology.catalogue.model import Kind, Param, Role, Text
from simulation.topology.catalogue.replicas import replica
from simulation.topology.catalogue.serving import SERVING, concurrency, service_time

_CONTENT: tuple[Param, ...] = (
    Param(
        "capacity_messages",
        "integer",
        Text("Capacity", "용량"),
        Text("Messages that fit. Empty: no limit.", "담을 수 있는 메시지 수입니다. 비우면 한도가 없습니다."),
        unit="messages",
        low=10_000,
        high=10_000_000,
        minimum=1,
        maximum=1e12,
        group="data",
    ),
    Param(
        "overflow",
        "choice",
        Text("When full", "가득 찼을 때"),
        Text("Refuses the new message or drops the oldest.", "새 메시지를 거절하거나 가장 오래된 것을 버립니다."),
        default="reject",
        choices=("reject", "drop_oldest"),
        group="data",
    ),
    Param(
        "durable",
        "boolean",
        Text("Durable", "지속 저장"),
        Text("Messages survive a restart.", "메시지가 재시작 후에도 남습니다."),
        default=True,
        group="data",
    ),
)

_DELIVERY: tuple[Param, ...] = (
    Param(
        "delivery",
        "choice",
        Text("Delivery", "전달 보장"),
        Text(
            "At least once: delivered again until it is acknowledged. At most once: never again.",
            "최소 한 번은 확인될 때까지 다시 전달하고, 최대 한 번은 다시 전달하지 않습니다.",
        ),
        default="at_least_once",
        choices=("at_most_once", "at_least_once"),
        group="reliability",
    ),
    Param(
        "redelivery_s",
        "number",
        Text("Redelivery after", "재전달 간격"),
        Text(
            "Unacknowledged messages are delivered again after it.",
            "확인되지 않은 메시지를 다시 전달하기까지의 시간입니다.",
        ),
        unit="s",
        default=30,
        low=5,
        high=300,
        minimum=0,
        maximum=604_800,
        source="Amazon SQS documentation: visibility timeout 30 s",
        group="reliability",
    ),
    Param(
        "max_deliveries",
        "integer",
        Text("Most deliveries", "최대 전달 횟수"),
        Text(
            "After it a message goes to the dead letters. Empty: no limit.",
            "넘으면 데드 레터로 옮깁니다. 비우면 한도가 없습니다.",
        ),
        low=3,
        high=10,
        minimum=1,
        maximum=1000,
        group="reliability",
    ),
)

KIND = Kind(
    id="message_queue",
    role=Role.QUEUE,
    group="messaging",
    order=90,
    title=Text("Message queue", "메시지 큐"),
    summary=Text(
        "Takes messages at once; workers take them out in their own time.",
        "메시지를 바로 받아 두고, 작업자가 자신의 속도로 꺼내 갑니다.",
    ),
    icon="M3 7h14v10H3zM7.5 7v10M12 7v10M19 9l2.5 3-2.5 3",
    params=(
        *_CONTENT,
        *_DELIVERY,
        service_time(1, "Kafka and RabbitMQ benchmark, Confluent: p99 1-5 ms to accept", 0.5, 5),
        concurrency(100, "common: tens of thousands of messages/s a broker", 10, 500),
        *replica(999, 1, "Amazon MQ SLA: 99.9%; the split into 999 h and 1 h is assumed", cost_per_month=120),
    ),
    station=SERVING,
)
