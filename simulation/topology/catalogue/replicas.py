"""What every replica has, whatever its kind: how often it fails, how many are needed, what it costs."""

from simulation.topology.catalogue.model import Param, Text

#: The source of `1990, 10` for what runs on one machine.
ONE_MACHINE = "Amazon EC2 SLA: one instance 99.5%; the split into 1,990 h and 10 h is assumed"


def lifetime(mtbf_h: float, mttr_h: float, source: str) -> tuple[Param, ...]:
    """How often one thing fails and how long repair takes; `availability`, where given, wins over both."""
    return (
        Param(
            "mtbf_h",
            "number",
            Text("Time between failures", "고장 간격"),
            Text("Mean time between failures of one replica.", "복제본 하나의 평균 고장 간격입니다."),
            unit="h",
            default=mtbf_h,
            above=0,
            maximum=1e9,
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
            maximum=1e6,
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


COMMON_CAUSE = Param(
    "common_cause_share",
    "number",
    Text("Failures in common", "공통 원인 고장 비율"),
    Text(
        "Share of a replica's failures that take all replicas at once, such as a bad release or configuration "
        "(the beta factor). With 0 replicas fail independently.",
        "잘못된 배포나 설정처럼 모든 복제본을 한꺼번에 멈추는 고장의 비율(베타 계수)입니다. "
        "0이면 복제본은 서로 독립적으로 고장 납니다.",
    ),
    default=0,
    low=0,
    high=0.1,
    minimum=0,
    maximum=1,
    source="assumed: independent; values in use: beta factors of IEC 61508-6:2010, annex D, up to 10%",
    group="reliability",
)


def failure(mtbf_h: float, mttr_h: float, source: str) -> tuple[Param, ...]:
    """The lifetime of a replica, and the share of its failures that it has in common with all others."""
    return (*lifetime(mtbf_h, mttr_h, source), COMMON_CAUSE)


NEEDED = Param(
    "needed",
    "integer",
    Text("Needed replicas", "필요한 복제본"),
    Text(
        "How many replicas must be up. auto: one in the structural figures, "
        "as many as the load needs where capacity is counted.",
        "동작해야 하는 복제본 수입니다. auto는 구조 지표에서는 하나, 용량 지표에서는 부하에 필요한 만큼입니다.",
    ),
    default="auto",
    minimum=1,
    maximum=10_000,
    choices=("auto",),
    group="reliability",
)

MONITORED = Param(
    "monitored",
    "boolean",
    Text("Monitored elsewhere", "외부에서 관측"),
    Text(
        "Logs and metrics are collected by something that is not drawn.",
        "로그와 지표를 그림에 없는 다른 도구가 수집합니다.",
    ),
    default=False,
    group="reliability",
)

DEPLOY = Param(
    "deploy",
    "choice",
    Text("Deployment", "배포 방식"),
    Text(
        "Whether a new version and a repair are rolled out by a tool or by hand.",
        "새 버전과 복구 작업을 도구로 하는지 사람이 하는지입니다.",
    ),
    default="automatic",
    choices=("automatic", "manual"),
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
        maximum=1e9,
        source=source,
        group="cost",
    )


def replica(mtbf_h: float, mttr_h: float, source: str, *, cost_per_month: float) -> tuple[Param, ...]:
    """The params of a replica on a request's path: it fails every `mtbf_h` hours and is repaired in `mttr_h`."""
    return (MONITORED, *failure(mtbf_h, mttr_h, source), NEEDED, cost(cost_per_month))
