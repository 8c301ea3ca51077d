"""What `manage.py` was asked to do."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bootstrap import environment
from bootstrap.lock import exclusive
from bootstrap.places import PYTHON, ROOT, RUNTIME_LOCK, SETUP_LOCK, inside
from bootstrap.processes import end_like_ctrl_c
from bootstrap.progress import Stop

ANOTHER_SETS_UP = (
    "Another manage.py is setting Linchpin up in this folder right now; wait until it is done and start again."
)

USAGE = """usage: python3 manage.py COMMAND

  up [--port 8000] [--host 127.0.0.1] [--data DIR]   serve Linchpin
  test [PART ...] [--list]                           test everything, or some parts

Any other command is Django's own (migrate, shell, createsuperuser, ...)."""


def main(arguments: Sequence[str]) -> int:
    """Do what was asked; the exit status. What cannot go on is one sentence and 1."""
    end_like_ctrl_c()
    try:
        return _dispatch(arguments)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        return 130


def _dispatch(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(USAGE)
        return 0 if arguments else 2
    command, *rest = arguments
    if command == "up":
        from bootstrap import up

        up.main(rest)
    if command == "test":
        from bootstrap import suite

        return suite.main(rest)
    with exclusive(SETUP_LOCK, ANOTHER_SETS_UP):
        environment.ensure(RUNTIME_LOCK)
    if inside():
        return django(arguments)
    become([PYTHON, ROOT / "manage.py", *arguments], environment.variables())


def django(arguments: Sequence[str]) -> int:
    """Run one of Django's own commands in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "designer.settings")
    from django.core.management import execute_from_command_line  # stands only now

    execute_from_command_line(["manage.py", *arguments])
    return 0


def become(command: Sequence[str | Path], variables: dict[str, str]) -> NoReturn:
    """Replace this process by the command: its signals, its terminal and its exit status are then the user's."""
    words = [str(word) for word in command]
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(ROOT)
    os.execve(words[0], words, variables)
