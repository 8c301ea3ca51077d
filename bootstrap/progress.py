"""What the user sees while things are set up: one line a step, with its time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stop(Exception):
    """Linchpin cannot go on. The text is one clear sentence for the user; the exit status is 1."""


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def hint(text: str) -> None:
    """Show what a step is busy with; only on a terminal, where the next hint replaces it."""
    if sys.stdout.isatty():
        print(f"\r\x1b[2K  {text[:100]}", end="", flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and, when it is done, how long it took."""
    started = time.monotonic()
    say(f"{title} …")
    yield
    if sys.stdout.isatty():
        print("\r\x1b[2K", end="")
    say(f"  done in {time.monotonic() - started:.1f} s")
