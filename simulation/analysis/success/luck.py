"""Which strokes of luck are one: a request comes to one of a balancer's targets, and is lucky there or not.

Hits at a cache behind one target say nothing of hits at a cache behind another: a balancer cannot choose by them. Of
hits (and of equally seldom calls) of which a request meets at most one, one variable stands for all, as likely as they
are on average over the look-ups; were they several, the balancer would seem to find whoever is lucky.
"""

from collections.abc import Callable, Mapping, Sequence

from simulation.analysis.difference import above
from simulation.topology.system import System
from simulation.topology.wiring import Gate, Wiring

Luck = tuple[str, int, int, str]
"""("hit", cache, 0, ""), or ("skip", component, gate's position, operation): none of less than one call is made."""

#: Beyond so many strokes of luck all stand for themselves.
_MOST = 400


def alike(system: System, wiring: Wiring, hits: Mapping[int, float], seldom: bool) -> dict[Luck, Luck]:
    """For the strokes of luck that another stands for, that one. `seldom`: whether seldom calls are luck."""
    chances = _chances(system, wiring, hits, seldom)
    if not 1 < len(chances) <= _MOST:
        return {}
    if not any(_is_pool(g) for c in system.components for op in system.operations for g in wiring.gates(c.index, op)):
        return {}
    meets = _Meets(system, wiring, list(chances))
    for source in system.sources:
        for op in source.mix:
            if not meets.walk((source.client, op)):
                return {}  # round a circle anything may be met again
    found: dict[Luck, Luck] = {}
    groups: dict[tuple[str, float, str], list[list[int]]] = {}
    for number, (luck, chance) in enumerate(chances.items()):
        others = groups.setdefault((luck[0], chance if luck[0] == "skip" else 0.0, luck[3]), [])
        for group in others:
            if all(meets.apart[number] >> other & 1 and not meets.both[number] >> other & 1 for other in group):
                found[luck] = meets.items[group[0]]
                group.append(number)
                break
        else:
            others.append([number])
    return found


def mean_hits(
    same: Mapping[Luck, Luck], hits: Mapping[int, float], asked: Callable[[int], float]
) -> Mapping[int, float]:
    """Hit ratios where one cache stands for others: that of all of them, by how often each is `asked`."""
    groups: dict[int, list[int]] = {}
    for (kind, cache, _, _), (_, first, _, _) in same.items():
        if kind == "hit":
            groups.setdefault(first, [first]).append(cache)
    found = dict(hits)
    for first, group in groups.items():
        weights = [asked(c) for c in group]
        total = sum(weights)
        found[first] = (
            sum(w * hits[c] for w, c in zip(weights, group, strict=True)) / total
            if total > 0
            else min(hits[c] for c in group)
        )
    return found


def _is_pool(gate: Gate) -> bool:
    """Whether a request comes to one of several."""
    return len(gate.members) > 1 and not gate.asks_all


def _chances(system: System, wiring: Wiring, hits: Mapping[int, float], seldom: bool) -> dict[Luck, float]:
    found: dict[Luck, float] = {("hit", c, 0, ""): hit for c, hit in sorted(hits.items()) if 0 < hit < 1}
    if seldom:
        for component in sorted({link.source for link in system.seldom}):
            for op in system.operations:
                for position, gate in enumerate(wiring.gates(component, op)):
                    if 0 < gate.calls < 1:
                        found["skip", component, position, op] = gate.calls
    return found


class _Meets:
    """Which strokes of luck a request may meet both, and of which it comes to one of several, as bits by number."""

    def __init__(self, system: System, wiring: Wiring, items: Sequence[Luck]) -> None:
        self.system, self.wiring, self.items = system, wiring, items
        self.both = [0] * len(items)
        self.apart = [0] * len(items)
        self._number = {luck: i for i, luck in enumerate(items)}
        self._below: dict[tuple[int, str], int | None] = {}
        self._leading = above([system], {index for _, index, _, _ in items})  # there is no luck behind the others

    def walk(self, root: tuple[int, str]) -> bool:
        """Read all from a state on; False where requests go round in a circle."""
        stack = [(root, False)]
        while stack:
            state, is_ready = stack.pop()
            if is_ready:
                self._below[state] = self._read(state)
                continue
            if state in self._below:
                if self._below[state] is None:
                    return False
                continue
            self._below[state] = None
            stack.append((state, True))
            for gate in self.wiring.gates(*state):
                for member in () if gate.publish else gate.members:
                    target = (member.target, state[1])
                    if member.target not in self._leading:
                        continue
                    if target not in self._below:
                        stack.append((target, False))
                    elif self._below[target] is None:
                        return False
        return True

    def _read(self, state: tuple[int, str]) -> int:
        """What may be met from here on; the callees have been read."""
        index, op = state
        met = self._bit(("hit", index, 0, "")) if self.wiring.caches(self.system.components[index], op) else 0
        for position, gate in enumerate(self.wiring.gates(index, op)):
            here = self._bit(("skip", index, position, op))
            parts = [] if gate.publish else [self._below.get((m.target, op)) or 0 for m in gate.members]
            below = 0
            for part in parts:
                _pair(self.apart if _is_pool(gate) else self.both, below, part)
                below |= part
            _pair(self.both, here, below)
            here |= below
            _pair(self.both, met, here)
            met |= here
        return met

    def _bit(self, luck: Luck) -> int:
        number = self._number.get(luck)
        return 0 if number is None else 1 << number


def _pair(relation: list[int], some: int, others: int) -> None:
    """Note that each of some is related to each of the others."""
    if some and others:
        for ours, theirs in ((some, others), (others, some)):
            for number in range(ours.bit_length()):
                if ours >> number & 1:
                    relation[number] |= theirs
