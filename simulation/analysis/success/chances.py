"""How likely a request's strokes of luck are, from where it begins: as often as it asks, on each of its ways."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulation.analysis.load.routing import Routing
from simulation.analysis.success.compile import Compiler
from simulation.analysis.success.luck import Luck, strokes
from simulation.analysis.success.states import BY_LUCK, State
from simulation.topology.system import Source
from simulation.topology.wiring import Gate, Lookup, Policy, every_time, spared_apart

Met = tuple[float, float]
"""Chances that a request meets none of the places where it takes some luck, and that it is unlucky at none."""

_NOWHERE: Met = (1.0, 1.0)

#: Requests a second that stand for a flow that offers nothing.
_FEW = 1e-9

_ROUNDING = 1e-12

#: Alternatives of which one has no more luck than this beyond another count as equally lucky.
_ALIKE = 0.01


class Chances:
    """The chances of one compiled system while everything works, each given that a request needs that luck at all.

    `of_sources` holds those of the flows by where they begin, `by_name` the mean over all traffic by variable;
    `is_uneven` says whether some alternatives have more luck than others.
    """

    def __init__(
        self, compiler: Compiler, routing: Routing, sources: Sequence[Source], hits: Mapping[int, float]
    ) -> None:
        self._compiler, self._routing, self._hits = compiler, routing, hits
        self._known: dict[tuple[Luck, bool], dict[State, Met]] = {}
        self._own: dict[State, list[tuple[Luck, float, int]]] = {}
        self._regions = _regions(sources) if routing.has_places else {"": 1.0}
        self.is_uneven = False
        self.of_sources: dict[tuple[Luck, State], float] = {}
        names: dict[tuple[Any, ...], list[tuple[float, float, float]]] = {}
        begins = [((s.client, op), s.rate_rps or _FEW, part) for s in sources for op, part in s.mix.items() if part > 0]
        for state, _, _ in begins:
            for luck in compiler.states.choices(state):
                if luck[0] in BY_LUCK:
                    self.of_sources[luck, state] = self.of(luck, state)
        compiler.tell_apart(_uneven(self.of_sources))
        for state, rate, part in begins:
            for luck in compiler.states.choices(state):
                if luck[0] in BY_LUCK:
                    chance, met = self.of_sources[luck, state], 1 - self._met(luck, state)[0]
                    own = names.setdefault(compiler.name(luck, state[1]), [])
                    own.append((chance, rate * part * met, rate * part))
        self.by_name = {name: _mean(own) for name, own in names.items()}

    def of(self, luck: Luck, state: State) -> float:
        """The chance of a request that begins at the state."""
        met = self._met(luck, state)
        if met[0] >= 1:  # it comes there only after a loss
            met = self._met(luck, state, is_lost=True)
        return _given(met)

    def _met(self, luck: Luck, state: State, is_lost: bool = False) -> Met:
        """What a request meets from a state on; if something is lost, as likely at every member of a pool."""
        known = self._known.setdefault((luck, is_lost), {})
        if state not in known:
            for part in self._ahead(luck, state, known):
                read = [self._read(luck, each, known, is_lost) for each in part]
                whole = read[0] if len(read) == 1 else _all(read)  # round a circle everything is met once
                known.update(dict.fromkeys(part, whole))
        return known[state]

    def _ahead(self, luck: Luck, state: State, known: Mapping[State, Met]) -> Iterable[list[State]]:
        """The states from this one on where the luck matters, those of a circle together, callees first."""
        compiler, found, stack = self._compiler, set(), [state]
        while stack:
            each = stack.pop()
            if each not in found and each not in known and luck in compiler.states.choices(each):
                found.add(each)
                stack += [target for target, _ in compiler.states.targets(each)]
        found.add(state)
        parts: dict[int, list[State]] = {}
        for each in sorted(found):
            parts.setdefault(compiler.states.rank(each), []).append(each)
        return [parts[rank] for rank in sorted(parts)]

    def _read(self, luck: Luck, state: State, known: Mapping[State, Met], is_lost: bool) -> Met:
        """What is met from one state on, of which the callees are known, or in the same circle."""
        alike = self._compiler.states.alike
        own = {
            position: chance for stroke, chance, position in self._strokes(state) if alike.get(stroke, stroke) == luck
        }
        if -1 in own:
            return 0.0, own[-1]
        none = fine = 1.0
        gates = self._compiler.wiring.gates(*state)
        for position, gate in enumerate(gates):
            if position in own:
                none, fine = 0.0, fine * own[position]
            elif not gate.publish:
                parts = [known.get((member.target, state[1]), _NOWHERE) for member in gate.members]
                if any(part is not _NOWHERE for part in parts):
                    once = self._through(gate, state[1], parts, is_lost)
                    spares = gate.lookup is not Lookup.NONE and not gate.required
                    calls = spared_apart(gates, position) if spares else max(gate.calls, 1.0)  # further ones may fail
                    none, fine = none * every_time(once[0], calls), fine * every_time(once[1], calls)
        return none, fine

    def _strokes(self, state: State) -> list[tuple[Luck, float, int]]:
        """The luck of a request at a component itself."""
        found = self._own.get(state)
        if found is None:
            compiler = self._compiler
            component = compiler.system.components[state[0]]
            found = list(strokes(compiler.wiring, self._hits, compiler.states.knows_seldom_calls, component, state[1]))
            self._own[state] = found
        return found

    def _through(self, gate: Gate, op: str, parts: Sequence[Met], is_lost: bool) -> Met:
        """What one call of a gate meets: at all its members, or at the one to which it goes."""
        if gate.asks_all or len(parts) == 1:
            return _all(parts)
        if is_lost:
            return sum([part[0] for part in parts]) / len(parts), sum([part[1] for part in parts]) / len(parts)
        regions = self._regions if gate.policy is Policy.GEO else {"": 1.0}
        lucky = [_given(part) for part in parts if part[0] < 1]
        self.is_uneven = self.is_uneven or max(lucky, default=0.0) - min(lucky, default=0.0) > _ALIKE
        none = fine = 0.0
        place = {member.link: part for member, part in zip(gate.members, parts, strict=True)}
        for region, share in regions.items():
            for member, split in self._routing.split(gate, op, region):
                none += share * split * place[member.link][0]
                fine += share * split * place[member.link][1]
        return none, fine


def _all(parts: Iterable[Met]) -> Met:
    """What is met where all of these are."""
    none = fine = 1.0
    for part in parts:
        none, fine = none * part[0], fine * part[1]
    return none, fine


def _given(met: Met) -> float:
    """Chance of being lucky for who needs to be."""
    none, fine = met
    return (fine - none) / (1 - none) if none < 1 else 0.0


def _uneven(chances: Mapping[tuple[Luck, State], float]) -> frozenset[Luck]:
    """The luck that requests of one operation have more often than those of another."""
    known: dict[Luck, float] = {}
    return frozenset(
        [luck for (luck, _), chance in chances.items() if abs(known.setdefault(luck, chance) - chance) > _ROUNDING]
    )


def _mean(chances: Sequence[tuple[float, float, float]]) -> float:
    """The mean of chances by how often requests need them; where they do only after a loss, by how many there are."""
    which = 1 if any(met > 0 for _, met, _ in chances) else 2
    return sum([own[0] * own[which] for own in chances]) / sum([own[which] for own in chances])


def _regions(sources: Iterable[Source]) -> dict[str, float]:
    """Where users are: the share of all traffic that begins in each region."""
    found: dict[str, float] = {}
    for source in sources:
        for region, share in (source.regions or {"": 1.0}).items():
            found[region] = found.get(region, 0.0) + share * (source.rate_rps or _FEW)
    total = sum(found.values())
    return {region: share / total for region, share in found.items()}
