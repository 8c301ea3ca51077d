"""What a doubter would read: known answers beside ours, as a page. `python -m tests.traffic.trust docs/trust.md`.

A number behind it says how many experiments are made with the intervals, instead of 2,000 (about two minutes).

Every row runs a document and compares one figure with what queueing theory, arithmetic or a publication says.
"""

import math
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import binom

from simulation.topology.document import Edge, Flow, Node, Topology
from simulation.traffic import simulate
from simulation.traffic.result import Estimate, Result
from tests.scenarios.known import claims
from tests.traffic.formulas import erlang_b, mm1k_mean, mmc_mean
from tests.traffic.models import cached, chain, flow, node, station, system, tandem

REPLICATIONS = 8


@dataclass(frozen=True)
class Row:
    """A known answer: how to get ours, and how far `expected` itself may be off (a limit, a bucket's width)."""

    title: str
    source: str
    expected: float
    topology: Topology
    get: Callable[[Result], Estimate]
    duration_s: float
    allowed: float = 0.0
    warmup_s: float = 2.0


@dataclass(frozen=True)
class Outcome:
    """What a row gave. It holds within twice the 95% interval: of many rows one in twenty lies just outside it."""

    row: Row
    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        room = self.high - self.low + self.row.allowed * abs(self.row.expected)
        return abs(self.value - self.row.expected) <= room


def _ms(name: str, unit: float = 1.0) -> Callable[[Result], Estimate]:
    def get(result: Result) -> Estimate:
        e: Estimate = getattr(flow(result), name)
        assert e.value is not None
        assert e.low is not None
        assert e.high is not None
        return Estimate(e.value / unit, e.low / unit, e.high / unit)

    return get


def _of(name: str, figure: str) -> Callable[[Result], Estimate]:
    return lambda result: getattr(node(result, name), figure)


def closed_forms() -> Iterator[Row]:
    """Single stations, networks, balancing, caches."""
    times = "p50_ms", "p95_ms", "p99_ms"
    for load in (0.5, 0.8):
        yield Row(f"M/M/1, load {load}: mean time, ms", "Kleinrock 1975: 1/(μ−λ)", 1 / (1 - load),
                  station(1000 * load, 1, 1), _ms("mean_ms"), 400)  # fmt: skip
        for name, q in zip(times, (0.5, 0.95, 0.99), strict=True):
            yield Row(f"M/M/1, load {load}: {name[:3]}, ms", "Kleinrock 1975: −ln(1−q)/(μ−λ)",
                      -math.log(1 - q) / (1 - load), station(1000 * load, 1, 1), _ms(name), 400, 0.008)  # fmt: skip
    for c, load in ((2, 0.75), (8, 0.9), (64, 0.95)):
        rate = 1000.0 * c * load
        yield Row(f"M/M/{c}, load {load}: mean time, ms", "Erlang C (Erlang 1917)", 1000 * mmc_mean(rate, 0.001, c),
                  station(rate, 1, c), _ms("mean_ms"), 800 / c**0.5)  # fmt: skip
    yield Row("M/M/15/15, 8.108 erlang: refused", "Erlang B (Erlang 1917)", erlang_b(15, 8.108),
              station(8108, 1, 15, queue_limit=0), _ms("error_rate"), 60)  # fmt: skip
    yield Row("M/M/1/4, load 0.8: refused", "Kleinrock 1975: (1−ρ)ρᴷ/(1−ρᴷ⁺¹)", 0.2 * 0.8**4 / (1 - 0.8**5),
              station(800, 1, 1, queue_limit=3), _ms("error_rate"), 200)  # fmt: skip
    for title, cv, law in (("D", 0.0, {"distribution": "deterministic"}), ("E₄", 0.5, {"distribution": "gamma"}),
                           ("lognormal, cv 2", 2.0, {"distribution": "lognormal"})):  # fmt: skip
        extra = law if cv == 0 else {**law, "cv": cv}
        yield Row(f"M/G/1 with {title}, load 0.8: mean time, ms", "Pollaczek 1930, Khinchine 1932",
                  1 + 0.8 * (1 + cv * cv) / (2 * 0.2), station(800, 1, 1, **extra), _ms("mean_ms"), 600)  # fmt: skip
    mean = 1000 * (mmc_mean(1000, 1 / 1250, 1) + mmc_mean(1000, 0.0014, 2))
    yield Row("Two stations in a row (M/M/1, M/M/2): mean time, ms", "Jackson 1957", mean,
              tandem([1250, 1 / 0.0014], [1, 2], 1000), _ms("mean_ms"), 400)  # fmt: skip
    forked = [Node("users", "client"), Node("web", "web_server", params={"service_time_ms": 1e-4, "concurrency": 1000})]
    joins = [Edge("u", "users", "web")]
    for k in "ab":
        forked.append(Node(k, "service", params={"service_time_ms": 1, "concurrency": 1}))
        joins.append(Edge(f"e{k}", "web", k, params={"pool": "both", "policy": "all"}))
    yield Row("Fork to two M/M/1 at 0.8 and join: mean time, ms", "Flatto & Hahn 1984: (12−ρ)/8 · 1/(μ−λ)", 7.0,
              system(forked, joins, [Flow("f", "users", 800)]), _ms("mean_ms"), 400, 0.001)  # fmt: skip
    for load in (0.5, 0.9):
        limit = sum(load ** (2**i - 2) for i in range(1, 12))
        lb = Node("lb", "load_balancer", params={"algorithm": "power_of_two", "service_time_ms": 1e-6,
                                                 "concurrency": 100_000})  # fmt: skip
        web = Node("web", "web_server", replicas=250, params={"service_time_ms": 10, "concurrency": 1})
        many = system([Node("users", "client"), lb, web], chain("users", "lb", "web"),
                      [Flow("f", "users", 25_000 * load)])  # fmt: skip
        yield Row(f"Power of two choices, load {load}, 250 servers: mean in service times",
                  "Mitzenmacher 2001: Σ ρ^(2ⁱ−2), for endless servers", limit, many, _ms("mean_ms", 10), 12,
                  0.015)  # fmt: skip
    for keys, slots, s, hits in ((1000, 100, 0.8, 0.37779), (10_000, 1000, 0.8, 0.43666)):
        yield Row(f"LRU of {slots} among {keys:,} keys, Zipf {s}: hit ratio", "Che, Tung, Wang 2002 (an approximation)",
                  hits, cached(keys, slots, s, "lru"), _of("cache", "hit_ratio"), 20, 0.01)  # fmt: skip
    yield Row("LRU of 3 among 6 keys, Zipf 0.8: hit ratio", "King 1971, exact", 0.5916388,
              cached(6, 3, 0.8, "lru"), _of("cache", "hit_ratio"), 20)  # fmt: skip
    yield Row("1,000 keys, 10,000 look-ups/s, expiry 0.5 s: hit ratio", "Jung, Berger, Balakrishnan 2003: λT/(1+λT)",
              5 / 6, cached(1000, 1000, 0.0, "lru", ttl_s=0.5), _of("cache", "hit_ratio"), 20)  # fmt: skip


def outcome(row: Row, share: float = 1.0) -> Outcome:
    """Run a row for this share of its time."""
    scenario = {
        "duration_s": row.warmup_s + row.duration_s * share,
        "warmup_s": row.warmup_s,
        "replications": REPLICATIONS,
        "seed": 7,
        "engine": "exact",
    }
    found = row.get(simulate(row.topology, scenario))
    assert found.value is not None
    low = found.value if found.low is None else found.low
    high = found.value if found.high is None else found.high
    return Outcome(row, found.value, low, high)


@dataclass(frozen=True)
class Experiment:
    """A station whose mean time is known, run so often, for so long after 2 s of warm-up."""

    title: str
    mean_ms: float
    topology: Topology
    replications: int = 5
    measured_s: float = 10.0

    def holds(self, seed: int) -> bool:
        """Whether the interval of one run (or set of replications) holds the true mean."""
        duration = 2 + self.measured_s
        scenario = {"duration_s": duration, "warmup_s": 2, "replications": self.replications, "seed": seed,
                    "frame_s": duration, "engine": "exact"}  # fmt: skip
        mean = flow(simulate(self.topology, scenario)).mean_ms
        assert mean.low is not None
        assert mean.high is not None
        return mean.low <= self.mean_ms <= mean.high


EXPERIMENTS = (
    *(Experiment(f"M/M/1, load {load}", 1 / (1 - load), station(1000 * load, 1, 1)) for load in (0.5, 0.8, 0.95)),
    Experiment("M/M/4, load 0.9", 1000 * mmc_mean(900, 0.004, 4), station(900, 4, 4)),
    Experiment("M/D/1, load 0.8", 3.0, station(800, 1, 1, distribution="deterministic")),
    Experiment("M/M/1/20, load 0.95", mm1k_mean(0.95, 20), station(950, 1, 1, queue_limit=19)),
    *(
        Experiment(f"M/M/1, load {load}, one run", 1 / (1 - load), station(1000 * load, 1, 1), 1, 60.0)
        for load in (0.8, 0.95)
    ),
)


def coverage(experiment: Experiment, times: int) -> float:
    """Share of so many experiments, each from its own seed, whose 95% interval holds the true mean."""
    return sum(experiment.holds(seed) for seed in range(1, times + 1)) / times


def by_chance(experiments: int, probability: float = 1e-4) -> tuple[float, float]:
    """Between which shares a true coverage of 95% stays, but for this probability (binomial)."""
    law = binom(experiments, 0.95)
    return float(law.ppf(probability / 2)) / experiments, float(law.isf(probability / 2)) / experiments


_HEAD = """# Why the figures can be trusted

This page is generated: `.venv/bin/python -m tests.traffic.trust docs/trust.md` runs every row anew. The same rows, run
shorter, are part of the tests.

The exact engine simulates every request. Below, its answers stand beside those of queueing theory, of arithmetic
and of publications. Each row of the first table ran {replications} times from different seeds; the interval is the
95% confidence interval over them. A row holds when the known answer lies within twice the interval (of many rows
one in twenty lies just outside it), and, where the known answer is itself a limit or an approximation, or a
percentile is read from a histogram (buckets within 0.8%), within the stated room beside.
"""


def _number(x: float) -> str:
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.4g}"


def _shown(value: float | list[str]) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return f"{value:.8f}" if 0.9 < value < 1 else _number(value)


def page(experiments: int = 2000) -> str:
    """The whole page as Markdown."""
    lines = [_HEAD.format(replications=REPLICATIONS), "## Closed forms and published values\n"]
    lines += ["| what | known | from | ours | 95% interval | room | holds |", "|---|--:|---|--:|---|--:|---|"]
    for row in closed_forms():
        got = outcome(row)
        room = f"{row.allowed:.1%}" if row.allowed else "–"
        lines.append(
            f"| {row.title} | {_number(row.expected)} | {row.source} | {_number(got.value)} | "
            f"{_number(got.low)} … {_number(got.high)} | {room} | {'yes' if got.holds else '**no**'} |"
        )
    lines.append(
        "\n## The twenty stories\n\nWhat the simulation or the analysis says where arithmetic or queueing theory knows "
        "the answer. The simulation ran once, so the room is what chance allows; the analysis computes.\n"
    )
    lines += ["| story | what | known | from | ours | by | room | holds |", "|--:|---|--:|---|--:|---|--:|---|"]
    for claim in claims():
        ours = claim.ours()
        room = f"{claim.allowed:.2g}" if claim.allowed > 1e-6 else "–"
        lines.append(
            f"| {claim.story} | {claim.title} | {_shown(claim.expected)} | {claim.source} | {_shown(ours)} | "
            f"{claim.by} | {room} | {'yes' if claim.holds(ours) else '**no**'} |"
        )
    lines.append("\n## Do the 95% intervals hold the truth in 95% of cases?\n")
    lines.append(
        f"{experiments:,} experiments, each from its own seed and each with its interval for the mean time: 5 short "
        "replications of 10 s after 2 s of warm-up (5,000 to 9,500 requests each), or one run of 60 s in batches. "
        "At load 0.95 these 10 s are six relaxation times of the queue; Student's interval, without the correction for "
        "skewness, holds the truth there in 90% of cases.\n"
    )
    low, high = by_chance(experiments, 0.05)
    lines += ["| model | intervals that hold the true mean |", "|---|--:|"]
    with ProcessPoolExecutor(2) as pool:
        shares = pool.map(coverage, EXPERIMENTS, [experiments] * len(EXPERIMENTS))
        lines += [f"| {e.title} | {share:.2%} |" for e, share in zip(EXPERIMENTS, shares, strict=True)]
    lines.append(f"\nFrom exact intervals {low:.1%} to {high:.1%} would come in 19 of 20 such counts.\n")
    lines.append(
        "## What else is checked\n\n"
        "* A second engine in plain Python, which shares no code with the kernel, counts the same requests, "
        "refusals and retries, one by one, from the same seeds (`tests/traffic/oracle`).\n"
        "* The twenty stories with other numbers, and drawn in other ways that mean the same "
        "(`tests/scenarios/test_told_otherwise.py`).\n"
        "* A load of 1 and beyond is told from one below it, `stationary`, on random systems "
        "(`tests/traffic/instability.py`).\n"
        "* Little's law holds within its interval at every node of random systems (`tests/traffic/test_little.py`).\n"
        "* The fluid engine against queueing theory and against the exact engine "
        "(`tests/traffic/test_fluid_stations.py`, `tests/traffic/test_both_engines.py`); a fluid "
        "result says itself how far it may be off (`accuracy`).\n"
        "* On random systems under random faults: offered = completed + failed + in flight for every flow, node and "
        "edge; utilization within 0 and 1; equal seeds give equal digests however time is cut "
        "(`tests/traffic/test_laws.py`).\n"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    text = page(int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
    Path(sys.argv[1]).write_text(text) if len(sys.argv) > 1 else print(text)
    sys.exit(1 if "**no**" in text else 0)
