"""A service behind the web tier: answers requests and needs everything that it calls."""

from simulation.topology.catalogue.compute import SERVER_PARAMS
from simulation.topology.catalogue.model import Kind, Role, Station, Text

KIND = Kind(
    id="service",
    role=Role.CALLER,
    group="compute",
    order=45,
    title=Text("Service", "서비스"),
    summary=Text(
        "One job of the system behind its own interface; needs everything it calls.",
        "자신의 인터페이스로 한 가지 일을 맡으며, 호출하는 모든 것이 필요합니다.",
    ),
    icon="M9 4h6l1 3 3 1v6l-3 1-1 3H9l-1-3-3-1V8l3-1zM12 9a2 2 0 1 0 .01 0z",
    params=SERVER_PARAMS,
    station=Station(time={"": "service_time_ms"}, slots="concurrency", queue="queue_limit"),
)
