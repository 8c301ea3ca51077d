"""TD306: servers answer static content that a CDN could."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import share as percent
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.document import Edge, Node
from simulation.topology.patching import Patch
from simulation.topology.system import Source

_STATIC = "static"
_SHARE = 0.1


def detect(context: Context) -> Iterator[Sighting]:
    for source in context.system.sources:
        share = source.mix.get(_STATIC, 0)
        if share < _SHARE:
            continue
        servers = _servers_without_cdn(context, source)
        if not servers:
            continue
        yield Sighting(
            [servers[0], source.id, *servers[1:]],
            Text(
                f"{percent(share)} of {source.id} is static, and no CDN answers it before {', '.join(servers)}.",
                f"{source.id}의 {percent(share)}가 정적 콘텐츠인데 CDN 없이 {', '.join(servers)}이(가) 답합니다.",
            ),
            patch=_fronted(context, source),
        )


def _servers_without_cdn(context: Context, source: Source) -> list[str]:
    """Callers that static requests reach before any CDN."""
    seen, waiting = {source.client}, [source.client]
    found: list[str] = []
    while waiting:
        for gate in context.wiring.gates(waiting.pop(), _STATIC):
            for member in gate.members:
                component = context.system.components[member.target]
                if component.index in seen or component.kind.id == "cdn":
                    continue
                seen.add(component.index)
                if component.kind.role is Role.CALLER:
                    found.append(component.id)
                else:
                    waiting.append(component.index)
    return found


def _fronted(context: Context, source: Source) -> Patch | None:
    """A CDN between the client and what it calls; only where the client calls a single node."""
    topology = context.topology
    client = context.system.components[source.client]
    calls = [i for i, e in enumerate(topology.edges) if e.source == client.id]
    if len(calls) != 1:
        return None
    name = context.changes.fresh_id("cdn")
    patch: Patch = [{"op": "replace", "path": f"/edges/{calls[0]}/source", "value": name}]
    return patch + context.changes.added(
        [Node(name, "cdn")], [Edge(context.changes.fresh_id(f"to-{name}"), client.id, name)]
    )


RULE = Rule(
    code="TD306",
    severity="info",
    tier="S",
    title=Text("Static content served by the web tier", "웹 계층이 제공하는 정적 콘텐츠"),
    why=Text("It costs bandwidth, latency and load at the origin.", "대역폭과 지연, 원본의 부하가 듭니다."),
    found_by=Text(
        "A tenth or more of a flow is static and reaches a server without passing a CDN.",
        "흐름의 10% 이상이 정적 콘텐츠이고 CDN을 거치지 않고 서버에 닿습니다.",
    ),
    fix=Text(
        "Put a CDN in front, with a long TTL and versioned URLs.", "앞에 CDN을 두고, 긴 TTL과 버전이 붙은 URL을 쓰세요."
    ),
    detect=detect,
    firing=(_FIRING := example("users > web", mix={"static": 0.6, "read": 0.4}, users="client", web="web_server")),
    silent=varied(_FIRING, "users > cdn > web", without=("users > web",), cdn="cdn"),
)
