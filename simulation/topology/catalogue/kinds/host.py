"""A host: one machine on which several things may run."""

from simulation.topology.catalogue.enclosing import enclosing
from simulation.topology.catalogue.model import Kind, Role, Text

KIND = Kind(
    id="host",
    role=Role.CONTAINER,
    group="containers",
    order=140,
    title=Text("Host", "호스트"),
    summary=Text("One machine on which several things run.", "여러 프로그램이 함께 도는 장비 한 대입니다."),
    icon="M4 7h16v10H4zM7 14h6M16.5 14h.01M8 20h8M12 17v3",
    params=enclosing(9_990, 10, "assumed: 99.9%, a hardware failure of ten hours in fourteen months"),
)
