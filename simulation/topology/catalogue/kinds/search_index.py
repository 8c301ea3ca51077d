"""A search index: full-text queries."""

from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.catalogue.replicas import ONE_MACHINE, replica
from simulation.topology.catalogue.serving import SERVING, concurrency, service_time

KIND = Kind(
    id="search_index",
    role=Role.STORE,
    group="data",
    order=80,
    title=Text("Search index", "검색 인덱스"),
    summary=Text("Answers full-text queries.", "전문 검색 질의에 답합니다."),
    icon="M10.5 4a6.5 6.5 0 1 0 .01 0zM15.5 15.5L21 21M8 9h5M8 12h3",
    params=(
        service_time(20, "common: 10-50 ms a query", 10, 50),
        concurrency(16, "common: one or two a core", 8, 32),
        *replica(1990, 10, ONE_MACHINE, cost_per_month=150),
    ),
    station=SERVING,
)
