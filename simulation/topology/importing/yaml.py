"""Linchpin's own documents under the name of their notation."""

from simulation.topology.catalogue.model import Text
from simulation.topology.importing.linchpin import read

FORMAT = "yaml"
TITLE = Text("Linchpin (YAML)", "Linchpin(YAML)")

__all__ = ["FORMAT", "TITLE", "read"]
