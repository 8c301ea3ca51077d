"""In the end all see the same, nothing acknowledged is missing, nothing forbidden is in: random schedules."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any
from unittest.mock import patch

from django.db import DatabaseError
from pycrdt import Doc

from designer.designs import living, services
from designer.designs.models import Design
from designer.sessions import room as rooms
from tests.promises import mutants
from tests.promises.page import clocks
from tests.promises.peers import Violation, World
from tests.promises.promise import Kept

QUICK: list[dict[str, Any]] = [{"seeds": 3, "mutated": 3}]
FULL: list[dict[str, Any]] = [{"seeds": 200, "mutated": 60}]
STEPS, PEERS = 60, 4


async def measure(*, seeds: int, mutated: int, steps: int = STEPS, peers: int = PEERS) -> Kept:
    """Run that many schedules on the code as it is, and until it is caught on every mutant of it."""
    broken = []
    for seed in range(seeds):
        try:
            await schedule(seed, steps, peers)
        except Violation as violation:
            broken.append(f"seed {seed}: {violation}")
    missed = [name for name, mutant in mutants.ALL.items() if not await _caught(mutant, mutated, steps, peers)]
    broken += [f"not caught: {name}" for name in missed]
    caught = len(mutants.ALL) - len(missed)
    said = f"{seeds} seeds of {steps} steps of {peers} peers; {caught} of {len(mutants.ALL)} mutants caught"
    return Kept(said, tuple(broken))


async def _caught(mutant: Callable[[], Any], seeds: int, steps: int, peers: int) -> bool:
    for seed in range(1, seeds + 1):
        try:
            with mutant():
                await schedule(seed % seeds, steps, peers)
        except Violation:
            return True
    return False


async def schedule(seed: int, steps: int, peers: int) -> None:
    """One random schedule. Raises Violation."""
    with at_once():
        world = World(seed, peers)
        for _ in range(steps):
            for act in _ACTS[world.draw.choices(range(len(_ACTS)), _WEIGHTS)[0]], _deliver, _deliver:
                await act(world)
                world.check()
        await _healed(world)


@contextmanager
def at_once() -> Iterator[None]:
    """The database on this thread, a log that is compacted often, nobody told of anything, nothing left to chance."""
    numbers = count(1_000_000)

    async def here(function: Callable[..., Any], *arguments: Any) -> Any:
        return function(*arguments)

    with ExitStack() as stack:
        stack.callback(rooms.log.setLevel, rooms.log.level)
        rooms.log.setLevel("ERROR")  # failing is what is asked for
        stack.enter_context(patch.object(living, "Doc", lambda: Doc(client_id=next(numbers))))
        stack.enter_context(patch.object(rooms, "in_thread", here))
        stack.enter_context(patch.object(rooms, "publish", lambda *_: None))
        stack.enter_context(patch.object(services, "COMPACT_EVERY", 5))
        stack.enter_context(patch("designer.nudges.publish", lambda *_: None))
        yield


async def _edit(world: World) -> None:
    world.draw.choice(world.peers).change(world.draw)


async def _undo(world: World) -> None:
    world.draw.choice(world.peers).undo()


async def _again(world: World) -> None:
    world.draw.choice(world.peers).again()


async def _connect(world: World) -> None:
    peer = world.draw.choice(world.peers)
    if len(peer.connections) < 2:
        await world.connect(peer, world.draw.randrange(2))


async def _deliver(world: World) -> None:
    """Some of what is under way arrives, in the order of its socket only."""
    for peer in world.peers:
        for connection in list(peer.connections):
            if world.draw.random() < 0.5:
                await world.take(connection, world.draw.randrange(1, 4))
            if world.draw.random() < 0.5:
                await world.give(peer, connection, world.draw.randrange(1, 6))


async def _commit(world: World) -> None:
    """The writer's turn; now and then the database fails, before or after it has committed."""
    room = world.draw.choice(world.rooms)
    if room is None:
        return
    real, fails = services.append, world.draw.random()

    def failing(*arguments: Any) -> Any:
        for peer in world.peers:  # edits that come in meanwhile
            for connection in peer.connections:
                if connection.room is room and connection.up and world.draw.random() < 0.3:
                    connection.editing._take(room, connection.up.popleft())
        if fails < 0.1:
            raise DatabaseError("out of order")
        answer = real(*arguments)
        if fails < 0.2:
            raise DatabaseError("the answer was lost")
        return answer

    with patch.object(services, "append", failing):
        await room.commit()
    _forgotten(world)


def _forgotten(world: World) -> None:
    """A room that dismissed everyone takes nobody in any more."""
    for which, room in enumerate(world.rooms):
        members = [c for peer in world.peers for c in peer.connections if c.room is room]
        if room is not None and members and all(connection.wire.closed for connection in members):
            world.rooms[which] = None


async def _follow(world: World) -> None:
    room = world.draw.choice(world.rooms)
    if room is not None:
        await room.catch_up()


async def _guard(world: World) -> None:
    for room in world.rooms:
        if room is not None:
            await room.look_at_rights()


async def _part(world: World) -> None:
    """A connection is lost, with what was under way in it."""
    peer = world.draw.choice(world.peers)
    if peer.connections:
        world.part(peer, world.draw.choice(peer.connections))


async def _crash(world: World) -> None:
    world.crash(world.draw.randrange(2))


async def _revoke(world: World) -> None:
    world.revoke(world.draw.choice(world.peers))


async def _denied(world: World) -> None:
    """Edits wait while the database fails; somebody comes in, and their author loses the right."""
    for which, room in enumerate(world.rooms):
        authors = [peer for peer in world.peers if room and any(c.room is room for c in peer.connections)]
        if room is None or not authors:
            continue
        author, other = authors[0], world.draw.choice(world.peers)
        author.change(world.draw)
        for connection in list(author.connections):
            await world.take(connection, 10)
        with patch.object(services, "append", side_effect=DatabaseError("out of order")):
            await room.commit()
        if other is not author:
            await world.connect(other, which)
            for connection in list(other.connections):
                await world.take(connection, 10)
                await world.give(other, connection, 10)
        world.revoke(author)
        await room.commit()
        _forgotten(world)


async def _anew(world: World) -> None:
    world.begin_anew()


async def _grant(world: World) -> None:
    if world.frozen:
        world.grant(world.draw.choice(sorted(world.frozen, key=lambda peer: peer.number)))


async def _replace(world: World) -> None:
    world.replace()


async def _reload(world: World) -> None:
    """The page is loaded anew; it keeps what this browser has stored, that is everything."""
    peer = world.draw.choice(world.peers)
    for connection in list(peer.connections):
        world.part(peer, connection)


_TURNS = {
    _edit: 30, _undo: 4, _again: 3, _connect: 14, _commit: 20, _follow: 8, _guard: 3, _part: 5, _crash: 2, _revoke: 2,
    _grant: 2, _replace: 2, _reload: 2, _denied: 1, _anew: 1,
}  # fmt: skip
_ACTS, _WEIGHTS = list(_TURNS), list(_TURNS.values())


async def _healed(world: World) -> None:
    """Everyone has the right and comes back; then all must hold the same, and the record all that was done."""
    for peer in sorted(world.frozen, key=lambda peer: peer.number):
        world.grant(peer)
    for which in range(2):
        world.crash(which)
    for round_ in range(6):
        for peer in world.peers:
            if not peer.connections:
                await world.connect(peer, (peer.number + round_) % 2)
        for _ in range(3):
            await exchanged(world)
    version = Design.objects.get(pk=world.key).version
    for peer in world.peers:
        peer.again()
    for _ in range(3):
        await exchanged(world)
    _judge(world, version)


async def exchanged(world: World) -> None:
    """Everything that is under way arrives, and is committed."""
    for peer in world.peers:
        for connection in list(peer.connections):
            await world.take(connection, 10_000)
    for room in world.rooms:
        if room is not None:
            await room.commit()
            await room.catch_up()
    _forgotten(world)
    for peer in world.peers:
        for connection in list(peer.connections):
            await world.give(peer, connection, 10_000)
    world.check()


def _judge(world: World, version: int) -> None:
    record = world.log()
    held, read = clocks(record.get_state()), living.read(record)
    for peer in world.peers:
        if held.get(peer.doc.client_id, 0) != peer.own:
            raise Violation(f"peer {peer.number}: {peer.own} operations, {held.get(peer.doc.client_id, 0)} stored")
        if peer.acknowledged != peer.own:
            raise Violation(f"peer {peer.number}: {peer.own} operations, {peer.acknowledged} acknowledged")
        if living.read(peer.doc) != read:
            raise Violation(f"peer {peer.number} reads another document than is stored")
    if services.document_of(Design.objects.get(pk=world.key)) != read:
        raise Violation("the projection is another document than the log")
    if Design.objects.get(pk=world.key).version != version:
        raise Violation("what was sent again made a new version")
    nodes = {node["id"] for node in read.get("nodes", [])}
    if any({edge["source"], edge["target"]} - nodes for edge in read.get("edges", [])):
        raise Violation("an edge leads nowhere")
