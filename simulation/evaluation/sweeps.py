"""Sweeps: the same evaluation over a grid of variants of a document and its scenario.

A point of the grid gives a value to each JSON pointer (RFC 6901). Pointers lead into the document; one
that starts with `/scenario` leads into the run's scenario, one with `/topology` into the document too.
"""

import copy
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulation.topology.document import InvalidInput, Problem

#: Points a sweep may have.
LIMIT = 10_000


def grid(vary: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination of the values, the last pointer changing fastest. Raises InvalidInput."""
    problems = [
        Problem(f"/vary/{_escape(pointer)}", f"{values!r} is not a list of at least one value")
        for pointer, values in vary.items()
        if not isinstance(values, list | tuple) or not values
    ]
    if not vary:
        problems.append(Problem("/vary", "there is nothing to vary; give a pointer and its values"))
    if problems:
        raise InvalidInput(problems)
    count = math.prod(len(values) for values in vary.values())
    if count > LIMIT:
        raise InvalidInput([Problem("/vary", f"the grid has {count} points; at most {LIMIT} are accepted")], 413)
    return (dict(zip(vary, point, strict=True)) for point in itertools.product(*vary.values()))


def variant(document: Any, scenario: Any, point: Mapping[str, Any]) -> tuple[Any, Any]:
    """The document and the scenario (plain data) with the values of one point put in; the originals stay.

    Raises InvalidInput where a pointer leads nowhere. The last member of an object may be new, as a
    document leaves out what takes its default.
    """
    root = {"topology": copy.deepcopy(document), "scenario": copy.deepcopy(scenario)}
    for pointer, value in point.items():
        names = pointer.split("/")
        where = f"/vary/{_escape(pointer)}"
        if names[0] != "" or len(names) < 2:
            raise InvalidInput([Problem(where, f"{pointer!r} is not a JSON pointer to a value; it starts with '/'")])
        names = [name.replace("~1", "/").replace("~0", "~") for name in names[1:]]
        if names[0] not in root:
            names.insert(0, "topology")
        if names[0] == "scenario" and root["scenario"] is None:
            root["scenario"] = {}
        _put(root, names, value, where)
    return root["topology"], root["scenario"]


def _put(root: Any, names: list[str], value: Any, where: str) -> None:
    place = root
    for depth, name in enumerate(names):
        last = depth == len(names) - 1
        if isinstance(place, dict) and (name in place or last or name == "params"):
            if last:
                place[name] = value
                return
            place = place.setdefault(name, {})
        elif isinstance(place, list) and name.isdecimal() and int(name) < len(place):
            if last:
                place[int(name)] = value
                return
            place = place[int(name)]
        else:
            raise InvalidInput([Problem(where, f"the pointer leads nowhere: there is no {name!r} in it")])


def _escape(pointer: str) -> str:
    return pointer.replace("~", "~0").replace("/", "~1")
