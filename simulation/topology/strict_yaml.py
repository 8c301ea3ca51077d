"""YAML read as data only: the core schema of YAML 1.2, unique keys, bounded depth and bounded aliases.

Values are built from parser events, one after another, so that nothing recurses and no tag can make an
object. `80:80` is a text and `yes` is a text; `<<` merges mappings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from simulation.topology.limits import MAX_DEPTH, MAX_YAML_VALUES
from simulation.topology.strict_json import decoded, real_number, refuse, whole_number

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+$")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,13}$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)$")
_STANDARD = "tag:yaml.org,2002:"
_CORE = {f"{_STANDARD}{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map", "merge")} | {"!"}


@dataclass(slots=True)
class _Open:
    """A collection that is being read; `size` counts the values in it with aliases expanded."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    size: int = 1
    key: str | None = None
    has_key: bool = False
    merges: list[Any] = field(default_factory=list)


def loads(data: bytes | str) -> Any:
    """The value of a YAML text with one document.

    Raises InvalidInput (400) for anything else, for tags that make objects, and for aliases that blow up.
    """
    text = decoded(data, "YAML")
    try:
        return _build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        refuse(f"not YAML: {error.problem or 'cannot be read'}{place}")
    except yaml.YAMLError as error:
        refuse(f"not YAML: {str(error).splitlines()[0]}")


def _build(events: Iterator[Any]) -> Any:
    stack: list[_Open] = []
    anchors: dict[str, tuple[Any, int]] = {}
    result: Any = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                refuse("more than one YAML document; send one")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(stack) >= MAX_DEPTH:
                refuse(f"nested deeper than {MAX_DEPTH} levels; at most {MAX_DEPTH} are read")
            if stack and isinstance(stack[-1].value, dict) and not stack[-1].has_key:
                refuse(f"a collection as a key {_place(event)}; keys are texts")
            _check_tag(event)
            stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            value, size = _leaf(event, anchors, stack)
            if isinstance(event, yaml.ScalarEvent) and event.anchor:
                anchors[event.anchor] = (value, size)
            if stack:
                _put(stack[-1], value, size, event)
            else:
                result = value
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = stack.pop()
            _merge(done, event)
            if done.anchor:
                anchors[done.anchor] = (done.value, done.size)
            if stack:
                _put(stack[-1], done.value, done.size, event)
            else:
                result = done.value
    return result


def _leaf(event: Any, anchors: dict[str, tuple[Any, int]], stack: list[_Open]) -> tuple[Any, int]:
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            refuse(f"the alias *{event.anchor} {_place(event)} points to nothing that stands before it")
        return anchors[event.anchor]
    _check_tag(event)
    if stack and isinstance(stack[-1].value, dict) and not stack[-1].has_key:
        return event.value, 1
    return _scalar(event), 1


def _put(box: _Open, value: Any, size: int, event: Any) -> None:
    box.size += size
    if box.size > MAX_YAML_VALUES:
        refuse(f"more than {MAX_YAML_VALUES:,} values once aliases are expanded")
    if isinstance(box.value, list):
        box.value.append(value)
    elif not box.has_key:
        if not isinstance(value, str):
            refuse(f"a key {_place(event)} that is no text; keys are texts")
        if value in box.value or (value == "<<" and box.merges):
            refuse(f"the key {value[:80]!r} stands twice in one mapping {_place(event)}; keys are unique")
        box.key, box.has_key = value, True
    else:
        if box.key == "<<":
            box.merges.extend(value if isinstance(value, list) else [value])
        else:
            box.value[str(box.key)] = value
        box.key, box.has_key = None, False


def _merge(box: _Open, event: Any) -> None:
    """Add what `<<` brings; a mapping's own keys win, then the earlier of several merged mappings."""
    for other in box.merges:
        if not isinstance(other, dict) or not isinstance(box.value, dict):
            refuse(f"'<<' {_place(event)} merges something that is no mapping")
        for key, value in other.items():
            box.value.setdefault(key, value)


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.style not in (None, "") or event.tag in (f"{_STANDARD}str", "!"):
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _INT.match(text):
        return whole_number(text)
    if _HEX.match(text):
        return int(text, 16)
    if _FLOAT.match(text):
        return real_number(text)
    if _NOT_FINITE.match(text):
        refuse(f"the number {text} {_place(event)} is not finite; numbers are finite")
    return text


def is_plain_text(text: str) -> bool:
    """Whether a reader takes the text, unquoted, for the text that it is."""
    is_value = text in ("", "~") or text.lower() in ("null", "true", "false", "<<", "=")
    patterns = (_INT, _HEX, _FLOAT, _NOT_FINITE)
    return not is_value and not any(pattern.match(text) for pattern in patterns) and "\n" not in text


def _check_tag(event: Any) -> None:
    if event.tag is not None and event.tag not in _CORE:
        refuse(f"the tag {str(event.tag)[:80]} {_place(event)} is not read; use plain values")


def _place(event: Any) -> str:
    return f"at line {event.start_mark.line + 1}"
