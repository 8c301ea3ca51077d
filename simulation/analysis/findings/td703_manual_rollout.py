"""TD703: many nodes that people deploy and repair by hand."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text

_MANY = 3


def detect(context: Context) -> Iterator[Sighting]:
    for component in context.system.components:
        if component.params.get("deploy") != "manual" or component.instances < _MANY:
            continue
        yield Sighting(
            [component.id],
            Text(
                f"{component.instances} instances of {component.id} are deployed and repaired by hand.",
                f"{component.id}의 인스턴스 {component.instances}개를 사람이 직접 배포하고 복구합니다.",
            ),
            patch=context.changes.with_params(component.id, deploy="automatic"),
        )


RULE = Rule(
    code="TD703",
    severity="info",
    tier="S",
    title=Text("Manual rollout of many nodes", "많은 노드의 수동 배포"),
    why=Text("The time to repair is the time people need.", "복구 시간이 사람의 시간이 됩니다."),
    found_by=Text(
        "Three instances or more, with deploy set to manual.", "인스턴스가 셋 이상이고 배포 방식이 수동입니다."
    ),
    fix=Text("Automate; the same build in all data centers.", "자동화하고, 모든 데이터 센터에 같은 빌드를 쓰세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web", users="client", web={"kind": "web_server", "replicas": 3, "params": {"deploy": "manual"}}
        )
    ),
    silent=varied(_FIRING, web={"params": {"deploy": "automatic"}}),
)
