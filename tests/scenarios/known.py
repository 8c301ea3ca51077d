"""The twenty stories as claims: a document, the answer by arithmetic or queueing theory, and ours."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from simulation.analysis import analyze
from simulation.analysis.report import Report
from simulation.topology.document import Topology
from simulation.topology.templates.zero_to_millions import STAGES
from simulation.traffic.result import Result
from tests.analysis.documents import USERS, document, edge, node, paths
from tests.scenarios.telling import column, event, run
from tests.traffic.models import value

Value = float | list[str]

_run = partial(run, seed=7)


@dataclass(frozen=True)
class Claim:
    """One known answer of one story, `by` which engine, and how far ours may be from it."""

    story: int
    title: str
    source: str
    expected: Value
    by: str
    ours: Callable[[], Value]
    allowed: float = 0.0

    def holds(self, ours: Value) -> bool:
        """Whether ours is the known answer, or within the room beside it."""
        if isinstance(ours, list) or isinstance(self.expected, list):
            return ours == self.expected
        return abs(ours - self.expected) <= self.allowed * abs(self.expected) + 1e-9


def _number(figure: float | None) -> float:
    assert figure is not None
    return figure


def _failing(result: Result) -> list[float]:
    return [sum(f["failed_rps"] for f in row["flows"]) for row in result.timeline]


def _answer(figure: str, topology: Topology) -> float:
    """A figure of the first flow, by analysis."""
    return _number(getattr(analyze(topology).flows[0], figure))


def _spofs(report: Report) -> list[str]:
    return sorted(s.component for s in report.spofs)


def _chain(*nodes: dict[str, Any], rate: float = 100) -> Topology:
    """Users and these nodes one behind the other."""
    return document([USERS, *nodes], paths(">".join(["users", *(n["id"] for n in nodes)])), rate)


def claims() -> Iterator[Claim]:
    """All stories in their order."""
    yield from _servers()
    yield from _structure()
    yield from _faults()
    yield from _data()
    yield from _growth()


def _servers() -> Iterator[Claim]:
    one = _chain(node("web", "web_server", service_time_ms=20, concurrency=4), rate=160)
    yield Claim(1, "4 slots of 20 ms at 160 rps: mean, ms", "M/M/4", 34.9, "simulation",
                lambda: value(_run(one, 1500, warmup_s=50).flows[0].mean_ms), 0.03)  # fmt: skip
    yield Claim(1, "… 99th percentile, ms", "M/M/4", 138, "analysis",
                lambda: _number(analyze(one).flows[0].latency.p99_ms), 0.005)  # fmt: skip
    full = _chain(node("web", "web_server", service_time_ms=20, concurrency=4, queue_limit=50), rate=250)
    yield Claim(1, "… at 250 rps with a queue limit: refused", "1 − 200/250", 0.2, "simulation",
                lambda: value(_run(full, 300, warmup_s=10).flows[0].error_rate), 0.03)  # fmt: skip
    lb = node("lb", "load_balancer", algorithm="random", service_time_ms=1e-6, concurrency=1000)
    for title, known, count, ms in (("one box of 5 ms", 10.0, 1, 5), ("four boxes of 20 ms", 40.0, 4, 20)):
        boxes = _chain(lb, node("web", "web_server", count, service_time_ms=ms, concurrency=1))
        yield Claim(2, f"100 rps on {title}: mean, ms", "M/M/1", known, "simulation",
                    partial(lambda t: value(_run(t, 1500, warmup_s=20).flows[0].mean_ms), boxes), 0.03)  # fmt: skip


def _structure() -> Iterator[Claim]:
    servers = [node(f"w{i}", "web_server") for i in (1, 2, 3)]
    nodes = [USERS, node("dns", "dns"), node("lb", "load_balancer"), *servers, node("db", "database")]
    nodes += [node("session", "session_store"), node("metrics", "metrics")]
    edges = paths("users>dns>lb", *(f"lb>w{i}>db" for i in (1, 2, 3)), *(f"w{i}>session" for i in (1, 2, 3)))
    whole = document(nodes, [*edges, edge("w1>metrics", "observe")])
    yield Claim(3, "single points of failure", "by hand", ["db", "dns", "lb", "session"], "analysis",
                lambda: _spofs(analyze(whole)))  # fmt: skip
    yield Claim(3, "the cut of order three", "by hand", ["w1", "w2", "w3"], "analysis",
                lambda: next(c.components for c in analyze(whole).cut_sets if len(c.components) == 3))  # fmt: skip
    for other, found in (("az-a", ["az-a"]), ("az-b", [])):
        zones = [node("az-a", "zone"), node("az-b", "zone"), USERS]
        twos = [node("lb1", "load_balancer", parent="az-a"), node("lb2", "load_balancer", parent=other)]
        twos += [node("db", "database", parent="az-a"), node("standby", "database", parent=other)]
        edges = [*paths("users>lb1>db", "users>lb2>db"), edge("db>standby", "replicate")]
        pair = document([*zones, *twos], edges)
        yield Claim(4, f"two of each, the second in {other}: single points of failure", "by hand", list(found),
                    "analysis", partial(lambda t: _spofs(analyze(t)), pair))  # fmt: skip
    for needed, count in ((1, 3), (2, 3), (3, 3), (3, 4), (3, 5)):
        up = sum(math.comb(count, k) * 0.995**k * 0.005 ** (count - k) for k in range(needed, count + 1))
        web = node("web", "web_server", count, availability=0.995, service_time_ms=20, concurrency=8)
        chain = (node("lb", "load_balancer", availability=0.9999), web, node("db", "database", availability=0.9995))
        carried = partial(_answer, "availability_carried", _chain(*chain, rate=400 * needed - 10))
        yield Claim(5, f"the load needs {needed} of {count}: availability", "binomial", 0.9999 * up * 0.9995,
                    "analysis", carried, 1e-9)  # fmt: skip
    three = _chain(node("lb", "load_balancer"), node("web", "web_server", 3, service_time_ms=20, concurrency=8),
                   rate=1000)  # fmt: skip
    yield Claim(6, "three of 400 rps: safe capacity, rps", "2 × 400", 800, "analysis",
                lambda: _number(analyze(three).flows[0].safe_capacity_rps), 1e-9)  # fmt: skip
    web = node("web", "web_server", 3, service_time_ms=20, concurrency=8, queue_limit=20)
    shed = _chain(node("lb", "load_balancer", health_check_interval_s=1), web, rate=1000)
    gone = event(1, "kill", "web#1")
    yield Claim(6, "… 1,000 rps offered, one lost: shed", "1 − 800/1,000", 0.2, "simulation",
                lambda: value(_run(shed, 100, gone, warmup_s=20).flows[0].error_rate), 0.04)  # fmt: skip


def _faults() -> Iterator[Claim]:
    checks = node("lb", "load_balancer", health_check_interval_s=30, failure_threshold=2)
    four = _chain(checks, node("web", "web_server", 4, service_time_ms=1), rate=1000)
    yield Claim(7, "one of four dies, found after 60 s: failed", "60 s × 250/s", 15_000, "simulation",
                lambda: _run(four, 120, event(20, "kill", "web#2")).flows[0].failed, 0.03)  # fmt: skip
    mix = {"rate_rps": 2000, "mix": {"read": 0.9, "write": 0.1}}
    stores = [node("db", "database", failover_s=60, read_time_ms=1, write_time_ms=1),
              node("copy", "database", read_time_ms=1, write_time_ms=1)]  # fmt: skip
    behind = [USERS, node("web", "web_server", service_time_ms=1, concurrency=100), *stores]
    both = [*paths("users>web>db", "web>copy")]
    lagging = document(behind, [*both, edge("db>copy", lag_ms=1000)], mix)
    safe = document(behind, [*both, edge("db>copy", mode="sync", lag_ms=10)], mix)
    dies = event(20, "kill", "db")
    yield Claim(8, "the primary dies, 60 s to fail over: failed writes", "60 s × 200/s", 12_000, "simulation",
                lambda: _run(lagging, 120, dies).flows[0].failed, 0.03)  # fmt: skip
    yield Claim(8, "… acknowledged writes lost, lag 1 s", "1 s × 200/s", 200, "simulation",
                lambda: _run(lagging, 120, dies).flows[0].lost_writes, 0.2)  # fmt: skip
    yield Claim(8, "… synchronous: lost", "none", 0, "simulation", lambda: _run(safe, 120, dies).flows[0].lost_writes)
    db = node("db", "database", key_count=10_000, read_time_ms=0.1, write_time_ms=0.1)
    stale = document(
        [USERS, db, node("copy", "database", read_time_ms=0.1)],
        [*paths("users>db", "users>copy"), edge("db>copy", lag_ms=500)],
        [{"rate_rps": 5000, "mix": {"read": 1}}, {"rate_rps": 200, "mix": {"write": 1}}],
    )

    def old() -> float:
        reads = _run(stale, 120, warmup_s=10).flows[0]
        return reads.stale_reads / reads.completed

    yield Claim(9, "200 writes/s on 10,000 keys, lag 500 ms: stale reads", "1 − e^−0.01", 1 - math.exp(-0.01),
                "simulation", old, 0.04)  # fmt: skip


def _data() -> Iterator[Claim]:
    cold = document(
        [USERS, node("web", "web_server", service_time_ms=0.01, concurrency=1000),
         node("cache", "cache", key_count=100_000, zipf_s=0, capacity_keys=100_000),
         node("db", "database", read_time_ms=5, concurrency=10, queue_limit=10)],
        paths("users>web>cache", "web>db"), 10_000,
    )  # fmt: skip

    def refilled() -> float:
        result = _run(cold, 60, event(5, "flush", "cache"), frame_s=0.2)
        hits = zip(result.timeline, column(result, "cache", "hit_ratio"), strict=True)
        return float(next(row["t_s"] for row, hit in hits if row["t_s"] > 6 and (hit or 0.0) >= 0.9)) - 5

    yield Claim(10, "the cache is emptied: hit ratio 0.9 again after, s", "40 + 10 ln 2", 40 + 10 * math.log(2),
                "simulation", refilled, 0.03)  # fmt: skip
    yield Claim(10, "… refused meanwhile", "40 s × (8,000 + 0)/2", 160_000, "simulation",
                lambda: _run(cold, 60, event(5, "flush", "cache")).flows[0].failed, 0.03)  # fmt: skip
    static = {"rate_rps": 1000, "mix": {"static": 0.8, "read": 0.2}}
    web = node("web", "web_server", service_time_ms=1, concurrency=100)
    cdn = document([USERS, node("cdn", "cdn", hit_ratio=0.95), web], paths("users>cdn>web"), static)
    yield Claim(11, "80% static, hit ratio 0.95: the origin's share", "1 − 0.8 × 0.95", 240, "simulation",
                lambda: value(_run(cdn, 100).nodes[2].arrival_rps), 0.03)  # fmt: skip
    yield Claim(11, "… in the second after a purge", "all", 1000, "simulation",
                lambda: column(_run(cdn, 31, event(30, "purge", "cdn"), frame_s=1), "web", "arrival_rps")[-1],
                0.1)  # fmt: skip
    ten = _chain(node("lb", "load_balancer"), node("web", "web_server", 10, session="in_memory", sessions=20_000))
    yield Claim(12, "20,000 sessions on 10 servers, one dies: lost", "20,000/10", 2000, "simulation",
                lambda: _run(ten, 10, event(5, "kill", "web#3")).flows[0].lost_sessions)  # fmt: skip
    yield Claim(12, "… scaled in to 8: lost", "20,000 × 2/10", 4000, "simulation",
                lambda: _run(ten, 10, event(5, "scale", "web", replicas=8)).flows[0].lost_sessions)  # fmt: skip
    spike = {"rate_rps": 300, "shape": {"kind": "spike", "at_s": 0, "for_s": 600, "to_rps": 500}}
    workers = node("worker", "worker", 4, service_time_ms=10, concurrency=1)
    burst = document([USERS, node("q", "message_queue"), workers], paths("users>q>worker"), spike)
    yield Claim(13, "500 messages/s for 600 s on 400/s: most that wait", "100/s × 600 s", 60_000, "simulation",
                lambda: _run(burst, 620).nodes[1].queue_max, 0.05)  # fmt: skip
    yield Claim(13, "… oldest message, s", "60,000 ÷ 400/s", 150, "simulation",
                lambda: _number(_run(burst, 800).nodes[1].oldest_s), 0.05)  # fmt: skip
    for shards in (4, 8, 16):
        limit = 1000 / (0.3 + 0.7 / shards)
        hot = _chain(node("web", "web_server", 500),
                     node("db", "database", shards=shards, hot_key_share=0.3, read_time_ms=16, concurrency=16),
                     rate=1500)  # fmt: skip
        yield Claim(14, f"30% on one key of {shards} shards: limit, rps", "1,000 ÷ (0.3 + 0.7/n)", limit, "analysis",
                    partial(_answer, "capacity_rps", hot), 1e-6)  # fmt: skip
    for by, moved in (("modulo", 0.8), ("consistent_hash", 0.2)):
        four = _chain(node("db", "database", shards=4, shard_by=by))

        def share(t: Topology = four) -> float:
            rows = _run(t, 5, event(1, "reshard", "db", shards=5)).timeline
            return float(next(e["moved_share"] for row in rows for e in row["events"] if "moved_share" in e))

        yield Claim(
            14, f"a fifth shard by {by}: keys that move", "n/(n+1) or 1/(n+1)", moved, "simulation", share, 1e-9
        )


def _growth() -> Iterator[Claim]:
    serving: dict[str, Any] = {"service_time_ms": 10, "concurrency": 60, "queue_limit": 60}
    names = node("dns", "dns", policy="geo", ttl_s=60, health_check_interval_s=30, failure_threshold=3, resolvers=1000)
    places = [node("east", "region", rtt_ms={"west": 180}), node("west", "region"), USERS, names]
    places += [node(f"web-{side}", "web_server", parent=side, **serving) for side in ("east", "west")]
    homes = [{"rate_rps": 5400, "regions": {"east": 1}}, {"rate_rps": 3600, "regions": {"west": 1}}]
    two = document(places, paths("users>dns>web-east", "dns>web-west"), homes)
    lost = event(20, "kill", "west")

    def of_the_lost() -> float:
        rows = _run(two, 170, lost, frame_s=1).timeline
        whole = [f["failed_rps"] for f in (row["flows"][1] for row in rows)]
        shed = [
            min(row["flows"][0]["error_rate"] or 0.0, 1.0) for row in rows
        ]  # of those who came over, a part is shed
        over = [max(f - 3600 * s, 0.0) / (1 - s) for f, s in zip(whole, shed, strict=True)]
        return float(sum(over[20:]))

    yield Claim(15, "a data center is lost: failed until its users are over", "3,600/s × (90 s + 60 s/2)", 432_000,
                "simulation", of_the_lost, 0.03)  # fmt: skip
    yield Claim(15, "… then shed of 9,000 on 6,000, rps", "3,000", 3000, "simulation",
                lambda: sum(_failing(_run(two, 240, lost, frame_s=1))[200:]) / 40, 0.02)  # fmt: skip
    storm = {"rate_rps": 800, "shape": {"kind": "spike", "at_s": 10, "for_s": 10, "to_rps": 3000}}
    for title, known, limit, call in (
        ("two retries", 0, None, {"retries": 2}),
        ("no retries", 800, None, {}),
        ("a retry budget of 10%", 800, None, {"retries": 2, "retry_budget": 0.1}),
        ("a queue limit of 100", 800, 100, {"retries": 2}),
    ):
        web = node("web", "web_server", service_time_ms=10, concurrency=10, queue_limit=limit)
        angry = document([USERS, web], [edge("users>web", timeout_ms=200, **call)], storm)

        def late(t: Topology = angry) -> float:
            rows = _run(t, 240, frame_s=1).timeline[220:]
            return float(round(sum(row["flows"][0]["goodput_rps"] for row in rows) / len(rows)))

        yield Claim(16, f"200 s after a spike, {title}: goodput, rps", "the offered load, or none", known, "simulation",
                    late, 0.03)  # fmt: skip
    rule = {"min": 5, "max": 50, "target_utilization": 0.7, "boot_s": 120}
    web = node("web", "web_server", 5, service_time_ms=40, concurrency=10, queue_limit=10, autoscale=rule)
    step = {"rate_rps": 1000, "shape": {"kind": "spike", "at_s": 10, "for_s": 1000, "to_rps": 3000}}
    grows = document([USERS, node("lb", "load_balancer"), web], paths("users>lb>web"), step)
    yield Claim(17, "5 × 250 rps, a step to 3,000: too many before help", "1,750/s × 180 s", 315_000, "simulation",
                lambda: _run(grows, 400).flows[0].failed, 0.05)  # fmt: skip
    yield Claim(17, "… servers wanted", "3,000 ÷ 175", 18, "simulation", lambda: _run(grows, 400).nodes[2].replicas)
    falls = event(1, "kill", "west")
    yield Claim(18, "the others answer for a lost region: mean, ms", "10 + 180", 190, "simulation",
                lambda: value(_run(_far(), 400, falls, warmup_s=200).flows[1].mean_ms), 0.02)  # fmt: skip
    for helped, hours in ((True, 0.1), (False, 4.0)):
        nodes = [USERS, node("web", "web_server", mtbf_h=1000, mttr_h=4)]
        nodes += [node("robot", "automation", detects_in_s=60, repairs_in_s=300)] if helped else []
        kept = document(nodes, [*paths("users>web"), *([edge("robot>web")] if helped else [])])
        yield Claim(19, f"repaired in {hours:g} h {'by' if helped else 'without'} automation: availability",
                    "MTBF/(MTBF+MTTR)", 1000 / (1000 + hours), "analysis",
                    partial(_answer, "availability", kept), 1e-9)  # fmt: skip
    first, last = STAGES[0].topology, STAGES[-1].topology
    yield Claim(20, "the chapter's first stage: single points of failure", "by hand", ["dns", "web"], "analysis",
                lambda: _spofs(analyze(first)))  # fmt: skip
    yield Claim(20, "… its last stage", "by hand", [], "analysis", lambda: _spofs(analyze(last)))


def _far() -> Topology:
    """A region each for Seoul's and Virginia's users."""
    names = node("dns", "dns", policy="geo", ttl_s=10, lookup_ms=0, health_check_interval_s=10, failure_threshold=1)
    nodes = [node("east", "region", rtt_ms={"west": 180}), node("west", "region"), USERS, names]
    nodes += [
        node(f"web-{side}", "web_server", parent=side, service_time_ms=10, concurrency=50) for side in ("east", "west")
    ]
    flows = [{"rate_rps": 200, "regions": {side: 1}} for side in ("east", "west")]
    return document(nodes, paths("users>dns>web-east", "dns>web-west"), flows)
