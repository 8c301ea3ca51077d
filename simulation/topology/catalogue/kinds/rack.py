"""A rack: hosts with a common switch and power strip."""

from simulation.topology.catalogue.enclosing import enclosing
from simulation.topology.catalogue.model import Kind, Role, Text

KIND = Kind(
    id="rack",
    role=Role.CONTAINER,
    group="containers",
    order=135,
    title=Text("Rack", "랙"),
    summary=Text("Hosts with a common switch and power supply.", "스위치와 전원을 함께 쓰는 호스트의 묶음입니다."),
    icon="M5 3h14v18H5zM5 9h14M5 15h14M8 6h.01M8 12h.01M8 18h.01M11 6h5M11 12h5M11 18h5",
    params=enclosing(19_996, 4, "assumed: 99.98%, a switch or power failure of four hours in two years"),
)
