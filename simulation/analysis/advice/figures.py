"""The figures of a whole design that a change is judged by, and what moved between two reports, in words."""

from collections.abc import Sequence

import msgspec

from simulation.analysis.report import Report, not_survived
from simulation.topology.catalogue.model import Text


class Figures(msgspec.Struct, frozen=True):
    """One design in a row of numbers. Availability weighs flows by their traffic, latency is the worst flow's,
    capacities are summed over the flows; None where a figure has no value for some flow."""

    spofs: float
    contingency_failures: float
    availability: float | None
    availability_carried: float | None
    downtime_min_per_year: float | None
    capacity_rps: float | None
    safe_capacity_rps: float | None
    p50_ms: float | None
    p99_ms: float | None
    finding_errors: float
    cost_per_month: float


#: Name, whether more is better, unit, and what it is called.
NAMED: tuple[tuple[str, bool, str, Text], ...] = (
    ("spofs", False, "", Text("single points of failure", "단일 장애점")),
    ("contingency_failures", False, "", Text("failed contingencies", "실패한 단일 손실")),
    ("availability", True, "%", Text("availability", "가용성")),
    ("availability_carried", True, "%", Text("availability with capacity counted", "용량을 반영한 가용성")),
    ("downtime_min_per_year", False, "min", Text("downtime a year", "연간 중단 시간")),
    ("capacity_rps", True, "rps", Text("capacity", "용량")),
    ("safe_capacity_rps", True, "rps", Text("safe capacity", "안전 용량")),
    ("p50_ms", False, "ms", Text("median time", "중앙값 시간")),
    ("p99_ms", False, "ms", Text("p99", "p99")),
    ("finding_errors", False, "", Text("errors found", "발견된 오류")),
    ("cost_per_month", False, "USD", Text("cost a month", "월 비용")),
)

_IN_WORDS = ("spofs", "availability", "capacity_rps", "safe_capacity_rps", "p99_ms", "cost_per_month")


def figures(report: Report) -> Figures:
    """The figures of a report."""
    flows = report.flows
    traffic = sum(f.offered_rps for f in flows)

    def weighed(values: list[float | None]) -> float | None:
        if not values or any(v is None for v in values):
            return None
        if traffic <= 0:
            return sum(v or 0.0 for v in values) / len(values)
        return sum((v or 0.0) * f.offered_rps for v, f in zip(values, flows, strict=True)) / traffic

    def total(values: list[float | None]) -> float | None:
        return None if not values or any(v is None for v in values) else sum(v or 0.0 for v in values)

    def worst(values: list[float | None]) -> float | None:
        return None if not values or any(v is None for v in values) else max(v or 0.0 for v in values)

    return Figures(
        spofs=len(report.spofs),
        contingency_failures=len(not_survived(report.contingencies)),
        availability=weighed([f.availability for f in flows]),
        availability_carried=weighed([f.availability_carried for f in flows]),
        downtime_min_per_year=weighed([f.downtime_min_per_year for f in flows]),
        capacity_rps=total([f.capacity_rps for f in flows]),
        safe_capacity_rps=total([f.safe_capacity_rps for f in flows]),
        p50_ms=worst([f.latency.p50_ms for f in flows]),
        p99_ms=worst([f.latency.p99_ms for f in flows]),
        finding_errors=sum(f.severity == "error" and f.accepted is None for f in report.findings),
        cost_per_month=report.cost_per_month,
    )


def moved(before: Figures, after: Figures) -> dict[str, float]:
    """The change of every figure that has a value on both sides and is another one (beyond rounding)."""
    found: dict[str, float] = {}
    for name, *_ in NAMED:
        old, new = getattr(before, name), getattr(after, name)
        if old is not None and new is not None and abs(new - old) > 1e-9 * max(abs(old), abs(new), 1e-6):
            found[name] = new - old
    return found


def in_words(before: Figures, after: Figures) -> Text:
    """What moved so much that it matters: "−1 single point of failure, +0.0100% availability, +$60 a month"."""
    change = {name: delta for name, delta in moved(before, after).items() if _matters(before, name, delta)}
    come_and_gone = [
        Text(f"no {text.en} any more", f"{text.ko} 값이 없어짐")
        if getattr(after, name) is None
        else Text(f"{text.en} has a value again", f"{text.ko} 값이 다시 있음")
        for name, _, _, text in NAMED
        if name in _IN_WORDS and (getattr(before, name) is None) != (getattr(after, name) is None)
    ]
    return _sentence([*_parts(change), *come_and_gone])


def told(change: dict[str, float]) -> Text:
    """Changes of figures by name as a sentence."""
    return _sentence(_parts(change))


def _parts(change: dict[str, float]) -> list[Text]:
    """The most telling figures that moved; where none of these did, the others; and what it costs."""
    telling = set(_IN_WORDS) & change.keys() - {"cost_per_month"}
    names = (telling or change.keys()) | {"cost_per_month"}
    return [
        _part(name, unit, text, change[name]) for name, _, unit, text in NAMED if name in names and change.get(name)
    ]


def _sentence(parts: Sequence[Text]) -> Text:
    if not parts:
        return Text("no figure moved", "달라진 수치가 없습니다")
    return Text(", ".join(p.en for p in parts), ", ".join(p.ko for p in parts))


def _matters(before: Figures, name: str, delta: float) -> bool:
    """Whether the figure moved by more than a thousandth; of availability, of what was missing."""
    old = float(getattr(before, name))
    size = 1 - old if name.startswith("availability") else old
    return abs(delta) > 1e-3 * abs(size)


def _part(name: str, unit: str, text: Text, delta: float) -> Text:
    sign = "+" if delta > 0 else "−"
    size = abs(delta)
    if name == "cost_per_month":
        return Text(f"{sign}${size:,.0f} a month", f"월 {sign}${size:,.0f}")
    if name == "spofs":
        noun = "single point of failure" if size == 1 else text.en
        return Text(f"{sign}{size:.0f} {noun}", f"{text.ko} {sign}{size:.0f}")
    if unit == "%":
        digits = f"{size * 100:.4f}" if size >= 1e-6 else f"{size * 100:.2g}"
        return Text(f"{sign}{digits}% {text.en}", f"{text.ko} {sign}{digits}%")
    digits = (f"{size:,.0f}" if size >= 100 else f"{size:.3g}") + (f" {unit}" if unit else "")
    return Text(f"{sign}{digits} {text.en}", f"{text.ko} {sign}{digits}")
