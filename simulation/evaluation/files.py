"""Reads what the command line is given: files, or standard input for `-`."""

import sys
from pathlib import Path
from typing import Any, Literal

from simulation.topology import strict_json, strict_yaml
from simulation.topology.document import InvalidInput, Problem

Media = Literal["json", "yaml"]


def read(path: str) -> bytes:
    """The bytes of a file or of standard input. Raises InvalidInput when it cannot be read."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput([Problem("", f"cannot be read: {error.strerror}")], 400) from error


def media(path: str, data: bytes) -> Media:
    """JSON or YAML: by the file's name, else by how its text begins."""
    suffix = Path(path).suffix.lower()
    if suffix in (".yaml", ".yml"):
        return "yaml"
    if suffix == ".json":
        return "json"
    return "json" if data.lstrip()[:1] in (b"{", b"[") else "yaml"


def load(path: str) -> Any:
    """The plain data of a JSON or YAML file. Raises InvalidInput."""
    data = read(path)
    return strict_yaml.loads(data) if media(path, data) == "yaml" else strict_json.loads(data)


def write(path: str | None, content: bytes) -> None:
    """Write to a file, or to standard output without one. Raises InvalidInput when it cannot be written."""
    if path in (None, "-"):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        Path(str(path)).write_bytes(content)
    except OSError as error:
        raise InvalidInput([Problem("", f"{path} cannot be written: {error.strerror}")], 400) from error
