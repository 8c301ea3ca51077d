"""Params of kinds that run code: web server, service, worker."""

from dataclasses import replace

from simulation.topology.catalogue.model import Param, Text
from simulation.topology.catalogue.replicas import DEPLOY, ONE_MACHINE, replica
from simulation.topology.catalogue.serving import QUEUE_LIMIT, concurrency, service_time

DISTRIBUTION = Param(
    "distribution",
    "choice",
    Text("Distribution", "분포"),
    Text("Shape of the service time around its mean.", "평균을 중심으로 한 처리 시간의 모양입니다."),
    default="exponential",
    choices=("exponential", "deterministic", "lognormal", "pareto", "gamma"),
)

CV = Param(
    "cv",
    "number",
    Text("Variation", "변동 계수"),
    Text(
        "Standard deviation over mean, for lognormal, pareto and gamma.",
        "표준편차를 평균으로 나눈 값으로, 로그정규·파레토·감마 분포에 쓰입니다.",
    ),
    default=1.0,
    low=0.5,
    high=2,
    above=0,
    maximum=20,
)

SESSION = Param(
    "session",
    "choice",
    Text("Session state", "세션 상태"),
    Text(
        "Where the state of a signed-in user lives: on the server, in a shared store, or in a signed token.",
        "로그인한 사용자의 상태를 두는 곳입니다: 서버 메모리, 공유 저장소, 서명된 토큰.",
    ),
    default="shared",
    choices=("in_memory", "shared", "token"),
    group="data",
)

SESSIONS = Param(
    "sessions",
    "integer",
    Text("Active sessions", "활성 세션"),
    Text("Signed-in users at a time, over all replicas.", "모든 복제본을 합친 동시 로그인 사용자 수입니다."),
    default=0,
    minimum=0,
    maximum=1e9,
    group="data",
)

HOLDS_SLOT = Param(
    "holds_slot",
    "boolean",
    Text("Holds its slot", "슬롯 유지"),
    Text("Keeps the slot while it waits for what it calls.", "호출한 것을 기다리는 동안 슬롯을 계속 씁니다."),
    default=False,
)

AUTOSCALE = Param(
    "autoscale",
    "record",
    Text("Autoscaling", "자동 확장"),
    Text("Adds and removes replicas by utilization.", "이용률에 따라 복제본을 늘리고 줄입니다."),
    group="reliability",
    fields=(
        Param(
            "min",
            "integer",
            Text("Fewest", "최소"),
            Text("Fewest replicas.", "최소 복제본 수입니다."),
            default=1,
            minimum=1,
            maximum=10_000,
        ),
        Param(
            "max",
            "integer",
            Text("Most", "최대"),
            Text("Most replicas.", "최대 복제본 수입니다."),
            default=10,
            minimum=1,
            maximum=10_000,
        ),
        Param(
            "target_utilization",
            "number",
            Text("Target", "목표 이용률"),
            Text("Utilization it steers to.", "유지하려는 이용률입니다."),
            default=0.7,
            low=0.6,
            high=0.7,
            above=0,
            maximum=1,
        ),
        Param(
            "metric_s",
            "number",
            Text("Metric delay", "지표 지연"),
            Text("How old the utilization is that it decides by.", "판단에 쓰는 이용률이 얼마나 지난 값인지입니다."),
            unit="s",
            default=60,
            low=15,
            high=60,
            minimum=0,
            maximum=86_400,
        ),
        Param(
            "boot_s",
            "number",
            Text("Boot time", "기동 시간"),
            Text(
                "From the decision until a new replica serves.", "결정부터 새 복제본이 일을 시작하기까지의 시간입니다."
            ),
            unit="s",
            default=120,
            low=60,
            high=180,
            minimum=0,
            maximum=86_400,
        ),
        Param(
            "cooldown_s",
            "number",
            Text("Cool-down", "대기 시간"),
            Text("Wait between two decisions.", "두 결정 사이에 기다리는 시간입니다."),
            unit="s",
            default=300,
            minimum=0,
            maximum=86_400,
        ),
    ),
)

SCALING = Param(
    "scaling",
    "choice",
    Text("Growth", "확장 방식"),
    Text(
        "How it is made to carry more: more replicas, or a bigger machine.",
        "더 많은 부하를 감당하는 방법입니다: 복제본을 늘리거나 더 큰 장비를 씁니다.",
    ),
    default="out",
    choices=("out", "up"),
    group="reliability",
)

SERVER_PARAMS: tuple[Param, ...] = (
    service_time(20, "common: 20-50 ms mean", 20, 50),
    DISTRIBUTION,
    CV,
    concurrency(16, "common: 8-32 slots", 8, 32),
    replace(QUEUE_LIMIT, low=50, high=1000),
    SESSION,
    SESSIONS,
    HOLDS_SLOT,
    AUTOSCALE,
    SCALING,
    DEPLOY,
    *replica(1990, 10, ONE_MACHINE, cost_per_month=70),
)
