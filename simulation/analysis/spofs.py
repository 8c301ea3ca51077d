"""Single points of failure: kill sets on bitsets, with the share lost, the flows hit and the path that breaks."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

import numpy as np
from numpy.typing import NDArray

from simulation.analysis import outages as outage_lists
from simulation.analysis.classes import Roots
from simulation.analysis.compile import Compiler
from simulation.analysis.falling import Falling
from simulation.analysis.gates import positions
from simulation.analysis.kills import KillSets
from simulation.analysis.outages import Outage
from simulation.analysis.report import Spof
from simulation.topology.catalogue.model import Text
from simulation.topology.system import System

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
        self._places = [None if (loss := o.loss) is None else kills.bit(loss) for o in outages]
        self._row_at = np.full(kills.width, -1)
        for row, place in enumerate(self._places):
            if place is not None:
                self._row_at[place] = row
        self._mask = self.mask(range(len(self._places)))

    def rows(self, gate: int, mask: int = -1) -> list[int]:
        """The losses, of those in the mask, that make the gate false."""
        hit = self._kills.of(gate) & mask
        return self.among(hit) if hit else []

    def among(self, losses: int) -> list[int]:
        """The rows of losses that are given as bits."""
        hit = losses & self._mask
        found: list[int] = self._row_at[positions(hit)].tolist() if hit else []
        return found

    def in_common(self, gates: Sequence[int]) -> int:
        """The losses, as bits, that make all of the gates false."""
        common = -1
        for gate in gates:
            common &= self._kills.of(gate)
        return common if gates else 0

    def mask(self, rows: Iterable[int]) -> int:
        """These rows as bits of kill sets."""
        flags = np.zeros(self._kills.width, dtype=np.uint8)
        flags[[place for row in rows if (place := self._places[row]) is not None]] = 1
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def single_losses(singles: Singles, roots: Roots, flow_weights: Sequence[float]) -> Losses:
    """Share of every flow, and of all traffic, that each single loss takes, beyond what is never served."""
    by_flow = np.zeros((len(singles.outages), len(roots.shares)))
    for flow, shares in enumerate(roots.shares):
        own = sorted(shares)
        common = singles.in_common([roots.gates[root] for root in own])
        by_flow[singles.among(common), flow] = sum([shares[root] for root in own])
        for root in own:
            by_flow[singles.rows(roots.gates[root], ~common), flow] += shares[root]
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
                rows[positions(bits & ~common), flow] += share
    return _rounded(by_flow, flow_weights)


def _rounded(by_flow: Shares, flow_weights: Sequence[float]) -> Losses:
    """Without what adding up shares left over, and weighed."""
    np.clip(by_flow, 0.0, 1.0, out=by_flow)
    by_flow[by_flow > 1 - _EPS] = 1.0
    of_all: Shares = by_flow @ np.asarray(flow_weights) if len(flow_weights) else np.zeros(len(by_flow))
    of_all[of_all > 1 - _EPS] = 1.0
    return Losses(by_flow, of_all)


def find(system: System, compiler: Compiler, outages: Sequence[Outage], lost: Losses) -> list[Spof]:
    """Every component and container whose single failure loses traffic, the most harmful first.

    `lost` is what each of the single losses in `outages` takes.
    """
    hit = [
        i
        for i in np.flatnonzero(lost.by_flow.max(axis=1, initial=0.0) > _EPS).tolist()
        if outages[i].type in ("replica", "container") or (outages[i].type == "node" and len(outages[i].names) == 1)
    ]
    broken = {outages[i].component for i in hit if outages[i].container < 0}
    paths = _Paths(system, compiler)
    inside = outage_lists.inside(system)
    found = []
    for i in hit:
        outage = outages[i]
        flows = np.flatnonzero(lost.by_flow[i] > _EPS).tolist()
        share = float(lost.of_all[i])
        if outage.container >= 0:
            members = list(inside[outage.container])
            hidden = not broken.intersection(members)
            path = paths.to_any(flows, members)
            reason = _common_cause(outage.id, hidden)
        else:
            hidden = False
            path = paths.to_any(flows, [outage.component])
            reason = _reason(system, outage)
        found.append(
            Spof(
                outage.id,
                "container" if outage.container >= 0 else "component",
                hidden,
                share,
                [system.sources[f].id for f in flows],
                path,
                reason.en,
                reason.ko,
            )
        )
    return sorted(found, key=lambda s: (-s.loss_share, s.type, s.component))


def _common_cause(container: str, hidden: bool) -> Text:
    if hidden:
        return Text(
            f"All redundant copies are in {container}: they fail together.",
            f"이중화된 사본이 모두 {container}에 있어 함께 고장 납니다.",
        )
    return Text(
        f"Everything in {container} fails with it, and something in it has no second copy elsewhere.",
        f"{container} 안의 모든 것이 함께 고장 나며, 그중에는 다른 곳에 사본이 없는 것이 있습니다.",
    )


def _reason(system: System, outage: Outage) -> Text:
    component = system.components[outage.component]
    if component.shards > 1:
        shard = outage.instance // component.replicas + 1
        return Text(
            f"Shard {shard} of {component.id} has no other replica: its key range is lost.",
            f"{component.id}의 샤드 {shard}에 다른 복제본이 없어 그 키 범위를 잃습니다.",
        )
    if component.instances > 1:
        count, needed = component.replicas, component.needed
        return Text(
            f"{component.id} needs {needed} of {count} replicas: none may fail.",
            f"{component.id}은(는) 복제본 {count}개 중 {needed}개가 필요해 하나도 고장 나면 안 됩니다.",
        )
    return Text(
        f"Requests need {component.id}, and it has one replica.",
        f"요청에 {component.id}이(가) 필요한데 복제본이 하나뿐입니다.",
    )


class _Paths:
    """Shortest ways of requests from the flows' clients, as node ids."""

    def __init__(self, system: System, compiler: Compiler) -> None:
        self._system = system
        self._compiler = compiler
        self._trees: dict[int, dict[int, int]] = {}

    def _tree(self, flow: int) -> dict[int, int]:
        """Parent of every component that the flow reaches."""
        found = self._trees.get(flow)
        if found is None:
            source = self._system.sources[flow]
            found = self._trees[flow] = {source.client: -1}
            for op in sorted(source.mix):
                queue = deque([source.client])
                seen = {source.client}
                while queue:
                    here = queue.popleft()
                    for gate in self._compiler.wiring.gates(here, op):
                        for member in gate.members:
                            if member.target not in seen:
                                seen.add(member.target)
                                found.setdefault(member.target, here)
                                queue.append(member.target)
        return found

    def to_any(self, flows: Sequence[int], targets: Sequence[int]) -> list[str]:
        """Way to the nearest of the targets, from the first flow that reaches one."""
        for flow in flows:
            tree = self._tree(flow)
            ways = [self._way(tree, target) for target in targets if target in tree]
            if ways:
                return [self._system.components[c].id for c in min(ways, key=len)]
        return []

    def _way(self, tree: Mapping[int, int], target: int) -> list[int]:
        way = [target]
        while (before := tree[way[-1]]) >= 0:
            way.append(before)
        return way[::-1]
