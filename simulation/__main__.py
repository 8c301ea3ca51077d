"""The command line: `python -m simulation evaluate|analyze|search|simulate|import|export|validate|compare`.

Exit status: 0 all thresholds hold (or the command did its work), 1 a threshold does not hold, 2 the input
is wrong, 3 the program failed.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from simulation import own_python

own_python.ensure()

from simulation.evaluation import commands
from simulation.evaluation.formats import FORMATS
from simulation.evaluation.remote import Server, Unreachable
from simulation.topology.document import InvalidInput

FAILED = 3
WRONG_INPUT = 2

_EPILOG = (
    "Files are JSON or YAML; - reads standard input. With --server the same is asked of a Linchpin server, "
    "with the token in LINCHPIN_TOKEN. Exit status: 0 thresholds hold, 1 one does not, 2 wrong input, 3 failure."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.remote = Server(options.server, os.environ.get("LINCHPIN_TOKEN")) if options.server else None
        return int(options.run(options))
    except InvalidInput as error:
        for problem in error.problems:
            where = _where(options, problem.pointer)
            print(f"{where + ': ' if where else ''}{problem.detail}", file=sys.stderr)
        return WRONG_INPUT
    except Unreachable as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        return 130
    except Exception:
        traceback.print_exc()
        print("error: this is a fault in Linchpin; the lines above say where", file=sys.stderr)
        return FAILED


def _where(options: argparse.Namespace, pointer: str) -> str:
    """The file that was read, and the place in it; a scenario may be a file of its own."""
    name, scenario = getattr(options, "reading", None), getattr(options, "scenario", None)
    if scenario and pointer.startswith("/scenario/"):
        name, pointer = scenario, pointer.removeprefix("/scenario")
    return " ".join(part for part in (name, pointer) if part)


def _trace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trace",
        action="append",
        default=[],
        metavar="[FLOW=]FILE",
        help="send what this CSV recorded: rows of time and rate, or of time stamps",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__, epilog=_EPILOG)
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    server = argparse.ArgumentParser(add_help=False)
    server.add_argument("--server", metavar="URL", help="ask this Linchpin server instead of computing here")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return subparsers.add_parser(name, help=text, description=text, parents=[server], epilog=_EPILOG)

    evaluate = command("evaluate", "Judge a topology by thresholds.")
    evaluate.add_argument("topology", metavar="TOPOLOGY")
    evaluate.add_argument("--scenario", metavar="FILE", help="simulate this scenario instead of analyzing")
    evaluate.add_argument(
        "--threshold",
        action="append",
        metavar="T",
        help="a threshold, e.g. 'p99_ms < 200'; may be repeated; takes the place of those in the document",
    )
    evaluate.add_argument("--format", choices=list(FORMATS), default="text")
    evaluate.add_argument("--seed", type=int, metavar="N", help="seed of the simulation")
    _trace(evaluate)
    evaluate.set_defaults(run=commands.evaluate)

    analyze = command("analyze", "What falls with what, how much it carries, how available it is.")
    analyze.add_argument("topology", metavar="TOPOLOGY")
    analyze.add_argument("--format", choices=["text", "json"], default="text")
    analyze.add_argument("--pairs", action="store_true", help="also assess losses of two at once")
    analyze.add_argument("--falls", action="store_true", help="also say which nodes fall with every loss")
    analyze.add_argument("--max-order", type=int, choices=(1, 2, 3), help="the most failures in a cut set (default: 3)")
    analyze.set_defaults(run=commands.analyze)

    search = command("search", "Search for the cheapest document that meets thresholds.")
    search.add_argument("topology", metavar="TOPOLOGY")
    search.add_argument(
        "--threshold",
        action="append",
        metavar="T",
        help="a threshold, e.g. 'spofs == 0'; may be repeated; takes the place of those in the document",
    )
    search.add_argument("--seconds", type=float, default=20.0, metavar="S", help="how long it may take (default 20)")
    search.add_argument("--format", choices=["text", "json"], default="text")
    search.add_argument("-o", "--output", metavar="FILE", help="write the document that was found here")
    search.set_defaults(run=commands.search)

    simulate = command("simulate", "Simulate the traffic of a topology.")
    simulate.add_argument("topology", metavar="TOPOLOGY")
    simulate.add_argument("--scenario", metavar="FILE", help="the scenario; else the document's own, else the default")
    simulate.add_argument("--format", choices=["text", "json"], default="text")
    simulate.add_argument("--seed", type=int, metavar="N", help="seed of the simulation")
    _trace(simulate)
    simulate.set_defaults(run=commands.simulate)

    bring = command("import", "Turn another tool's file into a topology document.")
    bring.add_argument("file", metavar="FILE")
    bring.add_argument(
        "--from", dest="source", metavar="FORMAT", help="the file's format, e.g. compose; guessed when left out"
    )
    bring.add_argument("--format", default="json", help="json or yaml document, or full: with what was understood")
    bring.add_argument("-o", "--output", metavar="FILE", help="write here instead of to standard output")
    bring.set_defaults(run=commands.import_)

    export = command("export", "Write a topology in another format.")
    export.add_argument("topology", metavar="TOPOLOGY")
    export.add_argument(
        "--format", required=True, metavar="FORMAT", help="e.g. mermaid; an unknown one is answered with all"
    )
    export.add_argument("-o", "--output", metavar="FILE", help="write here instead of to standard output")
    export.set_defaults(run=commands.export)

    validate = command("validate", "Check a topology document.")
    validate.add_argument("topology", metavar="TOPOLOGY")
    validate.add_argument("--format", choices=["text", "json"], default="text")
    validate.set_defaults(run=commands.validate)

    compare = command("compare", "What the step from topology A to topology B changes.")
    compare.add_argument("first", metavar="A")
    compare.add_argument("second", metavar="B")
    compare.add_argument("--format", choices=["text", "json"], default="text")
    compare.set_defaults(run=commands.compare)
    return parser


if __name__ == "__main__":
    sys.exit(main())
