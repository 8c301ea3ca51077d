"""Every promise at a small size; `python -m tests.promises --full` measures them at the size that is promised."""

from collections.abc import Iterator

import pytest

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
from tests.promises.promise import Kept
from tests.server import Server, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
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


async def test_durability(server: Server) -> None:
    kept(await durability.measure(server, **durability.QUICK[0]))


async def test_bad_input(server: Server) -> None:
    kept(await bad_input.measure(server, **bad_input.QUICK[0]))


async def test_limits(server: Server) -> None:
    kept(await limits.measure(server, **limits.QUICK[0]))


async def test_viewers(server: Server) -> None:
    kept(await viewers.measure(server, **viewers.QUICK[0]))


async def test_leaks(server: Server) -> None:
    kept(await leaks.measure(server, **leaks.QUICK[0]))


async def test_restore(server: Server) -> None:
    kept(await restore.measure(server, **restore.QUICK[0]))


async def test_revocation(server: Server) -> None:
    kept(await revocation.measure(server, **revocation.QUICK[0]))


async def test_reconnect(server: Server) -> None:
    kept(await reconnect.measure(server, **reconnect.QUICK[0]))


async def test_runs(server: Server) -> None:
    kept(await runs.measure(server, **runs.QUICK[0]))
