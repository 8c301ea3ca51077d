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
        "client": "user users client clients browser browsers mobile customer customers visitors people internet k6",
        "dns": "dns route53 nameserver name-server",
        "cdn": "cdn cloudfront akamai fastly cloudflare",
        "load_balancer": "lb elb alb nlb balancer load-balancer proxy",
        "database": "rds aurora primary replica standby shard datastore",
        "cache": "elasticache cache",
        "session_store": "session sessions session-store",
        "message_queue": "queue sqs sns kinesis topic bus event-bus stream",
        "object_storage": "s3 bucket blob storage blobs",
        "search_index": "search search-index",
        "web_server": "web ec2 web-server webserver server servers www",
        "worker": "worker workers consumer",
        "external_service": "stripe paypal external third-party smtp payment-provider",
        "metrics": "metrics monitoring cloudwatch",
        "logging": "logs logging",
        "automation": "automation autoscaler orchestrator",
    }.items()
    for word in listed.split()
}
_PLACES: dict[str, str] = {
    word: kind
    for kind, listed in {
        "region": "region",
        "datacenter": "datacenter data-center dc site",
        "zone": "zone az availability-zone subnet",
        "rack": "rack",
        "host": "host machine vm node box",
    }.items()
    for word in listed.split()
}


def plain_label(text: str) -> str:
    """A label without markup: tags dropped, entities read, spaces joined."""
    text = re.sub(r"<br\s*/?>|</(?:div|p)>", " ", text, flags=re.IGNORECASE)
    return printable(html.unescape(re.sub(r"<[^<>]{0,2000}>", "", text)))


def counted(label: str) -> tuple[str, int]:
    """A label without the count of replicas at its end (`web ×4`), and the count."""
    match = re.search(r"\s*×\s?(\d{1,4})$", label)
    return (label[: match.start()], max(int(match.group(1)), 1)) if match else (label, 1)


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
