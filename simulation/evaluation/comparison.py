"""What a change did to every figure, and which part of the change did it."""

from collections.abc import Iterator

import msgspec

from simulation.analysis.advice.figures import NAMED, Figures, figures, in_words, moved
from simulation.analysis.advice.judging import Judge
from simulation.analysis.budget import Budget
from simulation.analysis.report import Report
from simulation.evaluation.differences import Step, applied, steps
from simulation.topology.document import Topology
from simulation.topology.validation import check

_FLOW = (
    "availability",
    "availability_carried",
    "downtime_min_per_year",
    "capacity_rps",
    "safe_capacity_rps",
    "headroom",
)
_TIMES = ("mean_ms", "p50_ms", "p95_ms", "p99_ms")
_NODE = ("utilization", "arrival_rps", "capacity_rps", "hit_ratio", "availability")


class Moved(msgspec.Struct, frozen=True):
    """One figure before and after; `element` is the flow or node it belongs to, None for the whole design.

    `delta` is None where one side has no value.
    """

    figure: str
    scope: str
    element: str | None
    before: float | None
    after: float | None
    delta: float | None
    better: bool | None


class Bought(msgspec.Struct, frozen=True):
    """One step of the change and what it moved, with the steps before it in place."""

    change: str
    change_ko: str
    elements: list[str]
    moved: dict[str, float]
    spofs_removed: list[str]
    spofs_added: list[str]
    findings_removed: list[str]
    findings_added: list[str]
    text: str
    text_ko: str


class Comparison(msgspec.Struct, frozen=True):
    """Two documents side by side. `steps` add up to the whole; `partial` where time ran out before the last."""

    figures: list[Moved]
    steps: list[Bought]
    spofs_removed: list[str]
    spofs_added: list[str]
    findings_removed: list[str]
    findings_added: list[str]
    text: str
    text_ko: str
    partial: bool


def compare(before: Topology, after: Topology, *, judge: Judge | None = None) -> Comparison:
    """The figures that moved from one document to the other, and what each part of the change moved.

    Steps are applied one after another (additions, changes, removals), each document analysed; a step that
    alone leaves no valid document is taken together with the next. Raises InvalidInput where one of the two
    documents cannot be analysed.
    """
    judge = judge or Judge(seconds=20.0, most=60)
    first, last = judge.analyze(before, Budget()), judge.analyze(after, Budget())
    bought, partial = _bought(judge, before, after, first, last)
    change = in_words(figures(first), figures(last))
    return Comparison(
        figures=[*_design(figures(first), figures(last)), *_elements(first, last)],
        steps=bought,
        spofs_removed=_without(_spofs(first), _spofs(last)),
        spofs_added=_without(_spofs(last), _spofs(first)),
        findings_removed=_without(_findings(first), _findings(last)),
        findings_added=_without(_findings(last), _findings(first)),
        text="\n".join([change.en, *(f"{b.change}: {b.text}" for b in bought)]),
        text_ko="\n".join([change.ko, *(f"{b.change_ko}: {b.text_ko}" for b in bought)]),
        partial=partial,
    )


def _bought(judge: Judge, before: Topology, after: Topology, first: Report, last: Report) -> tuple[list[Bought], bool]:
    """What each step moved. Out of time, the rest is one step, so that the sum still holds."""
    found: list[Bought] = []
    topology, report = before, first
    waiting = Step()
    todo = steps(before, after)
    partial = False
    for number, step in enumerate(todo):
        waiting = Step([*waiting.differences, *step.differences])
        is_last = number == len(todo) - 1
        changed = applied(topology, waiting, after)
        if is_last:
            next_report: Report | None = last
        elif judge.spent():
            partial = True
            continue
        else:
            next_report = None if check(changed) else judge.report(changed)
        if next_report is None:
            continue
        found.append(_step(waiting, report, next_report))
        topology, report, waiting = changed, next_report, Step()
    return found, partial


def _step(step: Step, before: Report, after: Report) -> Bought:
    words, told = in_words(figures(before), figures(after)), step.text()
    solved = _without(_findings(before, "error", "warning"), _findings(after))
    raised = _without(_findings(after, "error"), _findings(before))
    return Bought(
        change=told.en,
        change_ko=told.ko,
        elements=[d.id for d in step.differences],
        moved=moved(figures(before), figures(after)),
        spofs_removed=_without(_spofs(before), _spofs(after)),
        spofs_added=_without(_spofs(after), _spofs(before)),
        findings_removed=_without(_findings(before), _findings(after)),
        findings_added=_without(_findings(after), _findings(before)),
        text=words.en + _listed("; resolves ", solved) + _listed("; raises ", raised),
        text_ko=words.ko + _listed("; 해결: ", solved) + _listed("; 새로 생김: ", raised),
    )


def _listed(lead: str, names: list[str]) -> str:
    return lead + ", ".join(names) if names else ""


def _design(before: Figures, after: Figures) -> Iterator[Moved]:
    for name, more_is_better, *_ in NAMED:
        old, new = getattr(before, name), getattr(after, name)
        if _differs(old, new):
            yield _moved(name, "design", None, old, new, more_is_better)


def _elements(before: Report, after: Report) -> Iterator[Moved]:
    old_flows, old_nodes = {f.id: f for f in before.flows}, {n.id: n for n in before.nodes}
    better = {name: more for name, more, *_ in NAMED} | {"headroom": True, "utilization": False, "hit_ratio": True}
    for flow in after.flows:
        old = old_flows.get(flow.id)
        if old is None:
            continue
        pairs = [(n, getattr(old, n), getattr(flow, n)) for n in _FLOW]
        pairs += [(n, getattr(old.latency, n), getattr(flow.latency, n)) for n in _TIMES]
        for name, was, now in pairs:
            if _differs(was, now):
                yield _moved(name, "flow", flow.id, was, now, better.get(name, False))
    for node in after.nodes:
        was_node = old_nodes.get(node.id)
        if was_node is None:
            continue
        for name in _NODE:
            was, now = getattr(was_node, name), getattr(node, name)
            if _differs(was, now):
                yield _moved(name, "node", node.id, was, now, None if name == "arrival_rps" else better.get(name))


def _moved(
    name: str, scope: str, element: str | None, old: float | None, new: float | None, more_is_better: bool | None
) -> Moved:
    delta = None if old is None or new is None else new - old
    better = None if delta is None or more_is_better is None else (delta > 0) == more_is_better
    return Moved(name, scope, element, old, new, delta, better)


def _differs(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is not new
    return abs(new - old) > 1e-9 * max(abs(old), abs(new), 1e-6)


def _spofs(report: Report) -> list[str]:
    return [s.component for s in report.spofs]


def _findings(report: Report, *severities: str) -> list[str]:
    """Open findings as code and element; of the given severities, or all."""
    return [
        f"{f.code} {f.components[0]}" if f.components else f.code
        for f in report.findings
        if f.accepted is None and (not severities or f.severity in severities)
    ]


def _without(names: list[str], others: list[str]) -> list[str]:
    kept = set(others)
    return [n for n in dict.fromkeys(names) if n not in kept]
