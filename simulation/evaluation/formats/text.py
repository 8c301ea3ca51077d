"""For people: a line a threshold, then the verdict."""

from simulation.evaluation.evaluate import Evaluation, Outcome
from simulation.evaluation.thresholds import figure

MEDIA_TYPE = "text/plain"


def write(evaluation: Evaluation, source: str) -> str:
    """One line a threshold with what was measured where, and the verdict last."""
    width = max(len(o.threshold) for o in evaluation.thresholds)
    lines = [f"{'ok  ' if o.holds else 'FAIL'}  {o.threshold:<{width}}  {measured(o)}" for o in evaluation.thresholds]
    broken = sum(not o.holds for o in evaluation.thresholds)
    total = len(evaluation.thresholds)
    lines.append("")
    lines.append(f"{evaluation.verdict}: {total - broken} of {total} thresholds hold in {source}")
    return "\n".join(lines) + "\n"


def measured(outcome: Outcome) -> str:
    """What was measured, with its interval, its place and who measured it."""
    if outcome.value is None:
        told = f"no figure ({outcome.reason})"
    else:
        told = figure(outcome.threshold, outcome.value, 6)
        if outcome.low is not None and outcome.high is not None:
            told += f" [{outcome.low:.6g}, {outcome.high:.6g}]"
    place = f" at {outcome.element}" if outcome.element else ""
    return f"{told}{place} ({outcome.source})"
