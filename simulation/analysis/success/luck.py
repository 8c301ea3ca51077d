"""Strokes of luck: whether a request finds all that it asks a cache for, and whether it makes none of seldom calls.

Every look-up draws a key of its own. So all look-ups of a request at one cache that spare the same of what stands
behind are one stroke of luck, which it has when all of them hit (`chances` says how likely that is), and those that
spare something else are another.

A request comes to one of a balancer's targets, and is lucky there or not: hits at a cache behind one target say nothing
of hits at a cache behind another, and a balancer cannot choose by them. Of hits (and of equally seldom calls) of which
a request meets at most one, one variable stands for all, as likely as they are on average; were they several, the
balancer would seem to find whoever is lucky.
"""

from collections.abc import Iterator, Mapping, Sequence

from simulation.analysis.difference import above
from simulation.topology.system import Component, System
from simulation.topology.wiring import Gate, Lookup, Wiring, every_time, spared_apart

Luck = tuple[str, int, tuple[int, ...], str]
"""("hit", cache, what look-ups beside the way spare, ""), of the cache itself on the way nothing; or ("skip",
component, (gate's position,), operation): none of less than one call is made."""

#: Beyond so many strokes of luck all stand for themselves.
_MOST = 400


def strokes(
    wiring: Wiring, hits: Mapping[int, float], seldom: bool, component: Component, op: str
) -> Iterator[tuple[Luck, float, int]]:
    """The strokes of luck of a request at a component, each with its chance there, and the position of its gate; -1 for
    the component itself. `seldom`: whether seldom calls are luck."""
    gates = wiring.gates(component.index, op)
    own = hits.get(component.index, 0.0)
    if 0 < own < 1 and (gates or component.kind.is_router) and wiring.caches(component, op):
        yield ("hit", component.index, (), ""), own, -1
    for position, gate in enumerate(gates):
        if gate.lookup is Lookup.ASIDE and (sparing := spared(gates, position)):
            cache = wiring.system.components[gate.members[0].target]
            ratio, asked = hits.get(cache.index, 0.0), min(gate.calls, 1.0)
            if 0 < ratio * asked < 1:
                yield (
                    ("hit", cache.index, sparing, ""),
                    every_time(ratio * asked, spared_apart(gates, position)),
                    position,
                )
        if 0 < gate.calls < 1 and seldom:
            yield ("skip", component.index, (position,), op), 1 - gate.calls, position


def spared(gates: Sequence[Gate], lookup: int) -> tuple[int, ...]:
    """What a hit at the look-up spares: the targets of the gates behind it."""
    return tuple(sorted({m.target for gate in gates if lookup in gate.behind for m in gate.members}))


def alike(system: System, wiring: Wiring, hits: Mapping[int, float], seldom: bool) -> dict[Luck, Luck]:
    """For the strokes of luck that another stands for, that one. `seldom`: whether seldom calls are luck."""
    chances = {
        luck: chance
        for component in [system.components[number] for number in sorted(with_luck(system, hits))]
        for op in system.operations
        for luck, chance, _ in strokes(wiring, hits, seldom, component, op)
    }
    if not 1 < len(chances) <= _MOST:
        return {}
    if not any(_is_pool(gate) for own in wiring.pools.values() for _, _, gate in own):
        return {}
    meets = _Meets(system, wiring, hits, seldom, list(chances))
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


def with_luck(system: System, hits: Mapping[int, float]) -> set[int]:
    """Components where there may be luck at all: caches, who asks them, and who calls seldom."""
    found = {cache for cache, ratio in hits.items() if ratio > 0}
    found.update([link.source for cache in found for link in system.incoming[cache]])
    found.update([link.source for link in system.seldom])
    return found


def _is_pool(gate: Gate) -> bool:
    """Whether a request comes to one of several."""
    return len(gate.members) > 1 and not gate.asks_all


class _Meets:
    """Which strokes of luck a request may meet both, and of which it comes to one of several, as bits by number."""

    def __init__(
        self, system: System, wiring: Wiring, hits: Mapping[int, float], seldom: bool, items: Sequence[Luck]
    ) -> None:
        self.system, self.wiring, self.items = system, wiring, items
        self._hits, self._seldom = hits, seldom
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
        own: dict[int, int] = {}
        for luck, _, position in strokes(self.wiring, self._hits, self._seldom, self.system.components[index], op):
            own[position] = own.get(position, 0) | 1 << self._number[luck]
        met = own.get(-1, 0)
        for position, gate in enumerate(self.wiring.gates(index, op)):
            here = own.get(position, 0)
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


def _pair(relation: list[int], some: int, others: int) -> None:
    """Note that each of some is related to each of the others."""
    if some and others:
        for ours, theirs in ((some, others), (others, some)):
            for number in range(ours.bit_length()):
                if ours >> number & 1:
                    relation[number] |= theirs
