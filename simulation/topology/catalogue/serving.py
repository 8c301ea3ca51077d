"""The station of one replica: how long a request takes there, how many at once, and how many may wait."""

from dataclasses import replace

from simulation.topology.catalogue.model import Param, Station, Text

SERVICE_TIME = Param(
    "service_time_ms",
    "number",
    Text("Service time", "처리 시간"),
    Text("Mean time a request holds a slot, without waiting.", "대기를 뺀, 요청 하나가 슬롯을 쓰는 평균 시간입니다."),
    unit="ms",
    above=0,
    maximum=86_400_000,
)

CONCURRENCY = Param(
    "concurrency",
    "integer",
    Text("Slots", "동시 처리 수"),
    Text("Requests that one replica works on at the same time.", "복제본 하나가 동시에 처리하는 요청 수입니다."),
    unit="slots",
    minimum=1,
    maximum=1_000_000,
)

QUEUE_LIMIT = Param(
    "queue_limit",
    "integer",
    Text("Queue limit", "대기열 한도"),
    Text(
        "Requests that may wait at one replica; more are refused. Empty: no limit.",
        "복제본 하나에서 기다릴 수 있는 요청 수이며, 넘으면 거절합니다. 비우면 한도가 없습니다.",
    ),
    unit="requests",
    minimum=0,
    maximum=1_000_000_000,
)

#: The station of a kind that has both params below.
SERVING = Station(time={"": "service_time_ms"}, slots="concurrency")


def service_time(mean_ms: float, source: str, low: float, high: float) -> Param:
    """The service time with a kind's own default, source and usual band, in ms."""
    return replace(SERVICE_TIME, default=mean_ms, source=source, low=low, high=high)


def concurrency(slots: int, source: str, low: float, high: float) -> Param:
    """The slots of one replica with a kind's own default, source and usual band."""
    return replace(CONCURRENCY, default=slots, source=source, low=low, high=high)
