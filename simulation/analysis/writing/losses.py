"""What is written of losses: of sets that lose traffic, of single ones, of two at once, and what falls with each."""

from simulation.analysis import reasons
from simulation.analysis.budget import OutOfBudget
from simulation.analysis.cutsets import MOST_FUNCTIONS, cut_sets
from simulation.analysis.falls import falls
from simulation.analysis.model import Model
from simulation.analysis.pairs import pairs
from simulation.analysis.report import Contingency, CutSet, Fall
from simulation.analysis.writing.gaps import Gaps


def listed_cut_sets(model: Model, order: int, gaps: Gaps) -> list[CutSet]:
    """Minimal cut sets up to an order, or as far as the budget goes."""
    try:
        cuts = cut_sets(model, order)
    except OutOfBudget:
        gaps.say("/cut_sets", reasons.OUT_OF_BUDGET, partial=True)
        return []
    if cuts.order < order:
        gaps.say("/cut_sets", reasons.cuts_up_to(cuts.order), partial=True)
    if (kinds := len(model.roots.gates)) > MOST_FUNCTIONS:
        gaps.say("/cut_sets", reasons.cuts_of_extremes(kinds))
    if cuts.left_out:
        gaps.say("/cut_sets", reasons.cuts_left_out(cuts.left_out), partial=True)
    return cuts.found


def single_losses(model: Model, gaps: Gaps) -> list[Contingency]:
    """What every single loss does."""
    contingencies, effects = model.contingencies
    if len(contingencies) < len(model.outages):
        gaps.say("/contingencies", reasons.OUT_OF_BUDGET if model.work else reasons.UNSTABLE, model.work is not None)
    for position, effect in enumerate(effects):
        if effect.is_endless:
            gaps.say(f"/contingencies/{position}/shed_share", reasons.UNSTABLE)
    return contingencies


def pairs_of_losses(model: Model, gaps: Gaps) -> list[Contingency]:
    """Losses of two at once that end worse than either alone."""
    found = pairs(model)
    if len(model.contingencies[0]) < len(model.outages):
        gaps.say("/pairs", reasons.SINGLES_INCOMPLETE, partial=True)
    if found.assessed < found.number:
        gaps.say("/pairs", reasons.pairs_assessed(found.assessed, found.number), partial=True)
    if found.left_out:
        gaps.say("/pairs", reasons.pairs_left_out(found.left_out), partial=True)
    return found.found


def what_falls(model: Model, gaps: Gaps) -> list[Fall]:
    """What every loss takes along."""
    found = falls(model)
    if found.looked_at < found.number:
        gaps.say("/falls", reasons.losses_looked_at(found.looked_at, found.number), partial=True)
    return found.found
