"""The stages of "from zero to millions of users" with their full reports, as files to read and to compare with.

`python -m tests.chapter.snapshots` writes them anew; what a change of the engine did to them is then a diff to read.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from simulation.analysis.advice.judging import Judge
from simulation.analysis.advice.ranking import advise
from simulation.analysis.advice.sensitivity import tornado
from simulation.analysis.budget import Budget
from simulation.analysis.engine import report
from simulation.topology.document import Topology
from simulation.topology.templates.zero_to_millions import STAGES, Stage

FOLDER = Path(__file__).parent / "stages"

#: Digits that are kept; figures that agree in so many are the same.
DIGITS = 6
#: What names a row, by the list that it is in.
_NAMES: dict[str, tuple[str, ...]] = {
    "spofs": ("component",), "cut_sets": ("components",), "contingencies": ("outage", "type"), "flows": ("id",),
    "nodes": ("id",), "edges": ("id",), "findings": ("code", "components"), "advice": ("title",),
    "tornado": ("element", "param"), "assumptions": ("element", "param"), "gaps": ("pointer", "code"),
    "simplifications": ("code",), "overloaded": ("node",), "parts": ("component",),
}  # fmt: skip
#: Said elsewhere in the same report, in another language, or changes that a reader cannot follow as JSON.
_LEFT_OUT = frozenset({"patch", "fix", "not_modelled", "digest", "pairs", "falls", "accepted", "tier", "source"})


def snapshot(topology: Topology) -> dict[str, Any]:
    """The full report, rounded. Advice and tornado are bounded by analyses, not by time."""
    ample = Budget(seconds=600.0)
    found = report(topology, budget=ample)
    found = msgspec.structs.replace(
        found,
        advice=advise(topology, found, judge=Judge(seconds=600.0, most=10)),
        tornado=tornado(topology, found, judge=Judge(seconds=600.0, most=6)),
    )
    kept: dict[str, Any] = _rounded(msgspec.to_builtins(found))
    return kept


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in _LEFT_OUT and not k.endswith("_ko")}
        return {key: _rounded(member) for key, member in kept.items() if member not in ([], {}, None)}
    return value


def file_of(number: int, stage: Stage) -> Path:
    """Where the snapshot of a stage is kept; numbers begin at 1."""
    return FOLDER / f"{number:02}-{stage.title.en.lower().replace(' ', '-').replace(',', '')}.yaml"


def written(stage: Stage, found: dict[str, Any]) -> str:
    """The snapshot as YAML, a row of a list on a line."""
    lines = [f"# {stage.title.en}. Written by `python -m tests.chapter.snapshots`; figures have {DIGITS} digits."]
    for part, value in found.items():
        if not isinstance(value, list):
            lines.append(f"{part}: {_line(value)}")
            continue
        lines += [f"{part}:", *(f"- {_line(row)}" for row in value)]
    return "\n".join(lines) + "\n"


def _line(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=math.inf, allow_unicode=True)
    return text.removesuffix("...\n").strip()


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """What differs, a sentence each, rows by their names rather than by their places."""
    if isinstance(old, list) and isinstance(new, list):
        names = _NAMES.get(where.rsplit(" ", 1)[-1])
        if names is None or not all(isinstance(row, dict) for row in (*old, *new)):
            if not _same(old, new):
                yield f"{where}: was {old}, is {new}"
            return
        before, after = _by_name(old, names), _by_name(new, names)
        for name in before.keys() | after.keys():
            here = f"{where} [{name}]"
            if name not in after:
                yield f"{here}: is gone; was {before[name]}"
            elif name not in before:
                yield f"{here}: is new: {after[name]}"
            else:
                yield from differences(before[name], after[name], here)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from differences(old.get(key), new.get(key), f"{where} {key}".strip())
    elif not _same(old, new):
        yield f"{where}: was {old}, is {new}"


def _by_name(rows: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {" ".join(str(row.get(name, "")) for name in names): row for row in rows}


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(old, float | int) and isinstance(new, float | int) and not isinstance(old, bool):
        return math.isclose(old, new, rel_tol=2 * 10 ** (1 - DIGITS), abs_tol=1e-12)
    return bool(old == new)


def main() -> None:
    """Write all snapshots, and remove those of stages that are gone."""
    FOLDER.mkdir(exist_ok=True)
    kept = {file_of(i, stage): stage for i, stage in enumerate(STAGES, 1)}
    for path, stage in kept.items():
        path.write_text(written(stage, snapshot(stage.topology)), encoding="utf-8")
    for path in set(FOLDER.glob("*.yaml")) - set(kept):
        path.unlink()


if __name__ == "__main__":
    main()
