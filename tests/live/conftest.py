"""One server for all tests of sockets, started as a user starts it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
import websockets
from pycrdt import Doc, Map, create_sync_message, create_update_message, handle_sync_message

from designer.sessions.protocol import STEP_2
from tests.people import shop
from tests.server import Server, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running server."""
    with serving() as found:
        with found.client() as client:  # a fresh checkout compiles the engine now, once
            run = started(client, live=False, scenario={"duration_s": 1})
            until = time.monotonic() + 180
            while client.get(f"runs/{run}").json()["state"] != "done":
                assert time.monotonic() < until, client.get(f"runs/{run}").text
                time.sleep(0.2)
        yield found


@pytest.fixture
def alice(server: Server) -> Iterator[httpx.Client]:
    """A client of somebody who owns designs."""
    with server.client() as client:
        yield client


class Watcher:
    """A socket that watches a run."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.said: list[dict[str, Any]] = []

    async def until(self, kind: str, **members: Any) -> dict[str, Any]:
        """The next message of the type with these members; everything on the way is kept in `said`."""
        async with asyncio.timeout(30):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                self.said.append(message)
                if message["type"] == kind and all(message.get(k) == v for k, v in members.items()):
                    return message

    async def say(self, **message: Any) -> None:
        """Send a command."""
        await self.socket.send(json.dumps(message))

    @property
    def frames(self) -> list[dict[str, Any]]:
        """The frames so far."""
        return [message for message in self.said if message["type"] == "frame"]


@asynccontextmanager
async def watch(client: httpx.Client, run: str, query: str = "", **headers: str) -> AsyncIterator[Watcher]:
    """Watch a run with the client's credentials, or the headers'."""
    async with websockets.connect(
        _address(client, f"runs/{run}/{query}"), additional_headers=headers or _authorization(client), max_size=None
    ) as socket:
        yield Watcher(socket)


def _address(client: httpx.Client, path: str) -> str:
    return f"ws://{client.base_url.netloc.decode()}/ws/v1/{path}"


def _authorization(client: httpx.Client) -> dict[str, str]:
    return {"Authorization": client.headers["Authorization"]}


class Editor:
    """A page that edits a design: a Yjs document and the y-websocket protocol."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.doc: Doc[Any] = Doc()
        for root in ("meta", "nodes", "edges", "flows"):
            self.doc.get(root, type=Map)
        self.said: list[dict[str, Any]] = []
        self.presence: list[bytes] = []
        self.synced = False
        self.closed: int | None = None

    @property
    def nodes(self) -> set[str]:
        """Ids of the nodes as this page sees them."""
        return set(self.doc.get("nodes", type=Map))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Take in what comes until it holds, the socket is closed, or patience ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                while self.closed is None and not holds():
                    await self._take()

    async def hears(self, kind: str) -> None:
        """Take in what comes until the next message of our own of that type."""
        before = len(self.heard(kind))
        await self.until(lambda: len(self.heard(kind)) > before)

    async def ends(self) -> None:
        """Take in what comes until the socket is closed."""
        await self.until(lambda: False)

    async def _take(self) -> None:
        try:
            message = await self.socket.recv()
        except websockets.ConnectionClosed:
            self.closed = self.socket.close_code
            return
        if message[0] == 0:
            self.synced = self.synced or message[1] == STEP_2
            answer = handle_sync_message(message[1:], self.doc)
            if answer:
                await self.socket.send(answer)
        elif message[0] == 1:
            self.presence.append(message)
        elif message[0] == 4:
            self.said.append(json.loads(message[message.index(b"{") :]))

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The messages of our own of that type so far."""
        return [message for message in self.said if message["type"] == kind]

    async def join(self) -> None:
        """Synchronise."""
        await self.socket.send(create_sync_message(self.doc))
        await self.until(lambda: self.synced)

    async def draw(self, id_: str, **members: Any) -> None:
        """Add a node and send it."""
        before = self.doc.get_state()
        self.doc.get("nodes", type=Map)[id_] = Map({"kind": "cache", "order": 99, "params": Map({}), **members})
        await self.socket.send(create_update_message(self.doc.get_update(before)))


@asynccontextmanager
async def edit(client: httpx.Client, design: str, query: str = "", **headers: str) -> AsyncIterator[Editor]:
    """Open a design with the client's credentials, or the headers'."""
    async with websockets.connect(
        _address(client, f"designs/{design}/{query}"),
        additional_headers=headers or _authorization(client),
        max_size=None,
    ) as socket:
        yield Editor(socket)


def stored(client: httpx.Client, **changes: Any) -> str:
    """A new design; its id."""
    return str(client.post("designs", json=shop(**changes)).json()["id"])


def started(client: httpx.Client, **changes: Any) -> str:
    """A new run; its id."""
    body = {"topology": shop(), "scenario": {"duration_s": 30, "seed": 7}, "live": True, **changes}
    if "design" in changes:
        del body["topology"]
    response = client.post("runs", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def closing(client: httpx.Client, path: str, **headers: str) -> int | None:
    """The code with which a socket is closed right after it opened."""
    async with websockets.connect(_address(client, path), additional_headers=headers) as socket:
        await asyncio.wait_for(socket.wait_closed(), 5)
        return socket.close_code
