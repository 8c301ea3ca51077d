"""A monotone Boolean DAG with one gate, AtLeast(k, children): AND is n-of-n, OR is 1-of-n.

Gates are hash-consed integers, children before parents, so that equal functions written equally are one
gate and every reading is a loop over ids. A variable is true while the thing it names works.
"""

from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from hashlib import blake2b

import numpy as np

TRUE, FALSE = 0, 1

#: Up to so many set bits are found one by one.
_FEW = 12


class Gates:
    """The DAG. Ids 0 and 1 are the constants TRUE and FALSE."""

    def __init__(self) -> None:
        self.names: list[Hashable] = []
        self.k: list[int] = [0, 1]
        self.children: list[tuple[int, ...]] = [(), ()]
        self.variable: list[int] = [-1, -1]
        self.rank: list[int] = [0, 1]  # from what a gate is, not from when it was made: the order of children
        self._vars: dict[Hashable, int] = {}
        self._seen: dict[tuple[int, tuple[int, ...]], int] = {}

    def __len__(self) -> int:
        return len(self.k)

    def copy(self) -> "Gates":
        """The same gates under the same ids, to which others may be added."""
        made = Gates()
        made.names, made.k, made.children = self.names.copy(), self.k.copy(), self.children.copy()
        made.variable, made.rank = self.variable.copy(), self.rank.copy()
        made._vars, made._seen = self._vars.copy(), self._seen.copy()
        return made

    def var(self, name: Hashable) -> int:
        """The gate of the variable of that name."""
        found = self._vars.get(name)
        if found is None:
            found = self._vars[name] = len(self.k)
            self.k.append(1)
            self.children.append(())
            self.variable.append(len(self.names))
            self.rank.append(int.from_bytes(blake2b(repr(name).encode(), digest_size=8).digest(), "little"))
            self.names.append(name)
        return found

    def gate_of(self, variable: int) -> int:
        """The gate of the variable with that index in `names`."""
        return self._vars[self.names[variable]]

    def index_of(self, name: Hashable) -> int | None:
        """The index in `names` of a variable that occurs, or None."""
        gate = self._vars.get(name)
        return None if gate is None else self.variable[gate]

    def at_least(self, k: int, children: Iterable[int]) -> int:
        """True when at least `k` of the children are."""
        kids = []
        for child in children:
            if child == TRUE:
                k -= 1
            elif child != FALSE:
                kids.append(child)
        if k <= 0:
            return TRUE
        if k > len(kids):
            return FALSE
        if k == 1 or k == len(kids):
            distinct = set(kids)
            return self._gate(1 if k == 1 else len(distinct), list(distinct))
        return self._gate(k, kids)

    def all_of(self, children: Iterable[int]) -> int:
        """AND; TRUE without children."""
        kids = set(children)
        kids.discard(TRUE)
        if FALSE in kids:
            return FALSE
        return self._gate(len(kids), list(kids)) if kids else TRUE

    def both(self, one: int, other: int) -> int:
        """AND of two."""
        if one <= FALSE or other <= FALSE or one == other:
            return self.all_of((one, other))
        rank = self.rank
        key = (2, (one, other) if rank[one] <= rank[other] else (other, one))
        found = self._seen.get(key)
        return self._gate(2, [*key[1]]) if found is None else found

    def any_of(self, children: Iterable[int]) -> int:
        """OR; FALSE without children."""
        kids = set(children)
        kids.discard(FALSE)
        if TRUE in kids:
            return TRUE
        return self._gate(1, list(kids)) if kids else FALSE

    def _gate(self, k: int, kids: list[int]) -> int:
        """The gate of these children, none of them a constant."""
        if len(kids) == 1:
            return kids[0]
        kids.sort(key=self.rank.__getitem__)
        key = (k, tuple(kids))
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = len(self.k)
            self.k.append(k)
            self.children.append(key[1])
            self.variable.append(-1)
            self.rank.append(hash((k, *[self.rank[kid] for kid in kids])))
        return found

    def reachable(self, roots: Iterable[int], known: Container[int] = ()) -> list[int]:
        """Ids below the roots, themselves included, children before parents, but for what is known and below."""
        seen = {root for root in roots if root not in known}
        stack = list(seen)
        while stack:
            for child in self.children[stack.pop()]:
                if child not in seen and child not in known:
                    seen.add(child)
                    stack.append(child)
        return sorted(seen)

    def evaluate(self, roots: Iterable[int], values: Mapping[int, int] | Sequence[int], width: int) -> dict[int, int]:
        """Each root's value in `width` worlds at once: bit i of a variable is its value in world i.

        `values` maps variable indices to bits; a variable that is missing from a mapping works in every world.
        """
        ones = (1 << width) - 1
        roots = list(roots)
        get = values.get if isinstance(values, Mapping) else dict(enumerate(values)).get
        value: dict[int, int] = {TRUE: ones, FALSE: 0}
        for gate in self.reachable(roots):
            if gate > FALSE:
                variable = self.variable[gate]
                value[gate] = (
                    get(variable, ones)
                    if variable >= 0
                    else at_least_bits(self.k[gate], [value[c] for c in self.children[gate]], ones)
                )
        return {root: value[root] for root in roots}

    def restrict(self, roots: Sequence[int], fixed: Mapping[int, bool], apart: Container[int] = ()) -> list[int]:
        """The same functions with some variables (by index) held at a value.

        Gates that are `apart` depend on none of these, and are not looked at.
        """
        new: dict[int, int] = {}
        for gate in self.reachable(roots, apart):
            if gate > FALSE:
                variable = self.variable[gate]
                if variable >= 0:
                    new[gate] = (TRUE if fixed[variable] else FALSE) if variable in fixed else gate
                else:
                    new[gate] = self.at_least(self.k[gate], [new.get(c, c) for c in self.children[gate]])
        return [new.get(root, root) for root in roots]


def at_least_bits(k: int, bits: Sequence[int], ones: int) -> int:
    """Bitwise "at least k of these": AND, OR, or a table of counters where neither. `ones` has every bit set."""
    n = len(bits)
    if k == n:
        result = ones
        for b in bits:
            result &= b
        return result
    if k == 1:
        result = 0
        for b in bits:
            result |= b
        return result
    if k > n - k + 1:  # fewer counters when failures are counted
        return ones & ~at_least_bits(n - k + 1, [ones & ~b for b in bits], ones)
    reached = [ones] + [0] * k
    for b in bits:
        for j in range(k, 0, -1):
            reached[j] |= reached[j - 1] & b
    return reached[k]


def positions(bits: int) -> list[int]:
    """Positions of the set bits, ascending."""
    if bits.bit_count() <= _FEW:
        few = []
        while bits:
            low = bits & -bits
            few.append(low.bit_length() - 1)
            bits ^= low
        return few
    start = ((bits & -bits).bit_length() - 1) & ~7
    raw = np.frombuffer((bits >> start).to_bytes((bits.bit_length() - start + 7) // 8, "little"), dtype=np.uint8)
    found: list[int] = (np.flatnonzero(np.unpackbits(raw, bitorder="little")) + start).tolist()
    return found
