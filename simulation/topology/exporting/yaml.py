"""Linchpin's own document as YAML, readable by YAML 1.1 and 1.2 alike."""

from typing import Any

import yaml

from simulation.topology.canonical import to_object
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Topology
from simulation.topology.strict_yaml import is_plain_text

FORMAT = "yaml"
TITLE = Text("Linchpin (YAML)", "Linchpin(YAML)")
MEDIA_TYPE = "application/yaml"
EXTENSION = "linchpin.yaml"


class _Dumper(yaml.SafeDumper):
    """Never writes aliases; quotes every text that some reader could take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if is_plain_text(value) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def write(topology: Topology) -> bytes:
    """The document; reading it back and writing it again gives the same bytes."""
    text: str = yaml.dump(
        to_object(topology), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**20, default_flow_style=False
    )
    return text.encode()
