"""How fast the exact engine is, side by side with what a user would take instead, and which of its goals hold.

    python benchmarks/engine.py [--peers PYTHON] [--asyncflow PYTHON] [--quick]

Every engine runs the same models in one go and is checked against the closed form where there is one; three goes, and
ratios are geometric means over them. Peers run in the interpreter given with --peers, in which
`benchmarks/requirements-engine.txt` is installed; without it, an environment is made for them beside the system's
temporary files. With g++ at hand a C++ twin (`twin.cpp`) runs every model, too, and `bare.py` runs those that it can
express: a kernel without the semantics that the models do not use. Figures are CPU seconds without set-up and
compilation; live pace has a program of its own, `live.py`.

Ciw and Cimba run single stations: a network's calls in order are no routing matrix, and Cimba compiles processes that
are written by hand for each system. AsyncFlow (Python 3.12; a server's step takes a constant time) runs one station
where an interpreter has it. ns-3, OMNeT++ and simmer are no Python packages and take a program for each system.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

SINGLE = ("mm1", "mm8")
PEERS = {"simpy": 100_000, "salabim": 20_000, "ciw": 40_000, "cimba": 1_000_000, "asyncflow": 8_000}
#: Engines that run single stations only.
LIMITED = ("ciw", "cimba", "asyncflow")
BARE = ("mm1", "tier")


@dataclass(frozen=True)
class Outcome:
    """One run: CPU seconds, mean time of a request, requests."""

    cpu_s: float
    mean_s: float
    requests: int

    @property
    def speed(self) -> float:
        """Requests a CPU second."""
        return self.requests / self.cpu_s


def ours(topology: Any, requests: int) -> tuple[float, float, int, int]:
    """(CPU s, mean s, requests, events) of our engine, all flows together; the best of three."""
    from simulation.traffic import Session
    from simulation.traffic.tables.layout import EVENTS

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
    wanted = (HERE / "requirements-engine.txt").read_text()
    stamp = home / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Installing the peers …", flush=True)
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements-engine.txt"], check=True)
        stamp.write_text(wanted)
    return str(python)


class Field:
    """The engines of one run of this program."""

    def __init__(self, peers: str, asyncflow: str | None, scale: int, folder: Path) -> None:
        self.pythons: dict[str, str | None] = {**dict.fromkeys(PEERS, peers), "asyncflow": asyncflow}
        self.scale = scale
        self.twin: Path | None = None
        if shutil.which("g++"):
            self.twin = folder / "twin"
            subprocess.run(["g++", "-O3", "-march=native", "-o", self.twin, HERE / "twin.cpp"], check=True)
        self.missing: dict[str, str] = {} if self.twin else {"C++ twin": "there is no g++"}

    def run(self, name: str, topology: Any, net: dict[str, Any]) -> dict[str, Outcome]:
        """What every engine that can run the model does with it."""
        from benchmarks.bare import bare
        from benchmarks.models import flat

        is_small = name in SINGLE
        count = (3_000_000 if is_small else 1_000_000) // self.scale
        cpu, mean, done, _ = ours(topology, count)
        found = {"Linchpin": Outcome(cpu, mean, done)}
        if name in BARE:
            bare(net, 1000)
            found["bare kernel"] = Outcome(*min(bare(net, count) for _ in range(3))[:3])
        if self.twin:
            runs = [self._ask([str(self.twin), str(count)], flat(net)) for _ in range(3)]
            found["C++ twin"] = Outcome(*min(runs)[:3])
        for engine, whole in PEERS.items():
            python = self.pythons[engine]
            if engine in LIMITED and not is_small:
                continue
            if python is None:
                self.missing[engine] = "no Python 3.12 with asyncflow-sim (--asyncflow names one)"
                continue
            small = max(whole // self.scale // (1 if is_small else 4), 4000)
            try:
                found[engine] = Outcome(
                    *self._ask([python, "-m", "benchmarks.engine_peer", engine, str(small)], json.dumps(net))
                )
            except subprocess.CalledProcessError as error:
                self.missing[engine] = (error.stderr.strip().splitlines() or ["it failed without a word"])[-1]
        return found

    def _ask(self, command: list[str], text: str) -> list[Any]:
        done = subprocess.run(command, cwd=HERE.parent, input=text, text=True, capture_output=True, check=True)
        answer: list[Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return answer


def start_up() -> tuple[float, float, float, bool]:
    """(CPU s of the first compilation, CPU s and s of a later start, whether a sign was given)."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "LINCHPIN_CACHE": cache}
        figures, sign = [], False
        for _ in range(3):
            before, started = os.times(), time.perf_counter()
            done = subprocess.run([sys.executable, "-m", "simulation.traffic.warm"], cwd=HERE.parent, env=environment,
                                  text=True, capture_output=True, check=True)  # fmt: skip
            after = os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            figures.append((cpu, time.perf_counter() - started))
            sign = sign or "Compiling" in done.stdout
    later = min(figures[1:])
    return figures[0][0], later[0], later[1], sign


def mean_of(ratios: list[float]) -> float:
    """Geometric mean."""
    return math.prod(ratios) ** (1 / len(ratios))


def main() -> int:
    """Print the table and the goals; 1 when an engine misses the closed form or a goal does not hold."""
    from benchmarks.models import exact, models, network

    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--peers", help="interpreter with the peers installed")
    arguments.add_argument("--asyncflow", help="interpreter (3.12) with asyncflow-sim installed")
    arguments.add_argument("--quick", action="store_true", help="fewer requests, one go")
    given = arguments.parse_args()
    goes, scale = (1, 5) if given.quick else (3, 1)
    ratios: dict[tuple[str, str], list[float]] = {}
    wrong: list[str] = []
    head = f"{'model':50}{'engine':12}{'requests/s':>14}{'ours / it':>11}{'mean ms':>10}{'exact ms':>10}"
    with tempfile.TemporaryDirectory() as folder:
        field = Field(given.peers or peers_python(), given.asyncflow, scale, Path(folder))
        for go in range(goes):
            print(f"\ngo {go + 1} of {goes}\n{head}", flush=True)
            for name, (title, topology) in models().items():
                net = network(topology)
                answer = None if name == "shop" else exact(net)
                ours(topology, 1000)
                found = field.run(name, topology, net)
                for engine, outcome in found.items():
                    ratio = found["Linchpin"].speed / outcome.speed
                    ratios.setdefault((name, engine), []).append(ratio)
                    # A peer's run is shorter, so its mean scatters more; AsyncFlow's service does not vary.
                    is_long = engine in ("Linchpin", "bare kernel", "C++ twin")
                    known = None if engine == "asyncflow" else answer
                    off = known is not None and abs(outcome.mean_s / known - 1) > (0.05 if is_long else 0.3)
                    if off:
                        wrong.append(f"{engine} on {title}")
                    theory = f"{known * 1e3:.3f}" if known else "–"
                    print(f"{title:50}{engine:12}{outcome.speed:14,.0f}{ratio:11.2f}{outcome.mean_s * 1e3:10.3f}"
                          f"{theory:>10}{'  off' if off else ''}", flush=True)  # fmt: skip
    for engine, why in field.missing.items():
        print(f"{engine} did not run: {why}")
    return judge(ratios, wrong, start_up())


def judge(ratios: dict[tuple[str, str], list[float]], wrong: list[str], start: tuple[float, float, float, bool]) -> int:
    """Print means and which goals hold; 1 when one does not."""
    means = {key: mean_of(found) for key, found in ratios.items()}
    print("\nours / it, geometric mean over the goes, then over the models")
    for engine in dict.fromkeys(engine for _, engine in means if engine != "Linchpin"):
        own = {model: ratio for (model, other), ratio in means.items() if other == engine}
        parts = ", ".join(f"{model} {ratio:.2f}" for model, ratio in own.items())
        print(f"{engine:12}{mean_of(list(own.values())):10.2f}   {parts}")

    def least(engines: set[str]) -> tuple[float, str]:
        return min(((r, f"{e} on {m}") for (m, e), r in means.items() if e in engines), default=(math.nan, "nothing"))

    first, later_cpu, later_s, sign = start
    simpy, fastest, native, bare = least({"simpy"}), least(set(PEERS)), least({"C++ twin"}), least({"bare kernel"})
    goals = [
        ("at least 100 × SimPy on every model", simpy[0] >= 100, f"{simpy[0]:.0f} × {simpy[1]}"),
        ("at least 5 × the fastest peer on every model", fastest[0] >= 5, f"{fastest[0]:.1f} × {fastest[1]}"),
        ("within 1.3 × of the C++ twin on every model", native[0] >= 1 / 1.3, f"{1 / native[0]:.2f} × {native[1]}"),
        ("unused semantics cost at most 1.5 ×", bare[0] >= 1 / 1.5, f"{1 / bare[0]:.2f} × {bare[1]}"),
        ("first use within 10 s, with a sign", first <= 10 and sign, f"{first:.1f} s of CPU"),
        ("later starts within 0.5 s", later_cpu <= 0.5, f"{later_cpu:.2f} s of CPU, {later_s:.2f} s here"),
        ("every mean as theory has it", not wrong, ", ".join(wrong) or "all"),
    ]
    print("\ngoal")
    for text, holds, measured in goals:
        print(f"{text:48}{'holds' if holds else 'DOES NOT HOLD':15}{measured}")
    return 0 if all(holds for _, holds, _ in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
