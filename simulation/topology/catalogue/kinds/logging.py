"""Log collection: never on a request's path; it tells when something is wrong, and why."""

from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.catalogue.observing import observing

KIND = Kind(
    id="logging",
    role=Role.OBSERVER,
    group="operations",
    order=100,
    title=Text("Logging", "로그 수집"),
    summary=Text("Collects what happened; failures are found sooner.", "일어난 일을 모아 장애를 더 빨리 찾게 합니다."),
    icon="M6 3h9l4 4v14H6zM15 3v4h4M9 11h7M9 14h7M9 17h4",
    params=observing(15, 0.01),
)
