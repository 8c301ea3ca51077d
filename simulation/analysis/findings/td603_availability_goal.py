"""TD603: the computed availability is below the goal."""

from collections.abc import Iterator

from simulation.analysis.advice.changes import Together
from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.goals import availability_goals, holds
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import availability, duration, enumerated
from simulation.analysis.report import FlowFigures
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch

#: A copy that takes less than this part of what is missing away is no way to a goal.
_WORTH = 1e-3
#: Copies are added until this part of what the goal allows is reached: the sum below is of first order.
_MARGIN = 0.98
_MOST = 30


def detect(context: Context) -> Iterator[Sighting]:
    for flow in context.report.flows:
        for only, sign, goal in availability_goals(context.topology):
            if only not in (None, flow.id) or flow.availability is None or holds(flow.availability, sign, goal):
                continue
            worst = [name for _, name in _contributions(context, flow)][:3]
            shown = ", ".join(worst) or "-"
            down = duration((flow.downtime_min_per_year or 0) * 60)
            now = availability(flow.availability, goal)
            copies, missing = _copies(context, flow, 1 - goal) if sign in (">", ">=") else ({}, 0.0)
            yield Sighting(
                [flow.id, *worst],
                Text(
                    f"{flow.id} is available {now} of the time, below {goal:.10g}: {down.en} "
                    f"down a year. Most of it comes from {shown}.",
                    f"{flow.id}의 가용성이 {now}(으)로 목표 {goal:.10g}보다 낮아 1년에 {down.ko} "
                    f"멈춥니다. 주된 원인: {shown}.",
                ),
                _told(context, flow, goal, copies, missing) if copies else None,
                _patch(context, copies),
            )


def _contributions(context: Context, flow: FlowFigures) -> list[tuple[float, str]]:
    """How much of the flow's unavailability a copy of each node would take away, the most first.

    A node's importance is for all traffic; of a single point of failure it falls to the flows that it hits.
    """
    rates = {f.id: f.offered_rps for f in context.report.flows}
    found: list[tuple[float, str]] = []
    for node in context.report.nodes:
        spof = context.spofs.get(node.id)
        hit = spof.flows if spof else list(rates)
        if node.importance is not None and flow.id in hit:
            part = sum(rates.values()) / (sum(rates[name] for name in hit) or 1.0)
            found.append((node.importance.duplication_gain * part, node.id))
    return sorted([each for each in found if each[0] > 0], key=lambda each: (-each[0], each[1]))


def _copies(context: Context, flow: FlowFigures, allowed: float) -> tuple[dict[str, int], float]:
    """How many copies of which nodes bring the flow's unavailability down to what is allowed, and what is left of it.

    By first order: each further copy of a node leaves of its contribution what a copy is down. What two nodes lose
    only together is in the contribution of either, and goes with the first of them.
    """
    missing = 1 - (flow.availability or 0.0)
    gains = {name: gain for gain, name in _contributions(context, flow)}
    copies: dict[str, int] = {}
    while missing > allowed * _MARGIN and gains and sum(copies.values()) < _MOST:
        name = min(gains, key=lambda n: (-gains[n], n))
        gain, up = gains[name], context.nodes[name].availability
        if gain < missing * _WORTH:
            break
        copies[name] = copies.get(name, 0) + 1
        missing -= gain
        gains[name] = gain * (1 - up if up is not None else 1.0)
        if copies[name] == 1:
            for other, cost in _partners(context, name):
                gains[other] = gains.get(other, 0.0) - cost
    return copies, missing


def _partners(context: Context, node: str) -> Iterator[tuple[str, float]]:
    """Nodes that lose traffic together with this one, and how much."""
    for cut in context.report.cut_sets:
        names = {name.partition("#")[0] for name in cut.components}
        if len(cut.components) == len(names) == 2 and node in names:
            (other,) = names - {node}
            yield other, cut.probability * cut.loss_share


def _patch(context: Context, copies: dict[str, int]) -> Patch | None:
    changes = Together(context.topology)
    wanted: dict[str, int] = {}
    for name, count in copies.items():
        own = changes.stand_in(name)
        wanted[own] = wanted.get(own, 0) + count
    return [step for name, count in wanted.items() for step in changes.another(name, count)] or None


def _told(context: Context, flow: FlowFigures, goal: float, copies: dict[str, int], missing: float) -> Text:
    what = enumerated(f"{name} +{count}" for name, count in copies.items())
    reached = availability(1 - missing, goal)
    if missing <= 1 - goal:
        return Text(
            f"Add copies ({what}): together they bring {flow.id} to about {reached}.",
            f"사본을 더하세요({what}). 함께 {flow.id}의 가용성을 약 {reached}(으)로 올립니다.",
        )
    boxes = enumerated(s.component for s in context.report.spofs if s.type == "container" and flow.id in s.flows)
    rest, rest_ko = (f": the rest comes from {boxes}", f" 나머지 원인: {boxes}.") if boxes else ("", "")
    return Text(
        f"Add copies ({what}). They bring {flow.id} to about {reached}, short of {goal:.10g}{rest}.",
        f"사본을 더하세요({what}). {flow.id}의 가용성이 약 {reached}(으)로 오르지만 목표 {goal:.10g}에는 못 "
        f"미칩니다.{rest_ko}",
    )


RULE = Rule(
    code="TD603",
    severity="error",
    tier="A",
    title=Text("Availability below the goal", "목표보다 낮은 가용성"),
    why=Text("The budget is gone before any bug.", "버그가 생기기도 전에 예산을 다 썼습니다."),
    found_by=Text(
        "A flow's availability misses a threshold of the document, be it stated so, in nines or as downtime.",
        "흐름의 가용성이 문서의 기준(가용성, 9의 개수, 또는 중단 시간)에 미치지 못합니다.",
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
