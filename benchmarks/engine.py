"""How fast the exact engine is, side by side with what a user would take instead.

    python benchmarks/engine.py [--peers PYTHON] [--quick]

Every engine runs the same models in one go and is checked against the closed form where there is one. Peers run
in the interpreter given with --peers, in which `benchmarks/requirements-engine.txt` is installed; without it, an
environment is made for them beside the system's temporary files. With g++ at hand a C++ twin of the M/M/1 runs, too.
Figures are CPU seconds without set-up and compilation, ours the best of three. AsyncFlow needs Python 3.12 and a
description of its own for every model; it is not among the peers.
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

PEERS = {"simpy": 100_000, "salabim": 20_000, "ciw": 40_000}


def ours(topology: Any, requests: int) -> tuple[float, float, int, int]:
    """(CPU s, mean s, requests, events) of our engine, all flows together."""
    from simulation.traffic import Session
    from simulation.traffic.layout import EVENTS

    duration = requests / sum(f.rate_rps for f in topology.flows)
    best, mean, done, events = math.inf, 0.0, 0, 0
    for _ in range(3):
        session = Session(topology, {"duration_s": duration, "warmup_s": 0, "engine": "exact"})
        session.records_rows = False
        started = time.process_time()
        session.run_to(duration)
        best = min(best, time.process_time() - started)
        flows = session.world.tables.flows
        done = int(flows["completed"].sum())
        mean, events = float(flows["total"].sum()) / max(done, 1), int(session.world.tables.control[EVENTS])
    return best, mean, done, events


def peers_python() -> str:
    """An interpreter that has the peers."""
    home = Path(tempfile.gettempdir()) / "linchpin-benchmark-peers"
    python = home / "bin" / "python"
    if not python.exists():
        print("Installing the peers …", flush=True)
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements-engine.txt"], check=True)
    return str(python)


def twin(requests: int) -> list[Any] | None:
    """The C++ twin of the M/M/1, compiled here; None without a compiler."""
    if not shutil.which("g++"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "mm1"
        subprocess.run(["g++", "-O3", "-march=native", "-o", program, HERE / "mm1.cpp"], check=True)
        runs = [json.loads(subprocess.run([program, str(requests)], check=True, capture_output=True).stdout)
                for _ in range(3)]  # fmt: skip
    return min(runs)


def main() -> int:
    """Print the table; 1 when an engine misses the closed form."""
    from models import exact, models, network

    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--peers", help="interpreter with the peers installed")
    arguments.add_argument("--quick", action="store_true", help="fewer requests")
    given = arguments.parse_args()
    python = given.peers or peers_python()
    scale = 5 if given.quick else 1
    ratios: dict[str, list[float]] = {}
    wrong = 0
    head = (
        f"{'model':50}{'engine':10}{'requests/s':>14}{'events/s':>14}{'ours / it':>11}{'mean ms':>10}{'exact ms':>10}"
    )
    print(head)
    for name, (title, topology) in models().items():
        net = network(topology)
        answer = None if name == "shop" else exact(net)
        stations = sum(1 for s in net["stations"] if s is not None)
        ours(topology, 1000)
        cpu, mean, done, events = ours(topology, (3_000_000 if stations < 3 else 1_000_000) // scale)
        speed = done / cpu
        rows: list[tuple[str, float, float, float | None]] = [("Linchpin", speed, mean, events / cpu)]
        for engine, count in PEERS.items():
            if engine == "ciw" and name not in ("mm1", "mm8"):
                continue
            small = count // scale // (1 if stations < 3 else 4)
            run = subprocess.run([python, HERE / "peer.py", engine, str(small)], input=json.dumps(net), text=True,
                                 capture_output=True, check=False)  # fmt: skip
            found = json.loads(run.stdout) if run.returncode == 0 else None
            if found is None:
                print(f"{title:50}{engine:10}  does not run: {run.stderr.strip().splitlines()[-1:]}")
                continue
            rows.append((engine, found[2] / found[0], found[1], None))
        if name == "mm1" and (native := twin(3_000_000 // scale)):
            rows.append(("C++", native[2] / native[0], native[1], None))
        for engine, rate, got, per_s in rows:
            # A peer's run is shorter, so its mean scatters more.
            off = answer is not None and abs(got / answer - 1) > (0.05 if engine in ("Linchpin", "C++") else 0.3)
            wrong += off
            if engine != "Linchpin":
                ratios.setdefault(engine, []).append(speed / rate)
            print(
                f"{title:50}{engine:10}{rate:14,.0f}{f'{per_s:,.0f}' if per_s else '':>14}{speed / rate:11.2f}"
                f"{got * 1e3:10.3f}{f'{answer * 1e3:.3f}' if answer else '–':>10}{'  off' if off else ''}",
                flush=True,
            )
    for engine, found in ratios.items():
        print(f"geometric mean against {engine}: {math.prod(found) ** (1 / len(found)):.2f}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
