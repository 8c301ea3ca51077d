"""Changing a document in part: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902)."""

import copy
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from simulation.topology.document import InvalidInput, Problem

MAX_OPERATIONS = 10_000

#: A JSON Patch: a change to a document as data that any program can apply.
Patch = list[dict[str, Any]]


def merge(target: Any, patch: Any) -> Any:
    """The target with the merge patch applied; null removes a member."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def apply(target: Any, operations: Any) -> Any:
    """The target with the JSON Patch applied, all of it or none. Raises InvalidInput at the first that fails."""
    if not isinstance(operations, list) or len(operations) > MAX_OPERATIONS:
        raise InvalidInput([Problem("", f"a JSON Patch is a list of at most {MAX_OPERATIONS} operations")])
    box = {"": copy.deepcopy(target)}
    for i, operation in enumerate(operations):
        _apply_one(box, operation, f"/{i}")
    return box[""]


def _apply_one(box: dict[str, Any], operation: Any, at: str) -> None:
    if not isinstance(operation, Mapping):
        _refuse(at, "not an object with op and path")
    op = operation.get("op")
    run = _OPERATIONS.get(op) if isinstance(op, str) else None
    if run is None:
        _refuse(f"{at}/op", f"{op!r} is none of {', '.join(_OPERATIONS)}")
    run(box, operation, at)


def _add(box: dict[str, Any], operation: Mapping[str, Any], at: str) -> None:
    _put(box, _path(operation, "path", at), _value(operation, at), at)


def _remove(box: dict[str, Any], operation: Mapping[str, Any], at: str) -> None:
    _take(box, _path(operation, "path", at), at)


def _replace(box: dict[str, Any], operation: Mapping[str, Any], at: str) -> None:
    path = _path(operation, "path", at)
    value = _value(operation, at)
    parent, key = _parent(box, path, at)
    _step(parent, key, at)
    parent[_index(parent, key, at) if isinstance(parent, list) else key] = value


def _move(box: dict[str, Any], operation: Mapping[str, Any], at: str) -> None:
    source, target = _path(operation, "from", at), _path(operation, "path", at)
    if target[: len(source)] == source and target != source:
        _refuse(f"{at}/path", "a value cannot be moved into itself")
    _put(box, target, _take(box, source, at), at)


def _copy(box: dict[str, Any], operation: Mapping[str, Any], at: str) -> None:
    _put(box, _path(operation, "path", at), copy.deepcopy(_get(box, _path(operation, "from", at), at)), at)


def _test(box: dict[str, Any], operation: Mapping[str, Any], at: str) -> None:
    found, wanted = _get(box, _path(operation, "path", at), at), _value(operation, at)
    if not _is_same(found, wanted):
        _refuse(at, f"the test fails: {str(operation.get('path'))[:200]} is {str(found)[:200]}")


_OPERATIONS: dict[str, Callable[[dict[str, Any], Mapping[str, Any], str], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _path(operation: Mapping[str, Any], member: str, at: str) -> list[str]:
    path = operation.get(member)
    if not isinstance(path, str) or (path and not path.startswith("/")):
        _refuse(f"{at}/{member}", f"{path!r} is not a JSON pointer")
    return ["", *(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])]


def _value(operation: Mapping[str, Any], at: str) -> Any:
    if "value" not in operation:
        _refuse(f"{at}/value", "missing")
    return copy.deepcopy(operation["value"])


def _is_same(left: Any, right: Any) -> bool:
    """Whether two values are the same in JSON, where true is not 1."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_is_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_is_same(a, b) for a, b in zip(left, right, strict=True))
    return bool(left == right)


def _get(box: Any, path: list[str], at: str) -> Any:
    for key in path:
        box = _step(box, key, at)
    return box


def _parent(box: Any, path: list[str], at: str) -> tuple[Any, str]:
    return _get(box, path[:-1], at), path[-1]


def _step(value: Any, key: str, at: str) -> Any:
    if isinstance(value, list):
        return value[_index(value, key, at)]
    if isinstance(value, dict) and key in value:
        return value[key]
    _refuse(f"{at}/path", f"there is no {key[:80]!r} on the path")


def _index(values: list[Any], key: str, at: str, end: int = 0) -> int:
    if key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and len(key) < 9:
        index = int(key)
        if index < len(values) + end:
            return index
    _refuse(f"{at}/path", f"{key[:80]!r} is no place in a list of {len(values)}")


def _put(box: dict[str, Any], path: list[str], value: Any, at: str) -> None:
    parent, key = _parent(box, path, at)
    if isinstance(parent, list):
        parent.insert(len(parent) if key == "-" else _index(parent, key, at, end=1), value)
    elif isinstance(parent, dict):
        parent[key] = value
    else:
        _refuse(f"{at}/path", "leads into a value that is neither object nor list")


def _take(box: dict[str, Any], path: list[str], at: str) -> Any:
    if len(path) == 1:
        _refuse(f"{at}/path", "the whole document cannot be removed")
    parent, key = _parent(box, path, at)
    _step(parent, key, at)
    return parent.pop(_index(parent, key, at) if isinstance(parent, list) else key)


def _refuse(pointer: str, detail: str) -> NoReturn:
    raise InvalidInput([Problem(pointer, detail)])
