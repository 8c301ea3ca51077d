"""TD002: capacity or availability that nobody stated."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    for component in context.system.components:
        if missing := _missing(component):
            shown = ", ".join(f"{name} {component.params[name]:g}" for name in missing)
            yield Sighting(
                [component.id],
                Text(
                    f"{component.id} leans on the catalogue's defaults: {shown}.",
                    f"{component.id}은(는) 카탈로그의 기본값에 기대고 있습니다: {shown}.",
                ),
            )


def _missing(component: Component) -> list[str]:
    """Params of capacity and failure that are defaults."""
    station = component.kind.station
    names = list(dict.fromkeys(station.time.values())) if station else []
    if station and station.slots:
        names.append(station.slots)
    if component.kind.can_fail and "availability" not in component.given:
        names += ["mtbf_h", "mttr_h"]
    return [n for n in names if n not in component.given and component.params.get(n) is not None]


_STATED = {"service_time_ms": 20, "concurrency": 8, "availability": 0.999}

RULE = Rule(
    code="TD002",
    severity="warning",
    tier="S",
    title=Text("Capacity or availability left to defaults", "기본값에 맡긴 용량이나 가용성"),
    why=Text(
        "A missing number must not become infinite capacity or 100 % in silence.",
        "빠진 숫자가 조용히 무한한 용량이나 100 %가 되어서는 안 됩니다.",
    ),
    found_by=Text(
        "Service time, slots, or the times between failures and to repair are not stated. What is "
        "out of range is refused outright.",
        "처리 시간, 동시 처리 수, 고장 간격이나 복구 시간이 적혀 있지 않습니다. 범위를 벗어난 값은 아예 받지 않습니다.",
    ),
    fix=Text("Enter a measured value, or accept the default.", "측정한 값을 입력하거나 기본값을 받아들이세요."),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web="web_server")),
    silent=varied(_FIRING, web={"params": _STATED}),
)
