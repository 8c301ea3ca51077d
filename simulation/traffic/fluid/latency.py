"""Latencies as mixtures of two shifted gamma distributions, by weight, mean, variance and least value."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.stations import power
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.random_numbers import exp, log


@njit(**INNER)
def normal_cdf(z):
    """Standard normal distribution function (Abramowitz, Stegun 26.2.17), error below 1e-7."""
    a = abs(z)
    t = 1.0 / (1.0 + 0.2316419 * a)
    tail = (
        0.3989422804014327
        * exp(-0.5 * a * a)
        * t
        * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    )
    return 1.0 - tail if z >= 0.0 else tail


@njit(**INNER)
def log_gamma(x):
    """Logarithm of the gamma function, x > 0 (Lanczos, as in Press et al., Numerical Recipes, section 6.1)."""
    y = x
    t = x + 5.5
    t -= (x + 0.5) * log(t)
    s = 1.000000000190015
    s += 76.18009172947146 / (y + 1.0) - 86.50532032941677 / (y + 2.0) + 24.01409824083091 / (y + 3.0)
    s += -1.231739572450155 / (y + 4.0) + 1.208650973866179e-3 / (y + 5.0) - 5.395239384953e-6 / (y + 6.0)
    return -t + log(2.5066282746310005 * s / x)


@njit(**INNER)
def gamma_cdf(k, x):
    """P(k, x), the regularised lower incomplete gamma function; Wilson-Hilferty above k = 150."""
    if x <= 0.0:
        return 0.0
    if k > 150.0:
        z = (power(x / k, 1.0 / 3.0) - (1.0 - 1.0 / (9.0 * k))) * 3.0 * k**0.5
        return normal_cdf(z)
    if x < k + 1.0:
        term = 1.0 / k
        total = term
        a = k
        for _ in range(300):
            a += 1.0
            term *= x / a
            total += term
            if term < total * 1e-9:
                break
        return min(total * exp(-x + k * log(x) - log_gamma(k)), 1.0)
    b = x + 1.0 - k
    c = 1e300
    d = 1.0 / b
    h = d
    for i in range(1, 300):
        an = -i * (i - k)
        b += 2.0
        d = an * d + b
        if abs(d) < 1e-300:
            d = 1e-300
        c = b + an / c
        if abs(c) < 1e-300:
            c = 1e-300
        d = 1.0 / d
        step = d * c
        h *= step
        if abs(step - 1.0) < 1e-9:
            break
    return max(1.0 - exp(-x + k * log(x) - log_gamma(k)) * h, 0.0)


@njit(**INNER)
def below(m, v, d, t):
    """Share of a shifted gamma with mean m, variance v and least value d that is at most t."""
    if t < d:
        return 0.0
    rest = m - d
    if rest <= 1e-9 * m or v <= 1e-12 * m * m:
        return 1.0 if t >= m else 0.0
    k = rest * rest / v
    return gamma_cdf(max(k, 1e-3), (t - d) * rest / v)


@njit(**INNER)
def mean_below(m, v, d, t):
    """Mean of what is at most t, times its share."""
    rest = m - d
    if rest <= 1e-9 * m or v <= 1e-12 * m * m:
        return m if t >= m else 0.0
    k = max(rest * rest / v, 1e-3)
    x = (t - d) * rest / v
    return d * gamma_cdf(k, x) + rest * gamma_cdf(k + 1.0, x)


@njit(**INNER)
def two_of(parts, n):
    """Merge n parts to two so that the parts' means stay as far apart as they can; weights sum to one after."""
    for i in range(1, n):
        j = i
        while j > 0 and parts[j].m < parts[j - 1].m:
            a, b = parts[j], parts[j - 1]
            a.w, b.w = b.w, a.w
            a.m, b.m = b.m, a.m
            a.v, b.v = b.v, a.v
            a.d, b.d = b.d, a.d
            j -= 1
    total, first = 0.0, 0.0
    for i in range(n):
        total += parts[i].w
        first += parts[i].w * parts[i].m
    if total <= 0.0:
        return 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    best, cut = -1.0, n
    wl, ml = 0.0, 0.0
    for i in range(n - 1):
        wl += parts[i].w
        ml += parts[i].w * parts[i].m
        wr = total - wl
        if wl <= 1e-9 * total or wr <= 1e-9 * total:
            continue
        gap = (first - ml) / wr - ml / wl
        score = wl * wr * gap * gap
        if score > best:
            best, cut = score, i + 1
    w1, m1, v1, d1 = merged(parts, np.int64(0), cut)
    w2, m2, v2, d2 = merged(parts, cut, n)
    if w1 <= 0.0:
        return 1.0, m2, v2, d2, 0.0, 0.0, 0.0
    if w2 <= 0.0:
        return 1.0, m1, v1, d1, 0.0, 0.0, 0.0
    return w1 / (w1 + w2), m1, v1, d1, m2, v2, d2


@njit(**INNER)
def merged(parts, lo, hi):
    """(weight, mean, variance, least value) of the parts lo..hi as one."""
    weight, mean, square, least = 0.0, 0.0, 0.0, 1e300
    for i in range(lo, hi):
        part = parts[i]
        if part.w > 0.0:
            weight += part.w
            mean += part.w * part.m
            square += part.w * (part.v + part.m * part.m)
            least = min(least, part.d)
    if weight <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    mean /= weight
    return weight, mean, max(square / weight - mean * mean, 0.0), least


@njit(**INNER)
def larger(m1, v1, m2, v2):
    """(mean, variance) of the larger of two independent times (Clark 1961, doi:10.1287/opre.9.2.145)."""
    a = (v1 + v2) ** 0.5
    if a <= 1e-12 * (m1 + m2) + 1e-300:
        return max(m1, m2), max(v1, v2)
    z = (m1 - m2) / a
    big = normal_cdf(z)
    density = 0.3989422804014327 * exp(-0.5 * z * z)
    mean = m1 * big + m2 * (1.0 - big) + a * density
    second = (m1 * m1 + v1) * big + (m2 * m2 + v2) * (1.0 - big) + (m1 + m2) * a * density
    return mean, max(second - mean * mean, 0.0)


@njit(**INNER)
def quantile(p):
    """Standard normal quantile (Abramowitz, Stegun 26.2.23), error below 5e-4."""
    from_top = p > 0.5
    q = 1.0 - p if from_top else p
    t = (-2.0 * log(max(q, 1e-12))) ** 0.5
    z = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (
        1.0 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t
    )
    return z if from_top else -z


@njit(**INNER)
def left_of(m, v):
    """(mean, variance) of what is left of a time of this mean and variance when somebody looks at it by chance.

    By its first three moments as a gamma distribution (Cox 1962, Renewal Theory, section 5.4).
    """
    if m <= 0.0:
        return 0.0, 0.0
    unit = v / m
    mean = 0.5 * (m + unit)
    return mean, max((m + unit) * (m + 2.0 * unit) / 3.0 - mean * mean, 0.0)


@njit(**INNER)
def put(part, w, m, v, d):
    """Write a part of a latency: weight, mean, variance, least value."""
    part.w, part.m, part.v, part.d = w, m, v, d


@njit(**INNER)
def at_least(need, n, p):
    """Chance that so many of n answer, each with chance p."""
    total, term = 0.0, 1.0
    for j in range(n + 1):
        if j > 0:
            term *= (n - j + 1.0) / j
        if j >= need:
            total += term * p**j * (1.0 - p) ** (n - j)
    return total
