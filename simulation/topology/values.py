"""Judging single values: texts, numbers, and params against what the catalogue accepts."""

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from simulation.topology.catalogue.model import Param
from simulation.topology.document import Problem
from simulation.topology.limits import (
    MAX_BYTES,
    MAX_INTEGER,
    MAX_ITEMS,
    MAX_LABEL,
    MAX_NUMBER,
    MAX_PROBLEMS,
    RESERVED_KEYS,
)

_BAD_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BAD_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"[^\s\x00-\x1f\x7f](?:.{0,62}[^\s\x00-\x1f\x7f])?", re.DOTALL)


class Problems(list[Problem]):
    """What is wrong so far; silent after the first few hundred, so that a broken file stays cheap."""

    def add(self, pointer: str, detail: str) -> None:
        """Note one problem at a JSON pointer."""
        if len(self) < MAX_PROBLEMS:
            self.append(Problem(pointer, detail))


def escaped(key: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1").encode("utf-8", "backslashreplace").decode()


def shown(value: Any) -> str:
    """A value as it stands in an error: short, printable, never raw control characters."""
    text = ascii(value) if isinstance(value, str) and _BAD_CHARACTER.search(value) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def suggestion(name: object, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where something close is known, and what is known otherwise."""
    options = list(known)
    close = get_close_matches(str(name)[:80], options, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    if not options:
        return "; there are none here"
    listed = ", ".join(options[:30]) + (", ..." if len(options) > 30 else "")
    return f"; accepted: {listed}"


def check_text(value: Any, pointer: str, problems: Problems, limit: int = MAX_LABEL, lines: bool = False) -> bool:
    """Whether the value is a printable text within the limit (`lines` allows line breaks and tabs)."""
    if not isinstance(value, str):
        problems.add(pointer, f"{shown(value)} is no text; a text is accepted")
    elif len(value) > limit:
        problems.add(pointer, f"a text of {len(value)} characters; at most {limit} are accepted")
    elif bad := (_BAD_IN_TEXT if lines else _BAD_CHARACTER).search(value):
        kind = "a lone surrogate" if 0xD800 <= ord(bad.group()) <= 0xDFFF else "a control character"
        problems.add(pointer, f"{shown(value)} holds {kind} (U+{ord(bad.group()):04X}); printable text is accepted")
    else:
        return True
    return False


def check_name(value: Any, pointer: str, problems: Problems) -> bool:
    """Whether the value can name an operation or a pool: 1 to 64 printable characters."""
    if not check_text(value, pointer, problems, 64):
        return False
    if value in RESERVED_KEYS or not _NAME.fullmatch(value):
        problems.add(pointer, f"{shown(value)} cannot be a name; 1 to 64 printable characters are accepted")
        return False
    return True


def is_number(value: Any) -> bool:
    """Whether the value is a finite number (booleans are none)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value - value == 0


def check_number(
    value: Any,
    pointer: str,
    problems: Problems,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    whole: bool = False,
    also: str = "",
) -> bool:
    """Whether the value is a number in the range; the problem says which range is accepted."""
    if maximum is None or maximum > MAX_NUMBER:
        maximum = MAX_INTEGER if whole else MAX_NUMBER
    if minimum is None and above is None:
        minimum = -maximum
    good = (
        is_number(value)
        and (not whole or value == int(value))
        and (minimum is None or value >= minimum)
        and (above is None or value > above)
        and value <= maximum
    )
    if not good:
        low = f"above {_plain(above)}" if above is not None else f"from {_plain(minimum)}"
        noun = "a whole number" if whole else "a number"
        problems.add(pointer, f"{shown(value)} is refused; accepted: {also}{noun} {low} to {_plain(maximum)}")
    return good


def _plain(number: float | None) -> str:
    return f"{number:,.10g}" if number is not None else "-"


def check_choice(value: Any, choices: Collection[str], pointer: str, problems: Problems) -> bool:
    """Whether the value is one of the choices."""
    if isinstance(value, str) and value in choices:
        return True
    hint = suggestion(value, choices) if isinstance(value, str) else f"; accepted: {', '.join(choices)}"
    if "did you mean" in hint:
        hint += f" (accepted: {', '.join(choices)})"
    problems.add(pointer, f"{shown(value)} is refused{hint}")
    return False


def check_param(param: Param, value: Any, pointer: str, problems: Problems) -> bool:
    """Whether the value is accepted for the param, member by member for records, lists and maps."""
    if value is None and (param.default is None or param.nullable):
        return True
    match param.type:
        case "number" | "integer":
            if isinstance(value, str) and value in param.choices:
                return True
            return check_number(
                value,
                pointer,
                problems,
                minimum=param.minimum,
                maximum=param.maximum,
                above=param.above,
                whole=param.type == "integer",
                also="".join(f"{choice!r} or " for choice in param.choices),
            )
        case "boolean":
            if isinstance(value, bool):
                return True
            problems.add(pointer, f"{shown(value)} is refused; accepted: true, false")
            return False
        case "choice":
            return check_choice(value, param.choices, pointer, problems)
        case "string":
            return check_name(value, pointer, problems)
        case "text":
            return check_text(value, pointer, problems, MAX_BYTES, lines=True)
        case "list":
            return _check_list(param, value, pointer, problems)
        case "map":
            return _check_map(param, value, pointer, problems)
        case "record":
            return check_record(param.fields, value, pointer, problems)


def check_record(fields: tuple[Param, ...], value: Any, pointer: str, problems: Problems) -> bool:
    """Whether the value is an object with known members that are all accepted."""
    if not isinstance(value, Mapping):
        problems.add(pointer, f"{shown(value)} is refused; an object is accepted")
        return False
    known = {field.name: field for field in fields}
    before = len(problems)
    for name, member in value.items():
        at = f"{pointer}/{escaped(name)}"
        if name in known:
            check_param(known[name], member, at, problems)
        else:
            problems.add(at, f"{shown(name)} is unknown here{suggestion(name, known)}")
    return len(problems) == before


def _item(param: Param) -> Param:
    return Param(
        param.name,
        param.item or "string",
        param.title,
        param.help,
        default="",
        minimum=param.minimum,
        maximum=param.maximum,
        above=param.above,
        choices=param.choices,
    )


def _check_list(param: Param, value: Any, pointer: str, problems: Problems) -> bool:
    if not isinstance(value, list):
        problems.add(pointer, f"{shown(value)} is refused; a list is accepted")
        return False
    if len(value) > MAX_ITEMS:
        problems.add(pointer, f"a list of {len(value)} items; at most {MAX_ITEMS} are accepted")
        return False
    item = _item(param)
    before = len(problems)
    for i, member in enumerate(value):
        check_param(item, member, f"{pointer}/{i}", problems)
    return len(problems) == before


def _check_map(param: Param, value: Any, pointer: str, problems: Problems) -> bool:
    if not isinstance(value, Mapping):
        problems.add(pointer, f"{shown(value)} is refused; an object is accepted")
        return False
    if len(value) > MAX_ITEMS:
        problems.add(pointer, f"an object of {len(value)} members; at most {MAX_ITEMS} are accepted")
        return False
    item = _item(param)
    before = len(problems)
    for name, member in value.items():
        at = f"{pointer}/{escaped(name)}"
        if check_name(name, at, problems):
            check_param(item, member, at, problems)
    return len(problems) == before
