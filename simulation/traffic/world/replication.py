"""Primary and replicas: who leads, what a write waits for, who takes over, and which writes are lost.

Asynchronous replicas follow at a constant lag. A write waits for the slowest synchronous replica, and for the
quickest semi-synchronous one; it fails while one of the former, or all of the latter, cannot be reached, until
another leads. When the primary is down, or cut off from a replica that is not, for `failover_s`, the replica with
the smallest lag takes over; acknowledged writes that it has not seen are lost. The old primary comes back as a
replica. (A semi-synchronous replica that acknowledged has everything.)
"""

from collections.abc import Callable
from dataclasses import replace

from simulation.topology.replication import MODES, Standby, fails_over, standbys
from simulation.topology.wiring import WRITE
from simulation.traffic.streams import stream
from simulation.traffic.tables.copying import COPY, copied_to
from simulation.traffic.world.clockwork import Clockwork


class Replication:
    """Who leads each replicated component, and since when it has been without a leader; `promoted` hears of another."""

    def __init__(self, world: Clockwork, promoted: Callable[[], None]) -> None:
        self.world, self._promoted = world, promoted
        self.standbys: dict[int, tuple[Standby, ...]] = {}
        for c in world.system.components:
            found = standbys(world.system, c)
            if found:
                self.standbys[c.index] = found
        self.leader = {primary: primary for primary in self.standbys}
        t = world.tables
        self.copies = copied_to(world.system)
        write = t.operations.index(WRITE) if self.copies else 0
        self._first_gate = {c: int(t.steps[c * len(t.operations) + write]["lo"]) for c in self.copies}
        copy = t.operations.index(COPY) if self.copies else 0
        self._first_copy = {c: int(t.steps[c * len(t.operations) + copy]["lo"]) for c in self.copies}
        self.down_since: dict[int, float] = {}
        self.without: set[int] = set()  # primaries whose failover waits for a replica
        self._attempts = 0

    def leading(self, component: int, edge: int, write: bool, unseen: set[tuple[int, int]]) -> tuple[int, int]:
        """(component, edge) that serves what goes to `component` over `edge`."""
        leader = self.leader.get(component, component)
        if leader == component or self.world.system.links[edge].kind.id == "replicate":
            return component, edge
        if not write and any((edge, i) not in unseen for i in self.world.instances(component)):
            return component, edge
        source = self.world.system.links[edge].source
        for link in self.world.system.outgoing[source]:
            if link.target == leader and link.kind.id == "call":
                return leader, link.index
        return leader, edge

    def _lag(self, standby: Standby) -> float:
        stated = float(self.world.system.links[standby.link].params["lag_ms"]) / 1000.0
        return stated * float(self.world.tables.edges[standby.link]["slow"])

    def _is_up(self, component: int) -> bool:
        """Whether every key range of the component has an instance that is up."""
        t = self.world.tables
        return all(any(t.insts[i]["up"] for i in shard) for shard in self.world.members[component])

    def is_cut(self, component: int) -> bool:
        """Whether a partition keeps the component apart from the rest."""
        return all(self.world.tables.insts[i]["part"] for i in self.world.instances(component))

    def _is_reached(self, primary: int, leader: int) -> bool:
        """Whether the leader is up, and not alone behind a partition while another could lead before it."""
        group = {primary, *(s.target for s in self.standbys[primary])} - {leader}
        could = any(self._is_up(c) and not self.is_cut(c) for c in group)
        return self._is_up(leader) and not (self.is_cut(leader) and could)

    def followers(self, primary: int) -> list[Standby]:
        """Who copies from whoever leads: the other replicas, and the primary itself when it came back as one."""
        leader = self.leader[primary]
        others = [s for s in self.standbys[primary] if s.target != leader]
        return others + [replace(s, target=primary) for s in self.standbys[primary] if s.target == leader]

    def refresh(self) -> None:
        """What writes wait for and how far every replica is behind, as things stand."""
        nodes = self.world.tables.nodes
        for primary in self.standbys:
            leader, found = self.leader[primary], self.followers(primary)
            apart = self.is_cut(leader)
            up = [s for s in found if self._is_up(s.target) and self.is_cut(s.target) == apart]
            waits_for_one = len([s for s in up if s.mode == "semi_sync"]) == 1
            behind = [self._lag(s) for s in found if s.mode == "async" or (s.mode == "semi_sync" and not waits_for_one)]
            for s in found:
                if self.leader.get(s.target) != s.target:
                    self._let_wait(s.target, [0.0] * len(self.world.members[s.target]))
                nodes[s.target]["horizon"] = -1.0
                nodes[s.target]["lag"] = -1.0 if s.mode == "sync" else self._lag(s)
            waits = [self._wait(found, apart, shard) for shard in range(len(self.world.members[leader]))]
            self._let_wait(leader, [max(wait, 0.0) for wait in waits] if leader != primary else waits)
            nodes[leader]["lag"] = -1.0
            nodes[leader]["horizon"] = max(behind, default=-1.0)
        self._copy()

    def _wait(self, followers: list[Standby], apart: bool, shard: int) -> float:
        """What a write of one key range waits for its replicas, s; -1 where it misses a synchronous one that cannot be
        reached, or every semi-synchronous one."""
        lags: dict[str, list[float]] = {"sync": [], "semi_sync": [], "async": []}
        missing: set[str] = set()
        for s in followers:
            if self._serves(s.target, shard) and self.is_cut(s.target) == apart:
                lags[s.mode].append(self._lag(s))
            else:
                missing.add(s.mode)
        if "sync" in missing or ("semi_sync" in missing and not lags["semi_sync"]):
            return -1.0
        return max([*lags["sync"], min(lags["semi_sync"], default=0.0)])

    def _serves(self, component: int, shard: int) -> bool:
        """Whether an instance of that key range is up."""
        shards = self.world.members[component]
        return any(self.world.tables.insts[i]["up"] for i in shards[shard % len(shards)])

    def _let_wait(self, component: int, waits: list[float]) -> None:
        """Write down what writes wait at a component, by key range."""
        t = self.world.tables
        for shard, wait in zip(self.world.members[component], waits, strict=True):
            t.insts["wait"][shard] = wait
        hot = float(self.world.system.components[component].params.get("hot_key_share") or 0.0)
        even = sum(wait < 0.0 for wait in waits) / len(waits)
        t.nodes[component]["wait"] = max([*waits, 0.0])
        t.nodes[component]["short"] = (1.0 - hot) * even + hot * (waits[0] < 0.0)

    def _copy(self) -> None:
        """Let those who lead copy their writes, to those that are copies now."""
        t = self.world.tables
        for component, (instead, own) in self.copies.items():
            step = component * len(t.operations) + t.operations.index(WRITE)
            leads_other = any(leader == component != primary for primary, leader in self.leader.items())
            follows = bool(own) and self.leader.get(component, component) != component
            skipped = int(bool(instead)) + int(follows)
            t.steps[step]["lo"] = self._first_gate[component] + (0 if leads_other else skipped)
            copied = t.steps[component * len(t.operations) + t.operations.index(COPY)]  # what it is sent it keeps then
            copied["lo"] = copied["hi"] if follows else self._first_copy[component]

    def went_down(self, component: int) -> None:
        """Start the failover of what the component led, if it cannot now."""
        self.refresh()
        for primary, leader in self.leader.items():
            if leader != component or self._is_reached(primary, leader) or primary in self.down_since:
                continue
            self.down_since[primary] = self.world.now
            lost = self.world.system.components[primary]
            if fails_over(self.world.system, lost):
                since = self.world.now
                self.world.at(since + float(lost.params.get("failover_s") or 0.0), self._due(primary, since))

    def _due(self, primary: int, since: float) -> Callable[[], None]:
        def act() -> None:
            if self.down_since.get(primary) != since:
                return
            params = self.world.system.components[primary].params
            coverage = float(params.get("failover_coverage") or 1.0)
            self._attempts += 1
            draw = stream(self.world.seed, self.world.system.components[primary].id, f"failover {self._attempts}")
            if draw / 2**64 < coverage:
                self.promote(primary, None)
            else:
                self.world.note("failover_failed", self.world.system.components[primary].id)

        return act

    def came_up(self, component: int) -> None:
        """A leader that came back before its failover leads on, with everything it had."""
        for primary, leader in self.leader.items():
            if leader == component and self._is_reached(primary, leader):
                self.down_since.pop(primary, None)
                self.without.discard(primary)
        for primary in sorted(self.without):
            if any(s.target == component for s in self.followers(primary)):
                self.promote(primary, None)
        self.refresh()

    def promote(self, primary: int, chosen: int | None) -> bool:
        """Let a replica lead in the primary's place; answers whether one could. `chosen` None: the best one."""
        world = self.world
        before = self.leader[primary]
        ready = [s for s in self.followers(primary) if self._is_up(s.target)]
        if self._is_up(before):
            ready = [s for s in ready if not self.is_cut(s.target)]
        if chosen is not None:
            ready = [s for s in ready if s.target == chosen]
        if not ready:
            if chosen is None and primary not in self.without:
                self.without.add(primary)
                world.note("failover_without_replica", world.system.components[primary].id)
            return False
        best = min(ready, key=lambda s: (MODES.index(s.mode), self._lag(s), s.target))
        lost = self._lose_writes(primary, best)
        self.leader[primary] = best.target
        self.down_since.pop(primary, None)
        self.without.discard(primary)
        self.refresh()
        self._promoted()
        world.note("promoted", world.system.components[best.target].id, instead_of=world.system.components[before].id,
                   lost_writes=lost)  # fmt: skip
        return True

    def _lose_writes(self, primary: int, best: Standby) -> int:
        """Count the acknowledged writes that the new leader has not seen."""
        semis = sum(1 for s in self.followers(primary) if s.mode == "semi_sync")
        if best.mode == "sync" or (best.mode == "semi_sync" and semis == 1):
            return 0
        end = self.down_since.get(primary)
        if end is None:
            return 0  # a switch-over waits until the replica has everything
        return self.world.lose_writes(self.leader[primary], self._lag(best), end)

    def primary_of(self, component: int) -> int | None:
        """The primary that the component stands by for."""
        for primary, found in self.standbys.items():
            if any(s.target == component for s in found):
                return primary
        return None
