"""Single points of failure: the share lost, the flows hit and the path that breaks."""

from collections.abc import Sequence

import numpy as np

from simulation.analysis.losses.outages import Inside, Outage
from simulation.analysis.losses.shares import Losses
from simulation.analysis.report import Spof
from simulation.topology.catalogue.model import Text
from simulation.topology.system import System
from simulation.topology.wiring import Wiring

_EPS = 1e-12


Found = dict[int, tuple[Outage, Spof]]
"""Single points of failure that were found, by the id of their loss."""


def find(
    system: System,
    wiring: Wiring,
    outages: Sequence[Outage],
    lost: Losses,
    inside: Inside,
    before: Found,
) -> Found:
    """Every component and container whose single failure loses traffic.

    `lost` is what each of the single losses in `outages` takes; `inside` what each container holds. `before` are those
    from before an edit: they are the same of the same component.
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
    paths = _Paths(system, wiring)
    found: Found = {}
    for i in hit:
        outage = outages[i]
        flows = hit_flows[i]
        share = float(lost.of_all[i])
        ids = [system.sources[f].id for f in flows]
        if outage.container >= 0:
            members = list(inside[outage.container])
            hidden = not broken.intersection(members)
            reason = _common_cause(outage.id, hidden)
            path = paths.to_any(flows, members)
            found[id(outage)] = outage, Spof(outage.id, "container", hidden, share, ids, path, reason.en, reason.ko)
            continue
        path = paths.to_any(flows, [outage.component])
        known = before.get(id(outage))
        if known is None or (known[1].loss_share, known[1].flows, known[1].path) != (share, ids, path):
            reason = _reason(system, outage)
            known = outage, Spof(outage.id, "component", False, share, ids, path, reason.en, reason.ko)
        found[id(outage)] = known
    return found


def ranked(found: Found) -> list[Spof]:
    """The most harmful first."""
    return sorted([spof for _, spof in found.values()], key=lambda s: (-s.loss_share, s.type, s.component))


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

    def __init__(self, system: System, wiring: Wiring) -> None:
        self._system = system
        self._wiring = wiring
        self._trees: dict[int, dict[int, list[str]]] = {}

    def _tree(self, flow: int) -> dict[int, list[str]]:
        """The way to every component that the flow reaches."""
        found = self._trees.get(flow)
        if found is None:
            source, components, gates_of = self._system.sources[flow], self._system.components, self._wiring.gates
            found = self._trees[flow] = {source.client: [components[source.client].id]}
            for op in sorted(source.mix):
                queue = [source.client]
                seen = {source.client}
                for here in queue:  # grows while it is read
                    for gate in gates_of(here, op):
                        for member in gate.members:
                            target = member.target
                            if target not in seen:
                                seen.add(target)
                                queue.append(target)
                                if target not in found:
                                    found[target] = [*found[here], components[target].id]
        return found

    def to_any(self, flows: Sequence[int], targets: Sequence[int]) -> list[str]:
        """Way to the nearest of the targets, from the first flow that reaches one."""
        for flow in flows:
            tree = self._tree(flow)
            ways = [tree[target] for target in targets if target in tree]
            if ways:
                return min(ways, key=len)
        return []
