"""JSON as RFC 8259 means it: no duplicate keys, no NaN, no number that a double cannot hold, bounded depth."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.limits import MAX_DEPTH, MAX_DIGITS, MAX_INTEGER, RESERVED_KEYS


def refuse(detail: str) -> NoReturn:
    """Raise the error of an input that cannot be read at all (status 400)."""
    raise InvalidInput([Problem("", detail)], 400)


def decoded(data: bytes | str, name: str) -> str:
    """The text of a body, which must be UTF-8 and not empty; a byte order mark is dropped."""
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8")
        except UnicodeDecodeError as error:
            refuse(f"the {name} is not UTF-8: byte {error.start} cannot be read; send UTF-8")
    text = data.removeprefix("\ufeff")
    if not text.strip():
        refuse(f"the {name} is empty; send a document")
    return text


def whole_number(text: str) -> int:
    """An integer as written, within what a double holds exactly."""
    if len(text) > MAX_DIGITS:
        refuse(f"a number of {len(text)} digits; numbers have at most {MAX_DIGITS}")
    value = int(text)
    if abs(value) > MAX_INTEGER:
        refuse(f"the integer {text[:30]} is out of range; integers are at most 2^53 - 1 in size")
    return value


def real_number(text: str) -> float:
    """A decimal number as written, finite as a double."""
    if len(text) > MAX_DIGITS:
        refuse(f"a number of {len(text)} digits; numbers have at most {MAX_DIGITS}")
    value = float(text)
    if value in (float("inf"), float("-inf")) or value != value:
        refuse(f"the number {text[:30]} is not finite; numbers are finite")
    return value


def loads(data: bytes | str) -> Any:
    """The value that the JSON text holds.

    Raises InvalidInput (400) for anything that is not one well-formed JSON text within the limits.
    """
    text = decoded(data, "JSON")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=lambda name: refuse(f"{name} is not a JSON number; numbers are finite"),
            parse_int=whole_number,
            parse_float=real_number,
        )
    except json.JSONDecodeError as error:
        refuse(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    except RecursionError:
        _refuse_depth()
    _check_depth(value)
    return value


def refuse_unstorable(value: Any) -> None:
    """Refuse texts that no database or script can hold: NUL, lone surrogates, reserved keys. Raises InvalidInput."""
    problems: list[Problem] = []
    boxes: list[tuple[str, Any]] = [("", value)]
    while boxes and len(problems) < 20:
        pointer, box = boxes.pop()
        if isinstance(box, str):
            if "\0" in box or (not box.isascii() and re.search("[\ud800-\udfff]", box)):
                problems.append(Problem(pointer, "the text holds NUL or half a surrogate pair; send Unicode text"))
        elif isinstance(box, Mapping):
            for key, member in box.items():
                here = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
                if key in RESERVED_KEYS or "\0" in str(key) or re.search("[\ud800-\udfff]", str(key)):
                    here = here.encode("utf-8", "replace").decode()
                    problems.append(Problem(here, "this name is reserved or not Unicode text"))
                boxes.append((here, member))
        elif isinstance(box, list):
            boxes += [(f"{pointer}/{i}", member) for i, member in enumerate(box)]
    if problems:
        raise InvalidInput(problems)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        refuse(f"the key {twice[:80]!r} stands twice in one object; keys are unique")
    return members


def _check_depth(value: Any) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            member
            for box in level
            if isinstance(box, dict | list)
            for member in (box.values() if isinstance(box, dict) else box)
            if isinstance(member, dict | list)
        ]
        if not level:
            return
    _refuse_depth()


def _refuse_depth() -> NoReturn:
    refuse(f"nested deeper than {MAX_DEPTH} levels; at most {MAX_DEPTH} are read")
