"""TD002: capacity or availability that nobody stated."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import enumerated, label
from simulation.topology.catalogue.model import Text
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    """One sighting of all nodes that lean on defaults: a drawing without numbers is no heap of faults."""
    leaning = {c.id: c for c in context.system.components if c.unstated}
    if not leaning:
        return
    shown = enumerated(leaning, lambda name: f"{name} ({', '.join(p.en for p in _labels(leaning[name]))})")
    shown_ko = enumerated(leaning, lambda name: f"{name} ({', '.join(p.ko for p in _labels(leaning[name]))})")
    yield Sighting(
        list(leaning),
        Text(
            f"The figures lean on the catalogue's defaults for {shown}.",
            f"수치가 카탈로그의 기본값에 기대고 있습니다: {shown_ko}.",
        ),
    )


def _labels(component: Component) -> list[Text]:
    return [label(component.kind.id, param) for param in component.unstated]


_STATED = {"service_time_ms": 20, "concurrency": 8, "availability": 0.999}

RULE = Rule(
    code="TD002",
    severity="info",
    tier="S",
    title=Text("Capacity or availability left to defaults", "기본값에 맡긴 용량이나 가용성"),
    why=Text(
        "A missing number must not become infinite capacity or 100% in silence.",
        "빠진 숫자가 조용히 무한한 용량이나 100%가 되어서는 안 됩니다.",
    ),
    found_by=Text(
        "Service time, slots, or the times between failures and to repair are not stated: one finding for "
        "the whole design. A zero or a number out of range is no finding but an error, and refused outright.",
        "처리 시간, 동시 처리 수, 고장 간격이나 복구 시간이 적혀 있지 않습니다. 설계 전체에 한 번만 나옵니다. "
        "0이나 범위를 벗어난 값은 발견 사항이 아니라 오류이며 아예 받지 않습니다.",
    ),
    fix=Text("Enter a measured value, or accept the default.", "측정한 값을 입력하거나 기본값을 받아들이세요."),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web="web_server")),
    silent=varied(_FIRING, web={"params": _STATED}),
)
