"""Metrics and alarms: never on a request's path; they shorten how long a failure goes unseen."""

from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.catalogue.observing import observing

KIND = Kind(
    id="metrics",
    role=Role.OBSERVER,
    group="operations",
    order=105,
    title=Text("Metrics", "지표 수집"),
    summary=Text(
        "Measures and raises alarms; failures are noticed without users.",
        "측정하고 경보를 울려, 사용자보다 먼저 장애를 알아차리게 합니다.",
    ),
    icon="M4 4v16h16M7 15l4-5 3 3 5-7",
    params=observing(15, 0.01),
)
