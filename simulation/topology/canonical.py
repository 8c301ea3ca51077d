"""One form for every document that means the same: for comparing, hashing and exporting.

Members that equal their default are left out, members of an object are sorted, numbers without a fraction are
written as integers, texts are in Unicode normal form C.
"""

import json
import unicodedata
from hashlib import sha256
from typing import Any

import msgspec

from simulation.topology.document import Topology
from simulation.topology.limits import MAX_INTEGER


def plain(value: Any) -> Any:
    """A plain value with texts in form C and numbers without a fraction as integers."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value
    if isinstance(value, dict):
        return {plain(key): plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value


def to_object(topology: Topology) -> dict[str, Any]:
    """The document as plain data in the document's own order of members, without what equals a default."""
    found: dict[str, Any] = plain(msgspec.to_builtins(topology))
    return found


def dumps(topology: Topology) -> bytes:
    """The canonical JSON of a document: UTF-8, sorted keys, no spaces."""
    text = json.dumps(to_object(topology), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(topology: Topology) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return sha256(dumps(topology)).hexdigest()
