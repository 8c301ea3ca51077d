"""TD202: a balancer that ties users to servers."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.system import Component


def detect(context: Context) -> Iterator[Sighting]:
    for balancer in context.of_kind("load_balancer", "api_gateway"):
        if not balancer.params["sticky"] or not _chooses(context, balancer):
            continue
        yield Sighting(
            [balancer.id],
            Text(
                f"{balancer.id} ties each user to a server: the load is uneven, and a lost server "
                "takes its users along.",
                f"{balancer.id}이(가) 사용자를 서버에 묶어 둡니다. 부하가 고르지 않고, 서버를 "
                "잃으면 그 사용자도 잃습니다.",
            ),
            patch=context.changes.with_params(balancer.id, sticky=False),
        )


def _chooses(context: Context, balancer: Component) -> bool:
    """Whether there is more than one server to tie users to."""
    servers = context.callees(balancer)
    return sum(s.instances for s in servers) > 1 or any(s.params.get("autoscale") for s in servers)


RULE = Rule(
    code="TD202",
    severity="warning",
    tier="S",
    title=Text("Sticky load balancing", "고정 라우팅"),
    why=Text("Uneven load, and sessions lost with a server.", "부하가 고르지 않고, 서버와 함께 세션이 사라집니다."),
    found_by=Text(
        "A balancer with sticky set before two servers or more.",
        "둘 이상의 서버 앞에 있는 로드 밸런서에 고정 라우팅이 켜져 있습니다.",
    ),
    fix=Text("Share the sessions, then balance freely.", "세션을 공유한 다음 자유롭게 나누세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > lb > web",
            users="client",
            lb={"kind": "load_balancer", "params": {"sticky": True}},
            web={"kind": "web_server", "replicas": 2},
        )
    ),
    silent=varied(_FIRING, lb={"params": {"sticky": False}}),
)
