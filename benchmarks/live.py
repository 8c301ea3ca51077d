"""A million requests a second, live on one core: what a frame of 100 ms costs, and how many frames come late.

    python benchmarks/live.py [--seconds 20] [--rate 1000000] [--free]

The document has 76 nodes in two regions: users, a name server, a CDN, power-of-two balancers, 40 web servers, 16 cache
shards that hold keys by exact LRU over a Zipf law, 12 database shards and an object store, with latency, timeouts and
retries. Of the requests 40 % are static (the CDN answers nine in ten), half read (a cache shard, and on a miss a
database shard), a tenth write. The process is bound to one core (--free: not), the session advances by frames of
100 ms at the pace of the clock, as a live run does. A frame is late when it is not ready when its 100 ms are over.
Set-up and the first second, in which queues and caches settle, are not counted.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

FRAME_S = 0.1
WEB, CACHES, DATABASES = 20, 8, 6


def topology(rate: float) -> Any:
    """The document, for a rate in requests a second."""
    from simulation.topology.document import Edge, Flow, Node, Topology

    nodes = [
        Node("dns", "dns", params={"policy": "geo", "ttl_s": 60}),
        Node("objects", "object_storage", params={"service_time_ms": 5, "concurrency": 1000}),
        Node("east", "region", params={"rtt_ms": {"west": 60}}),
        Node("west", "region", params={"rtt_ms": {"east": 60}}),
    ]
    edges: list[Edge] = []

    def call(source: str, target: str, **params: Any) -> None:
        edges.append(Edge(f"e{len(edges)}", source, target, params=params))

    for region in ("east", "west"):

        def node(name: str, kind: str, region: str = region, **params: Any) -> str:
            nodes.append(Node(f"{name}-{region}", kind, parent=region, params=params))
            return f"{name}-{region}"

        users = node("users", "client")
        cdn = node("cdn", "cdn", hit_ratio=0.9, edge_time_ms=1)
        balancer = node("lb", "load_balancer", algorithm="power_of_two", service_time_ms=0.02, concurrency=64)
        call(users, "dns")
        call("dns", cdn, latency_ms=10)
        call(cdn, balancer, latency_ms=2, timeout_ms=1000, retries=1, ops=["read", "write"])
        call(cdn, "objects", latency_ms=10, timeout_ms=2000, ops=["static"])
        held: dict[str, Any] = {"key_count": 100_000, "zipf_s": 1.0, "capacity_keys": 20_000, "eviction": "lru"}
        shards = [node(f"cache{k}", "cache", service_time_ms=0.05, concurrency=8, **held) for k in range(CACHES)]
        stores = [node(f"db{k}", "database", read_time_ms=1, write_time_ms=2, concurrency=64) for k in range(DATABASES)]
        for k in range(WEB):
            web = node(f"web{k}", "web_server", service_time_ms=0.5, concurrency=16)
            call(balancer, web, latency_ms=0.5, timeout_ms=500, retries=1)
            for shard in shards:
                call(web, shard, latency_ms=0.2, timeout_ms=50, ops=["read"], pool="cache", policy="shard")
            for store in stores:
                call(web, store, latency_ms=0.5, timeout_ms=200, retries=1, ops=["read", "write"], pool="db",
                     policy="shard")  # fmt: skip
    mix = {"static": 0.4, "read": 0.5, "write": 0.1}
    flows = [Flow(f"from-{r}", f"users-{r}", rate / 2, mix=mix) for r in ("east", "west")]
    return Topology(format="linchpin/1", name="live", nodes=nodes, edges=edges, flows=flows)


def main() -> int:
    """Print the figures; 1 when more than one frame in a hundred is late."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seconds", type=float, default=20.0)
    arguments.add_argument("--rate", type=float, default=1_000_000.0)
    arguments.add_argument("--free", action="store_true", help="do not bind the process to one core")
    given = arguments.parse_args()
    if not given.free and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    from simulation.traffic import Session
    from simulation.traffic.tables.layout import EVENTS

    document = topology(given.rate)
    session = Session(document, {"duration_s": given.seconds + 2, "engine": "exact"}, live_speed=1.0)
    kernel = [0.0]
    move = session.world.run_to

    def timed(t_end: float) -> None:
        before = time.process_time()
        move(t_end)
        kernel[0] += time.process_time() - before

    session.world.run_to = timed  # type: ignore[method-assign]
    for _ in range(10):
        frame = session.advance(FRAME_S)
    kernel[0], late, frames, worst = 0.0, 0, 0, 0.0
    control = session.world.tables.control
    events, offered = int(control[EVENTS]), frame.flows["offered"].sum()
    cpu, started = time.process_time(), time.perf_counter()
    while frames < round(given.seconds / FRAME_S):
        begun = time.process_time()
        frame = session.advance(FRAME_S)
        frames += 1
        worst = max(worst, time.process_time() - begun)
        left = started + frames * FRAME_S - time.perf_counter()
        late += left < 0
        if left > 0:
            time.sleep(left)
    spent = time.process_time() - cpu
    events, offered = int(control[EVENTS]) - events, frame.flows["offered"].sum() - offered
    nodes = [n for n in document.nodes if n.kind != "region"]
    cached = [frame.nodes["hit_ratio"][i] for i, n in enumerate(nodes) if n.kind == "cache"]
    flows = frame.flows
    rest = (spent - kernel[0]) / frames
    print(f"{len(nodes)} nodes, {offered / given.seconds:,.0f} requests/s, {events / max(offered, 1):.1f} events each")
    print(f"p99 {flows['p99_ms'].max():.1f} ms, errors {flows['error_rate'].max():.5f}, LRU hit ratio "
          f"{sum(cached) / len(cached):.3f}, {flows['in_flight'].sum():,.0f} requests in flight")  # fmt: skip
    print(f"CPU a frame of 100 ms: kernel {kernel[0] / frames * 1e3:.1f} ms, the rest {rest * 1e3:.1f} ms; "
          f"worst frame {worst * 1e3:.0f} ms, {kernel[0] / max(events, 1) * 1e9:.0f} ns an event")  # fmt: skip
    print(f"{late / frames:.1%} of {frames} frames late")
    return int(late > 0.01 * frames)


if __name__ == "__main__":
    sys.exit(main())
