"""Which gate says that a component itself can take a request: its replicas, the containers around them, and for a
primary whoever takes over.

`up = AtLeast(needed, [replica AND its containers])`, AND no common cause of all replicas.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from simulation.analysis.success.gates import TRUE, Gates
from simulation.topology.replication import Standby, fails_over, standbys
from simulation.topology.system import Component, System
from simulation.topology.wiring import WRITE, Gate


@dataclass(frozen=True)
class Bounds:
    """What capacity asks for: replicas of a component, and members of a gate (component, op, position).

    Where nothing else is asked for than by the structure, below the components in `matter`, both are alike.
    """

    matter: Collection[int]
    replicas: Callable[[Component], int]
    members: Callable[[int, str, int, Gate], int]


STRUCTURAL = Bounds((), lambda component: component.needed, lambda _u, _op, _position, gate: gate.needed)


class Instances:
    """Compiles what is there of components to gates; what was compiled is kept, also from `before` an edit, but for
    components that are `dirty`."""

    def __init__(
        self, system: System, gates: Gates, before: "Instances | None" = None, dirty: Collection[int] = ()
    ) -> None:
        self.system, self.gates = system, gates
        self._links = [0] * len(system.links)
        self._up: dict[tuple[int, int, bool], int] = {}
        if before is not None:
            self._up = {k: gate for k, gate in before._up.items() if k[0] not in dirty and k[2]}

    def link(self, index: int) -> int:
        """The variable of a link."""
        found = self._links[index]
        if not found:
            found = self._links[index] = self.gates.var(("link", self.system.links[index].id))
        return found

    def ready(self, component: Component, op: str, shard: int | None, bounds: Bounds, is_any: bool = False) -> int:
        """The component itself can take the request: its replicas, or for a primary the one that takes over.

        Without a `shard` all of them are needed, or any one.
        """
        followers = standbys(self.system, component)
        if component.shards == 1 or shard is not None:
            return self._primary(component, op, followers, shard or 0, bounds)
        shards = (self._primary(component, op, followers, s, bounds) for s in range(component.shards))
        return self.gates.any_of(shards) if is_any else self.gates.all_of(shards)

    def _primary(self, primary: Component, op: str, followers: tuple[Standby, ...], shard: int, bounds: Bounds) -> int:
        """(primary OR (failover AND any replica)) AND, for a write, the synchronous replicas.

        A replica that leads alone would write on without them; but no failover begins while the primary waits for one.
        """
        up = self.up(primary, shard, bounds)
        if not followers:
            return up
        ready = [self.up(self.system.components[f.target], shard, bounds) for f in followers]
        copies = [self.gates.all_of((self.link(f.link), r)) for f, r in zip(followers, ready, strict=True)]
        sync = [c for c, f in zip(copies, followers, strict=True) if f.mode == "sync"]
        semi = [c for c, f in zip(copies, followers, strict=True) if f.mode == "semi_sync"]
        leads = up
        if fails_over(self.system, primary):
            taken_over = self.gates.all_of((self.gates.var(("failover", primary.id)), self.gates.any_of(ready)))
            leads = self.gates.any_of((up, taken_over))
        if op != WRITE:
            return leads
        return self.gates.all_of((leads, *sync, *([self.gates.any_of(semi)] if semi else [])))

    def any_up(self, component: Component) -> int:
        """Some shard of the component has enough replicas."""
        if component.shards == 1:
            return self.up(component, 0, STRUCTURAL)
        return self.gates.any_of(self.up(component, s, STRUCTURAL) for s in range(component.shards))

    def up(self, component: Component, shard: int, bounds: Bounds) -> int:
        """Enough replicas of one shard work, with the containers around them."""
        if not component.kind.can_fail:
            return TRUE
        shard = shard if shard < component.shards else 0
        key = (component.index, shard, component.index not in bounds.matter)
        found = self._up.get(key)
        if found is None:
            first = shard * component.replicas
            replicas = [
                self.gates.all_of(
                    (
                        self.gates.var(("replica", component.id, i)),
                        *(self.gates.var(("box", self.system.containers[box].id)) for box in component.domains[i]),
                    )
                )
                for i in range(first, first + component.replicas)
            ]
            found = self.gates.at_least(bounds.replicas(component), replicas)
            if component.common_cause_share > 0:
                found = self.gates.all_of((found, self.gates.var(("common", component.id))))
            self._up[key] = found
        return found
