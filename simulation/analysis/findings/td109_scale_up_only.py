"""TD109: a tier that only grows by a bigger machine."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for component in context.system.components:
        if component.params.get("scaling") != "up" or component.instances > 1:
            continue
        patch = context.changes.with_params(component.id, scaling="out") + context.changes.duplicated(component.id)
        yield Sighting(
            [component.id],
            Text(
                f"{component.id} grows by a bigger machine only: there is a ceiling, and no second one takes over.",
                f"{component.id}은(는) 더 큰 장비로만 커집니다. 한계가 있고, 대신할 것이 없습니다.",
            ),
            patch=patch,
        )


RULE = Rule(
    code="TD109",
    severity="info",
    tier="S",
    title=Text("Growth by scale-up only", "수직 확장만 하는 계층"),
    why=Text("A hard ceiling and no failover.", "넘을 수 없는 한계가 있고 장애 조치가 없습니다."),
    found_by=Text("One replica, marked as scaled up.", "복제본이 하나이고 수직 확장으로 표시되어 있습니다."),
    fix=Text("Scale out behind a balancer.", "로드 밸런서 뒤에서 수평으로 확장하세요."),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web={"kind": "web_server", "params": {"scaling": "up"}})),
    silent=varied(_FIRING, web={"params": {"scaling": "out"}}),
)
