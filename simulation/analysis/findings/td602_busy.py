"""TD602: a node is busier than it should be."""

import math
from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.sizing import grown, of_database
from simulation.analysis.findings.wording import share
from simulation.topology.catalogue.model import Text

_TARGET = 0.7


def detect(context: Context) -> Iterator[Sighting]:
    for node in context.report.nodes:
        if node.utilization is None or not _TARGET < node.utilization < 1:
            continue
        component = context.component(node.id)
        if component is None or grown(component, node.utilization) is not None:
            continue
        count = math.ceil(round(component.replicas * node.utilization / _TARGET, 9))
        more = (
            Text(f"Run {count} replicas of {node.id}.", f"{node.id}의 복제본을 {count}개로 늘리세요."),
            context.changes.with_replicas(node.id, count),
        )
        wait = f", and requests wait {node.wait_ms:.3g} ms" if node.wait_ms else ""
        wait_ko = f" 요청이 {node.wait_ms:.3g}ms 기다립니다." if node.wait_ms else ""
        yield Sighting(
            [node.id],
            Text(
                f"{node.id} is {share(node.utilization)} busy{wait}.",
                f"{node.id}의 이용률이 {share(node.utilization)}입니다.{wait_ko}",
            ),
            *(of_database(context, component, node.utilization, _TARGET, changes=context.changes) or more),
        )


RULE = Rule(
    code="TD602",
    severity="warning",
    tier="A",
    title=Text("Busier than the target", "목표를 넘는 이용률"),
    why=Text("Waiting grows as 1 / (1 - utilization).", "대기 시간이 1 / (1 - 이용률)로 늘어납니다."),
    found_by=Text("Utilization over 70%.", "이용률이 70%를 넘습니다."),
    fix=Text(
        "Scale, or cache; a database by copies to read from, or by shards.",
        "확장하거나 캐시하세요. 데이터베이스는 읽기 복제본을 두거나 샤드로 나누세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web",
            rate_rps=640,
            users="client",
            web={"kind": "web_server", "replicas": 2, "params": {"service_time_ms": 20, "concurrency": 8}},
        )
    ),
    silent=varied(_FIRING, web={"replicas": 4}),
)
