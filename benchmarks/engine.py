"""How fast the exact engine is, side by side with what a user would take instead.

    python benchmarks/engine.py [--peers PYTHON] [--quick]

Every engine runs the same models in one go and is checked against the closed form (within 5 %). Peers
run in the interpreter given with --peers, in which `benchmarks/requirements-engine.txt` is installed;
without it, an environment is made for them beside the system's temporary files. Figures are CPU seconds,
the best of three, without set-up and compilation.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

MODELS = {"mm1": "M/M/1, load 0.8", "mm8": "M/M/8, load 0.9", "tier": "balancer, 4 servers, cache, database"}


def erlang_c_mean(rate: float, service: float, c: int) -> float:
    """Mean time in an M/M/c, s."""
    a, blocking = rate * service, 1.0
    for k in range(1, c + 1):
        blocking = a * blocking / (k + a * blocking)
    return blocking / (1 - a / c * (1 - blocking)) * service / (c - a) + service


def exact(model: str) -> float:
    """The mean time that the closed form gives, s (a Jackson network for the three tiers)."""
    if model == "mm1":
        return erlang_c_mean(800, 0.001, 1)
    if model == "mm8":
        return erlang_c_mean(7200, 0.001, 8)
    return erlang_c_mean(1400, 0.002, 4) + erlang_c_mean(5600, 0.0002, 4) + 0.2 * erlang_c_mean(1120, 0.001, 4)


def ours(model: str, requests: int) -> tuple[float, float, int]:
    """(CPU s, mean s, requests) of our engine."""
    from simulation.topology.document import Edge, Flow, Node, Topology
    from simulation.traffic import Session

    def station(kind: str, name: str, ms: float, slots: int, **extra: Any) -> Node:
        time_name = "read_time_ms" if kind == "database" else "service_time_ms"
        return Node(name, kind, params={time_name: ms, "concurrency": slots}, **extra)

    users = Node("u", "client")
    if model == "tier":
        rate = 5600.0
        cache = {"hit_ratio": 0.8, "service_time_ms": 0.2, "concurrency": 4}
        balancer = Node(
            "lb", "load_balancer", params={"algorithm": "random", "service_time_ms": 1e-9, "concurrency": 9999}
        )
        nodes = [users, balancer, station("web_server", "w", 2, 4, replicas=4), Node("c", "cache", params=cache),
                 station("database", "db", 1, 4)]  # fmt: skip
        edges = [Edge("1", "u", "lb"), Edge("2", "lb", "w"), Edge("3", "w", "c"), Edge("4", "w", "db")]
    else:
        rate, slots = (800.0, 1) if model == "mm1" else (7200.0, 8)
        nodes, edges = [users, station("web_server", "w", 1, slots)], [Edge("1", "u", "w")]
    topology = Topology(format="linchpin/1", name="bench", nodes=nodes, edges=edges, flows=[Flow("f", "u", rate)])
    best, mean, done = math.inf, 0.0, 0
    for _ in range(3):
        session = Session(topology, {"duration_s": requests / rate, "warmup_s": 0})
        session.records_rows = False
        started = time.process_time()
        session.run_to(requests / rate)
        best = min(best, time.process_time() - started)
        flow = session.result().flows[0]
        mean, done = (flow.mean_ms.value or 0.0) / 1000, flow.completed
    return best, mean, done


PEER = """
import json, random, sys, time
engine, model, n = sys.argv[1], sys.argv[2], int(sys.argv[3])

def simpy_run():
    import simpy
    r = random.Random(1)
    env = simpy.Environment()
    done = [0, 0.0]
    def station(s, mean):
        with s.request() as q:
            yield q
            yield env.timeout(r.expovariate(1 / mean))
    if model == "tier":
        rate = 5600
        web = [simpy.Resource(env, 4) for _ in range(4)]
        cache, db = simpy.Resource(env, 4), simpy.Resource(env, 4)
        def request():
            t = env.now
            yield from station(web[r.randrange(4)], 0.002)
            yield from station(cache, 0.0002)
            if r.random() >= 0.8:
                yield from station(db, 0.001)
            done[0] += 1; done[1] += env.now - t
    else:
        rate, c = (800, 1) if model == "mm1" else (7200, 8)
        s = simpy.Resource(env, c)
        def request():
            t = env.now
            yield from station(s, 0.001)
            done[0] += 1; done[1] += env.now - t
    def source():
        while True:
            yield env.timeout(r.expovariate(rate))
            env.process(request())
    env.process(source())
    t = time.process_time(); env.run(until=n / rate); return time.process_time() - t, done[1] / done[0], done[0]

def ciw_run():
    import ciw
    E = ciw.dists.Exponential
    if model == "tier":
        rate = 5600
        w = [E(rate=500)] * 4
        network = ciw.create_network(
            arrival_distributions=[E(rate=1400)] * 4 + [None, None],
            service_distributions=w + [E(rate=5000), E(rate=1000)],
            number_of_servers=[4] * 6,
            routing=[[0.0, 0.0, 0.0, 0.0, 1.0, 0.0]] * 4 + [[0.0, 0.0, 0.0, 0.0, 0.0, 0.2], [0.0] * 6])
    else:
        rate, c = (800, 1) if model == "mm1" else (7200, 8)
        network = ciw.create_network(
            arrival_distributions=[E(rate=rate)], service_distributions=[E(rate=1000)], number_of_servers=[c])
    ciw.seed(1)
    q = ciw.Simulation(network)
    t = time.process_time(); q.simulate_until_max_time(n / rate); cpu = time.process_time() - t
    spent = {}
    for x in q.get_all_records():
        spent.setdefault(x.id_number, [x.arrival_date, x.exit_date])
        spent[x.id_number][0] = min(spent[x.id_number][0], x.arrival_date)
        spent[x.id_number][1] = max(spent[x.id_number][1], x.exit_date)
    return cpu, sum(b - a for a, b in spent.values()) / len(spent), len(spent)

print(json.dumps((simpy_run if engine == "simpy" else ciw_run)()))
"""


def peers_python() -> str:
    """An interpreter that has the peers."""
    home = Path(tempfile.gettempdir()) / "linchpin-benchmark-peers"
    python = home / "bin" / "python"
    if not python.exists():
        print("Installing the peers …", flush=True)
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements-engine.txt"], check=True)
    return str(python)


def main() -> int:
    """Print the table; 1 when an engine misses the closed form."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--peers", help="interpreter with the peers installed")
    arguments.add_argument("--quick", action="store_true", help="fewer requests")
    given = arguments.parse_args()
    python = given.peers or peers_python()
    scale = 5 if given.quick else 1
    ours("mm1", 1000)
    ratios: dict[str, list[float]] = {"simpy": [], "ciw": []}
    wrong = 0
    print(f"{'model':40}{'engine':12}{'requests/s':>14}{'ours / it':>12}{'mean ms':>10}{'exact ms':>10}")
    for model, title in MODELS.items():
        cpu, mean, done = ours(model, 3_000_000 // scale)
        speed = done / cpu
        rows = [("Linchpin", speed, mean)]
        for engine, count in (("simpy", 200_000 // scale), ("ciw", 60_000 // scale)):
            answer = subprocess.run(
                [python, "-c", PEER, engine, model, str(count)], check=True, capture_output=True, text=True
            )
            cpu, mean, done = json.loads(answer.stdout)
            rows.append((engine, done / cpu, mean))
            ratios[engine].append(speed / (done / cpu))
        for engine, rate, mean in rows:
            off = abs(mean / exact(model) - 1)
            # A peer's run is shorter, so its mean scatters more.
            is_wrong = off > (0.05 if engine == "Linchpin" else 0.25)
            wrong += is_wrong
            mark = "  off" if is_wrong else ""
            print(
                f"{title:40}{engine:12}{rate:14,.0f}{speed / rate:12.1f}"
                f"{mean * 1e3:10.3f}{exact(model) * 1e3:10.3f}{mark}"
            )
    for engine, found in ratios.items():
        print(f"geometric mean against {engine}: {math.prod(found) ** (1 / len(found)):.0f}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
