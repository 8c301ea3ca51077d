"""Shapes of a flow over time: `shape: {kind: ramp, to_rps: 500, over_s: 60}`; plain `rate_rps` otherwise."""

from dataclasses import dataclass

from simulation.topology.catalogue.model import Param, Text

STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Shape:
    """One way in which a flow's rate changes with simulated time; `params` are its numbers."""

    id: str
    title: Text
    summary: Text
    params: tuple[Param, ...] = ()

    def param(self, name: str) -> Param | None:
        """The number of that name, or None."""
        return next((p for p in self.params if p.name == name), None)


def _seconds(name: str, title: Text, help_: Text, default: float | None, positive: bool = False) -> Param:
    return Param(
        name,
        "number",
        title,
        help_,
        unit="s",
        default=default,
        minimum=None if positive else 0,
        above=0 if positive else None,
        maximum=1e9,
    )


_TO_RPS = Param(
    "to_rps",
    "number",
    Text("To", "목표 요청률"),
    Text("The rate it goes to.", "도달하는 요청률입니다."),
    unit="rps",
    minimum=0,
    maximum=1e9,
)

SHAPES: dict[str, Shape] = {
    shape.id: shape
    for shape in (
        Shape(STEADY, Text("Steady", "일정"), Text("The same rate all the time.", "항상 같은 요청률입니다.")),
        Shape(
            "ramp",
            Text("Ramp", "점진 증가"),
            Text(
                "From the flow's rate to another, in a straight line, and stays there.",
                "흐름의 요청률에서 다른 요청률로 일정하게 바뀐 뒤 유지됩니다.",
            ),
            (
                _TO_RPS,
                _seconds("start_s", Text("Starts at", "시작"), Text("When it starts.", "바뀌기 시작하는 때입니다."), 0),
                _seconds(
                    "over_s",
                    Text("Takes", "걸리는 시간"),
                    Text("How long it takes.", "바뀌는 데 걸리는 시간입니다."),
                    60,
                ),
            ),
        ),
        Shape(
            "spike",
            Text("Spike", "급증"),
            Text("Another rate for a while, then as before.", "잠시 다른 요청률이 된 뒤 원래대로 돌아옵니다."),
            (
                _TO_RPS,
                _seconds("at_s", Text("Starts at", "시작"), Text("When it starts.", "급증이 시작되는 때입니다."), 60),
                _seconds(
                    "for_s",
                    Text("Lasts", "지속 시간"),
                    Text("How long it lasts.", "급증이 이어지는 시간입니다."),
                    10,
                    True,
                ),
            ),
        ),
        Shape(
            "diurnal",
            Text("Daily", "하루 주기"),
            Text(
                "A sine wave around the flow's rate: rate × (1 + amplitude × cos(2π (t − peak) / period)).",
                "흐름의 요청률을 중심으로 한 사인파입니다: 요청률 × (1 + 진폭 × cos(2π (t − 최고점) / 주기)).",
            ),
            (
                Param(
                    "amplitude",
                    "number",
                    Text("Amplitude", "진폭"),
                    Text("How far the rate swings, as a share of it.", "요청률이 오르내리는 폭의 비율입니다."),
                    default=0.5,
                    minimum=0,
                    maximum=1,
                ),
                _seconds("period_s", Text("Period", "주기"), Text("One round.", "한 바퀴의 길이입니다."), 86_400, True),
                _seconds(
                    "peak_s", Text("Peak at", "최고점"), Text("When it is highest.", "가장 높은 때입니다."), 43_200
                ),
            ),
        ),
        Shape(
            "trace",
            Text("Recorded", "기록"),
            Text(
                "A recording: points of time and rate, each kept until the next, or the times of single requests.",
                "기록된 트래픽입니다: 다음 점까지 유지되는 시각과 요청률의 목록, 또는 요청 하나하나의 시각입니다.",
            ),
            (
                Param(
                    "points",
                    "list",
                    Text("Points", "점"),
                    Text("Pairs of time in seconds and rate in rps.", "초 단위 시각과 rps 단위 요청률의 쌍입니다."),
                    item="list",
                ),
                Param(
                    "times_s",
                    "list",
                    Text("Times", "시각"),
                    Text("Times of single requests in seconds.", "요청 하나하나의 초 단위 시각입니다."),
                    item="number",
                ),
                Param(
                    "csv",
                    "text",
                    Text("CSV", "CSV"),
                    Text(
                        "The same as text: rows of time and rate, or of time stamps.",
                        "같은 내용의 텍스트입니다: 시각과 요청률의 행, 또는 시각의 행.",
                    ),
                ),
            ),
        ),
    )
}

ARRIVALS: dict[str, Text] = {
    "poisson": Text("Poisson", "푸아송"),
    "deterministic": Text("Evenly spaced", "등간격"),
}
