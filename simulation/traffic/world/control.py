"""Carries out actions on a running world: finds what a target means and does what the action says."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulation.topology.catalogue.model import Role
from simulation.topology.document import InvalidInput, Problem
from simulation.traffic.actions import TargetType, checked
from simulation.traffic.machine_code import entries
from simulation.traffic.world.elasticity import Elasticity
from simulation.traffic.world.observers import CHANCE, COMMON, OWN
from simulation.traffic.world.running import World
from simulation.traffic.world.sharding import Sharding


@dataclass(frozen=True, slots=True)
class Target:
    """What an action works on: its type, its place in the system, and the instances it names."""

    type: TargetType
    id: str
    index: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """A checked action, ready to be carried out."""

    action: str
    target: Target
    params: Mapping[str, Any]


_UNDOING = ("revive", "heal")


class Control:
    """Actions on one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.elasticity = Elasticity(world)
        self.sharding = Sharding(self.elasticity)

    def command(self, action: str, target: str, params: Mapping[str, Any], pointer: str = "") -> Command:
        """The action as a command. Raises InvalidInput when it makes no sense on this system."""
        found = self._find(target, action, pointer)
        values = checked(action, found.type, params, pointer)
        problem = self._nonsense(action, found, values)
        if problem:
            raise InvalidInput([Problem(f"{pointer}/target", problem)])
        return Command(action, found, values)

    def _find(self, target: str, action: str, pointer: str) -> Target:
        system = self.world.system
        flows = {s.id: s.index for s in system.sources}
        edges = {link.id: link.index for link in system.links}
        found: list[Target] = []
        if target in system.component_by_id:
            found.append(Target("node", target, system.component_by_id[target].index))
        if target in system.container_by_id:
            found.append(Target("container", target, system.container_by_id[target].index))
        if target in edges:
            found.append(Target("edge", target, edges[target]))
        if target in flows:
            found.append(Target("flow", target, flows[target]))
        name, mark, number = target.rpartition("#")
        if mark and name in system.component_by_id and number.isdecimal() and number != "0":
            found.append(Target("replica", target, system.component_by_id[name].index, int(number)))
        if not found:
            detail = f"{target!r} is no node, replica (node#1), edge, container or flow of this topology"
            raise InvalidInput([Problem(f"{pointer}/target", detail)])
        if action == "traffic":
            found.sort(key=lambda t: t.type != "flow")
        return found[0]

    def _nonsense(self, action: str, target: Target, values: Mapping[str, Any]) -> str | None:
        system = self.world.system
        component = system.components[target.index] if target.type in ("node", "replica") else None
        if target.type == "edge":
            kind = system.links[target.index].kind.id
            if kind == "replicate" and action not in ("slow", *_UNDOING):
                return f"{target.id!r} is a replicate edge; slow was expected, or {action} on one of its ends"
            if kind in ("observe", "manage") and action in ("slow", "fail"):
                return f"{target.id!r} is a {kind} edge, which no request takes; kill or partition was expected"
        if target.type == "replica" and not self._instances(target):
            there = len(self.world.instances(target.index))
            return f"{target.id!r} does not run; {system.components[target.index].id} has {there} replicas"
        if component is None:
            return None
        kind, role = component.kind.id, component.kind.role
        if action == "traffic" and role is not Role.CLIENT:
            return f"{target.id!r} is a {kind}; a flow or a client was expected"
        if action == "flush" and not self.world.contents_of(target.index):
            return f"{target.id!r} is a {kind} that caches nothing of this traffic; a cache or CDN was expected"
        if action == "purge" and role is not Role.QUEUE and not self.world.contents_of(target.index):
            return f"{target.id!r} is a {kind}; a CDN, cache or queue was expected"
        if action in ("pause_consumers", "resume_consumers") and role is not Role.QUEUE:
            return f"{target.id!r} is a {kind}; a queue was expected"
        if action == "promote" and self.world.replication.primary_of(target.index) is None:
            if target.index not in self.world.replication.standbys:
                return f"{target.id!r} follows no primary and has no replica"
            if not any(self.world.replication._is_up(s.target) for s in self.world.replication.standbys[target.index]):
                return f"{target.id!r} has no replica that is up"
        if action == "reshard" and kind != "database":
            return f"{target.id!r} is a {kind}; a database was expected"
        if action == "scale" and role in (Role.CLIENT, Role.OBSERVER):
            return f"{target.id!r} is a {kind}, which has no replicas to scale"
        if action in ("kill", "revive", "slow", "deploy") and role is Role.CLIENT:
            return f"{target.id!r} is a client, which does no work; its flows can be stopped with traffic factor 0"
        return None

    def _instances(self, target: Target) -> list[int]:
        places = self.world.tables.places
        if target.type == "node":
            return self.world.instances(target.index)
        if target.type == "replica":
            there = set(self.world.instances(target.index))
            return [i for i, place in enumerate(places) if place == (target.index, target.number - 1) and i in there]
        if target.type == "container":
            return self.world.within(target.index)
        return []

    def carry_out(self, command: Command) -> None:
        """Do it now."""
        note = dict(command.params.items())
        self.world.note(command.action, command.target.id, **note)
        getattr(self, f"_{command.action}")(command.target, command.params)
        self.world.mark_plain()

    # One method an action -------------------------------------------------------------------------------------

    def _kill(self, target: Target, params: Mapping[str, Any]) -> None:
        if target.type == "edge":
            self._set_edge(target, "down", 1)
        elif target.type == "container":
            self.world.darken(target.index, f"container {target.id}")
        else:
            self.world.take_down(self._instances(target), OWN)

    def _revive(self, target: Target, params: Mapping[str, Any]) -> None:
        if target.type == "edge":
            self._set_edge(target, "down", 0)
        elif target.type == "container":
            for cause in (f"container {target.id}", f"{CHANCE} {target.id}"):
                self.world.lighten(target.index, cause)
        else:
            for cause in (OWN, CHANCE, COMMON):
                self.world.bring_up(self._instances(target), cause)

    def _set_edge(self, target: Target, name: str, value: float) -> None:
        self.world.tables.edges[target.index][name] = value
        link = self.world.system.links[target.index]
        self.world.targets.changed(link.target)
        if link.kind.id == "consume":
            self.world.poke_lanes()

    def _slow(self, target: Target, params: Mapping[str, Any]) -> None:
        if target.type == "edge":
            self.world.tables.edges[target.index]["slow"] = params["factor"]
            self.world.replication.refresh()
            return
        for i in self._instances(target):
            self.world.set_pace(i, "action", params["factor"])

    def _fail(self, target: Target, params: Mapping[str, Any]) -> None:
        if target.type == "edge":
            self.world.tables.edges[target.index]["fail"] = params["rate"]
            return
        for i in self._instances(target):
            own = float(self.world.fresh(i)["fail"])  # its failure_rate, which goes on beside
            self.world.tables.insts[i]["fail"] = 1.0 - (1.0 - own) * (1.0 - params["rate"])

    def _partition(self, target: Target, params: Mapping[str, Any]) -> None:
        self._cut(target, True)

    def _heal(self, target: Target, params: Mapping[str, Any]) -> None:
        self._cut(target, False)

    def _cut(self, target: Target, on: bool) -> None:
        world, t = self.world, self.world.tables
        if target.type == "edge":
            self._set_edge(target, "cut", int(on))
            return
        insts = self._instances(target)
        mark = hash_of(f"{target.type} {target.id}")
        for i in insts:
            (world.cuts[i].add if on else world.cuts[i].discard)(mark)
            t.insts[i]["part"] = sum(world.cuts[i]) % (1 << 30)
        for component in sorted({t.places[i][0] for i in insts}):
            (world.replication.went_down if on else world.replication.came_up)(component)
        for component in range(len(world.system.components)):
            world.targets.changed(component)
        world.poke_lanes()

    def _traffic(self, target: Target, params: Mapping[str, Any]) -> None:
        t, system = self.world.tables, self.world.system
        flows = (
            [target.index] if target.type == "flow" else [s.index for s in system.sources if s.client == target.index]
        )
        together = sum(system.sources[f].rate_rps for f in flows) or 1.0
        for f in flows:
            entries.carry(t.flows, t.segments, f, self.world.now)
            factor = params["factor"] if "factor" in params else params["rate_rps"] / together
            factor *= self.load if "factor" in params else 1.0
            if t.flows[f]["stamped"]:
                entries.restamp(t.flows, t.segments, f, float(factor))
            else:
                t.flows[f]["factor"] = factor
            self.world.reschedule(f)

    load = 1.0

    def _flush(self, target: Target, params: Mapping[str, Any]) -> None:
        for c in self.world.contents_of(target.index):
            self.world.empty_content(c)

    def _purge(self, target: Target, params: Mapping[str, Any]) -> None:
        if self.world.system.components[target.index].kind.role is Role.QUEUE:
            self.world.drop_backlog(target.index)
        else:
            self._flush(target, params)

    def _pause_consumers(self, target: Target, params: Mapping[str, Any]) -> None:
        self.world.tables.nodes[target.index]["paused"] = 1

    def _resume_consumers(self, target: Target, params: Mapping[str, Any]) -> None:
        self.world.tables.nodes[target.index]["paused"] = 0
        self.world.poke_lanes()

    def _scale(self, target: Target, params: Mapping[str, Any]) -> None:
        self.elasticity.scale(target.index, int(params["replicas"]))

    def _promote(self, target: Target, params: Mapping[str, Any]) -> None:
        replication = self.world.replication
        primary = replication.primary_of(target.index)
        if primary is not None:
            replication.promote(primary, target.index)
        elif replication.leader[target.index] == target.index:
            replication.promote(target.index, None)
        else:
            replication.promote(target.index, target.index)

    def _deploy(self, target: Target, params: Mapping[str, Any]) -> None:
        self.elasticity.deploy(target.index, float(params["batch_share"]))

    def _reshard(self, target: Target, params: Mapping[str, Any]) -> None:
        self.sharding.reshard(target.index, int(params["shards"]))


def hash_of(name: str) -> int:
    """A positive number for a name, the same everywhere."""
    return zlib.crc32(name.encode()) % (1 << 24) + 1
