"""From layers to places: columns beside each other, in as many rows as the width asks for, links as level as may be."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, inf, sqrt
from typing import Any

from simulation.topology.layout.layers import Layers, Link

GRID = 8.0
COLUMN_GAP = 64.0
ROW_GAP = 32.0
BLOCK_GAP = 48.0
_WAYPOINT = 8.0  # height kept free for a link that passes a column
_SWEEPS = 6

Place = tuple[float, float]
Extent = tuple[float, float]


def in_rows(layers: Layers, links: Sequence[Link], extents: Mapping[str, Extent], widest: float) -> dict[str, Place]:
    """The corner of every item; no row is wider than `widest` unless a single column is."""
    places: dict[str, Place] = {}
    top = 0.0
    for columns in _cut(layers, extents, widest):
        row = _kept(columns, layers)
        tops = _levelled(row, layers, links, extents)
        x, bottom = 0.0, top
        for column in row:
            items = [name for name in column if name in extents]
            wide = max(extents[name][0] for name in items)
            for name in items:
                width, height = extents[name]
                places[name] = (x + (wide - width) / 2, top + tops[name])
                bottom = max(bottom, top + tops[name] + height)
            x += wide + COLUMN_GAP
        top = bottom + BLOCK_GAP
    return places


def _kept(columns: Sequence[Sequence[str]], layers: Layers) -> list[list[str]]:
    """The columns without waypoints of links that leave the row: those need no way through it."""
    here = {name for column in columns for name in column}
    return [
        [name for name in column if name not in layers.leads or here.issuperset(layers.leads[name])]
        for column in columns
    ]


def on_shelves(items: Sequence[str], extents: Mapping[str, Extent], widest: float) -> dict[str, Place]:
    """Items side by side in their order, the next shelf below where the width is used up."""
    places: dict[str, Place] = {}
    x = y = high = 0.0
    for item in items:
        width, height = extents[item]
        if x and x + width > widest:
            x, y, high = 0.0, y + high + ROW_GAP, 0.0
        places[item] = (x, y)
        x, high = x + width + COLUMN_GAP, max(high, height)
    return places


def _cut(layers: Layers, extents: Mapping[str, Extent], widest: float) -> list[list[list[str]]]:
    """The columns in rows, as few as the width allows, cut where the fewest links are, then evenly."""
    columns = layers.columns
    wide = [max(extents[name][0] for name in column if name in extents) for column in columns]
    total = sum(wide) + COLUMN_GAP * (len(wide) - 1)
    if total <= widest or len(columns) < 2:
        return [columns] if columns else []
    links = [sum(len(layers.after[name]) for name in column) for column in columns]
    # Of the first so many columns the best way: rows, links cut, unevenness, and where its last row begins.
    cheapest: list[tuple[int, int, float, int]] = [(0, 0, 0.0, 0)]
    for end in range(1, len(columns) + 1):
        best = (len(columns) + 1, 0, inf, end - 1)
        length = -COLUMN_GAP
        for start in range(end - 1, -1, -1):
            length += wide[start] + COLUMN_GAP
            if length > widest and start < end - 1:
                break
            rows, cut, uneven, _ = cheapest[start]
            spare = max(widest - length, 0.0) ** 2
            best = min(best, (rows + 1, cut + (links[start - 1] if start else 0), uneven + spare, start))
        cheapest.append(best)
    found = []
    end = len(columns)
    while end:
        start = cheapest[end][3]
        found.append(columns[start:end])
        end = start
    return found[::-1]


def _levelled(
    row: Sequence[Sequence[str]], layers: Layers, links: Sequence[Link], extents: Mapping[str, Extent]
) -> dict[str, float]:
    """Tops of all in a row: each as level with its neighbours as the order in its column lets it."""
    near = _neighbours(row, layers, links)
    heights = {name: extents[name][1] if name in extents else _WAYPOINT for column in row for name in column}
    tops: dict[str, float] = {}
    for column in row:
        at = 0.0
        for name in column:
            tops[name] = at
            at += heights[name] + ROW_GAP
        middle = (at - ROW_GAP) / 2
        for name in column:
            tops[name] -= middle
    for sweep in range(_SWEEPS):
        for column in row if sweep % 2 == 0 else row[::-1]:
            means = {n: sum(tops[other] + by for other, by in near[n]) / len(near[n]) for n in column if near[n]}
            # What nothing pulls at keeps close to the rest of its column.
            middle = sum(means.values()) / len(means) if means else 0.0
            wished = [(means[n], float(len(near[n]))) if n in means else (middle, 0.01) for n in column]
            for name, top in zip(column, _spread(column, wished, heights, layers.leads), strict=True):
                tops[name] = top  # noqa: PERF403
    least = min(tops.values(), default=0.0)
    return {name: round((top - least) / GRID) * GRID for name, top in tops.items()}


def _neighbours(
    row: Sequence[Sequence[str]], layers: Layers, links: Sequence[Link]
) -> dict[str, list[tuple[str, float]]]:
    """Of each the neighbours in this row, and how far below their top its own would make the link level."""
    here = {name for column in row for name in column}
    meets: dict[tuple[str, str], float] = {}
    for link in links:
        meets[link.source, link.target] = link.leaves
        meets[link.target, link.source] = link.enters
    near: dict[str, list[tuple[str, float]]] = {name: [] for name in here}

    def below(name: str, other: str) -> float:
        """How far below its top the first of two neighbours meets their link."""
        if name in layers.leads:
            return _WAYPOINT / 2
        a, b = layers.leads.get(other, (other, other))
        return meets[name, b if name == a else a]

    for name in here:
        for other in layers.after[name]:
            if other in here:
                shift = below(name, other) - below(other, name)
                near[name].append((other, -shift))
                near[other].append((name, shift))
    return near


def _spread(
    column: Sequence[str], wished: Sequence[Place], heights: Mapping[str, float], leads: Mapping[str, Any]
) -> list[float]:
    """Tops nearest to those wished for (weighted least squares) that keep the order and the gaps: pooled violators."""
    offsets = [0.0]
    for a, b in pairwise(column):
        gap = ROW_GAP / 2 if a in leads or b in leads else ROW_GAP
        offsets.append(offsets[-1] + heights[a] + gap)
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for (top, weight), offset in zip(wished, offsets, strict=True):
        mean, total, count = top - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other, heavy, many = pools.pop()
            mean = (mean * total + other * heavy) / (total + heavy)
            total, count = total + heavy, count + many
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def even_width(extents: Sequence[Extent], ratio: float) -> float:
    """The width at which these, set side by side, fill a rectangle of about this ratio."""
    area = sum((width + COLUMN_GAP) * (height + ROW_GAP) for width, height in extents)
    return max(max((width for width, _ in extents), default=0.0), float(ceil(sqrt(area * ratio))))
