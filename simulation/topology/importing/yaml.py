"""Linchpin's own documents under the name of their notation."""

from simulation.topology.catalogue.model import Text
from simulation.topology.importing.linchpin import is_ours, read

FORMAT = "yaml"
TITLE = Text("Linchpin (YAML)", "Linchpin(YAML)")
EXTENSIONS = (".yaml", ".yml")


def recognises(text: str, name: str) -> bool:
    """By the format that it names."""
    return is_ours(text) and not text.startswith("{")


__all__ = ["EXTENSIONS", "FORMAT", "TITLE", "read", "recognises"]
