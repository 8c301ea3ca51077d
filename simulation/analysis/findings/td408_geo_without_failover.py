"""TD408: users of a region are lost with their data center, though another one stands."""

from collections.abc import Collection, Iterator

from simulation.analysis.findings.context import SITES, Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import share
from simulation.analysis.report import Spof
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.patching import Patch
from simulation.topology.system import Component, Container
from simulation.topology.wiring import Policy


def detect(context: Context) -> Iterator[Sighting]:
    routers = list(_between_sites(context))
    for spof in context.report.spofs:
        site = context.system.container_by_id.get(spof.component)
        if spof.type != "container" or site is None or site.kind.id not in SITES or spof.loss_share > 0.999:
            continue
        for router in routers:
            sites = {s for c in context.callees(router) for s in context.containers_of(c, site.kind.id)}
            if site.id not in sites or len(sites) < 2:
                continue
            yield Sighting(
                [site.id, *(m.id for m in context.members(site)), router.id],
                Text(
                    f"{router.id} ties users to {site.id}: losing it loses {share(spof.loss_share)} of the traffic "
                    f"while {', '.join(sorted(sites - {site.id}))} stands.",
                    f"{router.id}이(가) 사용자를 {site.id}에 묶어 둡니다. "
                    f"{', '.join(sorted(sites - {site.id}))}이(가) 살아 있어도 "
                    f"트래픽의 {share(spof.loss_share)}를 잃습니다.",
                ),
                patch=_failing_over(context, router),
            )
            break
        else:
            yield from _left_alone(context, spof, site)


def _left_alone(context: Context, spof: Spof, site: Container) -> Iterator[Sighting]:
    """Users whose home is the site and who go nowhere else, while another site serves its own."""
    others = [
        box.id
        for other in context.report.spofs
        if (box := context.system.container_by_id.get(other.component)) is not None
        and box.kind is site.kind
        and set(other.flows).isdisjoint(spof.flows)
        and _at_home(context, box, other.flows)
    ]
    if not others or not _at_home(context, site, spof.flows):
        return
    stand = ", ".join(others)
    yield Sighting(
        [site.id, *(m.id for m in context.members(site))],
        Text(
            f"The users of {', '.join(spof.flows)} are served by {site.id} alone: losing it loses "
            f"{share(spof.loss_share)} of the traffic while {stand} stands.",
            f"{', '.join(spof.flows)}의 사용자는 {site.id}에서만 응답을 받습니다. {stand}이(가) 살아 있어도 "
            f"{site.id}을(를) 잃으면 트래픽의 {share(spof.loss_share)}를 잃습니다.",
        ),
        Text(
            f"Lead users to the nearest site by DNS with health checks, and to {stand} when {site.id} is down.",
            f"상태 확인이 있는 DNS로 사용자를 가까운 사이트로 보내고, {site.id}이(가) 멈추면 {stand}(으)로 보내세요.",
        ),
    )


def _at_home(context: Context, site: Container, flows: Collection[str]) -> bool:
    """Whether these flows come from users who stand in the site."""
    mine = [source for source in context.system.sources if source.id in flows]
    clients = {m.index for m in context.members(site)}
    return all(source.client in clients or set(source.regions) == {site.id} for source in mine)


def _between_sites(context: Context) -> Iterator[Component]:
    """Routers that tie each user to one of several sites."""
    for router in context.of_role(Role.CLIENT, Role.ROUTER):
        for _, gate in context.gates(router):
            targets = [context.system.components[m.target] for m in gate.members]
            if gate.policy is Policy.SHARD and len({context.containers_of(t, *SITES) for t in targets}) > 1:
                yield router
                break


def _failing_over(context: Context, router: Component) -> Patch | None:
    """Geo routing by health: users go to the next site when theirs is down."""
    pinned = [link for link in context.links(router, "call") if link.params.get("policy") == Policy.SHARD]
    patch: Patch = []
    for link in pinned:
        patch += context.changes.with_edge_params(link.id, policy=None)
    if router.kind.id == "dns":
        patch += context.changes.with_params(router.id, policy="geo")
    return patch or None


RULE = Rule(
    code="TD408",
    severity="error",
    tier="A",
    title=Text("Geo routing without failover", "장애 조치 없는 지역 라우팅"),
    why=Text("The loss of a data center loses its home traffic.", "데이터 센터를 잃으면 그 지역의 트래픽을 잃습니다."),
    found_by=Text(
        "A site in a cut set of order 1 with a part of the traffic, behind a router that ties each "
        "user to one of several sites, or in front of users who stand in it and go nowhere else.",
        "사용자를 여러 곳 중 하나에 묶어 두는 라우터 뒤에서, 트래픽 일부에 대해 차수 1의 절단 "
        "집합에 있거나, 그 안의 사용자가 다른 곳으로 가지 못하는 데이터 센터나 리전입니다.",
    ),
    fix=Text(
        "Route by location and health, with failover to the other site.",
        "위치와 상태로 라우팅하고, 다른 곳으로 장애 조치를 하세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > dns > web_e, dns > web_w",
            edges={
                "dns > web_e": {"params": {"policy": "shard", "pool": "sites"}},
                "dns > web_w": {"params": {"policy": "shard", "pool": "sites"}},
            },
            east="datacenter",
            west="datacenter",
            users="client",
            dns={"kind": "dns", "replicas": 2},
            web_e={"kind": "web_server", "parent": "east", "replicas": 2},
            web_w={"kind": "web_server", "parent": "west", "replicas": 2},
        )
    ),
    silent=varied(
        _FIRING,
        dns={"params": {"policy": "geo"}},
        edges={"dns > web_e": {"params": {}}, "dns > web_w": {"params": {}}},
    ),
    supersedes=("TD106",),
)
