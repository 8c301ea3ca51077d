"""Child processes that never outlive this one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from bootstrap.places import ROOT

#: Seconds a child gets to end by itself before it is killed.
GRACE_S = 5.0


class Child:
    """A program in a process group of its own, so that it and all it started can be ended together."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
        quiet: bool = True,
    ) -> None:
        self._process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self.output: list[str] = []

    def wait(self, on_line: Callable[[str], None] = lambda line: None) -> int:
        """The exit status. Lines of a quiet child are kept in `output`. An interrupt ends the child first."""
        try:
            if self._process.stdout is not None:
                for line in self._process.stdout:
                    self.output.append(line.rstrip())
                    on_line(line.rstrip())
            return self._process.wait()
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End the child and everything it started."""
        self._signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_S
        while self._process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):  # it may have ended already
            os.killpg(self._process.pid, number)

    @property
    def tail(self) -> str:
        """The last lines that the child printed, for an error message."""
        return "\n".join(f"    {line}" for line in self.output[-15:])


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] = lambda line: None,
) -> tuple[int, Child]:
    """Run a quiet program to its end: its exit status, and the child with what it printed."""
    child = Child(command, cwd=cwd, env=env)
    return child.wait(on_line), child


def end_like_ctrl_c() -> None:
    """Let a request to terminate clean up as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def become(command: Sequence[str | Path], variables: dict[str, str]) -> NoReturn:
    """Replace this process by the command: its signals, its terminal and its exit status are then the user's."""
    words = [str(word) for word in command]
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(ROOT)
    os.execve(words[0], words, variables)
