"""Layers of a level: everything stands right of what calls it, with few crossings in between.

The layered method of Sugiyama, Tagawa and Toda (https://doi.org/10.1109/TSMC.1981.4308636): cut cycles, rank by
the longest path, lead links through the layers between by waypoints, order each layer by its neighbours' mean.
"""

from bisect import bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 6
_FARTHEST = 12  # layers that a link is led through; a longer one finds no free way anyhow
_WIDEST = 60  # items in a layer up to which neighbours are tried the other way round


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two items of a level; how far below the items' tops it leaves and enters."""

    source: str
    target: str
    leaves: float
    enters: float


@dataclass(frozen=True, slots=True)
class Layers:
    """Items and waypoints in columns, who is joined to whom, and of each waypoint the two items that it joins."""

    columns: list[list[str]]
    before: Mapping[str, list[str]]
    after: Mapping[str, list[str]]
    leads: Mapping[str, tuple[str, str]]


def layered(items: Sequence[str], links: Sequence[Link], together: Mapping[str, str], tallest: int) -> Layers:
    """The layers of these items. Those with the same word in `together` share one; none has more than `tallest`."""
    place = {item: i for i, item in enumerate(items)}
    pairs = sorted({(link.source, link.target) for link in links}, key=lambda p: (place[p[0]], place[p[1]]))
    rank = _folded(items, _ranks(items, pairs, together), tallest)
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    leads: dict[str, tuple[str, str]] = {}
    columns: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for item in items:
        columns[rank[item]].append(item)
    for number, (a, b) in enumerate(pairs):
        if rank[a] == rank[b]:
            continue
        left, right = (a, b) if rank[a] < rank[b] else (b, a)
        if rank[right] - rank[left] > _FARTHEST:
            continue
        at = left
        for layer in range(rank[left] + 1, rank[right]):
            waypoint = f" {number}.{layer}"  # no item's id has a space
            leads[waypoint] = (left, right)
            columns[layer].append(waypoint)
            after[at].append(waypoint)
            before[waypoint].append(at)
            at = waypoint
        after[at].append(right)
        before[right].append(at)
    found = Layers(columns, before, after, leads)
    _order(found)
    return found


def _ranks(items: Sequence[str], pairs: Sequence[tuple[str, str]], together: Mapping[str, str]) -> dict[str, int]:
    """Longest path from a source; then whoever calls more than calls it moves right, next to what it calls."""
    head = {item: together.get(item, item) for item in items}
    heads = list(dict.fromkeys(head.values()))
    kept = _acyclic(heads, list(dict.fromkeys((head[a], head[b]) for a, b in pairs if head[a] != head[b])))
    after: dict[str, list[str]] = {name: [] for name in heads}
    before: dict[str, list[str]] = {name: [] for name in heads}
    for a, b in kept:
        after[a].append(b)
        before[b].append(a)
    order = _topological(heads, after, before)
    rank = dict.fromkeys(heads, 0)
    for at in order:
        rank[at] = max((rank[n] + 1 for n in before[at]), default=0)
    for at in reversed(order):
        if len(after[at]) > len(before[at]):
            rank[at] = min(rank[n] for n in after[at]) - 1
    least = min(rank.values(), default=0)
    return {item: rank[head[item]] - least for item in items}


def _topological(items: Sequence[str], after: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> list[str]:
    waiting = {item: len(before[item]) for item in items}
    ready = deque(item for item in items if not waiting[item])
    order = []
    while ready:
        at = ready.popleft()
        order.append(at)
        for nxt in after[at]:
            waiting[nxt] -= 1
            if not waiting[nxt]:
                ready.append(nxt)
    return order


def _acyclic(items: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges without those that lead back along a depth-first walk from the sources."""
    after: dict[str, list[str]] = {item: [] for item in items}
    entered = set()
    for a, b in edges:
        after[a].append(b)
        entered.add(b)
    state: dict[str, int] = {}
    kept: list[tuple[str, str]] = []
    for start in [*(i for i in items if i not in entered), *items]:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(after[start]))]
        while stack:
            at, rest = stack[-1]
            nxt = next(rest, None)
            if nxt is None:
                state[at] = 2
                stack.pop()
            elif state.get(nxt) != 1:
                kept.append((at, nxt))
                if nxt not in state:
                    state[nxt] = 1
                    stack.append((nxt, iter(after[nxt])))
    return kept


def _folded(items: Sequence[str], rank: Mapping[str, int], tallest: int) -> dict[str, int]:
    """The ranks with room made where a layer would stand taller than this many items."""
    layers: dict[int, list[str]] = defaultdict(list)
    for item in items:
        layers[rank[item]].append(item)
    found: dict[str, int] = {}
    at = 0
    for layer in sorted(layers):
        folds = -(-len(layers[layer]) // tallest)
        rows = -(-len(layers[layer]) // folds)
        for i, item in enumerate(layers[layer]):
            found[item] = at + i // rows
        at += folds
    return found


def _order(layers: Layers) -> None:
    """Orders each layer by the mean place of its neighbours, there and back; the order with fewest crossings stays."""
    best, fewest = [list(column) for column in layers.columns], _crossings(layers)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        near, columns = (layers.before, layers.columns) if sweep % 2 == 0 else (layers.after, layers.columns[::-1])
        for left, column in pairwise(columns):
            spot = {name: i for i, name in enumerate(left)}
            own = {name: float(i) for i, name in enumerate(column)}
            middle = {
                name: sum(spot[n] for n in near[name]) / len(near[name]) if near[name] else own[name] for name in column
            }
            column.sort(key=lambda name: (middle[name], own[name]))
        _swap(layers)
        now = _crossings(layers)
        if now < fewest:
            best, fewest = [list(column) for column in layers.columns], now
    layers.columns[:] = best


def _swap(layers: Layers) -> None:
    """Neighbours change places where that takes crossings away."""
    columns = layers.columns
    for i, column in enumerate(columns):
        if len(column) > _WIDEST:
            continue
        sides = []
        for other, near in ((i - 1, layers.before), (i + 1, layers.after)):
            if 0 <= other < len(columns):
                spot = {name: k for k, name in enumerate(columns[other])}
                sides.append({name: sorted(spot[n] for n in near[name]) for name in column})
        for k in range(len(column) - 1):
            a, b = column[k], column[k + 1]
            if sum(_over(side[b], side[a]) - _over(side[a], side[b]) for side in sides) < 0:
                column[k], column[k + 1] = b, a


def _over(upper: Sequence[int], lower: Sequence[int]) -> int:
    """Crossings between the links of an item and those of the one below it."""
    return sum(len(upper) - bisect_right(upper, spot) for spot in lower)


def _crossings(layers: Layers) -> int:
    total = 0
    for left, right in pairwise(layers.columns):
        spot = {name: i for i, name in enumerate(right)}
        seen: list[int] = []
        for name in left:
            ends = sorted(spot[n] for n in layers.after[name])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total
