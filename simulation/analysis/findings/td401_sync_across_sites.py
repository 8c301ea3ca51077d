"""TD401: every write waits for another data center."""

from collections.abc import Iterator

from simulation.analysis.findings.context import SITES, Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for link in context.copying:
        if link.params["mode"] != "sync":
            continue
        primary, replica = context.source(link), context.target(link)
        here, there = context.containers_of(primary, *SITES), context.containers_of(replica, *SITES)
        if not here or not there or here & there:
            continue
        yield Sighting(
            [primary.id, replica.id, link.id],
            Text(
                f"Every write to {primary.id} waits for {replica.id} in "
                f"{', '.join(sorted(there))}, and needs both sites.",
                f"{primary.id}의 모든 쓰기가 {', '.join(sorted(there))}에 있는 {replica.id}을(를) "
                "기다리며, 두 곳이 모두 필요합니다.",
            ),
            Text(
                f"Make {link.id} asynchronous and state how much may be lost, or use a quorum of three sites.",
                f"{link.id}을(를) 비동기로 바꾸고 잃어도 되는 양을 정하거나, 세 곳의 정족수를 쓰세요.",
            ),
            context.changes.with_edge_params(link.id, mode="async"),
        )


RULE = Rule(
    code="TD401",
    severity="warning",
    tier="S",
    title=Text("Synchronous replication across data centers", "데이터 센터 사이의 동기 복제"),
    why=Text(
        "Every write waits for the round trip and needs both sites.",
        "모든 쓰기가 왕복 시간을 기다리고 두 곳이 모두 필요합니다.",
    ),
    found_by=Text(
        "A synchronous replicate edge between nodes that share no data center or region.",
        "데이터 센터나 리전을 함께 쓰지 않는 노드 사이의 동기 복제입니다.",
    ),
    fix=Text(
        "Replicate asynchronously with a stated loss, or by a quorum of three sites.",
        "잃어도 되는 양을 정해 비동기로 복제하거나, 세 곳의 정족수로 복제하세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > db > standby",
            mix={"read": 0.9, "write": 0.1},
            edges={"db > standby": {"params": {"mode": "sync"}}},
            east="datacenter",
            west="datacenter",
            users="client",
            web={"kind": "web_server", "parent": "east"},
            db={"kind": "database", "parent": "east"},
            standby={"kind": "database", "parent": "west"},
        )
    ),
    silent=varied(_FIRING, edges={"db > standby": {"params": {"mode": "async"}}}),
)
