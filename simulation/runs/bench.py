"""The process in which analyses, evaluations and imports are computed: `python -m simulation.runs.bench`.

It reads requests from standard input and answers on standard output, each a length (4 bytes, big-endian) and that
much JSON. A request is `{call, seconds, …}`, an answer begins with `=` for a result or `!` for a refusal
(`{status, problems}`). Whoever asks kills it when it takes too long.
"""

import os
import resource
import struct
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from simulation.topology import parsing
from simulation.topology.document import FORMAT, InvalidInput, Problem

if TYPE_CHECKING:
    from simulation.analysis.analyst import Analysts

ADVICE_SECONDS = 0.4  # on every edit; the report itself comes on top
ADDRESS_SPACE = 6 * 2**30  # bytes; most of it is reserved, not used


def analyze(request: dict[str, Any]) -> Any:
    """The report of a document."""
    from simulation.analysis import analyze as analyze_
    from simulation.analysis.budget import Budget

    budget = Budget(seconds=request["seconds"])
    topology = parsing.from_object(request["topology"])
    seconds = request.get("advice_seconds", ADVICE_SECONDS)
    more = {name: request.get(name, False) for name in ("pairs", "falls")}
    _warm()
    order, analyst = request["max_order"], analysts().of(topology)
    return analyze_(topology, max_order=order, budget=budget, advice_seconds=seconds, analyst=analyst, **more)


@cache
def _warm() -> None:
    """Load what every analysis needs, once: how long a document takes decides how much advice there is time for."""
    from simulation.analysis import analyze as analyze_

    nodes = [{"id": "users", "kind": "client"}, {"id": "web", "kind": "web_server", "replicas": 2}]
    edges = [{"id": "to-web", "source": "users", "target": "web"}]
    flows = [{"id": "visits", "source": "users", "rate_rps": 1}]
    analyze_(parsing.from_object({"format": FORMAT, "name": "", "nodes": nodes, "edges": edges, "flows": flows}))


@cache
def analysts() -> "Analysts":
    """Those who keep what they know of the documents that are being edited, in this process."""
    from simulation.analysis.analyst import Analysts

    return Analysts()


def evaluate(request: dict[str, Any]) -> Any:
    """The verdict of thresholds over a document, and a scenario if there is one."""
    from simulation.evaluation import evaluate as evaluate_
    from simulation.traffic import scenario as scenarios

    topology = parsing.from_object(request["topology"])
    given = request.get("scenario")
    scenario = None if given is None else scenarios.parse(given, "/scenario")
    return evaluate_(topology, request["thresholds"], scenario, stopped=_until(request["seconds"]))


def search(request: dict[str, Any]) -> Any:
    """The cheapest document that meets thresholds."""
    from simulation.evaluation.searching import search as search_

    topology = parsing.from_object(request["topology"])
    seconds = min(request["seconds"], request["search_seconds"])
    return search_(topology, request["thresholds"], seconds=seconds)


def compare(request: dict[str, Any]) -> Any:
    """What a change did to every figure."""
    from simulation.evaluation.comparison import compare as compare_

    return compare_(parsing.from_object(request["before"]), parsing.from_object(request["after"]))


def greet(request: dict[str, Any]) -> Any:
    """The order of nodes, edges and flows of a run that could be started."""
    from simulation.traffic import scenario as scenarios
    from simulation.traffic.session import Session

    topology = parsing.from_object(request["topology"])
    scenario = scenarios.parse(request["scenario"], "/scenario")
    with scenarios.standing_at("/scenario"):
        session = Session(topology, scenario, live_speed=request.get("live_speed"))
    return {"hello": session.hello(), "scenario": msgspec.to_builtins(scenario)}


def simulate(request: dict[str, Any]) -> Any:
    """The result of a scenario, over all its replications."""
    from simulation.traffic import scenario as scenarios
    from simulation.traffic import simulate as simulate_

    topology = parsing.from_object(request["topology"])
    with scenarios.standing_at("/scenario"):
        scenario = scenarios.parse(request["scenario"], "/scenario")
        return simulate_(topology, scenario, stopped=_until(request["seconds"]))


def _until(seconds: float) -> Callable[[], str]:
    """Why to stop, once so many seconds from now are over."""
    end = time.monotonic() + seconds
    return lambda: f"its budget of {seconds:g} s is used up" if time.monotonic() > end else ""


def import_(request: dict[str, Any]) -> Any:
    """A foreign format as a document, with what was understood, assumed and left out."""
    from simulation.topology.importing import import_ as read

    found = read(request["format"], request["content"], request["language"], request["name"])
    return {**msgspec.structs.asdict(found), "topology": parsing.to_object(found.topology)}


def arrange(request: dict[str, Any]) -> Any:
    """The place of every node of a document, laid out anew: relative to its container, with its extent."""
    from simulation.topology.layout import arrange as arrange_

    return {"places": arrange_(parsing.from_object(request["topology"]))}


def export(request: dict[str, Any]) -> Any:
    """A document in a foreign format."""
    from simulation.topology.exporting import export as write

    found = write(parsing.from_object(request["topology"]), request["format"])
    return {"content": found.content, "media_type": found.media_type, "filename": found.filename}


CALLS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "analyze": analyze,
    "evaluate": evaluate,
    "search": search,
    "compare": compare,
    "greet": greet,
    "simulate": simulate,
    "import": import_,
    "arrange": arrange,
    "export": export,
}


def answer(request: bytes) -> bytes:
    """What a request is answered: a result, or a refusal with its problems."""
    found = msgspec.json.decode(request)
    try:
        return b"=" + msgspec.json.encode(CALLS[found["call"]](found))
    except InvalidInput as error:
        return b"!" + msgspec.json.encode({"status": error.status, "problems": error.problems})
    except (MemoryError, RecursionError):
        problem = Problem("", "this needs more memory than one computation may take; make the document smaller")
        return b"!" + msgspec.json.encode({"status": 422, "problems": [problem]})


def _end_with(parent: int) -> None:
    """End when whoever asks is gone: one that was killed cannot say that nobody waits for the answer any more."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def main() -> None:
    """Serve until standard input ends, or whoever asks is gone."""
    threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, resource.RLIM_INFINITY))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that prints may come between answers
    requests = sys.stdin.buffer
    while head := requests.read(4):
        found = answer(requests.read(*struct.unpack(">I", head)))
        answers.write(struct.pack(">I", len(found)) + found)
        answers.flush()


if __name__ == "__main__":
    main()
