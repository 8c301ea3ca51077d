"""TD102: redundant on paper: after one loss the survivors are over their capacity."""

import math
from collections.abc import Iterator

from simulation.analysis.advice.changes import replicas_to_carry
from simulation.analysis.findings.context import SITES, Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import share
from simulation.analysis.report import Contingency
from simulation.topology.catalogue.model import Text
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    worst: dict[tuple[str, str], tuple[tuple[float, bool], Contingency]] = {}
    for contingency, node, utilization in context.overloads():
        key, severity = (node, _family(context, contingency)), _severity(context, contingency, utilization)
        if key not in worst or severity > worst[key][0]:
            worst[key] = severity, contingency
    for (node, _), ((utilization, _), contingency) in worst.items():
        component = context.component(node)
        if component is None:
            continue
        count = _wanted(context, component, contingency, utilization)
        named = [node] if context.component(contingency.outage) is component else [node, contingency.outage]
        yield Sighting(
            named,
            Text(
                f"When {contingency.outage} is lost, {node} is offered {share(utilization)} of what is left of it.",
                f"{contingency.outage}을(를) 잃으면 {node}에 남은 용량의 {share(utilization)}가 몰립니다.",
            ),
            Text(
                f"Run {count} replicas of {node} instead of {component.replicas}.",
                f"{node}의 복제본을 {component.replicas}개에서 {count}개로 늘리세요.",
            ),
            context.changes.with_replicas(node, count),
        )


def _family(context: Context, contingency: Contingency) -> str:
    """The cache that was lost, or any other loss: a store without its cache is another matter."""
    component = context.component(contingency.outage)
    return component.id if component is not None and component.kind.id == "cache" else ""


def _severity(context: Context, contingency: Contingency, utilization: float) -> tuple[float, bool]:
    """How bad it is; of equals the loss of a whole site, which has its own code."""
    box = context.system.container_by_id.get(contingency.outage)
    return round(utilization, 6), box is not None and box.kind.id in SITES


def _wanted(context: Context, node: Component, contingency: Contingency, utilization: float) -> int:
    """Replicas with which the survivors carry the load: enough left of z domains, or more of all."""
    figures = context.nodes.get(node.id)
    today = figures.utilization if figures else None
    box = context.system.container_by_id.get(contingency.outage)
    hit = (
        sum(box.index in domain for domain in node.domains)
        if box
        else int(context.component(contingency.outage) is node)
    )
    if today is None or not hit:
        return max(node.replicas + 1, math.ceil(node.replicas * utilization))
    busy = max(1, math.ceil(round(today * node.replicas, 9)))
    if box is None:
        return max(node.replicas + 1, busy + 1)
    places = len({tuple(d) for d in node.domains})
    return max(node.replicas + 1, replicas_to_carry(busy, places))


RULE = Rule(
    code="TD102",
    severity="error",
    tier="A",
    title=Text("Survivors cannot carry the load", "남은 것이 부하를 감당하지 못함"),
    why=Text(
        "Redundant on paper only: the rest is overloaded by what moves to it.",
        "서류상으로만 이중화입니다. 옮겨 온 부하에 나머지가 무너집니다.",
    ),
    found_by=Text(
        "After one loss some node is offered more than it can do, though it carries its load today.",
        "하나를 잃은 뒤, 지금은 감당하던 노드에 할 수 있는 것보다 많은 부하가 몰립니다.",
    ),
    fix=Text(
        "Scale the tier to ceil(load / capacity x z / (z - 1)) over z zones.",
        "z개 가용 영역에 ceil(부하 / 용량 × z / (z - 1))개를 두세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > lb > web",
            rate_rps=1000,
            users="client",
            lb={"kind": "load_balancer", "replicas": 2},
            web={"kind": "web_server", "replicas": 3, "params": {"service_time_ms": 20, "concurrency": 8}},
        )
    ),
    silent=varied(_FIRING, web={"replicas": 4}),
)
