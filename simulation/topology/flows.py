"""Judging flows: where they start, how much they send, of what, from where, and over time."""

from collections.abc import Mapping
from typing import Any

from simulation.topology.catalogue.model import Kind, Role
from simulation.topology.catalogue.shapes import ARRIVALS, SHAPES, Shape
from simulation.topology.document import InvalidInput
from simulation.topology.limits import MAX_ITEMS, MAX_TRACE
from simulation.topology.recordings import read
from simulation.topology.values import (
    Problems,
    check_choice,
    check_name,
    check_number,
    check_param,
    check_text,
    escaped,
    is_number,
    shown,
    suggestion,
)

_TOLERANCE = 1e-6
_MAX_RATE = 1e9
_RECORDED = ("points", "times_s", "csv")


def check_flow(
    flow: Mapping[str, Any], pointer: str, kinds: Mapping[str, Kind | None], places: set[str], problems: Problems
) -> None:
    """Note what is wrong with a flow; `places` are the regions that its users may be in."""
    source = flow.get("source")
    kind = kinds.get(source) if isinstance(source, str) else None
    if not isinstance(source, str) or source not in kinds:
        clients = [i for i, k in kinds.items() if k is not None and k.role is Role.CLIENT]
        problems.add(f"{pointer}/source", f"{shown(source)} is no node of this document{suggestion(source, clients)}")
    elif kind is not None and kind.role is not Role.CLIENT:
        problems.add(f"{pointer}/source", f"{source!r} is a {kind.id}; a client is accepted")
    check_number(flow.get("rate_rps"), f"{pointer}/rate_rps", problems, above=0, maximum=_MAX_RATE)
    if flow.get("name") is not None:
        check_text(flow["name"], f"{pointer}/name", problems)
    _check_shares(flow.get("mix", {}), f"{pointer}/mix", problems)
    regions = flow.get("regions", {})
    if _check_shares(regions, f"{pointer}/regions", problems):
        for region in regions:
            if region not in places:
                at = f"{pointer}/regions/{escaped(region)}"
                problems.add(at, f"{shown(region)} is no region of this document{suggestion(region, sorted(places))}")
    check_choice(flow.get("arrivals", "poisson"), ARRIVALS, f"{pointer}/arrivals", problems)
    if flow.get("shape") is not None:
        _check_shape(flow["shape"], f"{pointer}/shape", problems)


def _check_shares(value: Any, pointer: str, problems: Problems) -> bool:
    """Whether names map to shares of 0 to 1 that sum to 1 (an empty object stands for the default)."""
    if not isinstance(value, Mapping):
        problems.add(pointer, f"{shown(value)} is refused; an object of shares is accepted")
        return False
    if len(value) > MAX_ITEMS:
        problems.add(pointer, f"{len(value):,} shares; at most {MAX_ITEMS:,} are accepted")
        return False
    before = len(problems)
    for name, share in value.items():
        at = f"{pointer}/{escaped(name)}"
        if check_name(name, at, problems):
            check_number(share, at, problems, minimum=0, maximum=1)
    if len(problems) > before:
        return False
    total = sum(value.values())
    if value and abs(total - 1) > _TOLERANCE:
        problems.add(pointer, f"the shares sum to {total:.9g}; a sum of 1 is accepted")
        return False
    return True


def _check_shape(value: Any, pointer: str, problems: Problems) -> None:
    if not isinstance(value, Mapping):
        problems.add(pointer, f"{shown(value)} is refused; an object with kind ({', '.join(SHAPES)}) is accepted")
        return
    if not check_choice(value.get("kind"), SHAPES, f"{pointer}/kind", problems):
        return
    shape = SHAPES[value["kind"]]
    if shape.id == "trace":
        check_trace(value, pointer, problems)
        return
    for name, number in value.items():
        param = shape.param(name)
        at = f"{pointer}/{escaped(name)}"
        if param is not None:
            check_param(param, number, at, problems)
        elif name != "kind":
            _unknown(shape, name, at, problems)
    if shape.param("to_rps") and value.get("to_rps") is None:
        problems.add(f"{pointer}/to_rps", f"a {shape.id} says which rate it goes to; a number from 0 is accepted")


def _unknown(shape: Shape, name: str, pointer: str, problems: Problems) -> None:
    known = [param.name for param in shape.params]
    problems.add(pointer, f"{shown(name)} is no number of the shape {shape.id}{suggestion(name, known)}")


def check_trace(value: Mapping[str, Any], pointer: str, problems: Problems) -> None:
    """A recording needs times that never go back, and rates from 0."""
    for name in value:
        if name not in ("kind", *_RECORDED):
            _unknown(SHAPES["trace"], name, f"{pointer}/{escaped(name)}", problems)
    given = [name for name in _RECORDED if value.get(name) is not None]
    if len(given) != 1:
        problems.add(pointer, "a trace holds one of points (pairs of time and rate), times_s and csv (either as text)")
        return
    name = given[0]
    rows = value[name]
    if name == "csv":
        if not isinstance(rows, str):
            problems.add(
                f"{pointer}/csv", f"{shown(rows)} is no text; rows of time and rate, or of times, are accepted"
            )
            return
        try:
            read(rows, f"{pointer}/csv")
        except InvalidInput as error:
            problems.extend(error.problems)
        return
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_TRACE:
        problems.add(f"{pointer}/{name}", f"{shown(rows)} is refused; a list of 1 to {MAX_TRACE:,} is accepted")
        return
    last = 0.0
    for i, row in enumerate(rows):
        good = is_number(row)
        if name == "points":
            good = isinstance(row, list) and len(row) == 2 and all(is_number(x) for x in row) and row[1] >= 0
        time = (row[0] if name == "points" else row) if good else None
        if time is None or time < last:
            wanted = "a pair [time in s, rate from 0]" if name == "points" else "a time in s"
            problems.add(
                f"{pointer}/{name}/{i}", f"{shown(row)} is refused; {wanted}, not before the last, is accepted"
            )
            return
        last = time
