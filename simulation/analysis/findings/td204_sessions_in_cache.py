"""TD204: sessions live in the volatile cache that holds data."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Edge, Node


def detect(context: Context) -> Iterator[Sighting]:
    for server in context.of_kind("web_server", "service"):
        says_so = "session" in server.given or server.params["sessions"] > 0
        if server.params["session"] != "shared" or not says_so:
            continue
        callees = context.callees(server)
        if any(c.kind.id == "session_store" for c in callees):
            continue
        caches = [c.id for c in callees if c.kind.id == "cache" and not c.params["persistent"]]
        if not caches or any(c.kind.id == "cache" and c.params["persistent"] for c in callees):
            continue
        store = context.changes.fresh_id("sessions")
        node = context.changes.node(server.id)
        yield Sighting(
            [caches[0], server.id],
            Text(
                f"{server.id} shares its sessions, and only the volatile {caches[0]} can hold them: "
                "a restart or an eviction logs users out.",
                f"{server.id}이(가) 세션을 공유하는데 둘 곳은 휘발성인 {caches[0]}뿐입니다. "
                "재시작하거나 밀려나면 사용자가 로그아웃됩니다.",
            ),
            patch=context.changes.added(
                [Node(store, "session_store", parent=node.parent, spread=node.spread, replicas=2)],
                [Edge(context.changes.fresh_id(f"{server.id}-sessions"), server.id, store)],
            ),
        )


RULE = Rule(
    code="TD204",
    severity="warning",
    tier="S",
    title=Text("Sessions in a volatile cache", "휘발성 캐시에 있는 세션"),
    why=Text(
        "A restart logs everyone out, and an eviction of data takes sessions along.",
        "재시작하면 모두 로그아웃되고, 데이터가 밀려날 때 세션도 함께 사라집니다.",
    ),
    found_by=Text(
        "A server with shared sessions calls a cache that keeps nothing over a restart, and no session store.",
        "세션을 공유하는 서버가 세션 저장소 없이, 재시작하면 비는 캐시만 호출합니다.",
    ),
    fix=Text(
        "Use a separate session store, or make the cache persistent.",
        "별도의 세션 저장소를 쓰거나 캐시를 지속 저장으로 바꾸세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > cache, web > db",
            users="client",
            web={"kind": "web_server", "replicas": 2, "params": {"session": "shared"}},
            cache="cache",
            db="database",
        )
    ),
    silent=varied(_FIRING, "web > sessions", sessions={"kind": "session_store", "replicas": 2}),
)
