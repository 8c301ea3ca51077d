"""Which shard holds which keys, and how they move when the number of shards changes.

Keys lie in pieces of equal size: a database's `partitions`, or single keys, of which 4,096 pieces stand for all while
they move. The hot key stays in the first shard. Moving a key reads it at every replica's turn where it was and writes
it at every replica where it goes; this takes at most `move_share` of any shard's slots, so it lasts as long as
the shard with the most work needs. A piece is served where it was until all its keys are there.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulation.topology.system import Component
from simulation.traffic.tables import layout
from simulation.traffic.world.elasticity import Elasticity

PIECES = 4096
_STEPS = 200
_MOVING = "moving keys"


def dealt(pieces: int, shards: int, shard_by: str) -> list[int]:
    """The shard of every piece: in ranges, or in turn."""
    if shard_by == "range":
        return [piece * shards // pieces for piece in range(pieces)]
    return [piece % shards for piece in range(pieces)]


def redealt(owners: Sequence[int], shards: int, shard_by: str) -> list[int]:
    """The shard of every piece after a change.

    Modulo and ranges are dealt anew. Consistent hashing moves only what makes the shards even again: pieces
    of shards that go, and what the fullest have more than the emptiest.
    """
    if shard_by != "consistent_hash":
        return dealt(len(owners), shards, shard_by)
    held: list[list[int]] = [[] for _ in range(max(shards, *owners) + 1)]
    for piece, owner in enumerate(owners):
        held[owner].append(piece)
    fullest_first = sorted(range(shards), key=lambda s: -len(held[s]))
    least, over = divmod(len(owners), shards)
    quota = {shard: least + (rank < over) for rank, shard in enumerate(fullest_first)}
    spare = [piece for shard, own in enumerate(held) for piece in own[quota.get(shard, 0) :]]
    found = list(owners)
    for shard in fullest_first:
        for _ in range(quota[shard] - len(held[shard])):
            found[spare.pop()] = shard
    return found


def moved_share(before: int, after: int, shard_by: str) -> float:
    """Share of uniformly spread keys whose shard changes, in expectation, when they move one by one.

    Modulo: a key stays where its hash is equal modulo both (counted over one common period). Consistent
    hashing moves only what the new shards take or the old ones leave. Ranges are cut anew evenly.
    """
    if before == after:
        return 0.0
    if shard_by == "modulo":
        period = math.lcm(before, after)
        return 1.0 - min(before, after) / period if period < 10**9 else 1.0
    if shard_by == "range":
        stays = sum(
            max(0.0, min((i + 1) / before, (i + 1) / after) - max(i / before, i / after))
            for i in range(min(before, after))
        )
        return 1.0 - stays
    return abs(after - before) / max(before, after)


@dataclass
class Move:
    """Pieces on their way to other shards, those that are left in the order in which they go."""

    components: list[int]
    owners: list[int]
    left: list[tuple[int, int]]  # (piece, shard that it goes to)
    shards: int
    share: float


class Sharding:
    """The keys of every sharded component of one world."""

    def __init__(self, elasticity: Elasticity) -> None:
        self.elasticity = elasticity
        self.world = elasticity.world
        self.owners = {
            c.index: dealt(int(c.params["partitions"]), c.shards, str(c.params["shard_by"]))
            for c in elasticity.world.system.components
            if c.params.get("partitions") and c.shards > 1
        }
        self.moves: dict[int, Move] = {}
        self._write_owners(list(self.owners))

    def _together(self, component: int) -> list[int]:
        """The component and its replicas that are sharded as it is."""
        members = self.world.members
        others = [s.target for s in self.world.replication.standbys.get(component, ())]
        return [component, *(o for o in others if len(members[o]) == len(members[component]))]

    def reshard(self, component: int, shards: int) -> float:
        """Begin to move keys so that there are so many shards; answers the share of the keys that moves."""
        world = self.world
        c = world.system.components[component]
        by = str(c.params.get("shard_by") or "consistent_hash")
        together = self._together(component)
        before = len(world.members[component])
        pieces = int(c.params.get("partitions") or 0)
        owners = self.owners.get(component) or dealt(pieces or PIECES, before, by)
        aim = redealt(owners, shards, by)
        left = [(piece, to) for piece, (at, to) in enumerate(zip(owners, aim, strict=True)) if at != to]
        is_whole = not pieces and component not in self.moves
        share = moved_share(before, shards, by) if is_whole else len(left) / len(owners)
        left.sort(key=lambda move: move[0] * 2_654_435_761 % 2**32)
        for each in together:
            for shard in range(before, shards):
                world.members[each].append([])
                self.elasticity.add(each, shard, max(len(world.members[each][0]), 1))
            self.owners[each] = owners
        move = Move(together, owners, left, shards, share)
        for each in together:
            self.moves[each] = move
        self._relist(together)
        seconds = self._slow_down(c, move)
        world.note("resharding", c.id, shards=shards, moved_share=share, for_s=seconds)
        step = max(math.ceil(len(left) / _STEPS), 1)
        steps = max(math.ceil(len(left) / step), 1)
        world.at(world.now + seconds / steps, self._carry(component, move, step, seconds / steps))
        return share

    def _slow_down(self, c: Component, move: Move) -> float:
        """Take slots for the moves; answers how long they last, s."""
        world = self.world
        keys = int(c.params.get("key_count") or 100_000) / len(move.owners)
        outgoing, incoming = Counter(move.owners[piece] for piece, _ in move.left), Counter(to for _, to in move.left)
        work: dict[int, float] = {}
        for each in move.components:
            params = world.system.components[each].params
            slots = world.system.components[each].slots or 1
            for shard, insts in enumerate(world.members[each]):
                out, new = outgoing[shard] * keys, incoming[shard] * keys
                read, write = float(params["read_time_ms"]) / 1000.0, float(params["write_time_ms"]) / 1000.0
                for inst in insts:
                    work[inst] = (out * read / max(len(insts), 1) + new * write) / slots
        seconds = max(work.values(), default=0.0) / float(c.params.get("move_share") or 1.0)
        for inst, busy in work.items():
            world.set_pace(inst, _MOVING, 1.0 / (1.0 - busy / seconds) if busy else 1.0)
        return seconds

    def _carry(self, component: int, move: Move, step: int, wait: float) -> Callable[[], None]:
        def act() -> None:
            world = self.world
            if self.moves.get(component) is not move:
                return
            for piece, to in move.left[:step]:
                if not all(self._is_up(component, s) for s in (to, move.owners[piece])):
                    world.at(world.now + max(wait, 0.1), act)  # it goes on when both shards are there
                    return
                move.owners[piece] = to
            del move.left[:step]
            if move.left:
                self._write_owners(move.components)
                world.at(world.now + wait, act)
            else:
                self._finish(component, move)

        return act

    def _is_up(self, component: int, shard: int) -> bool:
        return any(self.world.tables.insts[i]["up"] for i in self.world.members[component][shard])

    def _finish(self, component: int, move: Move) -> None:
        world = self.world
        for each in move.components:
            for shard in world.members[each]:
                for inst in shard:
                    world.set_pace(inst, _MOVING, 1.0)
            going = [i for part in world.members[each][move.shards :] for i in part]
            self.elasticity.retire(each, going)
            del world.members[each][move.shards :]
            del self.moves[each]
            if not world.system.components[each].params.get("partitions"):
                del self.owners[each]
        self._relist(move.components)
        name = world.system.components[component].id
        world.note("resharded", name, shards=move.shards, moved_share=move.share)

    # What the gates read ----------------------------------------------------------------------------------------

    def _relist(self, components: Sequence[int]) -> None:
        """Give every gate that chooses a shard of the components the new number of lists."""
        world, t = self.world, self.world.tables
        numbers = sorted({n for c in components for n in world.targets.by_target.get(c, ())})
        for number in numbers:
            old = t.sets[number]
            if old.each:
                continue
            count = max([len(world.members[m.target]) for m in old.members])
            fresh = replace(old, base=len(t.lists), shards=count)
            more = np.zeros(count * ((len(t.regions) + 1) if old.geo else 1), t.lists.dtype)
            more["prev"], more["since"] = -1, -1.0
            t.lists = np.concatenate([t.lists, more])
            t.sets[number] = fresh
            chosen = t.gates["list"] == old.base
            t.gates["list"][chosen] = fresh.base
            t.gates["shards"][chosen] = count
            t.gates["hot"][chosen] = max(
                float(world.system.components[m.target].params.get("hot_key_share") or 0.0) for m in old.members
            )
            if count != old.shards:
                live = t.jobs["kind"] >= 0
                t.jobs["shard"][live & (t.jobs["shard"] >= count)] = -1
        self._write_owners(components)
        for c in components:
            self.elasticity.settle(c)

    def _write_owners(self, components: Sequence[int]) -> None:
        world, t = self.world, self.world.tables
        for number in sorted({n for c in components for n in world.targets.by_target.get(c, ())}):
            target_set = t.sets[number]
            if target_set.each:
                continue
            owners = next((self.owners[m.target] for m in target_set.members if m.target in self.owners), None)
            for g in np.nonzero(t.gates["list"] == target_set.base)[0]:
                gate = t.gates[g]
                if owners is None:
                    gate["parts"] = 0
                    continue
                if gate["parts"] != len(owners):
                    gate["parts"], gate["part_lo"] = len(owners), len(t.shares)
                    t.shares = np.concatenate([t.shares, np.zeros(len(owners), layout.SHARE)])
                t.shares["value"][gate["part_lo"] : gate["part_lo"] + len(owners)] = owners
