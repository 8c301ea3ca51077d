"""`manage.py test`: every check there is, one after the other, with one line at the end.

Parts that need something that this machine lacks are skipped loudly; in continuous integration (CI=true)
that, like any skipped test, is a failure.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bootstrap import environment, page, up
from bootstrap.browser import chromium
from bootstrap.lock import setting_up
from bootstrap.places import BIN, BUILD_LOCK, DEV_LOCK, FRONTEND, PYTHON, ROOT, RUNTIME_LOCK
from bootstrap.processes import Child, run
from bootstrap.progress import Stop, hint, say
from bootstrap.tally import Tally, of_junit, one

TESTS = ROOT / "tests"

#: Folders of tests/ that need a process of their own: they start servers or run a browser.
APART = ("production", "setup", "browser")


@dataclass(frozen=True)
class Part:
    """A named group of checks."""

    name: str
    about: str
    run: Callable[[], Tally]
    reads: bool = False  # only reads the sources: such parts run beside each other


def main(arguments: Sequence[str]) -> int:
    """Run all parts, or those that were named; 0 when nothing failed."""
    options = _options(arguments)
    if options.list:
        for part in PARTS:
            say(f"{part.name:<12} {part.about}")
        return 0
    chosen, paths = _choose([*options.what, *options.only])
    started = time.monotonic()
    with setting_up():
        environment.ensure(RUNTIME_LOCK, DEV_LOCK, BUILD_LOCK)
        if any(part.name in ("frontend", "browser", "setup", "core") for part in chosen) or paths:
            page.modules()
            if not page.built():
                page.build()
            up.warm()
    total = Tally()
    for _, group in groupby(chosen, key=lambda part: part.reads or part.name):
        total += _beside(list(group))
    if paths:
        total += _pytest(*paths)
    return _conclude(total, time.monotonic() - started)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py test", description="Run every check, or only some.")
    parser.add_argument("what", nargs="*", metavar="WHAT", help="a part (see --list), a folder of tests/, or a path")
    parser.add_argument("--only", action="append", default=[], metavar="WHAT", help="the same as WHAT")
    parser.add_argument("--list", action="store_true", help="list the parts")
    return parser.parse_args(arguments)


def _choose(what: Sequence[str]) -> tuple[list[Part], list[str]]:
    """The parts and the paths that were asked for; everything when nothing was."""
    if not what:
        return PARTS, []
    names = {part.name: part for part in PARTS}
    parts = [names[name] for name in what if name in names]
    paths: list[str] = []
    for name in what:
        if name in names:
            continue
        found = next((p for p in (ROOT / name.partition("::")[0], TESTS / name) if p.exists()), None)
        if found is None:
            raise Stop(f"'{name}' is no part, no folder of tests/ and no path. Parts: {', '.join(names)}.")
        paths.append(name if (ROOT / name.partition("::")[0]).exists() else str(found))
    return parts, paths


def _beside(parts: Sequence[Part]) -> Tally:
    """Run parts at the same time."""
    for part in parts:
        say(f"\n== {part.name}: {part.about}")
    total = Tally()
    with ThreadPoolExecutor(len(parts)) as pool:
        for tally in pool.map(lambda part: part.run(), parts):
            total += tally
    return total


def _conclude(total: Tally, seconds: float) -> int:
    skipped_fail = total.skipped if _in_ci() else 0
    for failure in total.failures:
        say(f"FAILED {failure}")
    if total.skipped:
        say(f"{total.skipped} skipped" + (", which counts as failed in continuous integration" if _in_ci() else ""))
    failed = total.failed + skipped_fail
    say(f"\n{total.passed} passed, {failed} failed in {int(seconds // 60)} min {seconds % 60:.0f} s")
    return 1 if failed or not total.passed else 0


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _check(title: str, *command: str | Path, cwd: Path = ROOT) -> Tally:
    """One tool that is content or not; what it says is shown only when it is not."""
    started = time.monotonic()
    status, child = run(command, cwd=cwd, env=page.node_variables(), on_line=hint)
    say(f"{'ok    ' if status == 0 else 'FAILED'} {title} ({time.monotonic() - started:.1f} s)")
    if status != 0:
        say("\n".join(child.output))
    return one(title, status == 0)


def _pytest(*arguments: str) -> Tally:
    """A run of pytest that shows its own progress."""
    with tempfile.TemporaryDirectory(prefix="linchpin-test-") as folder:
        report = Path(folder) / "report.xml"
        variables = {**page.node_variables(), "LINCHPIN_DATA": str(Path(folder) / "data")}
        command: list[str | Path] = [PYTHON, "-m", "pytest", "-q", "--no-header", f"--junitxml={report}", *arguments]
        status = Child(command, env=variables, quiet=False).wait()
        return of_junit(report, "pytest " + " ".join(arguments[-2:]), status)


def _lint() -> Tally:
    return _check("ruff check", BIN / "ruff", "check", ".") + _check("ruff format", BIN / "ruff", "format", "--check")


def _types() -> Tally:
    return _check("mypy", PYTHON, "-m", "mypy")


def _core() -> Tally:
    apart = [f"--ignore={TESTS / name}" for name in APART]
    return _pytest("-n", "2", "--dist", "loadfile", *apart, "tests")


def _folder(name: str) -> Tally:
    return _pytest(f"tests/{name}")


def _browser() -> Tally:
    found = chromium()
    if found is None:
        say("SKIPPED, LOUDLY: no Chromium was found. Set CHROMIUM to its path, or install the package 'chromium'.")
        return Tally(skipped=1)
    os.environ["CHROMIUM"] = found
    return _folder("browser")


def _frontend() -> Tally:
    node = page.npm_command()[0]
    modules = FRONTEND / "node_modules"

    def tool(title: str, script: str, *arguments: str) -> Tally:
        return _check(title, node, modules / script, *arguments, cwd=FRONTEND)

    total = tool("tsc", "typescript/bin/tsc", "--noEmit")
    total += tool("eslint", "eslint/bin/eslint.js", ".")
    total += tool("knip", "knip/bin/knip.js")
    total += _check("types of the API are current", PYTHON, "-m", "bootstrap.api_types", "--check")
    with tempfile.TemporaryDirectory(prefix="linchpin-test-") as folder:
        report = Path(folder) / "report.xml"
        reporters = ["--reporter=dot", "--reporter=junit", f"--outputFile.junit={report}"]
        command: list[str | Path] = [node, modules / "vitest" / "vitest.mjs", "run", *reporters]
        status = Child(command, cwd=FRONTEND, env=page.node_variables(), quiet=False).wait()
        total += of_junit(report, "vitest", status)
    return total


PARTS = [
    Part("lint", "ruff: rules and layout", _lint, reads=True),
    Part("types", "mypy", _types, reads=True),
    Part("frontend", "tsc, eslint, knip, generated types, vitest", _frontend, reads=True),
    Part("core", "references, scenarios, engines, API, sockets, command line", _core),
    Part("production", "PostgreSQL, Valkey and prefork workers", lambda: _folder("production")),
    Part("setup", "a fresh clone, from nothing", lambda: _folder("setup")),
    Part("browser", "the page in Chromium", _browser),
]
