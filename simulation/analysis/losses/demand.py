"""What the load asks for: how many replicas and members of pools, and what must not be lost at all."""

import math
from collections.abc import Collection, Iterable, Mapping

from simulation.analysis.difference import above
from simulation.analysis.load.work import Work
from simulation.analysis.losses.effects import Effect
from simulation.analysis.success.gates import TRUE, Gates
from simulation.analysis.success.instances import Bounds
from simulation.analysis.success.states import State
from simulation.topology.system import Component
from simulation.topology.wiring import Gate, Policy

_EPS = 1e-9


class Demand:
    """The demand of one load. `loads` are utilizations by component; `consumers` delay, they do not lose."""

    def __init__(self, work: Work, loads: Mapping[int, float], consumers: Collection[int]) -> None:
        self._work = work
        self._system = work.system
        self._loads = {c: load for c, load in loads.items() if c not in consumers}

    def bounds(self, states: Collection[State]) -> Bounds:
        """Where more is asked for than the structure needs, of the gates of these states."""
        components = self._system.components
        replicas = {c: n for c in self._loads if (n := self._replicas(components[c])) != components[c].needed}
        members = {
            (component, op, position): n
            for component, pools in self._work.routing.wiring.pools.items()
            for op, position, gate in pools
            if (component, op) in states and (n := self._members(gate)) != gate.needed
        }
        return Bounds(
            above([self._system], {*replicas, *(component for component, _, _ in members)}),
            lambda component: replicas.get(component.index, component.needed),
            lambda component, op, position, gate: members.get((component, op, position), gate.needed),
        )

    def _replicas(self, component: Component) -> int:
        """Replicas that the load needs, or as many as the document says."""
        wanted = math.ceil(self._loads.get(component.index, 0.0) * component.replicas - _EPS)
        is_stated = component.params.get("needed", "auto") not in (None, "auto")
        return component.needed if wanted <= 1 or is_stated else wanted

    def _members(self, gate: Gate) -> int:
        """Members of a balanced pool that the load needs, whichever of them are lost."""
        if gate.policy is not Policy.BALANCE or gate.needed > 1 or len(gate.members) < 2:
            return gate.needed
        weights = [m.weight for m in gate.members]
        total = sum(weights)
        if total <= 0:
            return gate.needed
        for survivors in range(1, len(gate.members) + 1):
            if all(
                self._loads.get(m.target, 0.0)
                * total
                / (m.weight + sum(sorted(weights[:i] + weights[i + 1 :])[: survivors - 1]))
                <= 1 + _EPS
                for i, m in enumerate(gate.members)
                if m.weight > 0
            ):
                return survivors
        return len(gate.members)

    def vital(self, effects: Iterable[Effect], overloaded: Collection[int], gates: Gates) -> list[list[int]]:
        """By flow the gates of nodes and containers whose loss leaves others of the flow's nodes overloaded, beyond
        those that are `overloaded` today."""
        found: list[list[int]] = [[] for _ in self._system.sources]
        for effect in effects:
            if not effect.overloaded or effect.outage.type not in ("node", "container"):
                continue
            outage = effect.outage
            beyond = [c for c in effect.overloaded if c not in overloaded]
            if not beyond:
                continue
            if outage.container >= 0:
                gate = gates.var(("box", outage.id))
            else:
                gate = gates.any_of([gates.var(name) for name in outage.names])
            for flow, own in enumerate(found):
                if gate != TRUE and effect.by_flow[flow] <= _EPS and self._visits(flow, beyond):
                    own.append(gate)
        return found

    def _visits(self, flow: int, components: Iterable[int]) -> bool:
        plain, visited = self._work.plain, self._work.visited
        return any(plain[p, flow] > 0 or not plain[p].any() for c in components for p in visited[c])
