"""TD201: sessions live in the memory of servers that come and go."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Edge, Node
from simulation.topology.patching import Patch
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    for tier in _tiers(context):
        count = sum(server.instances for server in tier)
        most = max(count, *(int((s.params.get("autoscale") or {}).get("max", 1)) for s in tier))
        if most < 2:
            continue
        names = ", ".join(server.id for server in tier)
        sessions = sum(int(server.params["sessions"]) for server in tier)
        lost = f" One of {count} holds about {sessions // count:,} sessions." if sessions else ""
        lost_ko = f" {count}대 중 하나에 세션이 약 {sessions // count:,}개 있습니다." if sessions else ""
        yield Sighting(
            [server.id for server in tier],
            Text(
                f"Sessions are in the memory of {names}: losing or removing one of {most} logs its users out.{lost}",
                f"세션이 {names}의 메모리에 있습니다. {most}대 중 하나를 잃거나 줄이면 사용자가 "
                f"로그아웃됩니다.{lost_ko}",
            ),
            patch=_shared(context, tier),
        )


def _tiers(context: Context) -> Iterator[list[Component]]:
    """Servers with sessions in memory and no store for them, those together that take each other's requests."""
    stateful = {
        server.index: server
        for server in context.of_kind("web_server", "service")
        if server.params["session"] == "in_memory"
        and not any(c.kind.id == "session_store" for c in context.callees(server))
    }
    pools = [
        [member.target for member in gate.members if member.target in stateful]
        for _, gate in context.pools
        if gate.needed < len(gate.members)
    ]
    for pool in sorted(pools, key=len, reverse=True):
        if tier := [stateful.pop(index) for index in dict.fromkeys(pool) if index in stateful]:
            yield tier
    yield from ([server] for server in stateful.values())


def _shared(context: Context, tier: list[Component]) -> Patch:
    """Sessions in a replicated store that the servers call."""
    changes = context.changes
    stores = list(context.of_kind("session_store"))
    name = stores[0].id if stores else changes.fresh_id("sessions")
    node = changes.node(tier[0].id)
    new = [] if stores else [Node(name, "session_store", parent=node.parent, spread=node.spread, replicas=2)]
    edges = [Edge(changes.fresh_id(f"{server.id}-sessions"), server.id, name) for server in tier]
    shared = [step for server in tier for step in changes.with_params(server.id, session="shared")]
    return shared + changes.added(new, edges)


RULE = Rule(
    code="TD201",
    severity="error",
    tier="S",
    title=Text("Session state on the web server", "웹 서버에 있는 세션"),
    why=Text(
        "Scale-in and failures lose sessions, and sticky routing skews the load.",
        "축소와 장애에 세션이 사라지고, 고정 라우팅으로 부하가 쏠립니다.",
    ),
    found_by=Text(
        "Sessions in memory on one of two servers or more that take each other's requests, now or when they scale, and "
        "no session store that it calls.",
        "지금 또는 확장했을 때 서로의 요청을 받는 둘 이상의 서버가 세션 저장소 없이 세션을 메모리에 둡니다.",
    ),
    fix=Text(
        "Move the sessions to a shared, replicated store, or into signed tokens.",
        "세션을 복제된 공유 저장소나 서명된 토큰으로 옮기세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > lb > web",
            users="client",
            lb={"kind": "load_balancer", "replicas": 2},
            web={"kind": "web_server", "replicas": 10, "params": {"session": "in_memory", "sessions": 20000}},
        )
    ),
    silent=varied(
        _FIRING,
        "web > sessions",
        web={"params": {"session": "shared"}},
        sessions={"kind": "session_store", "replicas": 2},
    ),
)
