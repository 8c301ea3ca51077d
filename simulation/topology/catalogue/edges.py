"""Kinds of edges, and the kind that an edge takes from what stands at its ends."""

from simulation.topology.catalogue.model import EdgeKind, Kind, Param, Role, Text

_OPS = Param(
    "ops",
    "list",
    Text("Operations", "연산"),
    Text("Operations that take this edge. Empty: all.", "이 연결을 지나는 연산입니다. 비우면 모두입니다."),
    item="string",
    group="routing",
)

_CALL = EdgeKind(
    "call",
    Text("Call", "호출"),
    Text("The source asks and waits for the answer.", "출발 쪽이 요청하고 응답을 기다립니다."),
    (
        _OPS,
        Param(
            "calls",
            "number",
            Text("Calls a request", "요청당 호출 수"),
            Text(
                "Mean calls for one request; made one after another.",
                "요청 하나가 하는 평균 호출 수이며, 차례로 호출합니다.",
            ),
            default=1,
            low=1,
            high=10,
            minimum=0,
            maximum=10_000,
            group="routing",
        ),
        Param(
            "pool",
            "string",
            Text("Pool", "풀"),
            Text(
                "Edges of one source with the same pool lead to alternatives.",
                "한 출발점에서 풀 이름이 같은 연결은 서로 대신할 수 있습니다.",
            ),
            group="routing",
        ),
        Param(
            "policy",
            "choice",
            Text("Policy", "정책"),
            Text(
                "How the pool's members share the requests: balance, failover by priority, "
                "one shard each, or all of them.",
                "풀의 구성원이 요청을 나누는 방법입니다: 분산, 우선순위 장애 조치, 샤드, 모두.",
            ),
            choices=("balance", "failover", "shard", "all"),
            group="routing",
        ),
        Param(
            "balance",
            "choice",
            Text("Choice of replica", "복제본 선택"),
            Text(
                "How a replica is chosen. Routers use their own algorithm.",
                "복제본을 고르는 방법입니다. 라우터는 자신의 알고리즘을 씁니다.",
            ),
            default="random",
            choices=("random", "round_robin", "least_connections", "power_of_two"),
            group="routing",
        ),
        Param(
            "weight",
            "number",
            Text("Weight", "가중치"),
            Text("Share of this edge among the pool's.", "풀 안에서 이 연결의 몫입니다."),
            default=1,
            minimum=0,
            maximum=1e6,
            group="routing",
        ),
        Param(
            "priority",
            "integer",
            Text("Priority", "우선순위"),
            Text("The lowest that works takes all.", "동작하는 것 중 가장 낮은 값이 모두 받습니다."),
            default=0,
            minimum=0,
            maximum=1000,
            group="routing",
        ),
        Param(
            "needed",
            "integer",
            Text("Needed of the pool", "풀에서 필요한 수"),
            Text(
                "How many of the pool must answer (a quorum). Empty: by the policy.",
                "풀에서 응답해야 하는 수(정족수)입니다. 비우면 정책을 따릅니다.",
            ),
            minimum=1,
            maximum=60_000,
            group="routing",
        ),
        Param(
            "required",
            "boolean",
            Text("Required", "필수"),
            Text(
                "Without it the request fails. By default true, except for a cache.",
                "없으면 요청이 실패합니다. 캐시가 아니면 기본값은 참입니다.",
            ),
            group="reliability",
        ),
        Param(
            "latency_ms",
            "number",
            Text("Latency", "지연"),
            Text(
                "One way; a call pays it there and back. Empty: none, or half the round trip between the regions.",
                "편도 지연이며 호출은 왕복으로 냅니다. 비우면 없거나 지역 사이 왕복의 절반입니다.",
            ),
            unit="ms",
            low=0.1,
            high=100,
            minimum=0,
            maximum=600_000,
            group="network",
        ),
        Param(
            "jitter_ms",
            "number",
            Text("Jitter", "지터"),
            Text("Standard deviation of the latency, one way.", "편도 지연의 표준편차입니다."),
            unit="ms",
            default=0,
            minimum=0,
            maximum=600_000,
            group="network",
        ),
        Param(
            "loss",
            "number",
            Text("Loss", "손실"),
            Text("Share of calls that get no answer.", "응답을 받지 못하는 호출의 비율입니다."),
            default=0,
            minimum=0,
            maximum=1,
            group="network",
        ),
        Param(
            "bandwidth_mbps",
            "number",
            Text("Bandwidth", "대역폭"),
            Text("Of the link. Empty: not a limit.", "링크의 대역폭입니다. 비우면 제한이 없습니다."),
            unit="Mbit/s",
            above=0,
            maximum=1e9,
            group="network",
        ),
        Param(
            "payload_kb",
            "number",
            Text("Payload", "데이터 크기"),
            Text("Data a call moves; counts against the bandwidth.", "호출 하나가 옮기는 데이터이며 대역폭을 씁니다."),
            unit="KB",
            default=10,
            minimum=0,
            maximum=1e9,
            group="network",
        ),
        Param(
            "timeout_ms",
            "number",
            Text("Timeout", "제한 시간"),
            Text(
                "The caller gives up after it; the work goes on. Empty: it waits.",
                "지나면 호출한 쪽이 포기하지만 작업은 계속됩니다. 비우면 기다립니다.",
            ),
            unit="ms",
            low=100,
            high=5000,
            above=0,
            maximum=3_600_000,
            group="reliability",
        ),
        Param(
            "retries",
            "integer",
            Text("Retries", "재시도"),
            Text("Attempts after the first.", "첫 시도 이후의 시도 횟수입니다."),
            default=0,
            low=0,
            high=3,
            minimum=0,
            maximum=20,
            group="reliability",
        ),
        Param(
            "backoff_ms",
            "number",
            Text("Back-off", "재시도 간격"),
            Text(
                "Mean wait before the first retry; doubles with each, spread at random.",
                "첫 재시도 전 평균 대기이며 매번 두 배가 되고 무작위로 흩어집니다.",
            ),
            unit="ms",
            default=0,
            minimum=0,
            maximum=600_000,
            group="reliability",
        ),
        Param(
            "retry_budget",
            "number",
            Text("Retry budget", "재시도 예산"),
            Text(
                "Retries as a share of first attempts. Empty: no limit.",
                "첫 시도 대비 재시도의 비율입니다. 비우면 한도가 없습니다.",
            ),
            minimum=0,
            maximum=10,
            group="reliability",
        ),
        Param(
            "breaker",
            "record",
            Text("Circuit breaker", "회로 차단기"),
            Text("Stops calling for a while when too many fail.", "실패가 많으면 한동안 호출을 멈춥니다."),
            group="reliability",
            fields=(
                Param(
                    "error_rate",
                    "number",
                    Text("Error rate", "오류율"),
                    Text("Opens above it.", "넘으면 열립니다."),
                    default=0.5,
                    above=0,
                    maximum=1,
                ),
                Param(
                    "open_s",
                    "number",
                    Text("Open for", "열린 시간"),
                    Text("Then one call is tried.", "지나면 한 번 호출해 봅니다."),
                    unit="s",
                    default=30,
                    above=0,
                    maximum=86_400,
                ),
            ),
        ),
        Param(
            "fronts",
            "list",
            Text("Stands before", "앞에 서는 대상"),
            Text(
                "Nodes that a hit in this cache spares. Empty: the stores that the caller also calls.",
                "캐시 적중이 호출을 덜어 주는 노드입니다. 비우면 호출자가 함께 부르는 저장소입니다.",
            ),
            item="string",
            group="routing",
        ),
    ),
)

_MESSAGES = Param(
    "messages",
    "number",
    Text("Messages", "메시지 수"),
    Text("Mean messages for one request.", "요청 하나당 평균 메시지 수입니다."),
    default=1,
    minimum=0,
    maximum=10_000,
    group="routing",
)

EDGE_KINDS: dict[str, EdgeKind] = {
    kind.id: kind
    for kind in (
        _CALL,
        EdgeKind(
            "publish",
            Text("Publish", "발행"),
            Text("Into a queue, not waited for.", "큐에 넣고 기다리지 않습니다."),
            (_OPS, _MESSAGES),
        ),
        EdgeKind(
            "consume",
            Text("Consume", "소비"),
            Text("From a queue to a worker.", "큐에서 작업자로 갑니다."),
            (_OPS, _MESSAGES),
        ),
        EdgeKind(
            "replicate",
            Text("Replicate", "복제"),
            Text("From the primary to a replica.", "주 서버에서 복제본으로 갑니다."),
            (
                Param(
                    "mode",
                    "choice",
                    Text("Mode", "방식"),
                    Text("Whether a write waits for the replica.", "쓰기가 복제본을 기다리는지입니다."),
                    default="async",
                    choices=("sync", "semi_sync", "async"),
                    group="data",
                ),
                Param(
                    "lag_ms",
                    "number",
                    Text("Lag", "지연"),
                    Text(
                        "How far the replica is behind; for synchronous, the round trip a write waits.",
                        "복제본이 뒤처진 시간이며, 동기 방식에서는 쓰기가 기다리는 왕복 시간입니다.",
                    ),
                    unit="ms",
                    default=10,
                    low=1,
                    high=100,
                    minimum=0,
                    maximum=86_400_000,
                    source="PostgreSQL reports (secondary): under 10 ms in one data center, 10-100 ms across",
                    group="data",
                ),
            ),
            on_path=False,
        ),
        EdgeKind(
            "observe",
            Text("Observe", "관측"),
            Text("Logs and metrics; never on a request's path.", "로그와 지표이며 요청 경로에 없습니다."),
            on_path=False,
        ),
        EdgeKind(
            "manage",
            Text("Manage", "관리"),
            Text("Automation; never on a request's path.", "자동화이며 요청 경로에 없습니다."),
            on_path=False,
        ),
    )
}


def default_edge_kind(source: Kind, target: Kind) -> str:
    """The kind of an edge that names none, from the kinds at its ends."""
    ends = (source, target)
    if any(k.id == "automation" for k in ends):
        return "manage"
    if any(k.role is Role.OBSERVER for k in ends):
        return "observe"
    if target.role is Role.QUEUE:
        return "publish"
    if source.role is Role.QUEUE:
        return "consume"
    if source.id == target.id and source.role in (Role.STORE, Role.CACHE) and source.id != "external_service":
        return "replicate"
    return "call"
