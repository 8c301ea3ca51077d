"""A zone: a part of a region that fails on its own."""

from simulation.topology.catalogue.enclosing import enclosing
from simulation.topology.catalogue.model import Kind, Role, Text

KIND = Kind(
    id="zone",
    role=Role.CONTAINER,
    group="containers",
    order=130,
    title=Text("Zone", "가용 영역"),
    summary=Text("A part of a region that fails on its own.", "리전 안에서 따로 장애가 나는 구역입니다."),
    icon="M5 3h3M11 3h3M17 3h2a2 2 0 0 1 2 2M21 8v3M21 14v3"
    "M21 19a2 2 0 0 1-2 2M16 21h-3M10 21H7M4 21a2 2 0 0 1-1-2M3 16v-3M3 10V7M3 5a2 2 0 0 1 2-2",
    params=enclosing(9_999, 1, "assumed: 99.99%, an outage of an hour in fourteen months"),
)
