"""Look-ups of several calls, one by one: each hit spares its own part of what stands behind, not all of it."""

from dataclasses import replace

from simulation.topology.wiring import Gate, Lookup

#: Calls of one look-up that are told apart; of more, or of an uneven number, any hit spares all.
_MOST = 16


def one_by_one(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """The same gates, where a look-up of k calls is k look-ups, and the gate behind is k of a k-th of its calls.

    Look-ups come before what they spare, as the wiring has them.
    """
    parts = [_calls(gate) for gate in gates]
    if all(number == 1 for number in parts):
        return gates
    places: list[list[int]] = []
    found: list[Gate] = []
    for gate, number in zip(gates, parts, strict=True):
        behind = [places[position] for position in gate.behind]
        number = max([number, *map(len, behind)])
        places.append([len(found) + part for part in range(number)])
        for part in range(number):
            sparing = tuple(each[part % len(each)] for each in behind)
            found.append(replace(gate, calls=gate.calls / number, behind=sparing))
    return tuple(found)


def _calls(gate: Gate) -> int:
    is_several = gate.lookup is not Lookup.NONE and gate.calls in range(2, _MOST + 1)
    return int(gate.calls) if is_several else 1
