"""Params of containers: what fails takes everything in it along."""

from simulation.topology.catalogue.model import Param
from simulation.topology.catalogue.replicas import cost, lifetime


def enclosing(mtbf_h: float, mttr_h: float, source: str) -> tuple[Param, ...]:
    """The params of a container that fails every `mtbf_h` hours and is repaired in `mttr_h`."""
    return (*lifetime(mtbf_h, mttr_h, source), cost(0))
