"""Compiles the engines and keeps the compiled code: `python -m simulation.traffic.warm [--gently] [exact] [fluid]`.

Run at set-up, in a process of its own, so that nobody waits for it later. A second run takes a moment. Without
arguments it compiles the exact engine, which every design begins with; the fluid one takes longer. `--gently`
leaves the processor to others, and ends when its standard input does: with the program beside which it runs.
"""

import gc
import os
import sys
import threading
import time
from collections.abc import Sequence

from simulation.topology.document import Edge, Flow, Node, Topology


def main(engines: Sequence[str] = ("exact",)) -> int:
    """Compile by running a small system that uses everything that is compiled."""
    started = time.perf_counter()
    print(f"Compiling the traffic engine ({', '.join(engines)}) …", flush=True)
    from simulation.traffic import simulate

    print(f"  loaded after {time.perf_counter() - started:.1f} s", flush=True)
    topology = Topology(
        format="linchpin/1",
        name="warm",
        nodes=[
            Node("users", "client"),
            Node("web", "web_server", params={"distribution": "lognormal"}),
            Node(
                "cache",
                "cache",
                replicas=2,
                params={"key_count": 100, "zipf_s": 1.0, "capacity_keys": 10, "eviction": "lfu", "ttl_s": 5},
            ),
            Node("cache2", "cache", params={"cold_start": True, "key_count": 100, "capacity_keys": 10}),
        ],
        edges=[Edge("a", "users", "web"), Edge("b", "web", "cache"), Edge("c", "web", "cache2")],
        flows=[Flow("f", "users", 100.0), Flow("g", "users", 1.0, shape={"kind": "trace", "times_s": [0.1, 1.5]})],
    )
    scenario = {
        "duration_s": 2,
        "failures": True,
        "events": [
            {"at_s": 0.5, "action": "kill", "target": "cache#1"},
            {"at_s": 1, "action": "traffic", "target": "users", "factor": 2},
            {"at_s": 1, "action": "flush", "target": "cache2"},
        ],
    }
    for engine in engines:
        simulate(topology, {**scenario, "engine": engine})
    print(f"  ready after {time.perf_counter() - started:.1f} s", flush=True)
    return 0


def _end_with_input() -> None:
    """End as soon as nobody holds the other end of the standard input any more, however that came about."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    gc.disable()  # looking for cycles takes a tenth of the time, and the process ends before it would matter
    if "--gently" in sys.argv:
        sys.argv.remove("--gently")
        os.nice(19)
        threading.Thread(target=_end_with_input, daemon=True).start()
    sys.exit(main(sys.argv[1:] or ("exact",)))
