"""TD603: the computed availability is below the goal."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.goals import goals, holds
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import duration
from simulation.topology.catalogue.model import Text


def detect(context: Context) -> Iterator[Sighting]:
    for flow in context.report.flows:
        for only, sign, goal in goals(context.topology, "availability"):
            if only not in (None, flow.id) or flow.availability is None or holds(flow.availability, sign, goal):
                continue
            worst = _contributors(context)
            shown = ", ".join(worst) or "-"
            down = duration((flow.downtime_min_per_year or 0) * 60)
            first = context.component(worst[0]) if worst else None
            yield Sighting(
                [flow.id, *worst],
                Text(
                    f"{flow.id} is available {flow.availability:.6g} of the time, below {goal:g}: {down} down a year. "
                    f"Most of it comes from {shown}.",
                    f"{flow.id}의 가용성이 {flow.availability:.6g}(으)로 목표 {goal:g}보다 낮아 1년에 {down} 멈춥니다. "
                    f"주된 원인: {shown}.",
                ),
                patch=context.changes.duplicated(first.id) if first else None,
            )


def _contributors(context: Context) -> list[str]:
    """The three nodes that a second copy would help most."""
    gains = {n.id: n.importance.duplication_gain for n in context.report.nodes if n.importance is not None}
    return [n for n in sorted(gains, key=lambda n: (-gains[n], n)) if gains[n] > 0][:3]


RULE = Rule(
    code="TD603",
    severity="error",
    tier="A",
    title=Text("Availability below the goal", "목표보다 낮은 가용성"),
    why=Text("The budget is gone before any bug.", "버그가 생기기도 전에 예산을 다 썼습니다."),
    found_by=Text(
        "A flow's availability misses a threshold of the document.", "흐름의 가용성이 문서의 기준에 미치지 못합니다."
    ),
    fix=Text("Apply the single changes that buy most.", "가장 많이 얻는 변경부터 적용하세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web",
            thresholds=["availability >= 0.9999"],
            users="client",
            web={"kind": "web_server", "params": {"availability": 0.999}},
        )
    ),
    silent=varied(_FIRING, web={"replicas": 2}),
)
