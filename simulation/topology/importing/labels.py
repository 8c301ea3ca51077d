"""What a drawn box is, by its label and its shape, and who uses a drawing that shows no users."""

import html
import re

from simulation.topology.catalogue import KINDS
from simulation.topology.catalogue.model import Role
from simulation.topology.importing.draft import Draft, printable
from simulation.topology.importing.knowledge import PRODUCTS, ROLES, kind_by, words

_DRAWN: dict[str, str] = {
    word: kind
    for kind, listed in {
        "client": "user users client clients browser browsers mobile customer customers visitors people internet k6 "
        "사용자 고객 클라이언트 브라우저 방문자",
        "dns": "dns route53 route-53 nameserver name-server cloud-dns 네임서버 네임-서버",
        "cdn": "cdn cloudfront akamai fastly cloudflare front-door cloud-cdn",
        "load_balancer": "lb elb alb nlb balancer load-balancer proxy 로드밸런서 로드-밸런서 밸런서 부하분산기",
        "database": "rds aurora primary replica standby shard datastore spanner bigtable firestore "
        "데이터베이스 디비 복제본",
        "cache": "elasticache memorystore cache 캐시 레디스",
        "session_store": "session sessions session-store 세션 세션-저장소",
        "message_queue": "queue sqs sns kinesis topic bus event-bus stream pubsub pub-sub event-hub event-hubs "
        "eventbridge 큐 메시지-큐 대기열 카프카",
        "object_storage": "s3 bucket blob storage blobs 오브젝트-스토리지 객체-저장소 스토리지 파일-저장소",
        "search_index": "search search-index 검색 검색-엔진 검색엔진",
        "web_server": "web ec2 web-server webserver server servers www 웹 웹서버 웹-서버 서버",
        "service": "lambda fargate ecs eks kubernetes k8s cloud-run 서비스 앱",
        "worker": "worker workers consumer 워커 작업자",
        "external_service": "stripe paypal twilio sendgrid auth0 external third-party smtp payment-provider 외부 "
        "외부-서비스",
        "metrics": "metrics monitoring cloudwatch 지표 메트릭 모니터링",
        "logging": "logs logging 로그 로깅",
        "automation": "automation autoscaler orchestrator 자동화",
    }.items()
    for word in listed.split()
}
#: ×4 at the end, x4 after a space or in brackets, (4x).
_COUNT = re.compile(r"(?:\s*×\s?(\d{1,4})|\s+[\[(]?[xX*]\s?(\d{1,4})[\])]?|\s+[\[(](\d{1,4})\s?[xX×][\])])$")
_PLACES: dict[str, str] = {
    word: kind
    for kind, listed in {
        "region": "region 리전 지역",
        "datacenter": "datacenter data-center dc site 데이터센터 데이터-센터",
        "zone": "zone az availability-zone subnet 영역 가용-영역 가용영역 존",
        "rack": "rack 랙",
        "host": "host machine vm node box 호스트",
    }.items()
    for word in listed.split()
}


def plain_label(text: str) -> str:
    """A label without markup: tags dropped, entities read, spaces joined."""
    text = re.sub(r"<br\s*/?>|</(?:div|p)>", " ", text, flags=re.IGNORECASE)
    return printable(html.unescape(re.sub(r"<[^<>]{0,2000}>", "", text)))


def counted(label: str) -> tuple[str, int]:
    """A label without the count of replicas at its end (`web ×4`, `web x4`, `web (4x)`), and the count."""
    match = _COUNT.search(label)
    if match is None or not label[: match.start()].strip():
        return label, 1
    return label[: match.start()].rstrip(), max(int(match[1] or match[2] or match[3]), 1)


def kind_of(label: str, shape_kind: str | None = None, stated: str | None = None) -> tuple[str, bool]:
    """The kind of a box, and whether anything said so: a stated kind, the label's words, then the shape."""
    for said in (stated, re.sub(r"[\s-]+", "_", label.strip().lower())):
        if said in KINDS and not KINDS[said].is_container:
            return said, True
    found = shape_kind if shape_kind in ("database", "message_queue") else None
    by_label = kind_by(_DRAWN, label) or kind_by(PRODUCTS, label) or kind_by(ROLES, label)
    if by_label is not None and not (found is not None and by_label in ("service", "web_server", "worker")):
        return by_label, True
    if shape_kind is not None:
        return shape_kind, True
    return "service", False


def place_of(label: str, stated: str | None = None) -> tuple[str, bool]:
    """The kind of a container by its label, and whether anything said so."""
    if stated in KINDS and KINDS[stated].is_container:
        return stated, True
    kind = kind_by(_PLACES, label)
    return (kind, True) if kind is not None else ("zone", False)


def note_kind(draft: Draft, label: str, kind: str, is_known: bool) -> None:
    """Say what a box was taken for."""
    shown = printable(label, 80)
    if is_known:
        draft.say(draft.understood, f"{shown} is a {kind}", f"{shown} → {kind}")
    else:
        draft.say(
            draft.assumed,
            f"{shown} is a {kind}: neither its label nor its shape says what it is",
            f"{shown} → {kind}: 이름과 모양만으로는 알 수 없어 이렇게 보았습니다.",
        )


def add_users(draft: Draft) -> None:
    """Users in front of what nothing calls, where the drawing shows none; then flows for all clients."""
    if not any(node["kind"] == "client" for node in draft.nodes.values()):
        called = {edge["target"] for edge in draft.edges.values()}
        entries = [
            i
            for i, node in draft.nodes.items()
            if i not in called and KINDS[node["kind"]].role in (Role.ROUTER, Role.CALLER) and node["kind"] != "worker"
        ]
        if entries:
            client = draft.node("users", "client")
            for entry in entries:
                draft.edge(client, entry, "call")
            listed = ", ".join(entries)
            draft.say(
                draft.assumed,
                f"users stand in front of {listed}: the drawing shows nobody who uses it",
                f"그림에 사용자가 없어 {listed} 앞에 두었습니다.",
            )
    draft.give_flows()
    draft.note_defaults()


def edge_kind(label: str, is_dashed: bool) -> str | None:
    """The kind of an arrow by the words on it; None leaves it to what stands at its ends."""
    said = set(words(label))
    for kind, listed in {
        "replicate": {"replicate", "replicates", "replication", "sync", "async"},
        "publish": {"publish", "publishes", "enqueue", "produce"},
        "consume": {"consume", "consumes", "dequeue"},
        "observe": {"observe", "observes", "logs", "metrics", "telemetry"},
        "manage": {"manage", "manages"},
    }.items():
        if not said.isdisjoint(listed):
            return kind
    return "call" if "call" in said and not is_dashed else None
