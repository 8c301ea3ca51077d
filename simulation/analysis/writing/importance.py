"""What everything that can fail by itself means to all traffic, and what a node means: its most important replica."""

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
    rates, names = model.rates, model.gates.names
    found = [
        PartFigures(part_name(model, variable), _TYPES[name[0]], 1 - rates[variable].q, importance)
        for variable, importance in model.importances.items()
        if importance.birnbaum > 0 and isinstance(name := names[variable], tuple) and name[0] in _TYPES
        if name[0] != "failover" or rates[variable].q > 0  # one that always works
    ]
    keys = [(-p.importance.fussell_vesely, -p.importance.birnbaum, p.component, n) for n, p in enumerate(found)]
    return [found[n] for *_, n in sorted(keys)]


def importance_of_nodes(model: Model) -> dict[str, Importance]:
    """By id, the nodes' most important replica; of nodes that no request needs there is none."""
    found: dict[str, Importance] = {}
    names, nodes = model.gates.names, model.needed_by_some
    for variable, importance in model.importances.items():
        name = names[variable]
        if isinstance(name, tuple) and name[0] == "replica" and name[1] in nodes:
            known = found.get(name[1])
            if known is None or importance.birnbaum > known.birnbaum:
                found[name[1]] = importance
    return found
