"""Look-ups of several calls, one by one: each hit spares its own part of what stands behind, not all of it."""

from simulation.topology.wiring import Gate, Lookup


def one_by_one(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """The same gates, where a look-up of k calls is k look-ups, and the gate behind is k of a k-th of its calls.

    Look-ups that are not told apart, as what an uneven number has beyond the whole one, spare nothing, nor do those
    that are more than the whole calls behind. Look-ups come before what they spare, as the wiring has them.
    """
    if all(gate.lookup is Lookup.NONE or gate.calls <= 1 for gate in gates):
        return gates
    places: list[list[int]] = []  # of each gate's parts that spare what stands behind
    found: list[Gate] = []
    for gate in gates:
        behind = [places[position] for position in gate.behind]
        is_several = gate.lookup is not Lookup.NONE and gate.calls > 1
        number = gate.told_apart if is_several else max(min(int(gate.calls), max(map(len, behind), default=1)), 1)
        each, rest = (1.0, gate.calls - number) if is_several else (gate.calls / number, 0.0)
        places.append([len(found) + part for part in range(number)])
        for part in range(number):
            sparing = tuple(parts[part % len(parts)] for parts in behind)
            found.append(gate._replace(calls=each, behind=sparing))
        if rest > 0.0:
            found.append(gate._replace(calls=rest, lookup=Lookup.NONE))
    return tuple(found)
