"""A search index: full-text queries."""

from simulation.topology.catalogue.model import Kind, Role, Station, Text
from simulation.topology.catalogue.shared import (
    CONCURRENCY,
    MONITORED,
    NEEDED,
    SERVICE_TIME,
    cost,
    failure,
    with_default,
)

KIND = Kind(
    id="search_index",
    role=Role.STORE,
    group="data",
    order=80,
    title=Text("Search index", "검색 인덱스"),
    summary=Text("Answers full-text queries.", "전문 검색 질의에 답합니다."),
    icon="M10.5 4a6.5 6.5 0 1 0 .01 0zM15.5 15.5L21 21M8 9h5M8 12h3",
    params=(
        with_default(SERVICE_TIME, 20, "common: 10-50 ms a query", 10, 50),
        with_default(CONCURRENCY, 16, "common: one or two a core", 8, 32),
        MONITORED,
        *failure(1990, 10, "Amazon EC2 SLA: one instance 99.5 %; the split into 1,990 h and 10 h is assumed"),
        NEEDED,
        cost(150),
    ),
    station=Station(time={"": "service_time_ms"}, slots="concurrency"),
)
