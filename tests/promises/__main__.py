"""The promises of `docs/reliability.md`, each with its figure: `python -m tests.promises [NAME ...] [--full]`.

Without `--full` each is measured in a few seconds, as the tests do; with it at the size that is promised.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib import import_module

NAMES = (
    "durability",
    "convergence",
    "runs",
    "reconnect",
    "revocation",
    "bad_input",
    "viewers",
    "leaks",
    "restore",
    "limits",
)


def main() -> int:
    """Measure what was asked for; 0 when everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all of them without one")
    parser.add_argument("--full", action="store_true", help="at the size that is promised; minutes each")
    parser.add_argument("--only", default="", help="only sizes that mention this, such as postgres or kill")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no promise {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="linchpin-") as folder:
        _set_up(folder)
        return 1 if _measured(options.names or NAMES, options.full, options.only) else 0


def _set_up(folder: str) -> None:
    """A database for what is measured in this process."""
    os.environ |= {"LINCHPIN_DATA": folder, "DJANGO_SETTINGS_MODULE": "designer.settings"}
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measured(names: Iterable[str], full: bool, only: str) -> int:
    """How many promises were broken."""
    broken = 0
    for name in names:
        module = import_module(f"tests.promises.{name}")
        for size in module.FULL if full else module.QUICK:
            if only not in str(size):
                continue
            began = time.monotonic()
            kept = asyncio.run(module.measure(**size))
            broken += not kept.holds
            verdict = "holds" if kept.holds else f"BROKEN ({'; '.join(kept.broken)})"
            print(f"{name}: {verdict}: {kept.figure} ({time.monotonic() - began:.0f} s)", flush=True)
    return broken


if __name__ == "__main__":
    sys.exit(main())
