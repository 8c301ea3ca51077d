"""Every promise at a small size; `python -m tests.promises --full` measures them at the size that is promised."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError

from designer.designs import services
from designer.sessions import room
from tests.promises import (
    bad_input,
    convergence,
    durability,
    leaks,
    limits,
    reconnect,
    restore,
    revocation,
    runs,
    viewers,
)
from tests.promises.peers import World
from tests.promises.promise import Kept
from tests.server import OneProcess, serving


@pytest.fixture(scope="module")
def server() -> Iterator[OneProcess]:
    """A running server."""
    with serving() as found:
        yield found


def kept(outcome: Kept) -> None:
    """Show the figure, and fail where the promise was broken."""
    print(outcome.figure)
    assert outcome.holds, "\n".join(outcome.broken)


@pytest.mark.usefixtures("transactional_db")
async def test_convergence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    kept(await convergence.measure(**convergence.QUICK[0]))


@pytest.mark.usefixtures("transactional_db")
async def test_what_comes_while_the_database_fails_is_saved_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setattr(room, "AGAIN_S", 0.01)
    real, calls = services.append, 0

    def append(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            peer.change(world.draw)
            peer.connections[0].editing._take(peer.connections[0].room, peer.connections[0].up.popleft())
            raise DatabaseError("out of order")
        return real(*arguments)

    with convergence.at_once():
        world = World(0, 1)
        (peer,) = world.peers
        await world.connect(peer, 0)
        for _ in range(2):
            await convergence.exchanged(world)
        monkeypatch.setattr(services, "append", append)
        writing = asyncio.create_task(peer.connections[0].room._write())
        peer.change(world.draw)
        await world.take(peer.connections[0], 1)
        async with asyncio.timeout(10):
            while peer.acknowledged < peer.own:
                await asyncio.sleep(0.01)
                await world.give(peer, peer.connections[0], 10)
        writing.cancel()
        world.check()


async def test_durability(server: OneProcess) -> None:
    kept(await durability.measure(server, **durability.QUICK[0]))


async def test_bad_input(server: OneProcess) -> None:
    kept(await bad_input.measure(server, **bad_input.QUICK[0]))


async def test_limits(server: OneProcess) -> None:
    kept(await limits.measure(server, **limits.QUICK[0]))


async def test_viewers(server: OneProcess) -> None:
    kept(await viewers.measure(server, **viewers.QUICK[0]))


async def test_leaks(server: OneProcess) -> None:
    kept(await leaks.measure(server, **leaks.QUICK[0]))


async def test_restore(server: OneProcess) -> None:
    kept(await restore.measure(server, **restore.QUICK[0]))


async def test_revocation(server: OneProcess) -> None:
    kept(await revocation.measure(server, **revocation.QUICK[0]))


async def test_reconnect(server: OneProcess) -> None:
    kept(await reconnect.measure(server, **reconnect.QUICK[0]))


async def test_runs(server: OneProcess) -> None:
    kept(await runs.measure(server, **runs.QUICK[0]))
