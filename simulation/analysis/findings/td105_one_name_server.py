"""TD105: one DNS provider in front of everything."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for dns in context.of_kind("dns"):
        if dns.replicas > 1 or not context.arriving[dns.index] or context.has_alternative(dns):
            continue
        yield Sighting(
            [dns.id],
            Text(
                f"{dns.id} is the only name service: while it is down, names stop resolving as the TTL runs out.",
                f"이름을 알려 주는 것이 {dns.id} 하나뿐입니다. 이것이 멈추면 TTL이 지나면서 이름을 "
                "찾을 수 없게 됩니다.",
            ),
            patch=context.changes.with_replicas(dns.id, 2),
        )


RULE = Rule(
    code="TD105",
    severity="info",
    tier="S",
    title=Text("One DNS provider", "하나뿐인 DNS 제공자"),
    why=Text("DNS is in front of everything.", "DNS는 모든 것의 앞에 있습니다."),
    found_by=Text("A name server on the path with one provider.", "경로에 있는 DNS의 제공자가 하나입니다."),
    fix=Text(
        "Use a second provider, or a managed DNS with an SLA; keep the TTL low for failover.",
        "제공자를 하나 더 두거나 SLA가 있는 관리형 DNS를 쓰고, 장애 조치를 위해 TTL을 짧게 두세요.",
    ),
    detect=detect,
    firing=(_FIRING := example("users > dns > web", users="client", dns="dns", web="web_server")),
    silent=varied(_FIRING, dns={"replicas": 2}),
    supersedes=("TD101",),
)
