"""TD604: the slowest requests take longer than the goal."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.goals import goals, holds
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text

_METRICS = ("mean_ms", "p50_ms", "p95_ms", "p99_ms")


def detect(context: Context) -> Iterator[Sighting]:
    for flow in context.report.flows:
        for metric in _METRICS:
            value = getattr(flow.latency, metric)
            for only, sign, goal in goals(context.topology, metric):
                if only not in (None, flow.id) or value is None or holds(value, sign, goal):
                    continue
                slow = _slowest(context, flow.id)
                yield Sighting(
                    [flow.id, *slow],
                    Text(
                        f"{metric} of {flow.id} is {value:,.4g}, not {sign} {goal:g}. Most time "
                        f"goes into {', '.join(slow)}.",
                        f"{flow.id}의 {metric}이(가) {value:,.4g}(으)로 {sign} {goal:g}이(가) 아닙니다. "
                        f"시간을 가장 많이 쓰는 곳: {', '.join(slow)}.",
                    ),
                )


def _slowest(context: Context, flow: str) -> list[str]:
    """The three nodes on the way where a request spends most time."""
    waited_for = {c.id for c in context.waited_for(flow)}
    times = {n.id: n.time_ms for n in context.report.nodes if n.id in waited_for and n.time_ms}
    return sorted(times, key=lambda n: (-times[n], n))[:3]


RULE = Rule(
    code="TD604",
    severity="warning",
    tier="A",
    title=Text("Latency above the goal", "목표보다 긴 지연"),
    why=Text("It is the tail of the sum of all stages.", "모든 단계를 더한 분포의 꼬리입니다."),
    found_by=Text(
        "A flow's mean or percentile misses a threshold of the document.",
        "흐름의 평균이나 백분위가 문서의 기준에 미치지 못합니다.",
    ),
    fix=Text("Remove a stage, call in parallel, or cache.", "단계를 줄이거나, 병렬로 호출하거나, 캐시하세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web",
            thresholds=["p99_ms < 100"],
            users="client",
            web={"kind": "web_server", "params": {"service_time_ms": 50}},
        )
    ),
    silent=varied(_FIRING, web={"params": {"service_time_ms": 5}}),
)
