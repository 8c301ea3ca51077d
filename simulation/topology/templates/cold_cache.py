"""The cache restarts cold: the database was never sized for what the cache spared it."""

from simulation.topology.catalogue.model import Text
from simulation.topology.templates.model import Template, edge, flow, node, path, topology

TITLE = Text("The cache is cold", "캐시가 비었을 때")

TEMPLATE = Template(
    id="cold-cache",
    order=7,
    group="data",
    title=TITLE,
    summary=Text(
        "10,000 reads a second over 100,000 keys; the database carries 2,000. Emptied, the cache needs 47 s.",
        "키 10만 개를 초당 1만 번 읽고, 데이터베이스는 2천 번을 감당합니다. "
        "비워진 캐시는 47초 뒤에야 다시 도움이 됩니다.",
    ),
    topology=topology(
        TITLE.en,
        [
            node("users", "client"),
            node("lb", "load_balancer", 2),
            node("web", "web_server", 4, service_time_ms=2, concurrency=32),
            node("cache", "cache", key_count=100_000, zipf_s=0, capacity_keys=100_000),
            node("db", "database", read_time_ms=8, concurrency=16, queue_limit=0, key_count=100_000),
        ],
        [*path("users", "lb", "web", "cache"), edge("web", "db")],
        [flow("users", 10_000)],
        ["error_rate < 0.01"],
        {"duration_s": 100, "events": [{"at_s": 20, "action": "flush", "target": "cache"}]},
    ),
)
