"""A client: the users, or whatever else sends requests. It never fails."""

from simulation.topology.catalogue.model import Kind, Role, Text

KIND = Kind(
    id="client",
    role=Role.CLIENT,
    group="edge",
    order=0,
    title=Text("Users", "사용자"),
    summary=Text(
        "Sends traffic; its flows say how much and of what.", "트래픽을 보내며, 양과 종류는 흐름에서 정합니다."
    ),
    icon="M9 11a3.5 3.5 0 1 0-.01 0zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6"
    "M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3 2.8 3 5.5",
    can_fail=False,
)
