"""Who may import whom: the rooms of the house, no circles, and that `bootstrap` runs on a bare Python."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("bootstrap", "designer", "simulation", "tests", "benchmarks")
WEB = ("django", "rest_framework", "drf_spectacular", "celery", "channels", "kombu", "uvicorn", "whitenoise")

#: Room → what of ours it may import, itself aside. Every room of `simulation` is here.
ALLOWED = {
    "simulation/topology": (),
    "simulation/analysis": ("simulation.topology",),
    "simulation/traffic": ("simulation.topology",),
    "simulation/evaluation": ("simulation.topology", "simulation.analysis", "simulation.traffic"),
    "simulation/runs": (
        "simulation.topology",
        "simulation.analysis",
        "simulation.traffic",
        "simulation.evaluation",
    ),
    "designer": ("simulation",),
    "bootstrap": (),
}
PURE = [room for room in ALLOWED if room.startswith("simulation/") and room != "simulation/runs"]


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module that a file imports, wherever in the file."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            module = node.module or ""
            packages = (ROOT / module.replace(".", "/")).is_dir()
            yield from (f"{module}.{alias.name}" if packages else module for alias in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    own = room.replace("/", ".")
    for path in modules(room):
        for name in imports(path):
            if name.split(".")[0] in OURS and not within(name, own):
                allowed = [*ALLOWED[room], "simulation.__version__"]
                assert any(within(name, package) for package in allowed), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("room", PURE)
def test_the_core_knows_no_web(room: str) -> None:
    assert modules(room)
    for path in [*modules(room), *(ROOT / "simulation").glob("*.py")]:
        for name in imports(path):
            assert name.split(".")[0] not in WEB, f"{path.relative_to(ROOT)} imports {name}"


def named(rooms: tuple[str, ...]) -> dict[str, Path]:
    """All modules of some rooms by their names."""
    paths = [path for room in rooms for path in modules(room)]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def ties(among: dict[str, Path]) -> dict[str, set[str]]:
    """What every module imports of the others, at run time or for types alone."""
    return {
        module: {name if name in among else name.rpartition(".")[0] for name in imports(path)} & among.keys() - {module}
        for module, path in among.items()
    }


def refuse_circles(found: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(found).prepare()
    except CycleError as circle:
        pytest.fail(" imports ".join(reversed(circle.args[1])))


def test_no_circles() -> None:
    """In a circle nothing can be understood, or tried, before the rest."""
    found = ties(named(tuple(room for room in OURS if room != "tests")))
    assert "simulation.traffic.world.clockwork" in found["simulation.traffic.world.running"]
    refuse_circles(found)


@pytest.mark.parametrize("room", ["simulation/topology", "simulation/traffic", "simulation/evaluation"])
def test_no_circles_of_folders(room: str) -> None:
    depth = room.count("/") + 2
    folders: dict[str, set[str]] = {}
    for module, others in ties(named((room,))).items():
        place = ".".join(module.split(".")[:depth])
        beyond = {".".join(other.split(".")[:depth]) for other in others if other.count(".") >= depth - 1}
        folders.setdefault(place, set()).update(beyond - {place})
    refuse_circles(folders)


def test_every_room_of_the_simulation_has_a_rule() -> None:
    rooms = {f"simulation/{path.parent.name}" for path in (ROOT / "simulation").glob("*/__init__.py")}
    assert rooms <= set(ALLOWED)


def test_set_up_needs_nothing_but_python() -> None:
    for path in [ROOT / "manage.py", *modules("bootstrap")]:
        for name in imports(path):
            top = name.split(".")[0]
            # Django is imported by the one function that runs when the environment stands.
            known = top in sys.stdlib_module_names or top == "bootstrap" or name == "django.core.management"
            assert known, f"{path.relative_to(ROOT)} imports {name}"
