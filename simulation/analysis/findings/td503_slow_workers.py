"""TD503: the backlog grows as long as the load stays."""

import math
from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import duration, rate
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.system import Component

_TARGET = 0.7


def detect(context: Context) -> Iterator[Sighting]:
    for node in context.report.nodes:
        backlog = node.backlog
        if backlog is None or backlog.growth_rps <= 0 or (component := context.component(node.id)) is None:
            continue
        workers = [component]
        if component.kind.role is Role.QUEUE:
            workers = [context.target(link) for link in context.links(component, "consume")]
        if not workers:
            continue
        worker = max(workers, key=lambda w: _utilization(context, w.id))
        share = backlog.arrival_rps / backlog.drain_rps if backlog.drain_rps > 0 else 1.0
        count = max(worker.replicas + 1, math.ceil(round(worker.replicas * share / _TARGET, 9)))
        queue = _queue(context, worker)
        full = f"; {queue} is full after {duration(backlog.full_after_s).en}" if backlog.full_after_s else ""
        full_ko = (
            f" {queue}이(가) {duration(backlog.full_after_s).ko} 뒤에 가득 찹니다." if backlog.full_after_s else ""
        )
        names = list(dict.fromkeys([worker.id, component.id, *(w.id for w in workers)]))
        yield Sighting(
            names,
            Text(
                f"{worker.id} works off {rate(backlog.drain_rps)} of {rate(backlog.arrival_rps)}: "
                f"the backlog grows by {rate(backlog.growth_rps)}{full}.",
                f"{worker.id}이(가) {rate(backlog.arrival_rps)} 중 {rate(backlog.drain_rps)}만 처리하여 "
                f"밀린 일이 {rate(backlog.growth_rps)}씩 늘어납니다.{full_ko}",
            ),
            Text(f"Run {count} of {worker.id}.", f"{worker.id}을(를) {count}개로 늘리세요."),
            context.changes.with_replicas(worker.id, count),
        )


def _queue(context: Context, worker: Component) -> str:
    """The first queue that it takes from."""
    return next(context.source(link).id for link in context.system.incoming[worker.index] if link.kind.id == "consume")


def _utilization(context: Context, node: str) -> float:
    figures = context.nodes.get(node)
    return figures.utilization or 0.0 if figures else 0.0


RULE = Rule(
    code="TD503",
    severity="error",
    tier="A",
    title=Text("Workers slower than what arrives", "들어오는 것보다 느린 작업자"),
    why=Text("The backlog grows without bound.", "밀린 일이 끝없이 늘어납니다."),
    found_by=Text("More is published than the workers can do.", "작업자가 할 수 있는 것보다 많이 발행됩니다."),
    fix=Text("Add workers, or scale them by the backlog.", "작업자를 늘리거나, 밀린 양에 따라 자동으로 늘리세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > queue > worker",
            rate_rps=500,
            users="client",
            web={"kind": "web_server", "replicas": 2},
            queue={"kind": "message_queue", "replicas": 3, "params": {"capacity_messages": 10000}},
            worker={"kind": "worker", "replicas": 4, "params": {"service_time_ms": 10, "concurrency": 1}},
        )
    ),
    silent=varied(_FIRING, worker={"replicas": 8}),
    supersedes=("TD601", "TD602"),
)
