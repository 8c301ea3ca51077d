"""TD106: redundant copies that one container takes along."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import share
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Node
from simulation.topology.patching import Patch
from simulation.topology.system import Component, Container


def detect(context: Context) -> Iterator[Sighting]:
    for spof in context.report.spofs:
        container = context.system.container_by_id.get(spof.component)
        if spof.type != "container" or container is None:
            continue
        inside = context.members(container)
        explained = sum(context.spofs[m.id].loss_share for m in inside if m.id in context.spofs)
        if not spof.hidden and spof.loss_share <= explained + 1e-9:
            continue
        members = _needed(context, container, inside)
        names = [m.id for m in members]
        lost = share(spof.loss_share)
        shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        yield Sighting(
            [container.id, *names],
            Text(
                f"All copies of {shown} are in {container.id}: losing it loses {lost} of the traffic.",
                f"{shown}의 사본이 모두 {container.id} 안에 있습니다. 잃으면 트래픽의 {lost}를 잃습니다.",
            ),
            Text(
                f"Spread the copies over {container.id} and another {container.kind.id}.",
                f"사본을 {container.id}와(과) 다른 {container.kind.title.ko}에 나누어 두세요.",
            ),
            _spread(context, container, members),
        )


def _needed(context: Context, container: Container, inside: list[Component]) -> list[Component]:
    """Members that stand nowhere else: those without which traffic is lost, and all that stand in for each other; else
    all of them."""
    captive = [m for m in inside if all(container.index in domain for domain in m.domains)]
    lossy = {c.outage for c in context.report.contingencies if c.type == "node" and c.loss_share > 0}
    together = _alternatives(context, {m.index for m in captive})
    needed = [m for m in captive if (m.id in lossy or m.index in together) and m.id not in context.spofs]
    return needed or captive or inside


def _alternatives(context: Context, captive: set[int]) -> set[int]:
    """Those of which a caller needs one, where all that it could turn to are among these."""
    system, found = context.system, set[int]()
    callers = {link.source for c in captive for link in system.incoming[c] if link.kind.id == "call"}
    for caller in callers:
        for op in system.operations:
            for gate in context.wiring.gates(caller, op):
                members = {member.target for member in gate.members}
                if gate.required and len(members) > 1 and members <= captive:
                    found |= members
    return found


def _spread(context: Context, container: Container, members: list[Component]) -> Patch | None:
    """Replicas are dealt over a sibling, every second of several like nodes moves there.

    Only what stands in the container directly is moved; what stands deeper has places of its own.
    """
    changes = context.changes
    direct = [m for m in members if _stands_in(changes.node(m.id), container.id)]
    many = [m.id for m in direct if m.replicas > 1]
    alike: dict[str, list[str]] = {}
    for member in direct:
        if member.replicas == 1:
            alike.setdefault(member.kind.id, []).append(member.id)
    others = [name for names in alike.values() for name in names[1::2]]
    patch = changes.spread_out(many, container.id)
    moving = changes.moved(others, container.id) if others else []
    return [*patch, *(step for step in moving if step not in patch)] or None


def _stands_in(node: Node, container: str) -> bool:
    return set(node.spread) == {container} if node.spread else node.parent == container


RULE = Rule(
    code="TD106",
    severity="error",
    tier="A",
    title=Text("Redundant copies share a failure domain", "장애 도메인을 공유하는 사본"),
    why=Text("One common cause removes all copies at once.", "공통 원인 하나가 모든 사본을 한꺼번에 없앱니다."),
    found_by=Text(
        "A container whose loss loses more traffic than the single points of failure in it explain.",
        "안에 있는 단일 장애점만으로 설명되지 않는 트래픽을 잃게 하는 컨테이너입니다.",
    ),
    fix=Text("Spread the copies over domains (anti-affinity).", "사본을 여러 장애 도메인에 나누어 두세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web",
            az_a="zone",
            az_b="zone",
            users="client",
            web={"kind": "web_server", "replicas": 2, "parent": "az_a"},
        )
    ),
    silent=varied(_FIRING, web={"parent": None, "spread": ["az_a", "az_b"]}),
)
