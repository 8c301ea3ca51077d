"""What everything that can fail by itself means to all traffic, and what a node means: its most important replica.

With Q the unavailability of all traffic, q the part's and I its Birnbaum importance (d Q / d q): Fussell-Vesely
q I / Q, risk achievement (Q + (1 - q) I) / Q, duplication gain I A (1 - A). The unavailability is multilinear, so
that these are differences between Q with the part up and with it down.
"""

from collections.abc import Iterator

from simulation.analysis.cutsets import part_name
from simulation.analysis.model import Model
from simulation.analysis.report import Importance, PartFigures, PartType

#: What the variables of the gates are called in the report; links and luck do not fail by themselves.
_TYPES: dict[str, PartType] = {
    "replica": "component",
    "box": "container",
    "common": "common_cause",
    "failover": "failover",
}


def part_figures(model: Model) -> list[PartFigures]:
    """Every part that matters to some request, the greatest share of the unavailability first; none where the
    availability was sampled."""
    return sorted(_parts(model), key=lambda p: (-p.importance.fussell_vesely, -p.importance.birnbaum, p.component))


def importance_of_nodes(model: Model) -> dict[str, Importance]:
    """By id, the nodes' most important replica; of nodes that no request needs there is none."""
    found: dict[str, Importance] = {}
    for variable, kind, id in _variables(model):
        if kind == "replica" and id in model.needed_by_some:
            importance = _importance(model, variable)
            if id not in found or importance.birnbaum > found[id].birnbaum:
                found[id] = importance
    return found


def _parts(model: Model) -> Iterator[PartFigures]:
    for variable, kind, _ in _variables(model):
        importance = _importance(model, variable)
        if importance.birnbaum > 0:
            up = 1 - model.rates[variable].q
            yield PartFigures(part_name(model, variable), _TYPES[kind], up, importance)


def _variables(model: Model) -> Iterator[tuple[int, str, str]]:
    """The variables that fail by themselves, with their kind and whose they are; not a failover that always works."""
    birnbaum = model.availability.birnbaum if model.system.sources else None
    for variable, name in enumerate(model.gates.names[: len(birnbaum or ())]):
        assert isinstance(name, tuple)
        if name[0] in _TYPES and not (name[0] == "failover" and model.rates[variable].q == 0):
            yield variable, name[0], name[1]


def _importance(model: Model, variable: int) -> Importance:
    assert model.availability.birnbaum is not None
    total, q = model.availability.of_all, model.rates[variable].q
    i = max(0.0, model.availability.birnbaum[variable])
    share, risk = (q * i / total, (total + (1 - q) * i) / total) if total > 0 else (0.0, 1.0)
    return Importance(i, share, risk, i * q * (1 - q))
