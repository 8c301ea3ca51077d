"""TD607: the load grows past the capacity before new replicas serve."""

import math
from collections import deque
from collections.abc import Iterator, Sequence

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import duration, share
from simulation.topology.catalogue.model import Text
from simulation.topology.recordings import recorded
from simulation.topology.system import Source


def detect(context: Context) -> Iterator[Sighting]:
    for node in context.system.components:
        scale, figures = node.params.get("autoscale"), context.nodes.get(node.id)
        if not scale or figures is None or not figures.utilization or figures.utilization >= 1:
            continue
        delay = float(scale["metric_s"]) + float(scale["boot_s"])
        growth = _growth(context, node.index, delay)
        room = 1 / figures.utilization
        if growth <= room * (1 + 1e-9):
            continue
        count = math.ceil(round(node.replicas * figures.utilization * growth, 9))
        yield Sighting(
            [node.id],
            Text(
                f"The load of {node.id} can grow by {share(growth - 1)} in the {duration(delay).en} "
                "that new replicas take; "
                f"it has room for {share(room - 1)}.",
                f"{node.id}의 새 복제본이 뜨는 {duration(delay).ko} 동안 부하가 {share(growth - 1)} 늘 수 있는데 "
                f"여유는 {share(room - 1)}입니다.",
            ),
            Text(
                f"Keep {count} replicas of {node.id}, or scale ahead of the load.",
                f"{node.id}의 복제본을 {count}개로 유지하거나, 부하보다 먼저 확장하세요.",
            ),
            context.changes.with_replicas(node.id, count),
        )


def _growth(context: Context, component: int, delay_s: float) -> float:
    """How many times its load can be after the delay, by the shapes of the flows that reach it."""
    factors = [
        (source.rate_rps, growth(source, delay_s))
        for source in context.system.sources
        if _reaches(context, source, component)
    ]
    total = sum(rate for rate, _ in factors)
    return sum(rate * factor for rate, factor in factors) / total if total else 1.0


def growth(source: Source, delay_s: float) -> float:
    """How many times its own rate a flow can be the delay later, at its steepest."""
    shape = source.flow.shape or {}
    to = float(shape.get("to_rps") or source.rate_rps) / source.rate_rps
    match shape.get("kind"):
        case "spike":
            return max(1.0, to)
        case "ramp":
            over = float(shape.get("over_s") or 0)
            return max(1.0, 1 + (to - 1) * min(1.0, delay_s / over if over > 0 else 1.0))
        case "diurnal":
            angle = math.pi * min(delay_s / float(shape.get("period_s") or 86_400), 0.5)
            return 1 + 2 * float(shape.get("amplitude") or 0.0) * math.sin(angle)
        case "trace":
            return steepest(recorded(shape).get("points") or [], delay_s)
        case _:
            return 1.0


def steepest(points: Sequence[Sequence[float]], delay_s: float) -> float:
    """The greatest ratio of a recorded rate to one at most so long before; 1 at least."""
    most, highest = 1.0, deque[tuple[float, float]]()  # what comes within the delay, highest first
    for time, rate in reversed(points):
        while highest and highest[0][0] - time > delay_s:
            highest.popleft()
        if rate > 0 and highest:
            most = max(most, highest[0][1] / rate)
        while highest and highest[-1][1] <= rate:
            highest.pop()
        highest.append((time, rate))
    return most


def _reaches(context: Context, source: Source, component: int) -> bool:
    seen: set[tuple[int, str]] = set()
    waiting = [(source.client, op) for op in source.mix]
    while waiting:
        place = waiting.pop()
        if place[0] == component:
            return True
        if place in seen:
            continue
        seen.add(place)
        for gate in context.wiring.gates(*place):
            waiting.extend((m.target, place[1]) for m in gate.members)
        waiting.extend((link.target, place[1]) for link in context.wiring.consumers(*place))
    return False


RULE = Rule(
    code="TD607",
    severity="info",
    tier="A",
    title=Text("Autoscaling comes too late", "너무 늦은 자동 확장"),
    why=Text("The overload is there before the new instances are.", "새 인스턴스보다 과부하가 먼저 옵니다."),
    found_by=Text(
        "The flow's shape grows past the headroom within the metric delay and the boot time.",
        "지표 지연과 기동 시간 안에 흐름의 모양이 여유를 넘어 커집니다.",
    ),
    fix=Text(
        "More headroom, faster metrics and boots, or predictive scaling.",
        "여유를 더 두거나, 지표와 기동을 빠르게 하거나, 예측하여 확장하세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web",
            rate_rps=1000,
            flow={"shape": {"kind": "spike", "to_rps": 3000, "at_s": 60, "for_s": 600}},
            users="client",
            web={
                "kind": "web_server",
                "replicas": 5,
                "params": {"service_time_ms": 20, "concurrency": 5, "autoscale": {"min": 5, "max": 20}},
            },
        )
    ),
    silent=varied(_FIRING, web={"replicas": 15}),
)
