"""A lock between processes that the system gives back when its owner ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.places import SETUP_LOCK
from bootstrap.progress import Stop


@contextmanager
def exclusive(path: Path, taken: str) -> Iterator[None]:
    """Hold the lock file while the block runs. Raises Stop with the sentence `taken` when another holds it."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Stop(f"Linchpin cannot write in its own folder {path.parent}: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Stop(taken) from error
        yield
    finally:
        os.close(fd)


@contextmanager
def setting_up() -> Iterator[None]:
    """Hold the lock of whoever changes the clone's environment or builds its page."""
    taken = "Another manage.py is setting Linchpin up in this folder right now; wait until it is done and start again."
    with exclusive(SETUP_LOCK, taken):
        yield
