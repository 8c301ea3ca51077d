"""More and fewer: scaling, autoscaling, rolling deployments.

The autoscaler steers to `target_utilization` by the offered load (arrivals × mean service time), seen
`metric_s` late: averaged over five seconds, so that a step is answered at once, and over up to five minutes since
the last decision. It adds when one of the two is above what there is by more than chance explains (3.5 standard
deviations of a Poisson count). New replicas serve `boot_s` later. What is booting counts; within `cooldown_s` of a
decision it adds only, never removes.

What is taken out finishes its work for `drain_s` of the balancers before it, then is cut off.
"""

import math
from collections.abc import Callable

from simulation.traffic.tables import layout
from simulation.traffic.tables.places import instance_record
from simulation.traffic.world.observers import PLANNED
from simulation.traffic.world.running import World

_PERIOD_S = 1.0
_SHORT, _LONG = 5, 300  # periods that the load is averaged over
_CHANCE = 3.5
_BOOT_S = 30.0
_DRAIN_S = 300.0  # of what stands behind no balancer
_SPARE = 0.9  # scaling in leaves a tenth of the target free, so that noise does not scale out again


class Elasticity:
    """Scaling of one world's components."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.booting: dict[int, int] = {}
        self.decided: dict[int, float] = {}
        self.samples: dict[int, list[float]] = {}
        for c in world.system.components:
            if c.params.get("autoscale"):
                self.samples[c.index] = []
                world.at(_PERIOD_S, self._tick(c.index))

    def serving(self, component: int) -> list[int]:
        """Instances that take new work."""
        t = self.world.tables
        return [i for i in self.world.instances(component) if not t.insts[i]["drain"]]

    def scale(self, component: int, replicas: int) -> None:
        """Set the number of replicas of every shard, now. Those that go take no new work and lose their sessions."""
        world = self.world
        for shard in range(len(world.members[component])):
            here = [i for i in world.members[component][shard] if not world.tables.insts[i]["drain"]]
            if replicas > len(here):
                self.add(component, shard, replicas - len(here))
            elif replicas < len(here):
                self.retire(component, here[replicas:])
        self.settle(component)

    def add(self, component: int, shard: int, count: int) -> None:
        """Append fresh instances to a shard."""
        world, t = self.world, self.world.tables
        c = world.system.components[component]
        rows = []
        for _ in range(count):
            number = max((k for owner, k in t.places if owner == component), default=-1) + 1
            row = instance_record(world.system, c, number, world.seed, t.geography).copy()
            row["t_last"] = row["t_slots"] = world.now
            rows.append(row)
            t.places.append((component, number))
            world.causes.append(set())
            world.cuts.append(set())
            world.members[component][shard].append(len(t.places) - 1)
        first = len(t.insts)
        t.insts = layout.longer(t.insts, len(rows))
        for i, row in enumerate(rows):
            t.insts[first + i] = row
        for inst in range(first, len(t.insts)):
            world.joined(inst)

    def retire(self, component: int, insts: list[int]) -> None:
        """Take these instances out: they finish what they have, within the time that is given for draining."""
        world, t = self.world, self.world.tables
        world.sessions.lost(component, insts)
        for i in insts:
            world.account(i)
            t.insts[i]["drain"] = 1
            world.retired.add(i)
        for shard in world.members[component]:
            shard[:] = [i for i in shard if i not in insts]
        world.at(world.now + self._drain_s(component), lambda: world.cut_off(insts))

    def _drain_s(self, component: int) -> float:
        """How long instances that are taken out may go on: as the balancers that call them say."""
        system = self.world.system
        callers = (system.components[link.source] for link in system.incoming[component] if link.kind.id == "call")
        stated = [float(c.params["drain_s"]) for c in callers if c.params.get("drain_s") is not None]
        return max(stated, default=_DRAIN_S)

    def _is_idle(self, insts: list[int]) -> bool:
        rows = self.world.tables.insts[insts]
        return not (rows["busy"].any() or rows["qlen"].any() or rows["conns"].any() or rows["hand"].any())

    def settle(self, component: int) -> None:
        """Let everybody know that the component's instances are others now."""
        world = self.world
        world.count(component)
        world.replication.refresh()
        world.targets.changed(component)
        world.targets.rebuild(world.targets.sets_of(component))
        world.poke_lanes()

    # Autoscaling --------------------------------------------------------------------------------------------

    def _mean_time(self, component: int) -> float:
        """Mean service time over the operations, s."""
        c = self.world.system.components[component]
        times = [c.time_ms(op) / 1000.0 for op in self.world.system.operations]
        return sum(times) / len(times)

    def _demand(self, component: int) -> float:
        """Slots' worth of work offered so far, over all instances: arrivals × mean service time, s."""
        t = self.world.tables
        arrivals = sum(int(t.insts[i]["arrivals"]) for i, (owner, _) in enumerate(t.places) if owner == component)
        return arrivals * self._mean_time(component)

    def _tick(self, component: int) -> Callable[[], None]:
        def act() -> None:
            self._decide(component)
            self.world.at(self.world.now + _PERIOD_S, act)

        return act

    def _decide(self, component: int) -> None:
        world = self.world
        c = world.system.components[component]
        rule = c.params["autoscale"]
        samples = self.samples[component]
        samples.append(self._demand(component))
        delay = max(round(float(rule["metric_s"]) / _PERIOD_S), 0)
        if len(samples) < delay + 2:
            return
        newest = len(samples) - 1 - delay
        per_replica = (c.slots or 1) * float(rule["target_utilization"])
        have = len(self.serving(component)) + self.booting.get(component, 0)
        since = max(round(self.decided.get(component, 0.0) / _PERIOD_S) - delay, 0)
        wanted, load = have, 0.0
        for window in (_LONG, _SHORT):
            start = max(newest - window, 0 if window == _SHORT else since)
            seconds = (newest - start) * _PERIOD_S
            if seconds <= 0:
                continue
            found = (samples[newest] - samples[start]) / seconds
            load = load or found
            if found > have * per_replica + _CHANCE * math.sqrt(found * self._mean_time(component) / seconds):
                wanted = math.ceil(found / per_replica - 0.02)
        wanted = min(max(wanted, int(rule["min"])), int(rule["max"]))
        if wanted > have:
            more = wanted - have
            self.booting[component] = self.booting.get(component, 0) + more
            self.decided[component] = world.now
            world.note("scale_out", c.id, replicas=wanted)
            world.at(world.now + float(rule["boot_s"]), lambda: self._booted(component, more))
        elif math.ceil(load / per_replica / _SPARE) < have > int(rule["min"]) and world.now - self.decided.get(
            component, 0.0
        ) >= float(rule["cooldown_s"]):
            if self.booting.get(component):
                return
            self.decided[component] = world.now
            wanted = max(math.ceil(load / per_replica / _SPARE), int(rule["min"]))
            world.note("scale_in", c.id, replicas=wanted)
            self.retire(component, self.serving(component)[wanted:])
            self.settle(component)

    def _booted(self, component: int, more: int) -> None:
        self.booting[component] -= more
        self.add(component, 0, more)
        self.settle(component)
        self.world.note("booted", self.world.system.components[component].id, replicas=len(self.serving(component)))

    # Deployments -----------------------------------------------------------------------------------

    def deploy(self, component: int, batch_share: float) -> None:
        """Restart all instances, a batch at a time: drain, stop, boot, serve, next."""
        insts = self.serving(component)
        size = max(math.ceil(batch_share * len(insts) - 1e-9), 1)
        self._restart([insts[i : i + size] for i in range(0, len(insts), size)], component)

    def _restart(self, batches: list[list[int]], component: int) -> None:
        world, t = self.world, self.world.tables
        if not batches:
            world.note("deployed", world.system.components[component].id)
            return
        now = [i for i in batches[0] if i not in world.retired]
        for i in now:
            t.insts[i]["drain"] = 1
        self.settle(component)
        c = world.system.components[component]
        boot = float((c.params.get("autoscale") or {}).get("boot_s") or _BOOT_S)

        def stopped() -> None:
            if not self._is_idle(now) and world.now < limit:
                world.at(min(world.now + 0.1, limit), stopped)
                return
            world.take_down(now, PLANNED)
            world.at(world.now + boot, started)

        def started() -> None:
            for i in now:
                t.insts[i]["drain"] = 0
            world.bring_up(now, PLANNED)
            self.settle(component)
            self._restart(batches[1:], component)

        limit = world.now + self._drain_s(component)
        world.at(world.now, stopped)
