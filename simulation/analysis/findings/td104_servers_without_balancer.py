"""TD104: clients or a name server choose among servers themselves."""

from collections.abc import Iterable, Iterator

from simulation.analysis.findings.context import SITES, Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Edge, Node
from simulation.topology.patching import Patch
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    for source in context.of_kind("client", "dns"):
        servers: list[Component] = []
        for _, gate in context.gates(source):
            targets = [context.system.components[t] for t in dict.fromkeys(m.target for m in gate.members)]
            pool = [t for t in targets if t.kind.id in ("web_server", "service")]
            servers = max(servers, pool, key=_instances)
        count = _instances(servers)
        if count < 2:
            continue
        names = [s.id for s in servers]
        yield Sighting(
            [source.id, *names],
            Text(
                f"{source.id} reaches {count} servers ({', '.join(names)}) without a balancer: "
                "nothing takes a dead one out, and the load is not even.",
                f"{source.id}이(가) 로드 밸런서 없이 서버 {count}대({', '.join(names)})에 닿습니다. "
                "죽은 서버를 빼 주는 것이 없고 부하가 고르지 않습니다.",
            ),
            *_mended(context, source, servers),
        )


def _mended(context: Context, source: Component, servers: list[Component]) -> tuple[Text, Patch | None]:
    names = ", ".join(s.id for s in servers)
    if _is_over_sites(context, servers):
        each = Text(
            f"Put two balancers before the servers of each site ({names}).",
            f"각 사이트의 서버({names}) 앞에 로드 밸런서를 두 개씩 두세요.",
        )
        return each, None
    between = Text(
        f"Put two balancers between {source.id} and {names}.",
        f"{source.id}와(과) {names} 사이에 로드 밸런서 두 개를 두세요.",
    )
    return between, _balanced(context, source, [s.id for s in servers])


def _instances(servers: Iterable[Component]) -> int:
    return sum(server.instances for server in servers)


def _is_over_sites(context: Context, servers: Iterable[Component]) -> bool:
    """Whether the servers stand in several data centers or regions: each of them wants balancers of its own."""
    return len({context.containers_of(server, *SITES) for server in servers}) > 1


def _balanced(context: Context, source: Component, servers: list[str]) -> Patch:
    """A pair of balancers; the edges from the source to the servers start there instead."""
    topology = context.topology
    name = context.changes.fresh_id("lb")
    patch: Patch = [
        {"op": "replace", "path": f"/edges/{i}/source", "value": name}
        for i, edge in enumerate(topology.edges)
        if edge.source == source.id and edge.target in servers
    ]
    parent = context.changes.node(servers[0]).parent
    balancer = Node(name, "load_balancer", parent=parent, replicas=2)
    return patch + context.changes.added([balancer], [Edge(context.changes.fresh_id(f"to-{name}"), source.id, name)])


RULE = Rule(
    code="TD104",
    severity="warning",
    tier="S",
    title=Text("Several servers without a balancer", "로드 밸런서 없는 여러 서버"),
    why=Text(
        "No health check, a slow failover by DNS, and no even split.",
        "상태 확인이 없고, DNS로는 장애 조치가 느리며, 부하가 고르게 나뉘지 않습니다.",
    ),
    found_by=Text(
        "A client or a name server leads straight to two servers or more.",
        "클라이언트나 DNS가 서버 둘 이상으로 바로 이어집니다.",
    ),
    fix=Text(
        "Put a load balancer in front: its address is public, those of the servers are private.",
        "앞에 로드 밸런서를 두세요. 밸런서의 주소만 공개하고 서버의 주소는 감춥니다.",
    ),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web={"kind": "web_server", "replicas": 2})),
    silent=varied(_FIRING, "users > lb > web", without=("users > web",), lb={"kind": "load_balancer", "replicas": 2}),
)
