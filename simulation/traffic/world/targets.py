"""Who may be chosen: what every caller knows of its targets, and the lists that gates choose from.

A router's health checks notice a failed target after `health_check_interval_s` × `failure_threshold`, and a
recovered one after one interval. A balancer that sees no target left answers checks that it is not well, so that who
checks it (a name server, another balancer) notices in its turn. A caller without health checks is refused at once by
what is down, and so takes the next at once; it does not notice a partition. A name server's old answers stay in use
for its TTL: its lists are kept with the time since which they hold.
"""

from collections.abc import Iterable
from functools import partial

import numpy as np

from simulation.topology.wiring import Member, Policy
from simulation.traffic.tables import layout
from simulation.traffic.tables.tableset import TargetSet
from simulation.traffic.world.clockwork import Clockwork
from simulation.traffic.world.replication import Replication

Candidate = tuple[int, int, float]

#: By these a document itself says who of several is asked.
_STATED = frozenset({"policy", "priority", "weight"})


class Targets:
    """The views of all callers, and the target lists built from them."""

    def __init__(self, world: Clockwork, replication: Replication) -> None:
        self.world, self.replication = world, replication
        self.unseen: set[tuple[int, int]] = set()  # (edge, instance) that the edge's source does not use
        self.tokens: dict[tuple[int, int], int] = {}
        self.coming: dict[tuple[int, int], bool] = {}  # what checks that failed or worked will say in the end
        self.current: dict[int, list[Candidate]] = {}
        self.room: dict[int, int] = {}  # rows that a list has among the candidates
        self.by_target: dict[int, list[int]] = {}
        self.by_source: dict[int, list[int]] = {}
        self.at_a_loss: set[int] = set()  # balancers that see none of their targets
        for number, target_set in enumerate(world.tables.sets):
            if self._is_balancer(target_set.source):
                self.by_source.setdefault(target_set.source, []).append(number)
            for member in target_set.members:
                self.by_target.setdefault(member.target, []).append(number)
        self.edges_into: dict[int, list[int]] = {}
        for link in world.system.links:
            if link.kind.id in ("call", "publish", "replicate"):
                self.edges_into.setdefault(link.target, []).append(link.index)
        self._build(range(len(world.tables.sets)))
        self.at_a_loss = {c for c in self.by_source if self._sees_none(c)}

    def _is_balancer(self, component: int) -> bool:
        kind = self.world.system.components[component].kind
        return kind.id != "dns" and kind.param("health_check_interval_s") is not None

    def delays(self, edge: int) -> tuple[float, float] | None:
        """(until a loss is noticed, until a recovery is), s; None without health checks."""
        source = self.world.system.components[self.world.system.links[edge].source]
        interval = source.params.get("health_check_interval_s")
        if interval is None:
            return None
        return float(interval) * float(source.params.get("failure_threshold") or 1), float(interval)

    def changed(self, component: int) -> None:
        """Something about the reachability of the component's instances changed: let every caller find out."""
        if self.world.system.components[component].kind.id == "dns":
            return
        world = self.world
        touched: set[int] = set()
        for edge in self.edges_into.get(component, ()):
            delays = self.delays(edge)
            for inst in world.instances(component):
                pair = (edge, inst)
                reachable = self._reachable(edge, inst, delays is not None)
                if self.coming.get(pair) == reachable:
                    continue  # this is about to be noticed anyway
                self.coming.pop(pair, None)
                token = self.tokens[pair] = self.tokens.get(pair, 0) + 1
                if reachable == (pair not in self.unseen):
                    continue
                wait = 0.0 if delays is None else delays[1] if reachable else delays[0]
                if wait > 0.0:
                    self.coming[pair] = reachable
                    world.at(world.now + wait, partial(self._notice, pair, token, reachable))
                else:
                    (self.unseen.discard if reachable else self.unseen.add)(pair)
            touched.update(self.sets_of(component))
        self.rebuild(sorted(touched))

    def sets_of(self, component: int) -> list[int]:
        """Target sets in which the component may serve: as itself, or in the place of the primary that it leads for."""
        led = [primary for primary, leader in self.replication.leader.items() if leader == component]
        return sorted({number for c in (component, *led) for number in self.by_target.get(c, ())})

    def _notice(self, pair: tuple[int, int], token: int, reachable: bool) -> None:
        if self.tokens.get(pair) != token:
            return
        self.coming.pop(pair, None)
        (self.unseen.discard if reachable else self.unseen.add)(pair)
        self.rebuild(self.sets_of(self.world.system.links[pair[0]].target))
        source = self.world.system.components[self.world.system.links[pair[0]].source].id
        self.world.note("noticed", self.world.name_of(pair[1]), by=source, up=reachable)

    def _reachable(self, edge: int, inst: int, checks: bool) -> bool:
        t = self.world.tables
        row, target = t.edges[edge], t.insts[inst]
        if not target["up"] or row["down"]:
            return False
        if not checks:
            return True
        if self.world.tables.places[inst][0] in self.at_a_loss:
            return False
        sources = self.world.instances(self.world.system.links[edge].source)
        return not row["cut"] and any(t.insts[s]["part"] == target["part"] for s in sources)

    def rebuild(self, numbers: Iterable[int]) -> None:
        """Build the lists of these target sets anew; a balancer that loses or regains its last target is noticed."""
        numbers = tuple(numbers)
        self._build(numbers)
        sources = {self.world.tables.sets[number].source for number in numbers}
        for component in sorted(sources & self.by_source.keys()):
            if self._sees_none(component) != (component in self.at_a_loss):
                self.at_a_loss ^= {component}
                self.changed(component)

    def _sees_none(self, component: int) -> bool:
        sets = [self.world.tables.sets[number] for number in self.by_source[component]]
        return not any(self.current.get(i) for s in sets for i in self._lists(s))

    def _lists(self, target_set: TargetSet) -> range:
        if target_set.each:
            count = len(target_set.members)
        else:
            count = target_set.shards * (len(self.world.tables.regions) + 1 if target_set.geo else 1)
        return range(target_set.base, target_set.base + count)

    def _build(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            target_set = self.world.tables.sets[number]
            if target_set.each:
                for k, member in enumerate(target_set.members):
                    self._write(target_set, target_set.base + k, self._of(target_set, member, -1))
                continue
            for region in range(len(self.world.tables.regions) + 1 if target_set.geo else 1):
                for shard in range(target_set.shards):
                    found = self._alternatives(target_set, shard, region - 1)
                    self._write(target_set, target_set.base + region * target_set.shards + shard, found)

    def _of(self, target_set: TargetSet, member: Member, shard: int) -> list[Candidate]:
        """The member's usable instances; its weight is dealt evenly over them."""
        world = self.world
        component, edge = self.replication.leading(member.target, member.link, target_set.write, self.unseen)
        shards = world.members[component]
        chosen = range(len(shards)) if shard < 0 or target_set.shards == 1 else [shard % len(shards)]
        is_dns = world.system.components[component].kind.id == "dns"
        insts = [
            i
            for s in chosen
            for i in shards[s]
            if is_dns or ((member.link, i) not in self.unseen and (edge, i) not in self.unseen)
        ]
        insts = [i for i in insts if not world.tables.insts[i]["drain"]]
        return [(edge, i, member.weight / len(insts)) for i in insts]

    def _alternatives(self, target_set: TargetSet, shard: int, region: int) -> list[Candidate]:
        found = [(m, self._of(target_set, m, shard)) for m in target_set.members]
        found = [(m, c) for m, c in found if c and m.weight > 0]
        if target_set.policy is Policy.FAILOVER and found:
            places = self._priorities(target_set, found)
            found = [each for each, place in zip(found, places, strict=True) if place == min(places)]
        everyone = [c for _, candidates in found for c in candidates]
        if target_set.geo and region >= 0 and everyone:
            return self._nearest(everyone, region)
        return everyone

    def _priorities(self, target_set: TargetSet, found: list[tuple[Member, list[Candidate]]]) -> list[int]:
        """The members' places in the order. Copies come before who leads them, also where the primary is the copy."""
        places = [m.priority for m, _ in found]
        links = self.world.system.links
        if target_set.write or any(links[m.link].given & _STATED for m in target_set.members):
            return places
        serving = [self.world.tables.places[candidates[0][1]][0] for _, candidates in found]
        for primary, leader in self.replication.leader.items():
            if leader != primary and primary in serving and not self.replication.is_cut(primary):
                leads = {primary: 0, leader: 1}
                places = [leads.get(c, place) for c, place in zip(serving, places, strict=True)]
        return places

    def _nearest(self, candidates: list[Candidate], region: int) -> list[Candidate]:
        t = self.world.tables

        def distance(inst: int) -> float:
            place = int(t.insts[inst]["region"])
            if place == region:
                return -1.0
            return float(t.rtt[region, place]) if place >= 0 else 0.0

        best = min(distance(i) for _, i, _ in candidates)
        return [c for c in candidates if distance(c[1]) == best]

    def _write(self, target_set: TargetSet, index: int, found: list[Candidate]) -> None:
        if self.current.get(index) == found:
            return
        t = self.world.tables
        is_first = index not in self.current
        self.current[index] = list(found)
        keeps = bool(t.nodes[target_set.source]["dns_n"])  # a name server's answers stay in use for its TTL
        if not is_first and keeps:
            t.lists = np.concatenate([t.lists, t.lists[index : index + 1]])
            t.lists[index]["prev"] = len(t.lists) - 1
        else:
            t.lists[index]["prev"] = -1
        rows = np.zeros(max(len(found), 1), layout.CANDIDATE)
        total = 0.0
        for k, (edge, inst, weight) in enumerate(found):
            total += weight
            rows[k] = (total, edge, inst)
        if not found:
            rows[0] = (0.0, target_set.members[0].link if target_set.members else -1, -1)
        if len(rows) > self.room.get(index, 0) or keeps:
            self.room[index] = len(rows)
            t.lists[index]["lo"] = len(t.cands)
            t.cands = np.concatenate([t.cands, rows])
        else:
            t.cands[t.lists[index]["lo"] : t.lists[index]["lo"] + len(rows)] = rows
        t.lists[index]["n"] = len(found)
        t.lists[index]["since"] = -1.0 if is_first else self.world.now
        t.lists[index]["total"] = total
        weights = {w for _, _, w in found}
        t.lists[index]["equal"] = int(not weights or max(weights) - min(weights) < 1e-12 * max(weights))
