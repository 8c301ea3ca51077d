"""Linchpin's own documents, as JSON or YAML."""

import re

from simulation.topology.catalogue.model import Text
from simulation.topology.document import InvalidInput
from simulation.topology.importing.draft import Draft
from simulation.topology.parsing import parse
from simulation.topology.strict_json import decoded

FORMAT = "linchpin"
TITLE = Text("Linchpin (JSON)", "Linchpin(JSON)")
EXTENSIONS = (".json",)

_OURS = re.compile(r"[\"']?format[\"']?\s*:\s*[\"']?linchpin/\d")


def is_ours(text: str) -> bool:
    """Whether it says that it is a document of ours, in either notation."""
    return _OURS.search(text) is not None


def recognises(text: str, name: str) -> bool:
    """By the format that it names."""
    return is_ours(text) and text.startswith("{")


def read(content: str | bytes) -> Draft:
    """The document as it is; nothing is assumed."""
    text = decoded(content, "document")
    try:
        topology = parse(text, "json" if text.lstrip().startswith(("{", "[")) else "yaml")
    except InvalidInput as error:
        if error.status != 400 or not text.lstrip().startswith("{"):
            raise
        try:
            topology = parse(text, "yaml")
        except InvalidInput:
            raise error from None
    draft = Draft(topology.name, topology=topology)
    nodes, edges, flows = len(topology.nodes), len(topology.edges), len(topology.flows)
    draft.say(
        draft.understood,
        f"{nodes} nodes, {edges} edges and {flows} flows, as they are written",
        f"노드 {nodes}개, 연결 {edges}개, 흐름 {flows}개를 적힌 그대로 읽었습니다.",
    )
    return draft
