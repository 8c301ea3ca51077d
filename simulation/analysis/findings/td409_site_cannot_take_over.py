"""TD409: the other data center falls under what fails over to it."""

from collections.abc import Iterator

from simulation.analysis.findings.context import SITES, Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.sizing import enough
from simulation.analysis.findings.wording import share
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch


def detect(context: Context) -> Iterator[Sighting]:
    after: dict[str, dict[str, float]] = {}
    for contingency, node, utilization in context.overloads:
        site = context.system.container_by_id.get(contingency.outage)
        if site is not None and site.kind.id in SITES:
            after.setdefault(site.id, {})[node] = utilization
    for name, over in after.items():
        if any(over == after.get(inner) for inner in _inside(context, name)):
            continue  # the smaller site says it all
        worst = max(over, key=lambda n: over[n])
        patch: Patch = []
        for node, utilization in over.items():
            component = context.component(node)
            if component is not None:
                patch += context.changes.with_replicas(node, enough(context, component, name, utilization))
        yield Sighting(
            [name, worst, *(n for n in over if n != worst)],
            Text(
                f"When {name} fails over, {worst} is offered {share(over[worst])} of what it can do.",
                f"{name}이(가) 장애 조치되면 {worst}에 용량의 {share(over[worst])}가 몰립니다.",
            ),
            patch=patch or None,
        )


def _inside(context: Context, site: str) -> Iterator[str]:
    """Sites within a site."""
    box = context.system.container_by_id[site]
    return (c.id for c in context.system.containers if c.kind.id in SITES and box.index in c.ancestors[1:])


RULE = Rule(
    code="TD409",
    severity="error",
    tier="A",
    title=Text("Other data center cannot take over", "대신할 수 없는 다른 데이터 센터"),
    why=Text("A failover turns one outage into two.", "장애 조치가 중단 하나를 둘로 만듭니다."),
    found_by=Text(
        "With one data center or region lost, some node elsewhere is offered more than it can do.",
        "데이터 센터나 리전 하나를 잃으면, 다른 곳의 노드에 할 수 있는 것보다 많은 부하가 몰립니다.",
    ),
    fix=Text(
        "Headroom of n x z / (z - 1), or shed load by priority.",
        "n × z / (z - 1)의 여유를 두거나, 우선순위로 부하를 덜어내세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > dns > web_e, dns > web_w",
            rate_rps=2000,
            east="datacenter",
            west="datacenter",
            users="client",
            dns={"kind": "dns", "replicas": 2, "params": {"policy": "geo"}},
            web_e={"kind": "web_server", "parent": "east", "replicas": 2},
            web_w={"kind": "web_server", "parent": "west", "replicas": 2},
        )
    ),
    silent=varied(_FIRING, web_e={"replicas": 4}, web_w={"replicas": 4}),
    supersedes=("TD102",),
)
