#!/usr/bin/env python3
"""Linchpin's one command: `up` serves it, `test` tests it, anything else is Django's own.

Runs with nothing but Python 3.11 or newer; the first use sets up `.venv` beside this file.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - any Python may start this file
    sys.exit("Linchpin needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

from bootstrap.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
