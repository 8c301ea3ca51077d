"""The page's types of the API, generated from the API's own schema.

`python -m bootstrap.api_types` writes them; with `--check` it says whether they are current.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bootstrap.environment import variables
from bootstrap.page import node_variables, npm_command
from bootstrap.places import FRONTEND, PYTHON, ROOT
from bootstrap.processes import run
from bootstrap.progress import Stop

TYPES = FRONTEND / "src" / "api" / "schema.d.ts"


def generated() -> str:
    """The types as they should be. Raises Stop when the schema or the types cannot be made."""
    with tempfile.TemporaryDirectory(prefix="linchpin-types-") as folder:
        schema, types = Path(folder) / "schema.json", Path(folder) / "schema.d.ts"
        spectacular: list[str | Path] = [
            PYTHON,
            ROOT / "manage.py",
            "spectacular",
            "--format",
            "openapi-json",
            "--fail-on-warn",
        ]
        status, child = run([*spectacular, "--validate", "--file", schema], env=variables())
        if status != 0:
            raise Stop(f"The API's schema could not be made:\n{child.tail}")
        script = FRONTEND / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
        command: list[str | Path] = [npm_command()[0], script, schema, "-o", types]
        status, child = run(command, cwd=FRONTEND, env=node_variables())
        if status != 0:
            raise Stop(f"The types of the API could not be made:\n{child.tail}")
        return types.read_text()


def main() -> int:
    """Write the types, or check them."""
    parser = argparse.ArgumentParser(prog="python -m bootstrap.api_types", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether they are current")
    options = parser.parse_args()
    try:
        wanted = generated()
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    if not options.check:
        TYPES.write_text(wanted)
        return 0
    if TYPES.exists() and TYPES.read_text() == wanted:
        return 0
    print(f"{TYPES.relative_to(ROOT)} is not what the API's schema says; run: .venv/bin/python -m bootstrap.api_types")
    return 1


if __name__ == "__main__":
    sys.exit(main())
