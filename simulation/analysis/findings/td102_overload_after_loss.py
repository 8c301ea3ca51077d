"""TD102: redundant on paper: after one loss the survivors are over their capacity."""

from collections.abc import Iterator

from simulation.analysis.findings.context import SITES, Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.sizing import enough, of_database
from simulation.analysis.findings.wording import share
from simulation.analysis.report import Contingency
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    worst: dict[tuple[str, str | None], tuple[tuple[float, bool], Contingency]] = {}
    for contingency, node, utilization in context.overloads:
        key, severity = (node, context.cache_of(contingency)), _severity(context, contingency, utilization)
        if key not in worst or severity > worst[key][0]:
            worst[key] = severity, contingency
    for (node, _), ((utilization, _), contingency) in worst.items():
        component = context.component(node)
        if component is None:
            continue
        count = enough(context, component, contingency.outage, utilization)
        more = (
            Text(
                f"Run {count} replicas of {node} instead of {component.replicas}.",
                f"{node}의 복제본을 {component.replicas}개에서 {count}개로 늘리세요.",
            ),
            context.changes.with_replicas(node, count),
        )
        what = context.cache_of(contingency) or contingency.outage
        named = [node] if context.component(what) is component else [node, what]
        is_cold = contingency.type == "cold_cache"
        happens, happens_ko = ("holds nothing yet", "이(가) 비면") if is_cold else ("is lost", "을(를) 잃으면")
        yield Sighting(
            named,
            Text(
                f"When {contingency.outage} {happens}, {node} is offered {share(utilization)} of what is left of it.",
                f"{contingency.outage}{happens_ko} {node}에 남은 용량의 {share(utilization)}가 몰립니다.",
            ),
            *(_of_database(context, component, contingency, utilization) or more),
        )


def _of_database(
    context: Context, component: Component, contingency: Contingency, utilization: float
) -> tuple[Text, Patch] | None:
    """What helps a database more than others like it, after losses that leave its writes where they are."""
    is_own = contingency.type == "replica" and context.component(contingency.outage) is component
    if not is_own and context.cache_of(contingency) is None:
        return None
    return of_database(context, component, utilization, 1.0, int(is_own), changes=context.changes)


def _severity(context: Context, contingency: Contingency, utilization: float) -> tuple[float, bool]:
    """How bad it is; of equals the loss of a whole site, which has its own code."""
    box = context.system.container_by_id.get(contingency.outage)
    return round(utilization, 6), box is not None and box.kind.id in SITES


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
        "Scale the tier to ceil(load / capacity x z / (z - 1)) over z zones; a database by copies to read from.",
        "z개 가용 영역에 ceil(부하 / 용량 × z / (z - 1))개를 두세요. 데이터베이스는 읽기 복제본을 두세요.",
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
