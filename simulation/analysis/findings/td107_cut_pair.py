"""TD107: two failures together that cost more than the budget allows."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.goals import availability_goals
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import share
from simulation.topology.catalogue.model import Text

_DEFAULT_GOAL = 0.9999
_MOST = 20
#: A pair may use up this part of the unavailability that the goal leaves.
_PART = 0.1


def detect(context: Context) -> Iterator[Sighting]:
    wanted = [number for _, sign, number in availability_goals(context.topology) if sign in (">", ">=")]
    budget = (1 - max(wanted, default=_DEFAULT_GOAL)) * _PART
    costs = [(c.probability * c.loss_share, c) for c in context.report.cut_sets if len(c.components) == 2]
    worst = sorted((x for x in costs if x[0] > budget), key=lambda x: (-x[0], x[1].components))
    for cost, cut in worst[:_MOST]:
        nodes = [c for c in (context.component(name) for name in cut.components) if c is not None]
        box = next((name for name in cut.components if name in context.system.container_by_id), None)
        together = " and ".join(cut.components)
        yield Sighting(
            cut.components,
            Text(
                f"{together} failing together costs {share(cost)} of all traffic, over the budget of {share(budget)}.",
                f"{'와(과) '.join(cut.components)}이(가) 함께 고장 나면 예산 {share(budget)}를 "
                f"넘는 {share(cost)}의 트래픽을 잃습니다.",
            ),
            patch=context.changes.another(nodes[0].id, container=box) if nodes else None,
        )


RULE = Rule(
    code="TD107",
    severity="warning",
    tier="A",
    title=Text("A pair of failures above the budget", "예산을 넘는 동시 고장 쌍"),
    why=Text(
        "Once no single failure matters, outages come from two at a time.",
        "단일 장애점이 없어지면, 중단은 두 가지가 함께 고장 날 때 생깁니다.",
    ),
    found_by=Text(
        "A cut set of order 2 whose probability times lost share is over a tenth of what the availability goal leaves "
        "(without a goal: of 99.99%).",
        "확률과 손실 비율의 곱이 가용성 목표(없으면 99.99%)가 남기는 여유의 10분의 1을 넘는 차수 2의 절단 집합입니다.",
    ),
    fix=Text(
        "Add a third copy, or an independent domain for one of the two.",
        "사본을 하나 더 두거나, 둘 중 하나를 다른 장애 도메인에 두세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web",
            users="client",
            web={"kind": "web_server", "replicas": 2, "params": {"availability": 0.99}},
        )
    ),
    silent=varied(_FIRING, web={"replicas": 3}),
)
