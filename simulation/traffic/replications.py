"""Whole runs: the same scenario from several seeds at the same time."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from simulation.topology.document import Topology
from simulation.traffic.observed import Run
from simulation.traffic.result import Result
from simulation.traffic.scenario import Scenario, parse
from simulation.traffic.session import Session
from simulation.traffic.streams import stream
from simulation.traffic.summary import summarize


def simulate(
    topology: Topology,
    scenario: Scenario | Mapping[str, Any] | None = None,
    *,
    stopped: Callable[[], str] = str,
) -> Result:
    """Run a scenario to its end, all its replications, in parallel threads.

    `stopped` is asked now and then; an answer is the reason why the run ends here, with what it has counted and
    `cut_short`; so it does where it needs too much memory. Raises InvalidInput for what cannot be simulated. Equal
    inputs give equal digests, whatever the number of threads.
    """
    parsed = parse(scenario)
    first = Session(topology, parsed)

    def run(session: Session) -> Run:
        session.stop_when(stopped)
        with suppress(InterruptedError):
            session.run_to(parsed.duration_s)
        return session.finished()

    def other(k: int) -> Run:
        seed = stream(parsed.seed, "replication", str(k)) >> 11
        session = Session(topology, parsed, seed=seed)
        session.records_rows = False
        return run(session)

    workers = min(parsed.replications, os.cpu_count() or 1)
    if workers == 1:
        runs = [run(first), *(other(k) for k in range(1, parsed.replications))]
    else:
        with ThreadPoolExecutor(workers) as pool:
            lead = pool.submit(run, first)
            rest = list(pool.map(other, range(1, parsed.replications)))
            runs = [lead.result(), *rest]
    return summarize(first.observed(), runs)
