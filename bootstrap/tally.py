"""Counting what passed: from one tool's exit status, or from a JUnit report."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Tally:
    """How many checks passed, failed and were skipped, and the names of those that failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: tuple[str, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.failures + other.failures,
        )


def one(name: str, passed: bool) -> Tally:
    """A single check."""
    return Tally(passed=1) if passed else Tally(failed=1, failures=(name,))


def of_junit(report: Path, name: str, status: int) -> Tally:
    """The tests of a run. A run that failed without a failed test, or without a report, counts as one failure."""
    passed = skipped = 0
    failures: list[str] = []
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failures.append("::".join(part for part in (case.get("classname"), case.get("name")) if part))
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
    if status != 0 and not failures:
        failures.append(f"{name} (exit status {status})")
    return Tally(passed, len(failures), skipped, tuple(failures))
