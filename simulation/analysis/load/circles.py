"""Rates where calls run in a circle: exact, and infinite where a circle multiplies its own calls."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.topology.circles import strong_parts

if TYPE_CHECKING:
    from scipy.sparse import csc_array


class Unstable(Exception):
    """Visits grow without end: a cycle calls itself at least once a visit."""


def solved(matrix: "csc_array", entries: NDArray[np.float64]) -> NDArray[np.float64]:
    """The x >= 0 with x = entries + matrix x, of a matrix >= 0. Raises Unstable where there is none."""
    from scipy.sparse import csc_array, identity  # slow to load, and most systems have no circle
    from scipy.sparse.linalg import splu

    size = matrix.shape[0]
    try:
        factors = splu(csc_array(identity(size, format="csc") - matrix))
    except RuntimeError as singular:
        raise Unstable from singular
    # A non-negative M has a spectral radius below 1 just when every right side > 0 has an answer >= 1.
    if size and float(np.min(factors.solve(np.ones(size)))) < 1 - 1e-6:
        raise Unstable
    return np.asarray(factors.solve(entries), dtype=float)


def settled(ways: Mapping[int, Sequence[tuple[int, float]]], entries: Mapping[int, float]) -> dict[int, float]:
    """Rate of every place in `ways`, which says where each leads and with how many visits a visit.

    Infinite at places of a circle that multiplies its own calls, once any come in, and behind it.
    """
    rates = dict.fromkeys(ways, 0.0)
    reached = _behind(ways, [place for place, rate in entries.items() if rate > 0])
    try:
        return rates | _among(ways, entries, reached)
    except Unstable:
        endless = _behind(ways, _multiplying(ways, reached))
        rates |= dict.fromkeys(endless, math.inf)
        return rates | _among(ways, entries, [place for place in reached if place not in endless])


def _behind(ways: Mapping[int, Sequence[tuple[int, float]]], places: Sequence[int]) -> dict[int, None]:
    """The places and all that they reach."""
    found, ahead = dict.fromkeys(places), list(places)
    while ahead:
        for to, often in ways[ahead.pop()]:
            if often > 0 and to not in found:
                found[to] = None
                ahead.append(to)
    return found


def _matrix(ways: Mapping[int, Sequence[tuple[int, float]]], places: Sequence[int]) -> "csc_array":
    """Visits from each of the places (a column) to each (a row)."""
    from scipy.sparse import csc_array

    at = {place: i for i, place in enumerate(places)}
    steps = [(at[to], at[here], often) for here in places for to, often in ways[here] if to in at]
    rows, columns, values = zip(*steps, strict=True) if steps else ((), (), ())
    return csc_array((np.array(values, dtype=float), (rows, columns)), shape=(len(at), len(at)))


def _among(
    ways: Mapping[int, Sequence[tuple[int, float]]],
    entries: Mapping[int, float],
    reached: Sequence[int] | Mapping[int, None],
) -> dict[int, float]:
    """Rates of these places, whose calls elsewhere are not looked at."""
    places = sorted(reached)
    found = solved(_matrix(ways, places), np.array([entries.get(place, 0.0) for place in places]))
    return dict(zip(places, found.tolist(), strict=True))


def _multiplying(ways: Mapping[int, Sequence[tuple[int, float]]], reached: Mapping[int, None]) -> list[int]:
    """The places of circles that multiply their own calls."""
    graph = {place: [to for to, _ in ways[place] if to in reached] for place in sorted(reached)}
    found: list[int] = []
    for own in map(sorted, strong_parts(graph)):
        try:
            solved(_matrix(ways, own), np.ones(len(own)))
        except Unstable:
            found += own
    return found
