"""TD606: retries at every layer multiply."""

from collections.abc import Iterator

from simulation.analysis.advice.patch import Patch
from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Text
from simulation.topology.system import Link

_MOST = 8
_BUDGET = 0.1


def detect(context: Context) -> Iterator[Sighting]:
    worst: dict[int, tuple[float, tuple[Link, ...]]] = {}
    for component in context.synchronous():
        product, path = _below(context, component.index, worst, frozenset())
        first = path[0] if path else None
        if product <= _MOST or first is None or _is_retried(context, first.source):
            continue
        nodes = [context.source(first).id, *(context.target(link).id for link in path)]
        retrying = [link for link in path if _attempts(link) > 1]
        patch: Patch = []
        for link in retrying:
            patch += context.changes.with_edge_params(link.id, retry_budget=_BUDGET)
        yield Sighting(
            [nodes[0], *nodes[1:], *(link.id for link in retrying)],
            Text(
                f"One request becomes up to {product:,.0f} attempts on {' > '.join(nodes)}.",
                f"{' > '.join(nodes)} 경로에서 요청 하나가 최대 {product:,.0f}번의 시도가 됩니다.",
            ),
            Text(
                f"Retry at one of {', '.join(link.id for link in retrying)} only, or within a budget of 10 %.",
                f"{', '.join(link.id for link in retrying)} 중 하나에서만 재시도하거나, 10 %의 예산 안에서 하세요.",
            ),
            patch,
        )


def _attempts(link: Link) -> float:
    """Attempts that one call may become; a budget bounds them on the whole."""
    retries = int(link.params.get("retries") or 0)
    budget = link.params.get("retry_budget")
    return 1 + (retries if budget is None else min(retries, float(budget)))


def _is_retried(context: Context, component: int) -> bool:
    """Whether somebody above retries too: then the longer path tells it."""
    return any(link.kind.id == "call" and _attempts(link) > 1 for link in context.system.incoming[component])


def _below(
    context: Context, component: int, found: dict[int, tuple[float, tuple[Link, ...]]], above: frozenset[int]
) -> tuple[float, tuple[Link, ...]]:
    """The largest product of attempts on a path that starts here, and that path."""
    if component in found:
        return found[component]
    best: tuple[float, tuple[Link, ...]] = (1.0, ())
    for link in context.system.outgoing[component]:
        if link.kind.id == "call" and link.target not in above:
            product, path = _below(context, link.target, found, above | {component})
            if product * _attempts(link) > best[0]:
                best = product * _attempts(link), (link, *path)
    found[component] = best
    return best


RULE = Rule(
    code="TD606",
    severity="warning",
    tier="A",
    title=Text("Retries multiply over layers", "계층마다 곱해지는 재시도"),
    why=Text(
        "Three retries at each of three layers are 64 attempts: an overload keeps itself up.",
        "세 계층에서 세 번씩 재시도하면 64번의 시도가 되어, 과부하가 스스로 이어집니다.",
    ),
    found_by=Text(
        "The product of attempts along a path of calls is over 8.", "호출 경로에 따른 시도 횟수의 곱이 8을 넘습니다."
    ),
    fix=Text(
        "Retry at one layer, within a budget of 10 %, with back-off and jitter.",
        "한 계층에서만, 10 %의 예산 안에서, 간격과 무작위성을 두고 재시도하세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > orders > db",
            users="client",
            web="web_server",
            orders="service",
            db="database",
            edges={
                "users > web": {"params": {"retries": 3}},
                "web > orders": {"params": {"retries": 3}},
                "orders > db": {"params": {"retries": 3}},
            },
        )
    ),
    silent=varied(
        _FIRING,
        edges={
            "users > web": {"params": {}},
            "web > orders": {"params": {}},
        },
    ),
)
