"""Compiles the engine and keeps the compiled code: `python -m simulation.traffic.warm`.

Run at set-up, in a process of its own, so that nobody waits for it later. A second run takes a moment.
"""

import sys
import time

from simulation.topology.document import Edge, Flow, Node, Topology


def main() -> int:
    """Compile by running a small system that uses everything that is compiled."""
    started = time.perf_counter()
    print("Compiling the traffic engine …", flush=True)
    from simulation.traffic import simulate

    print(f"  loaded after {time.perf_counter() - started:.1f} s", flush=True)
    topology = Topology(
        format="linchpin/1",
        name="warm",
        nodes=[
            Node("users", "client"),
            Node("web", "web_server", params={"distribution": "gamma"}),
            Node(
                "cache",
                "cache",
                replicas=2,
                params={"key_count": 100, "capacity_keys": 10, "eviction": "lfu", "ttl_s": 5},
            ),
            Node("cache2", "cache", params={"cold_start": True, "key_count": 100, "capacity_keys": 10}),
        ],
        edges=[Edge("a", "users", "web"), Edge("b", "web", "cache"), Edge("c", "web", "cache2")],
        flows=[Flow("f", "users", 100.0)],
    )
    simulate(
        topology,
        {
            "duration_s": 2,
            "events": [
                {"at_s": 0.5, "action": "kill", "target": "cache#1"},
                {"at_s": 1, "action": "traffic", "target": "f", "factor": 2},
                {"at_s": 1, "action": "flush", "target": "cache2"},
            ],
        },
    )
    print(f"  ready after {time.perf_counter() - started:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
