"""TD410: data centers that are not alike."""

from collections import Counter
from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text


def detect(context: Context) -> Iterator[Sighting]:
    for level in ("datacenter", "region"):
        sites = [c for c in context.system.containers if c.kind.id == level]
        stock = {site.id: _stock(context, site.index) for site in sites}
        serving = {name: counts for name, counts in stock.items() if counts}
        if len(serving) < 2:
            continue
        first, *others = serving
        for other in others:
            differ = sorted(
                kind for kind in {*serving[first], *serving[other]} if serving[first][kind] != serving[other][kind]
            )
            if not differ:
                continue
            shown = ", ".join(f"{kind} {serving[first][kind]}:{serving[other][kind]}" for kind in differ)
            yield Sighting(
                [other, first],
                Text(f"{first} and {other} differ: {shown}.", f"{first}와(과) {other}이(가) 다릅니다: {shown}."),
            )
        return


def _stock(context: Context, site: int) -> Counter[str]:
    """Instances of each kind in the site, what only observes left out."""
    return Counter(
        component.kind.id
        for component in context.system.components
        if component.kind.role is not Role.OBSERVER
        for domain in component.domains
        if site in domain
    )


RULE = Rule(
    code="TD410",
    severity="info",
    tier="S",
    title=Text("Data centers differ", "서로 다른 데이터 센터"),
    why=Text(
        "What works in one may not work in the other, and a failover finds out.",
        "한 곳에서 되는 것이 다른 곳에서 안 될 수 있고, 장애 조치 때 드러납니다.",
    ),
    found_by=Text(
        "Data centers (or regions) with other kinds or numbers of nodes.",
        "데이터 센터(또는 리전)의 노드 종류나 수가 다릅니다.",
    ),
    fix=Text(
        "Build them alike by automation, or document the difference.",
        "자동화로 똑같이 만들거나, 차이를 문서로 남기세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > lb > web_e, lb > web_w",
            east="datacenter",
            west="datacenter",
            users="client",
            lb={"kind": "load_balancer", "replicas": 2},
            web_e={"kind": "web_server", "parent": "east", "replicas": 4},
            web_w={"kind": "web_server", "parent": "west", "replicas": 2},
        )
    ),
    silent=varied(_FIRING, web_w={"replicas": 4}),
)
