"""TD701: a node whose failures users find first."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.document import Edge


def detect(context: Context) -> Iterator[Sighting]:
    observers = [c.id for c in context.of_role(Role.OBSERVER) if c.kind.id != "automation"]
    for component in context.system.components:
        if component.params.get("monitored") is not False or _is_observed(context, component.index):
            continue
        patch = None
        if observers:
            edge = Edge(
                context.changes.fresh_id(f"{component.id}-{observers[0]}"), component.id, observers[0], "observe"
            )
            patch = context.changes.added([], [edge])
        yield Sighting(
            [component.id],
            Text(
                f"Nothing collects logs or metrics of {component.id}.",
                f"{component.id}의 로그나 지표를 수집하는 것이 없습니다.",
            ),
            patch=patch,
        )


def _is_observed(context: Context, component: int) -> bool:
    links = (*context.system.outgoing[component], *context.system.incoming[component])
    return any(link.kind.id == "observe" for link in links)


RULE = Rule(
    code="TD701",
    severity="info",
    tier="S",
    title=Text("Node without logs or metrics", "로그와 지표가 없는 노드"),
    why=Text("Its failures are found by users.", "장애를 사용자가 먼저 발견합니다."),
    found_by=Text(
        "No observe edge, and not marked as monitored elsewhere.",
        "관측 간선이 없고, 외부에서 관측한다는 표시도 없습니다.",
    ),
    fix=Text("Collect logs and metrics, and raise alarms.", "로그와 지표를 수집하고 경보를 두세요."),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web="web_server")),
    silent=varied(_FIRING, "web > metrics", metrics="metrics"),
)
