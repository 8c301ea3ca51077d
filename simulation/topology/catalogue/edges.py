"""Kinds of edges, and the kind that an edge takes from what stands at its ends."""

from simulation.topology.catalogue.calling import CALL, OPS
from simulation.topology.catalogue.model import EdgeKind, Kind, Param, Role, Text

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
        CALL,
        EdgeKind(
            "publish",
            Text("Publish", "발행"),
            Text("Into a queue, not waited for.", "큐에 넣고 기다리지 않습니다."),
            (OPS, _MESSAGES),
        ),
        EdgeKind(
            "consume",
            Text("Consume", "소비"),
            Text("From a queue to a worker.", "큐에서 작업자로 갑니다."),
            (OPS, _MESSAGES),
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
