"""JSON Patch (RFC 6902): a change to a document as data that any program can apply."""

import copy
from typing import Any

Patch = list[dict[str, Any]]


class PatchConflict(ValueError):
    """The patch does not apply to this document; the document is left as it was."""


def apply(document: Any, patch: Patch) -> Any:
    """The changed document; the given one is not touched.

    Raises PatchConflict where a location does not exist, a test fails or an operation is unknown.
    """
    changed = copy.deepcopy(document)
    for number, operation in enumerate(patch):
        try:
            changed = _apply_one(changed, operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise PatchConflict(f"operation {number} ({operation}): {error}") from error
    return changed


def _apply_one(document: Any, operation: dict[str, Any]) -> Any:
    action, path = operation["op"], _tokens(operation["path"])
    if action == "add":
        return _add(document, path, copy.deepcopy(operation["value"]))
    if action == "remove":
        return _remove(document, path)
    if action == "replace":
        _get(document, path)
        return _add(_remove(document, path), path, copy.deepcopy(operation["value"]))
    if action == "test":
        if not _equal(_get(document, path), operation["value"]):
            raise ValueError("the value is another one")
        return document
    if action in ("move", "copy"):
        origin = _tokens(operation["from"])
        value = copy.deepcopy(_get(document, origin))
        if action == "move":
            if path[: len(origin)] == origin and path != origin:
                raise ValueError("cannot move a value into itself")
            document = _remove(document, origin)
        return _add(document, path, value)
    raise ValueError(f"unknown operation {action!r}")


def _tokens(pointer: str) -> list[str]:
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def _get(document: Any, path: list[str]) -> Any:
    for token in path:
        document = document[_index(token, len(document) - 1)] if isinstance(document, list) else document[token]
    return document


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _get(document, path[:-1]), path[-1]
    if isinstance(parent, list):
        parent.insert(len(parent) if last == "-" else _index(last, len(parent)), value)
    else:
        parent[last] = value
    return document


def _remove(document: Any, path: list[str]) -> Any:
    if not path:
        return None
    parent, last = _get(document, path[:-1]), path[-1]
    if isinstance(parent, list):
        del parent[_index(last, len(parent) - 1)]
    else:
        del parent[last]
    return document


def _index(token: str, last: int) -> int:
    if not token.isascii() or not token.isdigit() or (token != "0" and token.startswith("0")):
        raise ValueError(f"{token!r} is no array index")
    if int(token) > last:
        raise IndexError(f"index {token} is beyond the array")
    return int(token)


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_equal(a, b) for a, b in zip(left, right, strict=True))
    return bool(left == right)
