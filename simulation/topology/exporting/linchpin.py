"""Linchpin's own document as JSON, in the document's order, without what equals a default."""

import json

from simulation.topology.canonical import to_object
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Topology

FORMAT = "linchpin"
TITLE = Text("Linchpin (JSON)", "Linchpin(JSON)")
MEDIA_TYPE = "application/json"
EXTENSION = "linchpin.json"


def write(topology: Topology) -> bytes:
    """The document; reading it back and writing it again gives the same bytes."""
    return (json.dumps(to_object(topology), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
