"""Percentiles from histograms, the end of the warm-up, intervals over replications.

A percentile is the middle of its histogram bucket (64 an octave): at most 0.78 % off. The warm-up ends
where MSER-5 puts it (White, Cobb, Spratt 2000, doi:10.1109/WSC.2000.899157).

Waiting is skewed: a short run of a busy queue often shows too short a wait and hardly any scatter, now and then a
long one with much. Student's interval around it holds the truth too seldom (90 % of times at load 0.95 and six
relaxation times). So intervals of waits are freed of the skewness by Hall's cubic transformation (Hall 1992,
J. R. Statist. Soc. B 54, 221-228), with the skewness not taken from a handful of values, which cannot tell it,
but from the limit of all queues in heavy traffic, the reflected Brownian motion: see `WAITING`.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.traffic.result import Estimate
from simulation.traffic.student import within
from simulation.traffic.tables.layout import BUCKETS, LOWEST

Counts = NDArray[np.int64]


def _edges() -> NDArray[np.float64]:
    bits = (np.arange(BUCKETS + 1, dtype=np.int64) + LOWEST) << 46
    return bits.view(np.float64)


BOUNDS = _edges()
MIDDLES = (BOUNDS[:-1] + BOUNDS[1:]) / 2
MIDDLES.flags.writeable = False


def percentiles(histogram: Counts, shares: Sequence[float]) -> list[float]:
    """Times in seconds below which these shares of the counted lie, interpolated within the bucket; NaN when empty."""
    total = int(histogram.sum())
    if total == 0:
        return [math.nan for _ in shares]
    below = np.cumsum(histogram)
    found = []
    for share in shares:
        rank = share * total
        bucket = int(np.searchsorted(below, rank, side="left"))
        inside = int(histogram[bucket])
        before = int(below[bucket]) - inside
        part = (rank - before) / inside if inside else 0.5
        found.append(float(BOUNDS[bucket] + (BOUNDS[bucket + 1] - BOUNDS[bucket]) * part))
    return found


#: Skewness over coefficient of variation of the time average of a reflected Brownian motion. With drift -1 and
#: variance 1 the first three cumulants a unit of time are 1/2, 1/2 and 15/4 (the principal eigenvalue of
#: f"/2 - f' + θxf with f'(0) = 0, expanded in θ), and κ₃κ₁/κ₂² is 15/2. Where they vary little it does not matter.
WAITING = 7.5


def interval(values: Sequence[float], skew: float = 0.0) -> Estimate:
    """Mean of independent values with its 95 % t-interval; None for what is not a number.

    `skew` is the values' skewness over their coefficient of variation, 0 where they lie evenly (Student's interval).
    """
    good = [v for v in values if not math.isnan(v)]
    if not good:
        return Estimate(None)
    mean = math.fsum(good) / len(good)
    if len(good) == 1:
        return Estimate(mean)
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in good) / (len(good) - 1))
    error = deviation / math.sqrt(len(good))
    t = within(0.95, len(good) - 1)
    bend = skew * deviation / mean / (6.0 * math.sqrt(len(good))) if mean > 0.0 else 0.0
    return Estimate(mean, mean - error * _unbent(t, bend), mean - error * _unbent(-t, bend))


def _unbent(t: float, bend: float) -> float:
    """The value of Student's ratio that Hall's transformation takes to `t`; `bend` is skewness / (6 √n)."""
    if bend < 1e-9:
        return t
    return (math.cbrt(1.0 + 6.0 * bend * (t - bend)) - 1.0) / (2.0 * bend)


def warmup_end(series: Sequence[float], most: float = 0.5) -> int:
    """How many of the first values MSER-5 cuts, at most this share of them."""
    size = 5
    count = len(series) // size
    if count < 4:
        return 0
    batches = np.array([np.mean(series[i * size : (i + 1) * size]) for i in range(count)])
    best, cut = math.inf, 0
    for d in range(int(count * most)):
        rest = batches[d:]
        score = float(np.var(rest)) / len(rest)
        if score < best * (1 - 1e-9):
            best, cut = score, d
    return cut * size


def trend(in_flight: Sequence[float], offered: float) -> str:
    """Whether a run has settled: `no` when its requests in flight keep growing, `unknown` when it is too short.

    `in_flight` is sampled evenly after the warm-up; `offered` counts the requests of that time.
    """
    if len(in_flight) < 20 or offered < 1000:
        return "unknown"
    values = np.asarray(in_flight, dtype=float)
    parts = np.array_split(values, 4)
    means: list[Any] = [float(p.mean()) for p in parts]
    growth = means[3] - means[0]
    is_rising = means[0] < means[1] < means[2] < means[3]
    # A queue at the brink wanders by about the root of what was offered; only more than that is growth.
    if is_rising and growth > max(0.01 * offered, 3.0 * math.sqrt(offered)):
        return "no"
    spread = max(means) - min(means)
    return "yes" if spread <= max(0.5 * max(means), 3.0) else "unknown"
