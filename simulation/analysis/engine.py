"""Writes the report from a model: every figure of the contract, or null and why."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from simulation.analysis import assumptions, reasons
from simulation.analysis.budget import Budget, OutOfBudget
from simulation.analysis.model import Model
from simulation.analysis.report import Report
from simulation.analysis.writing.edges import edge_figures
from simulation.analysis.writing.flows import flow_figures
from simulation.analysis.writing.gaps import Gaps
from simulation.analysis.writing.importance import part_figures
from simulation.analysis.writing.losses import listed_cut_sets, pairs_of_losses, single_losses, what_falls
from simulation.analysis.writing.nodes import node_figures
from simulation.topology.document import InvalidInput, Problem, Topology

#: Of designs with more components than this, cut sets go to order 2, not to 3, where nobody asks for an order.
_LARGE = 120


def report(
    topology: Topology,
    *,
    max_order: int | None = None,
    budget: Budget | None = None,
    findings: bool = True,
    pairs: bool = False,
    falls: bool = False,
) -> Report:
    """All figures of a valid document. Without `max_order` cut sets go to order 3, on large systems to 2.

    With `pairs` losses of two at once too, with `falls` what every loss takes along.
    """
    model = Model(topology, budget or Budget())
    return reported(model, max_order=max_order, findings=findings, pairs=pairs, falls=falls)


def reported(
    model: Model,
    *,
    max_order: int | None = None,
    findings: bool = True,
    pairs: bool = False,
    falls: bool = False,
) -> Report:
    """The report of a model, as `report` answers it."""
    with undisturbed():
        try:
            written = figures(model, max_order, pairs, falls)
        except OutOfBudget as beyond:
            text = f"this needs more than {model.budget.gates:,} gates; make the document smaller"
            raise InvalidInput([Problem("", text)]) from beyond
        return with_findings(model, written) if findings else written


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the search for cyclic garbage from walking what is being built: an analysis makes next to none."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            if not gc.get_freeze_count():  # what was built counts as old: not walked at once
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def with_findings(model: Model, written: Report) -> Report:
    """The same report with what a review says about it."""
    from simulation.analysis.findings import detect_all

    with undisturbed():
        return msgspec.structs.replace(written, findings=detect_all(model, written))


def figures(model: Model, max_order: int | None = None, pairs: bool = False, falls: bool = False) -> Report:
    """The report without findings and advice."""
    gaps, has_flows = Gaps(), bool(model.system.sources)
    if not has_flows:
        gaps.say("/flows", reasons.NO_FLOW)
    order = max_order if max_order is not None else (3 if sum(1 for _ in model.system.components) <= _LARGE else 2)
    spofs = model.spofs
    solver = model.availability.solver if has_flows else "none"
    # Gaps stand in the order of what is written.
    contingencies = single_losses(model, gaps)
    found = listed_cut_sets(model, order, gaps)
    simplifications = assumptions.simplifications(model)
    two = pairs_of_losses(model, gaps) if pairs else []
    along = what_falls(model, gaps) if falls else []
    flows = flow_figures(model, gaps)
    nodes = node_figures(model, gaps)
    return Report(
        spofs=spofs,
        cut_sets=found,
        contingencies=contingencies,
        flows=flows,
        nodes=nodes,
        edges=edge_figures(model),
        findings=[],
        advice=[],
        cost_per_month=model.system.cost_per_month,
        assumptions=assumptions.listed(model),
        not_modelled=[s.reason for s in simplifications],
        gaps=gaps.found,
        solver=solver,
        max_order=order,
        partial=gaps.is_partial,
        pairs=two,
        simplifications=simplifications,
        falls=along,
        parts=part_figures(model),
    )
