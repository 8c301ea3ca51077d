"""TD201: sessions live in the memory of servers that come and go."""

from collections.abc import Iterator

from simulation.analysis.advice.patch import Patch
from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Edge, Node
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    for server in context.of_kind("web_server", "service"):
        autoscale = server.params.get("autoscale") or {}
        most = max(server.instances, int(autoscale.get("max", 1)))
        if server.params["session"] != "in_memory" or most < 2:
            continue
        if any(c.kind.id == "session_store" for c in context.callees(server)):
            continue
        sessions = int(server.params["sessions"])
        lost = f" One of {server.instances} holds about {sessions // server.instances:,} sessions." if sessions else ""
        lost_ko = (
            f" {server.instances}대 중 하나에 세션이 약 {sessions // server.instances:,}개 있습니다."
            if sessions
            else ""
        )
        yield Sighting(
            [server.id],
            Text(
                f"{server.id} keeps sessions in memory: losing or removing a replica logs its users out.{lost}",
                f"{server.id}이(가) 세션을 메모리에 둡니다. 복제본을 잃거나 줄이면 사용자가 로그아웃됩니다.{lost_ko}",
            ),
            patch=_shared(context, server),
        )


def _shared(context: Context, server: Component) -> Patch:
    """Sessions in a replicated store that the server calls."""
    patch = context.changes.with_params(server.id, session="shared")
    stores = list(context.of_kind("session_store"))
    name = stores[0].id if stores else context.changes.fresh_id("sessions")
    node = context.changes.node(server.id)
    new = [] if stores else [Node(name, "session_store", parent=node.parent, spread=node.spread, replicas=2)]
    return patch + context.changes.added(
        new, [Edge(context.changes.fresh_id(f"{server.id}-sessions"), server.id, name)]
    )


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
        "Sessions in memory on a server with two replicas or more, now or when it scales, and no "
        "session store that it calls.",
        "지금 또는 확장했을 때 복제본이 둘 이상인 서버가 세션 저장소 없이 세션을 메모리에 둡니다.",
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
