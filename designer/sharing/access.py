"""The only way to get at a design or a run: one condition a line, and what is hidden does not exist."""

from uuid import UUID

from designer.designs.models import Design
from designer.sharing.models import Scope
from designer.sharing.principals import Principal
from simulation.runs.models import Run

RANK = {Scope.VIEW: 1, Scope.SIMULATE: 2, Scope.EDIT: 3, Scope.OWN: 4}


class Hidden(Exception):
    """There is no such thing, or none that this principal may know of."""


class Forbidden(Exception):
    """The principal may see it, but not do this to it; says what is needed."""


def rank_on(principal: Principal, design: Design) -> int:
    """How much the principal may do with the design; 0 is nothing."""
    rank = 0
    if principal.user is not None and design.owner_id == principal.user.pk:
        rank = RANK[Scope(principal.scope)]
    for link in principal.links:
        if link.design_id == design.pk:
            rank = max(rank, RANK[Scope(link.scope)])
    return rank


def scope_on(principal: Principal, design: Design) -> str:
    """The widest scope that the principal has on a design it may see."""
    rank = rank_on(principal, design)
    return next(scope.value for scope, needed in RANK.items() if needed == rank)


def access_design(principal: Principal, design_id: UUID, need: str = "view", *, lock: bool = False) -> Design:
    """The design, if the principal may do with it what is needed.

    With `lock` the row stays locked until the end of the transaction. Raises Hidden or Forbidden.
    """
    designs = Design.objects.select_for_update() if lock else Design.objects.all()
    design = designs.filter(pk=design_id).first()
    if design is None:
        raise Hidden("design")
    rank = rank_on(principal, design)
    if rank == 0:
        raise Hidden("design")
    if rank < RANK[Scope(need)]:
        raise Forbidden(f"This needs the right to {need}; you have {scope_on(principal, design)}.")
    return design


def access_run(principal: Principal, run_id: UUID, need: str = "view") -> Run:
    """The run, if it is the principal's own or one of a design on which the principal has the right.

    Raises Hidden or Forbidden.
    """
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise Hidden("run")
    rank = 0
    if principal.user is not None and run.owner_id == principal.user.pk:
        rank = RANK[Scope(principal.scope)]
    if rank < RANK[Scope(need)] and run.design_id is not None:
        design = Design.objects.filter(pk=run.design_id).first()
        if design is not None:
            rank = max(rank, rank_on(principal, design))
    if rank == 0:
        raise Hidden("run")
    if rank < RANK[Scope(need)]:
        raise Forbidden(f"This needs the right to {need} on the run's design.")
    return run
