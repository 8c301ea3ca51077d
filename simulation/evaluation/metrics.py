"""The figures that a threshold may name, and who can measure them.

A metric belongs to flows, to nodes (some names to both) or to the design as a whole. The names are those
of the report (contract section 2) and of the simulation's result (section 3).
"""

from dataclasses import dataclass
from typing import Literal

from simulation.topology.catalogue.model import Text

Scope = Literal["design", "flow", "node"]
Source = Literal["analysis", "simulation"]

BOTH: tuple[Source, ...] = ("simulation", "analysis")
ANALYSIS: tuple[Source, ...] = ("analysis",)
SIMULATION: tuple[Source, ...] = ("simulation",)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of one scope; `sources` are who measures it, the preferred one first."""

    name: str
    scope: Scope
    unit: str
    sources: tuple[Source, ...]
    title: Text


def _metric(scope: Scope, name: str, unit: str, sources: tuple[Source, ...], en: str, ko: str) -> Metric:
    return Metric(name, scope, unit, sources, Text(en, ko))


METRICS: tuple[Metric, ...] = (
    _metric("design", "spofs", "", ANALYSIS, "Single points of failure", "단일 장애점 수"),
    _metric("design", "cut_sets", "", ANALYSIS, "Minimal cut sets found", "찾아낸 최소 절단 집합 수"),
    _metric(
        "design",
        "contingency_failures",
        "",
        ANALYSIS,
        "Losses of one replica or container that end in overload, cascade or outage",
        "과부하, 연쇄 장애 또는 중단으로 끝나는 복제본 하나 또는 컨테이너 하나의 손실 수",
    ),
    _metric("design", "findings", "", ANALYSIS, "Findings that nobody accepted", "승인되지 않은 발견 사항 수"),
    _metric("design", "finding_errors", "", ANALYSIS, "Findings of severity error", "심각도가 오류인 발견 사항 수"),
    _metric("design", "finding_warnings", "", ANALYSIS, "Findings of severity warning", "심각도가 경고인 발견 사항 수"),
    _metric("design", "assumptions", "", ANALYSIS, "Defaults that a figure leaned on", "수치에 쓰인 기본값 수"),
    _metric("design", "cost_per_month", "USD", ANALYSIS, "Cost a month", "월 비용"),
    _metric("flow", "availability", "", ANALYSIS, "Availability", "가용성"),
    _metric("flow", "availability_carried", "", ANALYSIS, "Availability with capacity counted", "용량을 반영한 가용성"),
    _metric("flow", "nines", "", ANALYSIS, "Nines of availability", "가용성의 9 개수"),
    _metric("flow", "downtime_min_per_year", "min", ANALYSIS, "Downtime a year", "연간 중단 시간"),
    _metric("flow", "outages_per_year", "", ANALYSIS, "Outages a year", "연간 중단 횟수"),
    _metric("flow", "mean_outage_h", "h", ANALYSIS, "Mean length of an outage", "평균 중단 시간"),
    _metric("flow", "offered_rps", "rps", ANALYSIS, "Offered traffic", "요청 트래픽"),
    _metric("flow", "carried_share", "", ANALYSIS, "Share of offered traffic that is carried", "처리되는 트래픽 비율"),
    _metric("flow", "capacity_rps", "rps", ANALYSIS, "Capacity", "용량"),
    _metric(
        "flow", "capacity_free_rps", "rps", ANALYSIS, "Capacity with pools split freely", "풀을 자유롭게 나눌 때의 용량"
    ),
    _metric("flow", "safe_capacity_rps", "rps", ANALYSIS, "Capacity after any one loss", "하나를 잃은 뒤의 용량"),
    _metric("flow", "headroom", "", ANALYSIS, "Capacity over offered load, minus one", "여유 (용량 / 부하 - 1)"),
    _metric("flow", "mean_ms", "ms", BOTH, "Mean response time", "평균 응답 시간"),
    _metric("flow", "p50_ms", "ms", BOTH, "Median response time", "응답 시간 중앙값"),
    _metric("flow", "p95_ms", "ms", BOTH, "95th percentile of the response time", "응답 시간 95 백분위"),
    _metric("flow", "p99_ms", "ms", BOTH, "99th percentile of the response time", "응답 시간 99 백분위"),
    _metric("flow", "throughput_rps", "rps", SIMULATION, "Completed requests a second", "초당 완료 요청"),
    _metric("flow", "goodput_rps", "rps", SIMULATION, "Requests a second that helped their user", "초당 유효 요청"),
    _metric("flow", "error_rate", "", SIMULATION, "Share of requests that failed", "실패한 요청 비율"),
    _metric("flow", "offered", "", SIMULATION, "Requests offered", "들어온 요청 수"),
    _metric("flow", "completed", "", SIMULATION, "Requests completed", "완료된 요청 수"),
    _metric("flow", "failed", "", SIMULATION, "Requests failed", "실패한 요청 수"),
    _metric("flow", "in_flight", "", SIMULATION, "Requests still under way at the end", "끝날 때 처리 중인 요청 수"),
    _metric("flow", "stale_reads", "", SIMULATION, "Reads that answered old data", "오래된 데이터를 읽은 횟수"),
    _metric("flow", "lost_writes", "", SIMULATION, "Acknowledged writes that were lost", "확인 뒤 유실된 쓰기"),
    _metric("flow", "lost_sessions", "", SIMULATION, "Sessions lost", "유실된 세션"),
    _metric("flow", "lost_messages", "", SIMULATION, "Messages lost", "유실된 메시지"),
    _metric("node", "utilization", "", BOTH, "Utilization", "사용률"),
    _metric("node", "arrival_rps", "rps", BOTH, "Arrivals a second", "초당 도착"),
    _metric("node", "hit_ratio", "", BOTH, "Cache hit ratio", "캐시 적중률"),
    _metric("node", "capacity_rps", "rps", ANALYSIS, "Capacity", "용량"),
    _metric("node", "wait_ms", "ms", ANALYSIS, "Mean wait in the queue", "평균 대기 시간"),
    _metric("node", "time_ms", "ms", ANALYSIS, "Mean time spent at the node", "노드에서의 평균 시간"),
    _metric("node", "availability", "", ANALYSIS, "Availability", "가용성"),
    _metric("node", "importance", "", ANALYSIS, "Birnbaum importance", "번바움 중요도"),
    _metric("node", "birnbaum", "", ANALYSIS, "Birnbaum importance", "번바움 중요도"),
    _metric("node", "fussell_vesely", "", ANALYSIS, "Fussell-Vesely importance", "퍼셀-베슬리 중요도"),
    _metric("node", "risk_achievement", "", ANALYSIS, "Risk achievement worth", "위험 달성 가치"),
    _metric("node", "queue_mean", "", SIMULATION, "Mean number waiting", "평균 대기 수"),
    _metric("node", "queue_max", "", SIMULATION, "Largest number waiting", "최대 대기 수"),
    _metric(
        "node",
        "rejected",
        "",
        SIMULATION,
        "Requests refused by a full queue or a rate limit",
        "가득 찬 큐나 요청률 한도가 거부한 요청",
    ),
    _metric("node", "backlog", "", SIMULATION, "Messages waiting at the end", "끝날 때 남은 메시지"),
    _metric("node", "oldest_s", "s", SIMULATION, "Greatest age of a message", "메시지의 최대 대기 시간"),
    _metric("node", "sessions", "", SIMULATION, "Sessions kept at the end", "끝날 때 보관한 세션"),
    _metric(
        "node",
        "memory_mb",
        "MB",
        SIMULATION,
        "Memory of the sessions, of each replica",
        "복제본마다 세션이 쓰는 메모리",
    ),
)

NAMES: tuple[str, ...] = tuple(dict.fromkeys(m.name for m in METRICS))


def find(name: str, scope: Scope | None = None) -> Metric | None:
    """The metric of that name; without a scope the design's, else the flows', else the nodes'."""
    return next((m for m in METRICS if m.name == name and scope in (None, m.scope)), None)


def described() -> list[dict[str, object]]:
    """The metrics as plain data, for the catalogue that is served."""
    return [
        {
            "name": m.name,
            "scope": m.scope,
            "unit": m.unit,
            "sources": list(m.sources),
            "title": {"en": m.title.en, "ko": m.title.ko},
        }
        for m in METRICS
    ]
