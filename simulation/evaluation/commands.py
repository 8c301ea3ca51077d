"""What each command of the command line does: read, ask, print. The exit status is returned.

`options.reading` names the file that is being read, for the errors in it. `options.remote` is the server
to ask, or None to compute here.
"""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec

from simulation.analysis.report import Report
from simulation.evaluation import files, printing
from simulation.evaluation.comparison import Comparison
from simulation.evaluation.comparison import compare as comparison
from simulation.evaluation.evaluate import Evaluation
from simulation.evaluation.evaluate import evaluate as judge
from simulation.evaluation.formats import FORMATS
from simulation.evaluation.thresholds import parse_all
from simulation.topology import parsing, recordings
from simulation.topology.document import InvalidInput, Problem, Topology
from simulation.topology.patching import apply
from simulation.traffic.result import Result
from simulation.traffic.scenario import parse as parse_scenario
from simulation.traffic.scenario import standing_at

#: Seconds that a search may be given.
_LONGEST_S = 3600


def evaluate(options: Namespace) -> int:
    """Judge a topology by thresholds: 0 when all hold, 1 when one does not."""
    topology = _topology(options, options.topology)
    scenario = _scenario(options) if options.scenario else topology.scenario and _seeded(topology.scenario, options)
    scenario = _traced(scenario, topology, options)
    options.reading = options.topology
    if options.remote is None:
        evaluation = judge(topology, options.threshold, scenario)
    else:
        found = options.remote.evaluate(parsing.to_object(topology), options.threshold, scenario)
        evaluation = msgspec.convert(found, Evaluation)
    name = "stdin" if options.topology == "-" else options.topology
    _print(FORMATS[options.format].write(evaluation, name))
    return 0 if evaluation.verdict == "pass" else 1


def analyze(options: Namespace) -> int:
    """Print the analysis report."""
    topology = _topology(options, options.topology)
    asked = {"max_order": options.max_order, "pairs": options.pairs, "falls": options.falls}
    if options.remote is None:
        from simulation.analysis import analyze as analysis

        report = analysis(topology, advice_seconds=5.0, **asked)
    else:
        found = options.remote.analyze(parsing.to_object(topology), **asked)
        report = msgspec.convert(found, Report)
    _print(_json(report) if options.format == "json" else printing.report_text(report))
    return 0


def search(options: Namespace) -> int:
    """Print the cheapest document that meets the thresholds, and the front: 0 when it meets them, 1 when none does."""
    topology = _topology(options, options.topology)
    if not 1 <= options.seconds <= _LONGEST_S:
        raise InvalidInput([Problem("", f"--seconds {options.seconds:g} is not from 1 to {_LONGEST_S}")])
    if options.remote is None:
        from simulation.evaluation.searching import search as search_

        found = search_(topology, options.threshold, seconds=options.seconds)
    else:
        from simulation.evaluation.searching import Search

        answer = options.remote.search(parsing.to_object(topology), options.threshold, options.seconds)
        found = msgspec.convert(answer, Search)
    if options.output:
        media = "json" if options.output.endswith(".json") else "yaml"
        better = parsing.from_object(apply(parsing.to_object(topology), found.best.patch))
        _write(options, _document(better, media))
    _print(_json(found) if options.format == "json" else printing.search_text(found))
    return 0 if found.verdict == "pass" else 1


def simulate(options: Namespace) -> int:
    """Print the simulation's result."""
    topology = _topology(options, options.topology)
    scenario = _scenario(options) if options.scenario else _seeded(topology.scenario or {}, options)
    scenario = _traced(scenario, topology, options) or {}
    options.reading = options.topology
    if options.remote is None:
        from simulation.traffic import simulate as simulation

        with standing_at("/scenario"):
            result = simulation(topology, parse_scenario(scenario, "/scenario"))
    else:
        result = msgspec.convert(options.remote.simulate(parsing.to_object(topology), scenario), Result)
    _print(_json(result) if options.format == "json" else printing.result_text(result))
    return 0


def import_(options: Namespace) -> int:
    """Print the document that another tool's file becomes; what was understood goes to standard error."""
    from simulation.topology.importing import FORMATS as SOURCES
    from simulation.topology.importing import import_ as bring

    options.reading = options.file
    content = files.read(options.file)
    output = options.format
    if output in SOURCES and output not in ("json", "yaml"):
        options.source, output = output, "json"
    if output not in ("json", "yaml", "full"):
        accepted = ", ".join(SOURCES)
        raise InvalidInput([Problem("", f"--format {output!r} is none of json, yaml, full (--from: {accepted})")])
    source, name = options.source or "auto", Path(options.file).name
    if options.remote is None:
        found = msgspec.to_builtins(bring(source, content, name=name))
    else:
        found = options.remote.import_(source, content.decode("utf-8", "replace"), name)
    if output == "full":
        _write(options, _json(found).encode())
        return 0
    topology = parsing.from_object(found["topology"])
    _write(options, _document(topology, output))
    for part in ("understood", "assumed", "left_out"):
        for line in found[part]:
            print(f"{part.replace('_', ' ')}: {line}", file=sys.stderr)
    return 0


def export(options: Namespace) -> int:
    """Write a topology in another format."""
    topology = _topology(options, options.topology)
    if options.remote is None:
        from simulation.topology.exporting import export as exported

        content = exported(topology, options.format).content
    else:
        content = options.remote.export(parsing.to_object(topology), options.format)
    _write(options, content)
    return 0


def validate(options: Namespace) -> int:
    """Say whether a document is valid; what is wrong is an error of the input."""
    try:
        topology = _topology(options, options.topology)
        parse_all(topology.thresholds, topology)
        if topology.scenario is not None:
            parse_scenario(topology.scenario, "/scenario")
        if options.remote is not None:
            options.remote.analyze(parsing.to_object(topology))
    except InvalidInput as error:
        if options.format == "json":
            _print(_json({"valid": False, "errors": error.problems}))
        raise
    counts = f"{len(topology.nodes)} nodes, {len(topology.edges)} edges, {len(topology.flows)} flows"
    _print(_json({"valid": True, "errors": []}) if options.format == "json" else f"valid: {counts}\n")
    return 0


def compare(options: Namespace) -> int:
    """Print what the step from one document to another changes."""
    first, second = _topology(options, options.first), _topology(options, options.second)
    if options.remote is None:
        found = comparison(first, second)
    else:
        answer = options.remote.compare(parsing.to_object(first), parsing.to_object(second))
        found = msgspec.convert(answer, Comparison)
    _print(_json(found) if options.format == "json" else printing.comparison_text(found))
    return 0


def _topology(options: Namespace, path: str) -> Topology:
    options.reading = path
    data = files.read(path)
    return parsing.parse(data, files.media(path, data))


def _scenario(options: Namespace) -> dict[str, Any]:
    """The scenario file as plain data, checked, with the seed of the command line."""
    options.reading = options.scenario
    found = files.load(options.scenario)
    parse_scenario(found)
    return _seeded(dict(found or {}), options)


def _seeded(scenario: dict[str, Any], options: Namespace) -> dict[str, Any]:
    return scenario if options.seed is None else {**scenario, "seed": options.seed}


def _traced(scenario: dict[str, Any] | None, topology: Topology, options: Namespace) -> dict[str, Any] | None:
    """The scenario in which flows send what CSV files have recorded: `FLOW=FILE`, or `FILE` for the only flow."""
    traces = dict((scenario or {}).get("traces") or {})
    for stated in options.trace:
        flow, mark, path = stated.partition("=")
        if not mark:
            flow, path = "", stated
            if len(topology.flows) == 1:
                flow = topology.flows[0].id
        if flow not in {f.id for f in topology.flows}:
            accepted = ", ".join(f.id for f in topology.flows)
            raise InvalidInput([Problem("", f"--trace {stated!r} names no flow; FLOW=FILE with one of {accepted}")])
        options.reading = path
        traces[flow] = recordings.read(files.read(path).decode("utf-8", "replace"))
    return {**(scenario or {}), "traces": traces} if options.trace else scenario


def _document(topology: Topology, media: str) -> bytes:
    if media == "json":
        return _json(parsing.to_object(topology)).encode()
    from simulation.topology.exporting import export as exported

    return exported(topology, "yaml").content


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _print(text: str) -> None:
    files.write(None, text.encode())


def _write(options: Namespace, content: bytes) -> None:
    files.write(options.output, content)
