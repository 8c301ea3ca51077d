"""Reports and results as plain text, for people at a terminal."""

from collections.abc import Iterable, Sequence

from simulation.analysis.advice.figures import told
from simulation.analysis.report import FAILED, Contingency, Report
from simulation.evaluation.comparison import Comparison
from simulation.evaluation.searching import Candidate, Search
from simulation.evaluation.thresholds import figure
from simulation.traffic.result import Estimate, Result

#: Rows of a long table that are shown.
ROWS = 20


def report_text(report: Report) -> str:
    """The report in short: what falls, how much it carries, what was found."""
    parts = [_spofs(report), _flows(report), _nodes(report), _contingencies(report), _findings(report)]
    if report.pairs:
        parts.append(_pairs(report))
    if report.falls:
        parts.append(_falls(report))
    if report.advice:
        parts.append(_advice(report))
    if report.tornado:
        parts.append(_tornado(report))
    parts.append(f"Cost: {report.cost_per_month:,.0f} USD a month")
    if report.gaps:
        parts.append("Not computed:\n" + _lines(f"{gap.pointer}: {gap.reason}" for gap in report.gaps))
    if report.not_modelled:
        parts.append("Not modelled:\n" + _lines(report.not_modelled))
    parts.append(f"{len(report.assumptions)} assumptions; --format json lists them all.")
    return "\n\n".join(parts) + "\n"


def search_text(found: Search) -> str:
    """What a search found: the best document, how its thresholds are met, and the front."""
    head = (
        "The cheapest document found that meets all thresholds" if found.verdict == "pass" else "None found meets all"
    )
    rows = [_candidate(name, c) for name, c in (("given", found.start), ("best", found.best))]
    told = [(o, "-" if o.value is None else figure(o.threshold, o.value, 4)) for o in found.thresholds]
    outcomes = (f"{'holds' if o.holds else 'fails'}: {o.threshold} ({value})" for o, value in told)
    front = [_candidate("meets" if c.meets else "", c) for c in found.front]
    parts = [
        f"{head} ({found.analyses} documents analysed{', out of time' if found.partial else ''})",
        _table(["", *_CANDIDATE], rows),
        "Changes\n" + _lines(found.best.change.split("; ")),
        "Thresholds\n" + _lines(outcomes),
        f"What money buys{' (out of time)' if found.front_partial else ''}\n" + _table(["", *_CANDIDATE], front[:ROWS]),
    ]
    return "\n\n".join(parts) + "\n"


_CANDIDATE = ("USD/month", "availability", "p99", "safe", "spofs")


def _candidate(name: str, c: Candidate) -> list[str]:
    return [
        name,
        f"{c.cost_per_month:,.0f}",
        _number(c.availability, 7),
        _number(c.p99_ms),
        _number(c.safe_capacity_rps),
        str(c.spofs),
    ]


def result_text(result: Result) -> str:
    """The result in short: flows, then the busiest nodes."""
    head = (
        f"Engine {result.engine} ({result.engine_reason}), seed {result.seed}, {result.replications} replication(s) of "
        f"{result.duration_s:g} s, warm-up {result.warmup_s:g} s, stationary: {result.stationary}\n"
        f"digest {result.digest}" + (f"\ncut short: {result.cut_short}" if result.cut_short else "")
    )
    flows = [
        [
            flow.id,
            f"{flow.offered:,}",
            f"{flow.completed:,}",
            f"{flow.failed:,}",
            f"{flow.in_flight:,}",
            *(_estimate(e) for e in (flow.throughput_rps, flow.error_rate, flow.mean_ms, flow.p50_ms, flow.p99_ms)),
        ]
        for flow in result.flows
    ]
    heads = ["flow", "offered", "completed", "failed", "in flight", "rps", "error rate", "mean ms", "p50 ms", "p99 ms"]
    busy = sorted(result.nodes, key=lambda node: -(node.utilization.value or 0.0))
    nodes = [
        [
            node.id,
            _estimate(node.utilization),
            _estimate(node.arrival_rps),
            _estimate(node.queue_mean),
            f"{node.queue_max:,}",
            f"{node.rejected:,}",
            _estimate(node.hit_ratio),
        ]
        for node in busy[:ROWS]
    ]
    node_heads = ["node", "utilization", "rps", "queue", "queue max", "rejected", "hit ratio"]
    parts = [head, _table(heads, flows), _table(node_heads, nodes)]
    if result.not_modelled:
        parts.append("Not modelled:\n" + _lines(result.not_modelled))
    return "\n\n".join(parts) + "\n"


def comparison_text(comparison: Comparison) -> str:
    """The comparison in short: what each step bought, then the figures that moved."""
    if not comparison.figures and not comparison.steps:
        return "No figure moved.\n"
    parts = []
    if comparison.steps:
        parts.append("Steps\n" + _lines(f"{step.change}: {step.text}" for step in comparison.steps))
    rows = [
        [
            moved.figure + (f" of {moved.element}" if moved.element else ""),
            _number(moved.before, 6),
            _number(moved.after, 6),
            {True: "better", False: "worse", None: ""}[moved.better],
        ]
        for moved in comparison.figures
    ]
    parts.append(_table(["figure", "before", "after", ""], rows))
    return "\n\n".join(parts) + "\n"


def _spofs(report: Report) -> str:
    if not report.spofs:
        return "No single point of failure."
    lines = (
        f"{s.component}{' (hidden common cause)' if s.hidden else ''}: {s.loss_share:.1%} of traffic. {s.reason}"
        for s in report.spofs
    )
    return f"{len(report.spofs)} single point(s) of failure\n" + _lines(lines)


def _flows(report: Report) -> str:
    heads = ["flow", "availability", "carried", "min/year", "capacity", "safe", "headroom", "bottleneck", "p50", "p99"]
    rows = [
        [
            flow.id,
            _number(flow.availability, 7),
            _number(flow.availability_carried, 7),
            _number(flow.downtime_min_per_year),
            _number(flow.capacity_rps),
            _number(flow.safe_capacity_rps),
            "-" if flow.headroom is None else f"{flow.headroom:+.0%}",
            flow.bottleneck or "-",
            _number(flow.latency.p50_ms),
            _number(flow.latency.p99_ms),
        ]
        for flow in report.flows
    ]
    return _table(heads, rows)


def _nodes(report: Report) -> str:
    busy = sorted(report.nodes, key=lambda node: -(node.utilization or 0.0))[:ROWS]
    rows = [
        [n.id, _number(n.arrival_rps), _number(n.capacity_rps), _number(n.utilization), _number(n.wait_ms)]
        for n in busy
    ]
    return _table(["node", "rps", "capacity", "utilization", "wait ms"], rows)


def _contingencies(report: Report) -> str:
    failed = [c for c in report.contingencies if c.verdict in FAILED]
    if not failed:
        return f"All {len(report.contingencies)} single losses are survived."
    title = f"{len(failed)} of {len(report.contingencies)} single losses are not survived"
    return f"{title}\n{_losses(failed)}"


def _pairs(report: Report) -> str:
    return f"{len(report.pairs)} losses of two end worse than either alone\n{_losses(report.pairs)}"


def _falls(report: Report) -> str:
    """What every loss takes along, what takes most first."""
    most = sorted(report.falls, key=lambda fall: (-sum(fall.nodes.values()), fall.outage))
    rows = [
        [
            fall.outage,
            fall.type,
            ", ".join(f"{id} {share:.0%}" if share < 1 else id for id, share in fall.nodes.items()),
        ]
        for fall in most[:ROWS]
    ]
    return "What falls with what\n" + _table(["loss of", "type", "takes along"], rows)


def _losses(losses: Sequence[Contingency]) -> str:
    rows = [
        [c.outage, c.type, c.verdict, f"{c.loss_share:.1%}", "-" if c.shed_share is None else f"{c.shed_share:.1%}"]
        for c in losses[:ROWS]
    ]
    return _table(["loss of", "type", "verdict", "lost", "shed"], rows)


def _advice(report: Report) -> str:
    lines = (f"{a.title}: {told({**a.buys, 'cost_per_month': a.cost_per_month}).en}" for a in report.advice)
    return "Advice, what buys most for its cost first\n" + _lines(lines)


def _tornado(report: Report) -> str:
    """The numbers that the answer depends on most."""
    lines = (
        f"{b.element} {b.param} {b.value:g} {b.unit} ({b.low:g} to {b.high:g}): "
        f"{b.moves} {_number(b.at_low[b.moves])} to {_number(b.at_high[b.moves])}"
        for b in report.tornado
    )
    return "The answer depends most on\n" + _lines(lines)


def _findings(report: Report) -> str:
    if not report.findings:
        return "No findings."
    lines = (f"{f.code} {f.severity}: {f.message}" for f in report.findings if f.accepted is None)
    return f"{len(report.findings)} finding(s)\n" + _lines(lines)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(f"  {text}" for text in texts)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return ("  " + "  ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in others)])).rstrip()

    return "\n".join([line(heads), *(line(row) for row in rows)])


#: What is printed of smaller figures: nobody can tell them from nothing, and they are not nothing.
_TINY = 1e-6


def _number(value: float | None, digits: int = 4) -> str:
    if value is None:
        return "-"
    return f"{value:.{digits}g}" if value == 0 or abs(value) >= _TINY else f"<{_TINY:g}"


def _estimate(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    spread = ""
    if estimate.low is not None and estimate.high is not None:
        spread = f" ±{(estimate.high - estimate.low) / 2:.2g}"
    return f"{estimate.value:.4g}{spread}"
