"""Thresholds and verdicts, sweeps over variants, and the formats that results are written in."""

from simulation.evaluation.evaluate import Evaluation, Outcome, evaluate

__all__ = ["Evaluation", "Outcome", "evaluate"]
