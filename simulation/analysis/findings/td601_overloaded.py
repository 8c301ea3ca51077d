"""TD601: a node is offered more than it can do."""

import math
from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.sizing import grown, of_database
from simulation.analysis.findings.wording import rate, share
from simulation.topology.catalogue.model import Text
from simulation.topology.system import Component

_TARGET = 0.7


def detect(context: Context) -> Iterator[Sighting]:
    for node in context.report.nodes:
        if node.utilization is None or node.utilization < 1 or (component := context.component(node.id)) is None:
            continue
        replicas = grown(component, node.utilization)
        if replicas is not None:
            yield _late(context, component, node.utilization, replicas)
            continue
        count = max(component.replicas + 1, math.ceil(round(component.replicas * node.utilization / _TARGET, 9)))
        more = (
            Text(
                f"Run {count} replicas of {node.id}: at most {share(_TARGET)} busy.",
                f"{node.id}의 복제본을 {count}개로 늘려 이용률을 {share(_TARGET)} 아래로 낮추세요.",
            ),
            context.changes.with_replicas(node.id, count),
        )
        arriving = rate(node.arrival_rps) if node.arrival_rps is not None else "?"
        able = rate(node.capacity_rps) if node.capacity_rps is not None else "?"
        yield Sighting(
            [node.id],
            Text(
                f"{node.id} is offered {arriving} and can do {able}: {share(node.utilization)} busy.",
                f"{node.id}에 {arriving}이(가) 오지만 {able}만 처리할 수 있습니다. 이용률이 "
                f"{share(node.utilization)}입니다.",
            ),
            *(of_database(context, component, node.utilization, _TARGET, changes=context.changes) or more),
        )


def _late(context: Context, component: Component, utilization: float, count: int) -> Sighting:
    """More than the replicas that are drawn can do, but not more than those that autoscaling adds."""
    load = share(utilization)
    return Sighting(
        [component.id],
        Text(
            f"The load makes {component.replicas} of {component.id} {load} busy: they are overloaded until autoscaling "
            f"has made {count} of them.",
            f"{component.id}의 복제본 {component.replicas}개로는 이용률이 {load}입니다. 자동 확장이 {count}개로 늘릴 "
            "때까지 과부하입니다.",
        ),
        Text(f"Begin with {count} replicas of {component.id}.", f"{component.id}의 복제본 {count}개로 시작하세요."),
        context.changes.with_replicas(component.id, count),
        severity="warning",
    )


RULE = Rule(
    code="TD601",
    severity="error",
    tier="A",
    title=Text("Overloaded", "과부하"),
    why=Text(
        "The queue grows until requests are refused or time out.",
        "요청이 거절되거나 시간이 초과될 때까지 대기열이 늘어납니다.",
    ),
    found_by=Text("Utilization of 100% or more at the offered load.", "제공된 부하에서 이용률이 100% 이상입니다."),
    fix=Text(
        "Scale to ceil(load / (capacity x 0.7)) replicas; a database by copies to read from, by shards where its "
        "writes alone are too much.",
        "복제본을 ceil(부하 / (용량 × 0.7))개로 늘리세요. 데이터베이스는 읽기 복제본을 두고, 쓰기만으로도 넘치면 "
        "샤드로 나누세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web",
            rate_rps=1000,
            users="client",
            web={"kind": "web_server", "replicas": 2, "params": {"service_time_ms": 20, "concurrency": 8}},
        )
    ),
    silent=varied(_FIRING, web={"replicas": 4}),
)
