"""From bytes to a document that both engines can read, or an error that says everything that is wrong."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from simulation.topology import canonical, strict_json, strict_yaml
from simulation.topology.document import InvalidInput, Problem, Topology
from simulation.topology.limits import MAX_BYTES
from simulation.topology.validation import check_object

UNTITLED = "Untitled"


def parse(data: bytes | str, media: Literal["json", "yaml"] = "json") -> Topology:
    """Read and validate a document.

    Raises InvalidInput: 413 when too large, 400 when the text cannot be read, 422 when the document is refused.
    """
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InvalidInput([Problem("", f"{size:,} bytes; at most {MAX_BYTES:,} are accepted")], 413)
    loads = strict_yaml.loads if media == "yaml" else strict_json.loads
    return from_object(loads(data))


def from_object(document: Any) -> Topology:
    """Validate a plain object and give it its types. Raises InvalidInput (422) with every problem."""
    document = canonical.plain(document)
    if isinstance(document, Mapping):
        document = _in_full(document)
    problems = check_object(document)
    if problems:
        raise InvalidInput(problems, 422)
    try:
        return msgspec.convert(_without_empty(document), Topology)
    except msgspec.ValidationError as error:
        raise InvalidInput([Problem("", str(error))], 422) from error


def to_object(topology: Topology) -> dict[str, Any]:
    """The document as plain data, ready for JSON or YAML."""
    return canonical.to_object(topology)


def _in_full(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with a name, and with shapes as objects where only their kind is written."""
    found = {"name": UNTITLED, **document}
    flows = document.get("flows")
    if isinstance(flows, list):
        found["flows"] = [
            {**flow, "shape": {"kind": flow["shape"]}}
            if isinstance(flow, Mapping) and isinstance(flow.get("shape"), str)
            else flow
            for flow in flows
        ]
    return found


def _without_empty(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without optional members that are null."""
    found = dict(document)
    for name in ("nodes", "edges", "flows", "accepted"):
        found[name] = [
            {key: value for key, value in record.items() if value is not None} for record in document.get(name, [])
        ]
    return found
