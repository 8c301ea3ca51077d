"""Single points of failure: kill sets on bitsets, with the share lost, the flows hit and the path that breaks."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.analysis import outages as outage_lists
from simulation.analysis.classes import Roots
from simulation.analysis.compile import Compiler
from simulation.analysis.gates import Gates
from simulation.analysis.outages import Outage
from simulation.analysis.report import Spof
from simulation.topology.system import System

_EPS = 1e-12


@dataclass(frozen=True)
class Losses:
    """What each outage loses. `by_flow` has a row an outage and a column a flow: the share of the flow."""

    by_flow: NDArray[np.float64]
    of_all: NDArray[np.float64]


def losses(
    gates: Gates, roots: Roots, dead: frozenset[int], flow_weights: Sequence[float], outages: Sequence[Outage]
) -> Losses:
    """Share of every flow, and of all traffic, that each outage loses, beyond what is never served."""
    flows = len(roots.shares)
    by_flow = np.zeros((len(outages), flows))
    for start, part in outage_lists.chunks(outages):
        bits, width = outage_lists.worlds(part)
        value = gates.evaluate(roots.gates, bits, width)
        ones = (1 << width) - 1
        for position, gate in enumerate(roots.gates):
            down = ones & ~value[gate]
            if position in dead or not down:
                continue
            hit = unpacked(down, width)
            for flow in range(flows):
                share = roots.shares[flow].get(position)
                if share:
                    by_flow[start + hit, flow] += share
    np.clip(by_flow, 0.0, 1.0, out=by_flow)
    by_flow[by_flow > 1 - _EPS] = 1.0
    of_all = by_flow @ np.asarray(flow_weights) if flows else np.zeros(len(outages))
    of_all[of_all > 1 - _EPS] = 1.0
    return Losses(by_flow, of_all)


def unpacked(bits: int, width: int) -> NDArray[np.int64]:
    """Positions of the set bits."""
    raw = np.frombuffer(bits.to_bytes((width + 7) // 8, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(raw, bitorder="little", count=width))


def find(
    system: System,
    gates: Gates,
    compiler: Compiler,
    roots: Roots,
    dead: frozenset[int],
    flow_weights: Sequence[float],
) -> list[Spof]:
    """Every component and container whose single failure loses traffic, the most harmful first."""
    single = [o for o in outage_lists.nodes(system, gates) if system.components[o.component].instances == 1]
    candidates = [*single, *outage_lists.replicas(system, gates), *outage_lists.containers(system, gates)]
    candidates = [o for o in candidates if o.variables]
    lost = losses(gates, roots, dead, flow_weights, candidates)
    hit = [i for i in range(len(candidates)) if lost.by_flow[i].max(initial=0.0) > _EPS]
    broken = {candidates[i].component for i in hit if candidates[i].container < 0}
    paths = _Paths(system, compiler)
    found = []
    for i in hit:
        outage = candidates[i]
        flows = [f for f in range(len(system.sources)) if lost.by_flow[i, f] > _EPS]
        share = float(lost.of_all[i])
        if outage.container >= 0:
            members = [c.index for c in system.components if any(outage.container in d for d in c.domains)]
            hidden = not broken.intersection(members)
            path = paths.to_any(flows, members)
            reason = (
                f"All redundant copies are in {outage.id}: they fail together."
                if hidden
                else f"Everything in {outage.id} fails with it, and something in it has no second copy elsewhere."
            )
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
                reason,
            )
        )
    return sorted(found, key=lambda s: (-s.loss_share, s.type, s.component))


def _reason(system: System, outage: Outage) -> str:
    component = system.components[outage.component]
    if component.shards > 1:
        shard = outage.instance // component.replicas + 1
        return f"Shard {shard} of {component.id} has no other replica: its key range is lost."
    if component.instances > 1:
        return f"{component.id} needs {component.needed} of {component.replicas} replicas: none may fail."
    return f"Requests need {component.id}, and it has one replica."


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
            ways = []
            for target in targets:
                if target in tree:
                    way = [target]
                    while tree[way[-1]] >= 0:
                        way.append(tree[way[-1]])
                    ways.append(way[::-1])
            if ways:
                shortest = min(ways, key=len)
                return [self._system.components[c].id for c in shortest]
        return []
