"""Single points of failure: the share lost, the flows hit and the path that breaks."""

from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np

from simulation.analysis.losses.outages import Inside, Outage
from simulation.analysis.losses.shares import Losses
from simulation.analysis.report import Spof
from simulation.analysis.success.compile import Compiler
from simulation.topology.catalogue.model import Text
from simulation.topology.system import System

_EPS = 1e-12


def find(system: System, compiler: Compiler, outages: Sequence[Outage], lost: Losses, inside: Inside) -> list[Spof]:
    """Every component and container whose single failure loses traffic, the most harmful first.

    `lost` is what each of the single losses in `outages` takes; `inside` what each container holds.
    """
    hit_flows: dict[int, list[int]] = {}
    for i, flow in np.argwhere(lost.by_flow > _EPS).tolist():
        hit_flows.setdefault(i, []).append(flow)
    hit = [
        i
        for i in hit_flows
        if outages[i].type in ("replica", "container") or (outages[i].type == "node" and len(outages[i].names) == 1)
    ]
    broken = {outages[i].component for i in hit if outages[i].container < 0}
    paths = _Paths(system, compiler)
    found = []
    for i in hit:
        outage = outages[i]
        flows = hit_flows[i]
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
        self._trees: dict[int, dict[int, tuple[int, int]]] = {}

    def _tree(self, flow: int) -> dict[int, tuple[int, int]]:
        """Of every component that the flow reaches how many steps lie before it, and the last of them."""
        found = self._trees.get(flow)
        if found is None:
            source = self._system.sources[flow]
            found = self._trees[flow] = {source.client: (0, -1)}
            for op in sorted(source.mix):
                queue = deque([source.client])
                seen = {source.client}
                while queue:
                    here = queue.popleft()
                    for gate in self._compiler.wiring.gates(here, op):
                        for member in gate.members:
                            if member.target not in seen:
                                seen.add(member.target)
                                found.setdefault(member.target, (found[here][0] + 1, here))
                                queue.append(member.target)
        return found

    def to_any(self, flows: Sequence[int], targets: Sequence[int]) -> list[str]:
        """Way to the nearest of the targets, from the first flow that reaches one."""
        for flow in flows:
            tree = self._tree(flow)
            nearest = min((target for target in targets if target in tree), key=lambda t: tree[t][0], default=None)
            if nearest is not None:
                return [self._system.components[c].id for c in _way(tree, nearest)]
        return []


def _way(tree: Mapping[int, tuple[int, int]], target: int) -> list[int]:
    way = [target]
    while (before := tree[way[-1]][1]) >= 0:
        way.append(before)
    return way[::-1]
