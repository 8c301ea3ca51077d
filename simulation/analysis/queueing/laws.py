"""Distributions of times, as moments and as spectra on a grid; one algebra, two precisions.

A spectrum is the discrete Fourier transform of a distribution's mass on a grid: a sum of independent times
is a product, a branch is a weighted sum. Mass is spread over the two grid points beside it so that every
mean is exact (tent weights), or a half-cell bias would add up at every stage. Only a join (all of several,
k of several) goes back to the grid. Percentiles are read there; they are never added.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulation.topology.system import Component

T = TypeVar("T")


@dataclass(frozen=True)
class Law:
    """One stage: a family with its mean and coefficient of variation."""

    family: str
    mean: float
    cv: float = 1.0

    @property
    def scv(self) -> float:
        """Squared coefficient of variation."""
        return {"exponential": 1.0, "deterministic": 0.0}.get(self.family, self.cv**2)


def service_law(component: Component, op: str) -> Law:
    """The distribution of one service."""
    mean = component.time_ms(op)
    family = str(component.params.get("distribution") or "exponential")
    return Law(family, mean, float(component.params.get("cv") or 1.0))


class Algebra(Protocol[T]):
    """What times can be put together by."""

    def stage(self, law: Law) -> T: ...
    def waiting(self, probability: float, law: Law) -> T: ...
    def bounded_waiting(self, weights: Sequence[float], law: Law) -> T: ...
    def then(self, parts: Sequence[T]) -> T: ...
    def either(self, parts: Sequence[tuple[float, T]]) -> T: ...
    def join(self, needed: int, parts: Sequence[T]) -> T: ...


class Moment(NamedTuple):
    """Mean and variance, and whether some part of them is an estimate."""

    mean: float
    variance: float
    is_estimated: bool = False


class Moments:
    """Means and variances, exact but for joins: of those the parts are taken for gamma laws (`is_estimated` then)."""

    def stage(self, law: Law) -> Moment:
        return Moment(law.mean, law.scv * law.mean**2)

    def waiting(self, probability: float, law: Law) -> Moment:
        mean = probability * law.mean
        return Moment(mean, probability * (1 + law.scv) * law.mean**2 - mean**2)

    def bounded_waiting(self, weights: Sequence[float], law: Law) -> Moment:
        """With probability weights[j] the sum of j stages."""
        mean = sum(w * j for j, w in enumerate(weights))
        second = sum(w * j * j for j, w in enumerate(weights))
        return Moment(mean * law.mean, (second - mean**2 + mean * law.scv) * law.mean**2)

    def then(self, parts: Sequence[Moment]) -> Moment:
        return Moment(sum(p.mean for p in parts), sum(p.variance for p in parts), any(p.is_estimated for p in parts))

    def either(self, parts: Sequence[tuple[float, Moment]]) -> Moment:
        mean = sum(w * p.mean for w, p in parts)
        variance = max(0.0, sum(w * (p.variance + p.mean * p.mean) for w, p in parts) - mean**2)
        return Moment(mean, variance, any(p.is_estimated for _, p in parts))

    def join(self, needed: int, parts: Sequence[Moment]) -> Moment:
        """Time until `needed` of the parts are done: E[X] and E[X^2] as integrals of P(X > x)."""
        if len(parts) == 1:
            return parts[0]
        x = np.linspace(0.0, max(p.mean for p in parts) + 12 * math.sqrt(sum(p.variance for p in parts)) + 1e-9, 2049)
        beyond = 1 - done([_gamma_below(x, p.mean, p.variance) for p in parts], needed)
        mean = float(np.trapezoid(beyond, x))
        return Moment(mean, max(0.0, float(np.trapezoid(2 * x * beyond, x)) - mean**2), True)


Spectrum = NDArray[np.complex128]


class Spectra:
    """Distributions on a grid of `cells` points up to `horizon`."""

    def __init__(self, horizon: float, cells: int = 4096) -> None:
        self.step = horizon / cells
        self.cells = cells
        self._points: NDArray[np.float64] = np.arange(cells + 1, dtype=np.float64) * self.step
        self._turn: Spectrum = np.exp(-2j * np.pi * np.arange(cells // 2 + 1) / cells)
        self._stages: dict[Law, Spectrum] = {}
        self.one: Spectrum = np.ones(cells // 2 + 1, dtype=complex)

    def shrink(self) -> None:
        """Let go of the stages."""
        self._stages.clear()

    def stage(self, law: Law) -> Spectrum:
        found = self._stages.get(law)
        if found is None:
            is_exponential = law.family == "exponential" and law.mean > 0
            found = self._stages[law] = self._exponential(law.mean) if is_exponential else self._spread(law)
        return found

    def _spread(self, law: Law) -> Spectrum:
        beyond = excess(law)(self._points)
        mass = np.empty(self.cells)
        mass[0] = 1 - (beyond[0] - beyond[1]) / self.step
        mass[1:] = (beyond[:-2] - 2 * beyond[1:-1] + beyond[2:]) / self.step
        mass[-1] += 1 - mass.sum()  # what lies beyond the horizon stays at its end
        return np.asarray(np.fft.rfft(np.clip(mass, 0.0, None)))

    def _exponential(self, mean: float) -> Spectrum:
        """The same for the exponential law, whose mass is a geometric series: its transform in closed form."""
        steps = self.step / mean
        r, fall = math.exp(-steps), -math.expm1(-steps)
        last = math.exp(-steps * (self.cells - 1))
        series = (self._turn - last) * (fall * fall / steps) / (1 - r * self._turn)
        return (1 - fall / steps) + series + (last * fall / steps) * self._turn.conj()

    def waiting(self, probability: float, law: Law) -> Spectrum:
        return (1 - probability) + probability * self.stage(law) if probability > 0 else self.one

    def bounded_waiting(self, weights: Sequence[float], law: Law) -> Spectrum:
        stage = self.stage(law)
        total = np.zeros_like(stage)
        for w in reversed(weights):  # Horner
            total = total * stage + w
        return total

    def then(self, parts: Sequence[Spectrum]) -> Spectrum:
        total = self.one
        for part in parts:
            if part is not self.one:
                total = part if total is self.one else total * part
        return total

    def either(self, parts: Sequence[tuple[float, Spectrum]]) -> Spectrum:
        if len(parts) == 1 and parts[0][0] == 1:
            return parts[0][1]
        (weight, part), *others = parts
        total = weight * part
        for weight, part in others:
            total += weight * part
        return total

    def join(self, needed: int, parts: Sequence[Spectrum]) -> Spectrum:
        """Time until `needed` of the parts are done."""
        if len(parts) == 1:
            return parts[0]
        below = [np.clip(np.cumsum(self.mass(p)), 0.0, 1.0) for p in parts]
        return np.asarray(np.fft.rfft(np.diff(done(below, needed), prepend=0.0)))

    def mean(self, spectrum: Spectrum) -> float:
        """Mean of what lies on the grid."""
        mass = self.mass(spectrum)
        return float(mass @ self._points[:-1] / max(float(mass.sum()), 1e-300))

    def mass(self, spectrum: Spectrum) -> NDArray[np.float64]:
        """Probability at each grid point."""
        return np.clip(np.fft.irfft(spectrum, self.cells), 0.0, None)

    def percentiles(self, spectrum: Spectrum, shares: Sequence[float]) -> list[float | None]:
        """Times below which the shares lie; None beyond the grid."""
        mass = self.mass(spectrum)
        below = np.cumsum(mass) / max(float(mass.sum()), 1e-300)
        edges = (np.arange(self.cells) + 0.5) * self.step
        found: list[float | None] = []
        for share in shares:
            i = int(np.searchsorted(below, share))
            if i >= self.cells - 2:
                found.append(None)
                continue
            low = below[i - 1] if i else 0.0
            inside = (share - low) / (below[i] - low) if below[i] > low else 1.0
            start = edges[i] - self.step
            found.append(max(0.0, float(start + inside * self.step)))
        return found


def done(below: Sequence[NDArray[np.float64]], needed: int) -> NDArray[np.float64]:
    """Probability that at least `needed` of several independent times are over, from that of each."""
    over: list[NDArray[np.float64]] = [np.ones_like(below[0])] + [np.zeros_like(below[0])] * needed
    for cdf in below:
        over[needed] = over[needed] + over[needed - 1] * cdf
        for j in range(needed - 1, 0, -1):
            over[j] = over[j] * (1 - cdf) + over[j - 1] * cdf
        over[0] = over[0] * (1 - cdf)
    return over[needed]


def _gamma_below(x: NDArray[np.float64], mean: float, variance: float) -> NDArray[np.float64]:
    """P(X <= x) of a gamma law with that mean and variance; without variance a step."""
    if variance <= 1e-12 * mean**2 or mean <= 0:
        return np.asarray(x >= mean, dtype=float)
    from scipy.special import gammainc  # slow to load, and most times are exponential

    return np.asarray(gammainc(mean**2 / variance, x * mean / variance))


def excess(law: Law) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """x -> E[(X - x)+], from which the mass on a grid follows by second differences."""
    mean, cv = law.mean, law.cv
    if mean <= 0 or law.family == "deterministic" or cv == 0:
        return lambda x: np.maximum(mean - x, 0.0)
    if law.family == "gamma":
        from scipy.special import gammaincc

        shape, scale = 1 / cv**2, mean * cv**2
        return lambda x: np.asarray(mean * gammaincc(shape + 1, x / scale) - x * gammaincc(shape, x / scale))
    if law.family == "lognormal":
        from scipy.special import ndtr

        sigma = math.sqrt(math.log1p(cv**2))
        mu = math.log(mean) - sigma**2 / 2

        def lognormal(x: NDArray[np.float64]) -> NDArray[np.float64]:
            log = np.log(np.maximum(x, 1e-300))
            return np.asarray(mean * ndtr((mu + sigma**2 - log) / sigma) - x * ndtr((mu - log) / sigma))

        return lognormal
    if law.family == "pareto":
        shape = 1 + math.sqrt(1 + 1 / cv**2)
        least = mean * (shape - 1) / shape
        above = least / (shape - 1)
        return lambda x: np.where(x < least, mean - x, above * (least / np.maximum(x, least)) ** (shape - 1))
    return lambda x: mean * np.exp(-x / mean)
