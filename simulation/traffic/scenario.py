"""A scenario: how long, from which seed, how often, and what happens when (contract section 3)."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import msgspec

from simulation.topology.document import InvalidInput, Problem
from simulation.topology.flows import check_trace
from simulation.topology.values import Problems, escaped, shown

MAX_SEED = 2**53 - 1


class Event(msgspec.Struct, frozen=True):
    """One scripted action: `params` are the members beside `at_s`, `action` and `target`."""

    at_s: float
    action: str
    target: str
    params: dict[str, Any] = {}


class Scenario(msgspec.Struct, frozen=True):
    """What to simulate. `warmup_s` None: detected and cut. `frame_s` None: at most 500 rows in the timeline.

    `failures`: whether things also break by chance, as their mtbf_h, mttr_h and availability say. `traces`: by flow,
    a recording that it sends in this run, as the members of a shape `trace`.
    """

    duration_s: float = 60.0
    warmup_s: float | None = None
    seed: int = 1
    replications: int = 1
    load_factor: float = 1.0
    engine: Literal["auto", "exact", "fluid"] = "auto"
    events: list[Event] = []
    frame_s: float | None = None
    failures: bool = False
    traces: dict[str, dict[str, Any]] = {}


def _number(
    data: Mapping[str, Any], name: str, default: Any, low: float, high: float, where: str, problems: list[Problem]
) -> Any:
    value = data.get(name, default)
    if value is None and default is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        problems.append(Problem(f"{where}/{name}", f"{value!r} is not a number between {low:g} and {high:g}"))
        return default
    if not low <= value <= high:
        problems.append(Problem(f"{where}/{name}", f"{value!r} is outside {low:g} to {high:g}"))
        return default
    return value


def _integer(
    data: Mapping[str, Any], name: str, default: int, low: int, high: int, where: str, bad: list[Problem]
) -> int:
    value = data.get(name, default)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        bad.append(Problem(f"{where}/{name}", f"{value!r} is not a whole number from {low} to {high}"))
        return default
    return value


@contextmanager
def standing_at(pointer: str) -> Iterator[None]:
    """Places in a scenario, where a run finds fault with it, as places in the document that holds it at the pointer."""
    try:
        yield
    except InvalidInput as error:
        members = Scenario.__struct_fields__
        problems = [
            Problem(pointer + p.pointer, p.detail) if p.pointer[1:].partition("/")[0] in members else p
            for p in error.problems
        ]
        raise InvalidInput(problems, error.status) from None


def parse(data: Any, pointer: str = "") -> Scenario:
    """The scenario that plain data (from JSON or YAML) describes; missing members take their defaults.

    `pointer` is where the data stands in the caller's document. Raises InvalidInput with the pointer,
    the value and what would be accepted. Targets of events are checked when a session is built.
    """
    if isinstance(data, Scenario):
        return data
    if data is None:
        return Scenario()
    if not isinstance(data, Mapping):
        raise InvalidInput([Problem(pointer, f"{data!r} is not a scenario: an object was expected")])
    bad: list[Problem] = []
    known = set(Scenario.__struct_fields__)
    bad += [
        Problem(f"{pointer}/{name}", f"unknown member; accepted are {', '.join(sorted(known))}")
        for name in data
        if name not in known
    ]
    duration = float(_number(data, "duration_s", 60.0, 0.001, 1e7, pointer, bad))
    warmup = _number(data, "warmup_s", None, 0.0, 1e7, pointer, bad)
    if warmup is not None and warmup >= duration:
        bad.append(Problem(f"{pointer}/warmup_s", f"{warmup!r} leaves nothing of the {duration:g} s to measure"))
    seed = _integer(data, "seed", 1, 0, MAX_SEED, pointer, bad)
    replications = _integer(data, "replications", 1, 1, 10_000, pointer, bad)
    load = float(_number(data, "load_factor", 1.0, 0.0, 1e6, pointer, bad))
    frame = _number(data, "frame_s", None, 0.001, 1e7, pointer, bad)
    engine = data.get("engine", "auto")
    if engine not in ("auto", "exact", "fluid"):
        bad.append(Problem(f"{pointer}/engine", f"{engine!r} is none of auto, exact, fluid"))
    failures = data.get("failures", False)
    if not isinstance(failures, bool):
        bad.append(Problem(f"{pointer}/failures", f"{failures!r} is refused; true and false are accepted"))
    traces = _traces(data.get("traces", {}), f"{pointer}/traces", bad)
    events = _events(data.get("events", []), f"{pointer}/events", duration, bad)
    if bad:
        raise InvalidInput(bad)
    return Scenario(
        duration, None if warmup is None else float(warmup), seed, replications, load, engine, events,
        None if frame is None else float(frame), failures, traces,
    )  # fmt: skip


def _traces(data: Any, where: str, bad: list[Problem]) -> dict[str, dict[str, Any]]:
    """Recordings by flow: an object with points, times_s or csv, or the CSV itself."""
    if not isinstance(data, Mapping):
        bad.append(Problem(where, f"{data!r} is refused; an object of recordings by flow is accepted"))
        return {}
    found: dict[str, dict[str, Any]] = {}
    problems = Problems()
    for flow, given in data.items():
        shape = {"csv": given} if isinstance(given, str) else given
        at = f"{where}/{escaped(str(flow))}"
        if isinstance(shape, Mapping):
            found[flow] = {**shape, "kind": "trace"}
            check_trace(found[flow], at, problems)
        else:
            problems.add(
                at, f"{shown(given)} is refused; a CSV text or an object with points, times_s or csv is accepted"
            )
    bad += problems
    return found


def _events(data: Any, where: str, duration: float, bad: list[Problem]) -> list[Event]:
    if not isinstance(data, list):
        bad.append(Problem(where, f"{data!r} is not a list of events"))
        return []
    events: list[Event] = []
    for i, entry in enumerate(data):
        here = f"{where}/{i}"
        if isinstance(entry, Event):
            events.append(entry)
            continue
        if not isinstance(entry, Mapping):
            bad.append(Problem(here, f"{entry!r} is not an event: an object with at_s, action, target was expected"))
            continue
        missing = [name for name in ("at_s", "action", "target") if name not in entry]
        bad += [Problem(f"{here}/{name}", "missing") for name in missing]
        if missing:
            continue
        at = _number(entry, "at_s", 0.0, 0.0, 1e7, here, bad)
        if at > duration:
            bad.append(Problem(f"{here}/at_s", f"{at!r} is after the end at {duration:g} s"))
        for name in ("action", "target"):
            if not isinstance(entry[name], str):
                bad.append(Problem(f"{here}/{name}", f"{entry[name]!r} is not a string"))
        rest = {k: v for k, v in entry.items() if k not in ("at_s", "action", "target")}
        events.append(Event(float(at), str(entry["action"]), str(entry["target"]), rest))
    return events
