"""TD108: one service or store that most flows depend on."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text

_FLOWS = 2
_CALLERS = 2


def detect(context: Context) -> Iterator[Sighting]:
    for node, spof in context.spofs.items():
        component = context.component(node) if len(spof.flows) >= _FLOWS else None
        if component is None or component.kind.role not in (Role.CALLER, Role.STORE, Role.QUEUE):
            continue
        callers = {
            link.source for link in context.system.incoming[component.index] if link.kind.id in ("call", "publish")
        }
        if len(callers) < _CALLERS:
            continue
        yield Sighting(
            [node, *spof.flows],
            Text(
                f"{len(spof.flows)} flows ({', '.join(spof.flows)}) fail with {node}, which {len(callers)} nodes call.",
                f"노드 {len(callers)}개가 호출하는 {node}과(와) 함께 흐름 "
                f"{len(spof.flows)}개({', '.join(spof.flows)})가 실패합니다.",
            ),
            Text(
                f"Make the calls to {node} optional where users can go on without it, or split it.",
                f"없어도 되는 곳에서는 {node} 호출을 선택 사항으로 바꾸거나 나누세요.",
            ),
        )


def _flows() -> list[dict[str, object]]:
    return [
        {"id": name, "source": "users", "rate_rps": 100, "mix": {name: 1.0}} for name in ("browse", "buy", "search")
    ]


RULE = Rule(
    code="TD108",
    severity="warning",
    tier="A",
    title=Text("Most-shared dependency", "가장 많이 공유되는 의존"),
    why=Text(
        "One component (sign-in, configuration, sessions) is in the single-failure set of many flows.",
        "구성 요소 하나(로그인, 설정, 세션)가 많은 흐름의 단일 고장 집합에 있습니다.",
    ),
    found_by=Text(
        "A service, store or queue that two nodes or more call, and whose failure alone hits two flows or more.",
        "둘 이상의 노드가 호출하고, 혼자 고장 나도 둘 이상의 흐름에 영향을 주는 서비스, 저장소, 큐입니다.",
    ),
    fix=Text(
        "Degrade gracefully (an optional call), or split it.",
        "선택 사항인 호출로 바꾸어 기능을 줄여 버티거나, 나누세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := {
            **example(
                "users > web > auth, web > orders > auth",
                users="client",
                web="web_server",
                orders="service",
                auth="service",
            ),
            "flows": _flows(),
        }
    ),
    silent=varied(
        _FIRING,
        edges={
            "web > auth": {"params": {"required": False}},
            "orders > auth": {"params": {"required": False}},
        },
    ),
)
