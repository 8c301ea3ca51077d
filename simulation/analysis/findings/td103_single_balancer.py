"""TD103: the load balancer in front of redundant servers is the single one itself."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for balancer in context.of_kind("load_balancer", "api_gateway"):
        if balancer.replicas > 1 or not context.arriving[balancer.index] or context.has_alternative(balancer):
            continue
        pools = [
            sum(context.system.components[m.target].instances for m in g.members) for _, g in context.gates(balancer)
        ]
        behind = max(pools, default=0)
        if behind < 2:
            continue
        yield Sighting(
            [balancer.id],
            Text(
                f"{balancer.id} is single in front of {behind} servers: losing it loses them all.",
                f"서버 {behind}대 앞에 {balancer.id} 하나뿐입니다. 이것을 잃으면 서버를 모두 잃습니다.",
            ),
            Text(
                f"Run a second {balancer.id} in another zone.",
                f"다른 가용 영역에 {balancer.id}을(를) 하나 더 두세요.",
            ),
            context.changes.duplicated(balancer.id),
        )


RULE = Rule(
    code="TD103",
    severity="error",
    tier="S",
    title=Text("Redundant servers behind one load balancer", "로드 밸런서 하나 뒤의 이중화된 서버"),
    why=Text(
        "The balancer itself is the single point of failure: the redundancy behind it does not count.",
        "로드 밸런서 자체가 단일 장애점이라, 뒤의 이중화가 소용없습니다.",
    ),
    found_by=Text(
        "A balancer or gateway with one replica and no alternative, in front of two servers or more.",
        "대안 없이 복제본이 하나인 로드 밸런서나 게이트웨이 뒤에 서버가 둘 이상 있습니다.",
    ),
    fix=Text(
        "Run an active/passive pair, or a managed balancer in two zones.",
        "능동/대기 쌍으로 두거나, 두 가용 영역의 관리형 로드 밸런서를 쓰세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > lb > web", users="client", lb="load_balancer", web={"kind": "web_server", "replicas": 2}
        )
    ),
    silent=varied(_FIRING, lb={"replicas": 2}),
    supersedes=("TD101",),
)
