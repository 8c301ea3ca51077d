"""A data center: one site with its own power and network."""

from simulation.topology.catalogue.enclosing import enclosing
from simulation.topology.catalogue.model import Kind, Role, Text

KIND = Kind(
    id="datacenter",
    role=Role.CONTAINER,
    group="containers",
    order=125,
    title=Text("Data center", "데이터 센터"),
    summary=Text("One site with its own power and network.", "자체 전력과 네트워크를 갖춘 한 곳의 시설입니다."),
    icon="M3 20h18M5 20V4h9v16M14 9h5v11M8 8h3M8 12h3M8 16h3M16.5 13h.01M16.5 16h.01",
    params=enclosing(9_999, 1, "assumed: 99.99%, an outage of an hour in fourteen months"),
)
