"""A web server: answers requests and needs everything that it calls."""

from simulation.topology.catalogue.compute import SERVER_PARAMS
from simulation.topology.catalogue.model import Kind, Role, Station, Text

KIND = Kind(
    id="web_server",
    role=Role.CALLER,
    group="compute",
    order=40,
    title=Text("Web server", "웹 서버"),
    summary=Text("Answers requests; needs everything it calls.", "요청에 응답하며, 호출하는 모든 것이 필요합니다."),
    icon="M4 5h16v6H4zM4 13h16v6H4zM7 8h.01M7 16h.01M11 8h6M11 16h6",
    params=SERVER_PARAMS,
    station=Station(time={"": "service_time_ms"}, slots="concurrency", queue="queue_limit"),
)
