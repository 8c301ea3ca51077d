"""TD701: a node whose failures users find first."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import enumerated
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.document import Edge


def detect(context: Context) -> Iterator[Sighting]:
    """One sighting of all nodes that nothing observes; the patch joins them to what there is."""
    observers = [c.id for c in context.of_role(Role.OBSERVER) if c.kind.id != "automation"]
    observed = {end for link in context.of_edge_kind("observe") for end in (link.source, link.target)}
    missing = [
        c.id for c in context.system.components if c.params.get("monitored") is False and c.index not in observed
    ]
    if not missing:
        return
    patch = None
    if observers:
        edges = [
            Edge(context.changes.fresh_id(f"observe-{number}"), name, observers[0], "observe")
            for number, name in enumerate(missing, 1)
        ]
        patch = context.changes.added([], edges)
    yield Sighting(
        missing,
        Text(
            f"Nothing collects logs or metrics of {enumerated(missing)}.",
            f"로그나 지표를 수집하는 것이 없는 노드: {enumerated(missing)}.",
        ),
        patch=patch,
    )


RULE = Rule(
    code="TD701",
    severity="info",
    tier="S",
    title=Text("Node without logs or metrics", "로그와 지표가 없는 노드"),
    why=Text("Its failures are found by users.", "장애를 사용자가 먼저 발견합니다."),
    found_by=Text(
        "No observe edge, and not marked as monitored elsewhere: one finding for all such nodes.",
        "관측 간선이 없고, 외부에서 관측한다는 표시도 없습니다. 그런 노드 전체에 한 번만 나옵니다.",
    ),
    fix=Text("Collect logs and metrics, and raise alarms.", "로그와 지표를 수집하고 경보를 두세요."),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web="web_server")),
    silent=varied(_FIRING, "web > metrics", metrics="metrics"),
)
