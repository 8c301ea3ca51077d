"""A region: data centers far from those of other regions."""

from simulation.topology.catalogue.enclosing import enclosing
from simulation.topology.catalogue.model import Kind, Param, Role, Text

KIND = Kind(
    id="region",
    role=Role.CONTAINER,
    group="containers",
    order=120,
    title=Text("Region", "리전"),
    summary=Text("A part of the world; users are near or far.", "세계의 한 지역이며, 사용자와의 거리가 다릅니다."),
    icon="M9 4L3 6.5v13.5L9 17.5l6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20",
    params=(
        Param(
            "rtt_ms",
            "map",
            Text("Round trips", "왕복 시간"),
            Text(
                "Round trip in milliseconds to other regions, by their id.",
                "다른 리전까지의 왕복 시간(밀리초)을 리전 id별로 적습니다.",
            ),
            unit="ms",
            item="number",
            low=20,
            high=250,
            minimum=0,
            maximum=600_000,
            source="public latency tables: Seoul-Tokyo 35, Virginia-Ireland 67, Hong Kong-Virginia 202 ms",
            group="network",
        ),
        *enclosing(99_999, 1, "assumed: 99.999%, a region-wide outage of an hour every eleven years"),
    ),
)
