"""Params that several kinds have in common."""

from dataclasses import replace

from simulation.topology.catalogue.model import Param, Text


def with_default(
    param: Param, default: object, source: str, low: float | None = None, high: float | None = None
) -> Param:
    """The same param with a kind's own default, band and source."""
    return replace(param, default=default, source=source, low=low, high=high)


def failure(mtbf_h: float, mttr_h: float, source: str) -> tuple[Param, ...]:
    """How often a replica fails and how long repair takes; `availability`, where given, wins over both."""
    return (
        Param(
            "mtbf_h",
            "number",
            Text("Time between failures", "고장 간격"),
            Text("Mean time between failures of one replica.", "복제본 하나의 평균 고장 간격입니다."),
            unit="h",
            default=mtbf_h,
            above=0,
            source=source,
            group="reliability",
        ),
        Param(
            "mttr_h",
            "number",
            Text("Time to repair", "복구 시간"),
            Text(
                "Mean time until a failed replica works again.", "고장 난 복제본이 다시 동작하기까지의 평균 시간입니다."
            ),
            unit="h",
            default=mttr_h,
            above=0,
            source=source,
            group="reliability",
        ),
        Param(
            "availability",
            "number",
            Text("Availability", "가용성"),
            Text(
                "Share of time that one replica works. Given, it replaces the two times above.",
                "복제본 하나가 동작하는 시간의 비율입니다. 입력하면 위의 두 시간을 대신합니다.",
            ),
            above=0,
            maximum=1,
            source="given",
            group="reliability",
        ),
    )


NEEDED = Param(
    "needed",
    "string",
    Text("Needed replicas", "필요한 복제본"),
    Text(
        "How many replicas must be up. auto: one in the structural figures, as many as the load needs where capacity is counted.",
        "동작해야 하는 복제본 수입니다. auto는 구조 지표에서는 하나, 용량 지표에서는 부하에 필요한 만큼입니다.",
    ),
    default="auto",
    group="reliability",
)


def cost(per_month: float, source: str = "common") -> Param:
    """USD a month for one replica."""
    return Param(
        "cost_per_month",
        "number",
        Text("Cost", "비용"),
        Text("Cost of one replica a month.", "복제본 하나의 월 비용입니다."),
        unit="USD",
        default=per_month,
        minimum=0,
        source=source,
        group="cost",
    )


SERVICE_TIME = Param(
    "service_time_ms",
    "number",
    Text("Service time", "처리 시간"),
    Text("Mean time a request holds a slot, without waiting.", "대기를 뺀, 요청 하나가 슬롯을 쓰는 평균 시간입니다."),
    unit="ms",
    above=0,
)

CONCURRENCY = Param(
    "concurrency",
    "integer",
    Text("Slots", "동시 처리 수"),
    Text("Requests that one replica works on at the same time.", "복제본 하나가 동시에 처리하는 요청 수입니다."),
    unit="slots",
    minimum=1,
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
)
