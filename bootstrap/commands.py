"""What `manage.py` was asked to do."""

import os
import sys
from collections.abc import Sequence

from bootstrap import environment
from bootstrap.lock import setting_up
from bootstrap.places import PYTHON, ROOT, RUNTIME_LOCK, inside
from bootstrap.processes import become, end_like_ctrl_c
from bootstrap.progress import Stop

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
    if not environment.ready(RUNTIME_LOCK):
        with setting_up():
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
