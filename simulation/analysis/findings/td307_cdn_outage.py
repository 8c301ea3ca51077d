"""TD307: static content is lost with the CDN."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.single import single
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for cdn in context.of_kind("cdn"):
        if cdn.id in context.spofs:
            yield single(
                context,
                context.spofs[cdn.id],
                Text("has no way around it", "우회할 길이 없습니다"),
                Text(
                    f"Let clients or DNS fall back from {cdn.id} to the origin, or use a second CDN; "
                    "check that the origin can take it.",
                    f"클라이언트나 DNS가 {cdn.id}에서 원본으로 우회하게 하거나 CDN을 하나 더 쓰고, "
                    "원본이 감당하는지 확인하세요.",
                ),
            )


RULE = Rule(
    code="TD307",
    severity="warning",
    tier="A",
    title=Text("CDN outage loses static traffic", "CDN 장애로 잃는 정적 트래픽"),
    why=Text("What the CDN answers has no other way.", "CDN이 답하는 것에 다른 길이 없습니다."),
    found_by=Text("A CDN in a cut set of order 1.", "차수 1의 절단 집합에 있는 CDN입니다."),
    fix=Text(
        "Fall back to the origin by DNS or the client, or use a second CDN; check the origin's capacity.",
        "DNS나 클라이언트가 원본으로 우회하게 하거나 CDN을 하나 더 쓰고, 원본의 용량을 확인하세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > cdn > web", mix={"static": 0.8, "read": 0.2}, users="client", cdn="cdn", web="web_server"
        )
    ),
    silent=varied(
        _FIRING,
        "users > web",
        edges={"users > web": {"params": {"priority": 1}}},
    ),
    supersedes=("TD101",),
)
