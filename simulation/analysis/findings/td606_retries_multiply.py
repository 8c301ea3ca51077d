"""TD606: retries at every layer multiply."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import rate
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch
from simulation.topology.system import Link

_MOST = 8
_BUDGET = 0.1
#: Retries are told of where they multiply the calls by this or more.
_NOTED = 1.05


def detect(context: Context) -> Iterator[Sighting]:
    if any(link.params.get("retries") for link in context.system.links):
        yield from over_layers(context)
        yield from _over_capacity(context)


def over_layers(context: Context) -> Iterator[Sighting]:
    """Paths on which every layer tries again what the one before tries again; each by its longest."""
    worst: dict[int, tuple[float, tuple[Link, ...]]] = {}
    told: set[frozenset[int]] = set()
    for component in context.synchronous():
        product, path = _below(context, component.index, worst)
        first = path[0] if path else None
        if product <= _MOST or first is None or _is_retried(context, first.source):
            continue
        nodes = [context.source(first).id, *(context.target(link).id for link in path)]
        retrying = [link for link in path if _attempts(link) > 1]
        which = frozenset(link.index for link in retrying)
        if which in told:
            continue
        told.add(which)
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
                f"Retry at one of {', '.join(link.id for link in retrying)} only, or within a budget of 10%.",
                f"{', '.join(link.id for link in retrying)} 중 하나에서만 재시도하거나, 10%의 예산 안에서 하세요.",
            ),
            patch,
        )


def _over_capacity(context: Context) -> Iterator[Sighting]:
    """Calls that fail for want of capacity, are tried again, and so take more capacity."""
    rates = {edge.id: edge.rate_rps or 0.0 for edge in context.report.edges}
    told: set[tuple[int, ...]] = set()
    for caller in context.synchronous():
        arriving = context.nodes[caller.id].arrival_rps or 0.0
        for _, gate in context.gates(caller):
            links = [context.system.links[member.link] for member in gate.members]
            retrying = [link for link in links if link.params.get("retry_budget") is None and _attempts(link) > 1]
            full = [t for link in retrying if (context.nodes[(t := context.target(link)).id].utilization or 0.0) >= 1]
            attempts, first = sum(rates[link.id] for link in links), arriving * gate.calls
            key = tuple(link.index for link in retrying)
            if not full or attempts <= first * _NOTED or key in told:
                continue
            told.add(key)
            shown, edges = ", ".join(t.id for t in full), ", ".join(link.id for link in retrying)
            yield Sighting(
                [caller.id, *(t.id for t in full), *(link.id for link in retrying)],
                Text(
                    f"{shown} is full, and retries make {rate(attempts)} of the {rate(first)} that {caller.id} "
                    "asks for.",
                    f"{shown}이(가) 가득 찬 채로, 재시도가 {caller.id}의 {rate(first)}을 {rate(attempts)}로 불립니다.",
                ),
                Text(
                    f"Retry {edges} within a budget of 10%, with backoff and jitter.",
                    f"{edges}의 재시도를 10%의 예산 안에서, 백오프와 지터를 두고 하세요.",
                ),
                [s for link in retrying for s in context.changes.with_edge_params(link.id, retry_budget=_BUDGET)],
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
    context: Context, component: int, found: dict[int, tuple[float, tuple[Link, ...]]]
) -> tuple[float, tuple[Link, ...]]:
    """The largest product of attempts on a path that starts here, and that path; in circles each node counts once."""
    begun: set[int] = set()
    stack = [component]
    while stack:  # without recursion: a chain may be thousands long
        here = stack[-1]
        calls = [link for link in context.system.outgoing[here] if link.kind.id == "call"]
        if here in found:
            stack.pop()
        elif here not in begun:
            begun.add(here)
            stack += [link.target for link in reversed(calls) if link.target not in begun]
        else:
            best: tuple[float, tuple[Link, ...]] = (1.0, ())
            for link in calls:
                product, path = found.get(link.target, (0.0, ()))
                if product * _attempts(link) > best[0]:
                    best = product * _attempts(link), (link, *path)
            found[here] = best
    return found[component]


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
        "The product of attempts along a path of calls is over 8, or retries without a budget multiply the calls to a "
        "node that is full.",
        "호출 경로에 따른 시도 횟수의 곱이 8을 넘거나, 예산 없는 재시도가 가득 찬 노드로 가는 호출을 불립니다.",
    ),
    fix=Text(
        "Retry at one layer, within a budget of 10%, with back-off and jitter.",
        "한 계층에서만, 10%의 예산 안에서, 간격과 무작위성을 두고 재시도하세요.",
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
