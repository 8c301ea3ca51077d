"""What is written of every edge."""

from simulation.analysis.load.work import capacity_of
from simulation.analysis.model import Model
from simulation.analysis.report import EdgeFigures


def edge_figures(model: Model) -> list[EdgeFigures]:
    """Calls on every edge that carries any."""
    work = model.work
    found = []
    for link in model.system.links:
        rate = None if work is None else work.link_rate.get(link.index, 0.0)
        limit = capacity_of(link)
        load = rate / limit if rate is not None and limit else None
        found.append(EdgeFigures(link.id, rate, load))
    return found
