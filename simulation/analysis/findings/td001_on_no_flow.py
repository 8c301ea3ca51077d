"""TD001: a node that no traffic reaches, or traffic that leads nowhere."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import enumerated
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.system import Component
from simulation.topology.wiring import WRITE

_NO_TARGET = (Role.CLIENT, Role.ROUTER, Role.QUEUE)


def detect(context: Context) -> Iterator[Sighting]:
    if not context.system.sources:
        yield from _no_flow(context)
        return
    sources = {s.client for s in context.system.sources}
    copies = _copies(context)
    storing = {caller for db in context.of_kind("database") for caller in context.callers(db)}
    for component in context.system.components:
        name, role = component.id, component.kind.role
        if role is Role.CALLER and component.index not in storing and context.arriving[component.index]:
            continue  # the most of a drawing
        if role is Role.OBSERVER:
            continue
        if role is Role.CLIENT and component.index not in sources:
            yield Sighting(
                [name],
                Text(
                    f"No flow starts at {name}: it sends nothing.",
                    f"{name}에서 시작하는 흐름이 없어 아무것도 보내지 않습니다.",
                ),
            )
        elif not context.arriving[component.index] and component.index not in copies and role is not Role.CLIENT:
            yield Sighting(
                [name],
                Text(
                    f"No flow reaches {name}: nothing is known about it.",
                    f"{name}에 닿는 흐름이 없어 아무것도 알 수 없습니다.",
                ),
            )
        elif role in _NO_TARGET and (ops := _dead_ends(context, component)):
            yield Sighting(
                [name],
                Text(
                    f"{name} has nowhere to send {', '.join(ops)}: the flow ends there.",
                    f"{name}에서 {', '.join(ops)} 요청을 보낼 곳이 없어 흐름이 끊깁니다.",
                ),
            )
        elif role is Role.CALLER and (ops := _kept_back(context, component)):
            yield Sighting(
                [name],
                Text(
                    f"{', '.join(ops)} {'ends' if len(ops) == 1 else 'end'} at {name}, as if served: its edges carry "
                    "other operations only.",
                    f"{name}의 연결은 다른 연산만 지나게 하므로 {', '.join(ops)} 요청이 거기서 끝나고 "
                    "처리된 것처럼 보입니다.",
                ),
            )


def _no_flow(context: Context) -> Iterator[Sighting]:
    """One sighting of the whole design: where no traffic is drawn, nothing is known of any node."""
    names = [c.id for c in context.system.components]
    if names:
        yield Sighting(
            names,
            Text(
                f"No flow is drawn: nothing is known about {enumerated(names)}.",
                f"흐름이 없어 {enumerated(names)}에 대해 아무것도 알 수 없습니다.",
            ),
            Text("Draw a client and give it a flow.", "클라이언트를 두고 흐름을 주세요."),
        )


def _dead_ends(context: Context, component: Component) -> list[str]:
    ops = sorted(context.arriving[component.index])
    if component.kind.role is Role.QUEUE:
        return [op for op in ops if not context.wiring.consumers(component.index, op)]
    if component.kind.id == "dns" and not any(context.links(component, "call")):
        ops = [op for op in ops if _is_the_way(context, component, op)]  # elsewhere it is only looked up
    return [op for op in ops if context.wiring.is_dead_end(component.index, op)]


def _is_the_way(context: Context, names: Component, op: str) -> bool:
    """Whether some source of the operation has nowhere else to go than to this name server."""
    sources = {link.source for link in context.system.incoming[names.index] if op in context.arriving[link.source]}
    return any(
        [member.target for gate in gates for member in gate.members] == [names.index]
        for gates in (context.wiring.gates(source, op) for source in sources)
    )


def _kept_back(context: Context, caller: Component) -> list[str]:
    """Operations that no edge of a caller of a database carries; static content needs none.

    One of another name than read or write that some edge names elsewhere is led by purpose.
    """
    kept = context.arriving[caller.index].difference([op for op, _ in context.gates(caller)])
    return sorted(kept - (context.named_operations - {"read", WRITE}) - {"static"})


def _copies(context: Context) -> set[int]:
    """What a reached store replicates to, directly or over another copy."""
    found: set[int] = set()
    while True:
        copying = [link for link in context.copying if context.arriving[link.source] or link.source in found]
        further = {link.target for link in copying} - found
        if not further:
            return found
        found |= further


RULE = Rule(
    code="TD001",
    severity="error",
    tier="S",
    title=Text("On no flow", "흐름에 없는 노드"),
    why=Text(
        "Nothing can be computed for it; most results that say everything is fine come from here.",
        "아무것도 계산할 수 없습니다. 모든 것이 괜찮다는 결과는 대부분 여기서 나옵니다.",
    ),
    found_by=Text(
        "A client without a flow, a node that no flow reaches, a router or queue that has nowhere to send what "
        "arrives, or a server with a database whose edges carry every operation but one that arrives. "
        "Without any flow, the whole design.",
        "흐름이 없는 클라이언트, 어떤 흐름도 닿지 않는 노드, 받은 것을 보낼 곳이 없는 라우터나 큐, 또는 데이터베이스가 "
        "있지만 도착한 연산을 지나게 하는 연결이 없는 서버입니다. 흐름이 하나도 "
        "없으면 설계 전체입니다.",
    ),
    fix=Text("Connect it, give it a flow, or remove it.", "연결하거나, 흐름을 주거나, 제거하세요."),
    detect=detect,
    firing=(_FIRING := example("users > web", users="client", web="web_server", search="search_index")),
    silent=varied(_FIRING, "web > search"),
)
