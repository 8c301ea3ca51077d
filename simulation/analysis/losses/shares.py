"""What losses take: the share of every flow, and of all traffic. Of single losses it is read from kill sets."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.losses import outages as outage_lists
from simulation.analysis.losses.outages import Outage
from simulation.analysis.success.classes import Roots
from simulation.analysis.success.falling import Falling
from simulation.analysis.success.gates import positions
from simulation.analysis.success.kills import KillSets

Shares = NDArray[np.float64]

_EPS = 1e-12


@dataclass(frozen=True)
class Losses:
    """What each outage loses. `by_flow` has a row an outage and a column a flow: the share of the flow."""

    by_flow: Shares
    of_all: Shares


class Singles:
    """Single losses as rows, read from kill sets."""

    def __init__(self, kills: KillSets, outages: Sequence[Outage]) -> None:
        self._kills = kills
        self.outages = outages
        self._places = np.array(kills.bits([outage.loss for outage in outages]), dtype=np.int64)
        self._row_at = np.full(kills.width, -1)
        rows = np.arange(len(outages))
        has_place = self._places >= 0
        self._row_at[self._places[has_place]] = rows[has_place]
        self._mask = self.mask(rows)

    def rows(self, gates: Iterable[int], mask: int = -1) -> list[Sequence[int]]:
        """The losses, of those in the mask, that make each of the gates false."""
        return [self.among(hit) if (hit := bits & mask) else () for bits in self._kills.of_each(gates)]

    def among(self, losses: int) -> list[int]:
        """The rows of losses that are given as bits."""
        hit = losses & self._mask
        found: list[int] = self._row_at[positions(hit)].tolist() if hit else []
        return found

    def row(self, loss: Hashable) -> int | None:
        """The row of a loss; None where it is none of these."""
        place = self._kills.bit(loss)
        row = int(self._row_at[place]) if place < len(self._row_at) else -1
        return row if row >= 0 else None

    def in_common(self, gates: Sequence[int]) -> int:
        """The losses, as bits, that make all of the gates false."""
        common = -1
        for gate in gates:
            common &= self._kills.of(gate)
        return common if gates else 0

    def apart(self, gates: Sequence[int], common: int) -> tuple[list[int], NDArray[np.bool_]]:
        """Rows of the losses that make some of the gates false, but for the `common` ones; and of each gate which."""
        hit = [self._kills.of(gate) & ~common & self._mask for gate in gates]
        places = positions(reduce(or_, hit, 0))
        size = (self._kills.width + 7) // 8
        packed = np.frombuffer(b"".join([bits.to_bytes(size, "little") for bits in hit]), dtype=np.uint8)
        flags = np.unpackbits(packed.reshape(len(gates), size), axis=1, bitorder="little")
        return self._row_at[places].tolist(), flags[:, places].astype(bool)

    def mask(self, rows: "Sequence[int] | NDArray[np.int64]") -> int:
        """These rows as bits of kill sets."""
        flags = np.zeros(self._kills.width, dtype=np.uint8)
        places = self._places[np.asarray(rows, dtype=np.int64)]
        flags[places[places >= 0]] = 1
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def single_losses(singles: Singles, roots: Roots, flow_weights: Sequence[float]) -> Losses:
    """Share of every flow, and of all traffic, that each single loss takes, beyond what is never served."""
    by_flow = np.zeros((len(singles.outages), len(roots.shares)))
    for flow, shares in enumerate(roots.shares):
        own = sorted(shares)
        gates = [roots.gates[root] for root in own]
        common = singles.in_common(gates)
        by_flow[singles.among(common), flow] = sum([shares[root] for root in own])
        if len(own) > 1:
            rows, fallen = singles.apart(gates, common)
            for root, falls in zip(own, fallen, strict=True):
                by_flow[rows, flow] += shares[root] * falls
    return _rounded(by_flow, flow_weights)


def losses(falling: Falling, roots: Roots, flow_weights: Sequence[float], outages: Sequence[Outage]) -> Losses:
    """The same for losses of several things at once."""
    by_flow = np.zeros((len(outages), len(roots.shares)))
    for start, part in outage_lists.chunks(outages):
        failing, width = outage_lists.worlds(falling.gates, part)
        found = falling.false(failing, width)
        for flow, shares in enumerate(roots.shares):
            fallen = [(found.get(roots.gates[root], 0), shares[root]) for root in sorted(shares)]
            common = reduce(and_, [bits for bits, _ in fallen], (1 << width) - 1) if fallen else 0
            rows = by_flow[start : start + width]
            rows[positions(common), flow] = sum([share for _, share in fallen])
            for bits, share in fallen:
                if apart := bits & ~common:
                    rows[positions(apart), flow] += share
    return _rounded(by_flow, flow_weights)


def _rounded(by_flow: Shares, flow_weights: Sequence[float]) -> Losses:
    """Without what adding up shares left over, and weighed."""
    np.clip(by_flow, 0.0, 1.0, out=by_flow)
    by_flow[by_flow > 1 - _EPS] = 1.0
    of_all: Shares = np.zeros(len(by_flow))
    for weight, of_flow in zip(flow_weights, by_flow.T, strict=True):
        of_all += weight * of_flow
    of_all[of_all > 1 - _EPS] = 1.0
    return Losses(by_flow, of_all)
