"""From zero to millions of users: the whole chapter, a stage a step, the last stage as the picture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulation.topology.catalogue.model import Text
from simulation.topology.document import Topology
from simulation.topology.templates.model import Template, edge, flow, node, topology

TITLE = Text("From zero to millions of users", "사용자 0명에서 수백만 명까지")

_ZONES = ["az-a", "az-b"]
_MIX = {"static": 0.5, "read": 0.45, "write": 0.05}
_THRESHOLDS = ["p99_ms < 500", "availability >= 0.999"]
_HOME = "seoul"
_AWAY = "virginia"

Records = dict[str, dict[str, Any]]


class _Design:
    """The document in the making: stages change it, `picture` is what it is now."""

    def __init__(self) -> None:
        self.nodes: Records = {}
        self.edges: Records = {}
        self.rate = 100.0
        self.regions: dict[str, float] = {}

    def put(self, *records: dict[str, Any]) -> None:
        """Add nodes and edges, or put new ones in the place of those with the same id."""
        for record in records:
            (self.edges if "source" in record else self.nodes)[record["id"]] = record

    def drop(self, *names: str) -> None:
        """Remove nodes or edges."""
        for name in names:
            self.nodes.pop(name, None)
            self.edges.pop(name, None)

    def picture(self) -> Topology:
        """The document of this moment."""
        members = {"regions": self.regions} if self.regions else {}
        return topology(
            TITLE.en,
            list(self.nodes.values()),
            list(self.edges.values()),
            [flow("users", self.rate, _MIX, **members)],
            _THRESHOLDS,
        )


def _one_server(d: _Design) -> None:
    d.put(
        node("users", "client"),
        node("dns", "dns"),
        node("web", "web_server", concurrency=8, session="in_memory", sessions=1000, scaling="up"),
        edge("users", "dns"),
        edge("dns", "web"),
    )


def _database_apart(d: _Design) -> None:
    d.put(node("db", "database", label="Database", backup=True), edge("web", "db"))


def _scale_up(d: _Design) -> None:
    d.rate = 300
    d.put(
        node("web", "web_server", concurrency=32, session="in_memory", sessions=1000, scaling="up", cost_per_month=280)
    )


def _load_balancer(d: _Design) -> None:
    d.rate = 800
    d.drop("dns-web")
    d.put(
        *(node(zone, "zone", label=f"Zone {zone[-1].upper()}") for zone in _ZONES),
        node("dns", "dns", 2, ttl_s=60),
        node("lb", "load_balancer", 2, spread=_ZONES, sticky=True),
        node("web", "web_server", 4, spread=_ZONES, session="in_memory", sessions=5000),
        edge("dns", "lb"),
        edge("lb", "web"),
    )


def _replicas(d: _Design) -> None:
    d.put(
        node("db", "database", label="Primary", parent="az-a", backup=True, failover="automatic"),
        node("db-replica", "database", 2, label="Replicas", spread=["az-b", "az-a"], backup=True),
        edge("web", "db-replica"),
        edge("db", "db-replica", "replicate", mode="async", lag_ms=10),
    )


def _cache(d: _Design) -> None:
    d.rate = 1500
    d.put(
        node("cache", "cache", 2, spread=_ZONES, key_count=100_000, zipf_s=1.0, capacity_keys=20_000, ttl_s=300),
        edge("web", "cache", ops=["read"]),
    )


def _cdn(d: _Design) -> None:
    d.rate = 3000
    d.drop("dns-lb")
    d.put(node("cdn", "cdn", 2, hit_ratio=0.95), edge("dns", "cdn"), edge("cdn", "lb"))


def _stateless(d: _Design) -> None:
    d.put(
        node("lb", "load_balancer", 2, spread=_ZONES, health_check_interval_s=10),
        node("web", "web_server", 8, spread=_ZONES, session="shared", sessions=20_000),
        node("sessions", "session_store", 2, spread=_ZONES, persistent=True),
        edge("web", "sessions"),
    )


def _two_data_centers(d: _Design) -> None:
    d.rate = 6000
    d.regions = {_HOME: 0.6, _AWAY: 0.4}
    d.put(
        node(_HOME, "region", label="Seoul", rtt_ms={_AWAY: 180}),
        node(_AWAY, "region", label="Virginia"),
        *(node(zone, "zone", parent=_HOME, label=f"Zone {zone[-1].upper()}") for zone in _ZONES),
        node("dns", "dns", 2, policy="geo", ttl_s=60),
    )
    twins = ("lb", "web", "cache", "sessions", "db-replica")
    for name in twins:
        twin = {key: value for key, value in d.nodes[name].items() if key not in ("id", "spread", "parent")}
        d.nodes[f"{name}-2"] = {"id": f"{name}-2", **twin, "parent": _AWAY}
        d.nodes[name] = {**d.nodes[name], "parent": _HOME}
    d.drop("cdn", "dns-cdn", "cdn-lb")
    d.put(
        node("cdn", "cdn", 2, hit_ratio=0.95, parent=_HOME),
        node("cdn-2", "cdn", 2, hit_ratio=0.95, parent=_AWAY),
        edge("dns", "cdn"),
        edge("dns", "cdn-2"),
        edge("cdn", "lb"),
        edge("cdn-2", "lb-2"),
        edge("lb-2", "web-2"),
        edge("web-2", "cache-2", ops=["read"]),
        edge("web-2", "sessions-2"),
        edge("web-2", "db"),
        edge("web-2", "db-replica-2"),
        edge("db", "db-replica-2", "replicate", mode="async", lag_ms=100),
    )


def _queue(d: _Design) -> None:
    d.put(
        node("queue", "message_queue", 4, spread=[_HOME, _AWAY], capacity_messages=1_000_000, max_deliveries=5),
        node("workers", "worker", 16, spread=[_HOME, _AWAY]),
        edge("web", "queue", "publish", ops=["write"]),
        edge("web-2", "queue", "publish", ops=["write"]),
        edge("queue", "workers"),
    )


def _operations(d: _Design) -> None:
    d.put(node("logs", "logging", 2), node("metrics", "metrics", 2), node("automation", "automation", 2))
    watched = [n["id"] for n in d.nodes.values() if n["kind"] in ("web_server", "load_balancer", "database", "worker")]
    watched += ["cache", "cache-2", "sessions", "sessions-2", "queue"]
    for name in watched:
        d.put(edge(name, "metrics"))
    for name in ("web", "web-2", "workers"):
        d.put(edge(name, "logs"), edge("automation", name))
    d.put(edge("automation", "db"))


def _shards(d: _Design) -> None:
    d.rate = 12_000
    d.put(node("web", "web_server", 24, parent=_HOME, spread=_ZONES, session="shared", sessions=100_000))
    d.put(node("web-2", "web_server", 24, parent=_AWAY, session="shared", sessions=100_000))
    d.put(node("workers", "worker", 32, spread=[_HOME, _AWAY]))
    for name in ("db", "db-replica", "db-replica-2"):
        record = d.nodes[name]
        d.nodes[name] = {**record, "params": {**record.get("params", {}), "shards": 4}}


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the story: what it adds, and the whole document after it."""

    title: Text
    topology: Topology


_STEPS: tuple[tuple[Text, Callable[[_Design], None]], ...] = (
    (Text("One server", "서버 한 대"), _one_server),
    (Text("The database apart", "데이터베이스 분리"), _database_apart),
    (Text("A bigger server", "더 큰 서버"), _scale_up),
    (Text("A load balancer", "로드 밸런서"), _load_balancer),
    (Text("Database replicas", "데이터베이스 복제"), _replicas),
    (Text("A cache", "캐시"), _cache),
    (Text("A CDN", "CDN 추가"), _cdn),
    (Text("A stateless web tier", "무상태 웹 계층"), _stateless),
    (Text("Two data centers", "두 데이터 센터"), _two_data_centers),
    (Text("A message queue", "메시지 큐"), _queue),
    (Text("Logs, metrics, automation", "로그, 지표, 자동화"), _operations),
    (Text("Shards", "샤딩"), _shards),
)


def _grown() -> tuple[Stage, ...]:
    design = _Design()
    found = []
    for title, change in _STEPS:
        change(design)
        found.append(Stage(title, design.picture()))
    return tuple(found)


#: The document after each step; the template is the last.
STAGES = _grown()

TEMPLATE = Template(
    id="zero-to-millions",
    order=20,
    group="growth",
    title=TITLE,
    summary=Text(
        "One server grows, step by step, into two regions with balancers, caches, a CDN, queues and shards.",
        "서버 한 대가 로드 밸런서, 캐시, CDN, 큐, 샤드를 갖춘 두 리전으로 한 단계씩 자랍니다.",
    ),
    topology=STAGES[-1].topology,
)
