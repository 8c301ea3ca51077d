"""Health checks of kinds that leave out a target which does not answer: balancers and name servers."""

from dataclasses import replace

from simulation.topology.catalogue.model import Param, Text

HEALTH_CHECK: tuple[Param, ...] = (
    Param(
        "health_check_interval_s",
        "number",
        Text("Health check every", "상태 확인 간격"),
        Text("Time between two checks of a target.", "대상의 상태를 확인하는 간격입니다."),
        unit="s",
        default=30,
        low=5,
        high=30,
        above=0,
        maximum=86_400,
        group="reliability",
    ),
    Param(
        "failure_threshold",
        "integer",
        Text("Failures to notice", "장애 판정 횟수"),
        Text(
            "Failed checks in a row until a target is left out.", "대상을 제외하기까지 연속으로 실패한 확인 횟수입니다."
        ),
        unit="checks",
        default=2,
        low=2,
        high=3,
        minimum=1,
        maximum=1000,
        group="reliability",
    ),
)


def health_check(interval_s: float, failures: int, source: str) -> tuple[Param, ...]:
    """The two params of a health check with a kind's own defaults and source."""
    interval, threshold = HEALTH_CHECK
    return (
        replace(interval, default=interval_s, source=source),
        replace(threshold, default=failures, source=source),
    )
