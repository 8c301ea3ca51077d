"""Params of kinds that watch others: logging and metrics."""

from dataclasses import replace

from simulation.topology.catalogue.model import Param, Text
from simulation.topology.catalogue.replicas import NEEDED, ONE_MACHINE, cost, failure

_INTERVAL = Param(
    "interval_s",
    "number",
    Text("Interval", "수집 간격"),
    Text("Time between two collections.", "두 수집 사이의 시간입니다."),
    unit="s",
    above=0,
    maximum=86_400,
    group="reliability",
)

_ALERT = Param(
    "alert_after_s",
    "number",
    Text("Alert after", "경보까지"),
    Text(
        "How long a failure lasts until somebody is told.",
        "장애가 이어질 때 담당자에게 알리기까지의 시간입니다.",
    ),
    unit="s",
    default=120,
    low=60,
    high=300,
    minimum=0,
    maximum=604_800,
    source="common: 1-5 min",
    group="reliability",
)

_OVERHEAD = Param(
    "overhead",
    "number",
    Text("Overhead", "부담"),
    Text("Share of an observed node's slots that observing takes.", "관측 대상의 슬롯 중 관측에 쓰이는 비율입니다."),
    low=0,
    high=0.05,
    minimum=0,
    maximum=0.99,
)


def observing(interval_s: float, overhead: float) -> tuple[Param, ...]:
    """The params of an observer that collects every `interval_s` and takes `overhead` of the slots."""
    return (
        replace(_INTERVAL, default=interval_s, low=interval_s, high=4 * interval_s, source="common: scrape 15-60 s"),
        _ALERT,
        replace(_OVERHEAD, default=overhead),
        *failure(1990, 10, ONE_MACHINE),
        NEEDED,
        cost(70),
    )
