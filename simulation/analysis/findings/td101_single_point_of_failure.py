"""TD101: one component whose failure alone loses traffic."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.single import single
from simulation.topology.catalogue.model import Text

_WHAT = Text("is a single point of failure", "단일 장애점입니다")


def detect(context: Context) -> Iterator[Sighting]:
    def weight(node: str) -> float:
        figures = context.nodes.get(node)
        unavailability = 1 - figures.availability if figures and figures.availability is not None else 1.0
        return -context.spofs[node].loss_share * unavailability

    said = [node for node in context.spofs if not context.told.covers("TD101", [node])]
    for node in sorted(said, key=lambda n: (weight(n), n)):
        yield single(context, context.spofs[node], _WHAT)


RULE = Rule(
    code="TD101",
    severity="error",
    tier="A",
    title=Text("Single point of failure", "단일 장애점"),
    why=Text(
        "Its failure alone loses the shown share of the traffic.",
        "이것 하나만 고장 나도 표시된 비율의 트래픽을 잃습니다.",
    ),
    found_by=Text(
        "A component in a cut set of order 1; first those whose lost share times unavailability is largest.",
        "차수 1의 절단 집합에 있는 구성 요소입니다. 손실 비율과 비가용성의 곱이 큰 것부터 보입니다.",
    ),
    fix=Text("Add a redundant instance in another zone.", "다른 가용 영역에 인스턴스를 하나 더 두세요."),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web="web_server")),
    silent=varied(_FIRING, web={"replicas": 2}),
)
