"""A worker: takes messages out of a queue and works on them, nobody waits."""

from simulation.topology.catalogue.compute import CV, DISTRIBUTION
from simulation.topology.catalogue.model import Kind, Param, Role, Text
from simulation.topology.catalogue.replicas import DEPLOY, ONE_MACHINE, replica
from simulation.topology.catalogue.serving import SERVING, concurrency, service_time

KIND = Kind(
    id="worker",
    role=Role.CALLER,
    group="messaging",
    order=95,
    title=Text("Worker", "작업자"),
    summary=Text(
        "Takes messages from a queue and works on them; no user waits.",
        "큐에서 메시지를 꺼내 처리하며, 사용자는 기다리지 않습니다.",
    ),
    icon="M12 8a4 4 0 1 0 .01 0zM12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8"
    "M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8",
    params=(
        service_time(200, "common: 50-500 ms a job", 50, 500),
        DISTRIBUTION,
        CV,
        concurrency(8, "common: one to a few a core", 1, 16),
        Param(
            "prefetch",
            "integer",
            Text("Prefetch", "미리 받기"),
            Text(
                "Messages that one replica takes out of the queue at most, those in its slots included; "
                "never fewer than its slots.",
                "복제본 하나가 큐에서 한 번에 가져갈 수 있는 최대 메시지 수입니다. 처리 중인 메시지를 포함하며, "
                "슬롯 수보다 작아지지 않습니다.",
            ),
            unit="messages",
            default=10,
            low=1,
            high=100,
            minimum=0,
            maximum=1_000_000,
        ),
        Param(
            "failure_rate",
            "number",
            Text("Failed jobs", "실패 비율"),
            Text("Share of messages whose work fails.", "처리에 실패하는 메시지의 비율입니다."),
            default=0,
            low=0,
            high=0.05,
            minimum=0,
            maximum=1,
            group="reliability",
        ),
        DEPLOY,
        *replica(1990, 10, ONE_MACHINE, cost_per_month=70),
    ),
    station=SERVING,
)
