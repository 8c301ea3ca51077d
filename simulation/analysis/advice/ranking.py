"""Advice: the changes that findings propose, each analysed anew, ranked by what they buy for what they cost."""

import json
from dataclasses import dataclass, field

from simulation.analysis.advice.figures import Figures, figures, moved
from simulation.analysis.advice.judging import Judge
from simulation.analysis.advice.wording import told
from simulation.analysis.report import Advice, Finding, Report
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Topology
from simulation.topology.patching import Patch

#: A change that gains less of every figure buys nothing.
_LEAST = 1e-3


@dataclass
class _Candidate:
    patch: Patch
    fix: Text
    codes: list[str] = field(default_factory=list)


def advise(topology: Topology, report: Report, *, most: int = 8, judge: Judge | None = None) -> list[Advice]:
    """At most `most` changes that buy something, the best first.

    Candidates are the patches of the report's findings, errors first; as many are judged as the judge's
    budget allows. A change that does not apply, or moves no figure for the better, is left out.
    """
    judge = judge or Judge(seconds=5.0, most=40)
    before = figures(report)
    found: list[tuple[float, Advice]] = []
    for candidate in _candidates(report.findings):
        if judge.spent():
            break
        changed = judge.changed(topology, candidate.patch)
        after = judge.figures(changed) if changed is not None else None
        if changed is None or after is None:
            continue
        value = worth(before, after)
        if value <= 0:
            continue
        buys = moved(before, after)
        cost = buys.pop("cost_per_month", 0.0)
        words = told(topology, changed)
        title = words if words.en else candidate.fix
        advice = Advice(title.en, title.ko, candidate.patch, buys, cost, candidate.codes)
        found.append((value / price(before, cost), advice))
    found.sort(key=lambda ranked: -ranked[0])
    return [advice for _, advice in found[:most]]


def worth(before: Figures, after: Figures) -> float:
    """What a change buys: each figure's gain as a share of what there was to gain; 0 where it only costs.

    A single point of failure, and half of the unavailability, of the p99, or as much capacity again, count alike.
    """
    gains = [before.spofs - after.spofs, before.finding_errors - after.finding_errors]
    if before.contingency_failures:
        gains.append((before.contingency_failures - after.contingency_failures) / before.contingency_failures)
    for name in ("availability", "availability_carried"):
        old, new = getattr(before, name), getattr(after, name)
        if old is not None and new is not None and old < 1:
            gains.append(2 * (new - old) / (1 - old))
    for name in ("capacity_rps", "safe_capacity_rps"):
        old, new = getattr(before, name), getattr(after, name)
        if old is not None and new is not None:
            gains.append(min(2.0, (new - old) / old) if old > 0 else float(new > 0))
    if before.p99_ms and after.p99_ms is not None:
        gains.append(2 * (before.p99_ms - after.p99_ms) / before.p99_ms)
    elif before.p99_ms is None and after.p99_ms is not None:
        gains.append(1.0)  # it was overloaded and has a finite time now
    return sum(gains) if any(gain > _LEAST for gain in gains) else 0.0


def price(before: Figures, cost: float) -> float:
    """What a change costs, in units of a twentieth of the design's cost (and at least ten dollars); at least 1."""
    return 1 + max(0.0, cost) / (10 + 0.05 * before.cost_per_month)


def _candidates(findings: list[Finding]) -> list[_Candidate]:
    """One candidate for each different patch, in the order of the findings, what is accepted last."""
    found: dict[str, _Candidate] = {}
    for finding in sorted(findings, key=lambda f: f.accepted is not None):
        if not finding.patch:
            continue
        key = json.dumps(finding.patch, sort_keys=True)
        if key not in found:
            fix = Text(finding.fix or finding.message, finding.fix_ko or finding.message_ko)
            found[key] = _Candidate(finding.patch, fix)
        if finding.code not in found[key].codes:
            found[key].codes.append(finding.code)
    return list(found.values())
