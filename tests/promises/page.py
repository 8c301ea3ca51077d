"""A page that edits a design: it keeps what is not acknowledged, and comes back by itself."""

import asyncio
import json
import random
import time
from collections import deque
from contextlib import suppress
from typing import Any

import websockets
from pycrdt import Doc, Map, create_sync_message, create_update_message

from designer.sessions.protocol import CUSTOM, STEP_1, STEP_2, SYNC, Reader, array

State = dict[int, int]


def clocks(state: bytes) -> State:
    """A Yjs state vector: by client how many of its operations are held."""
    reader = Reader(state)
    return {reader.uint(): reader.uint() for _ in range(reader.uint())}


class Page:
    """One client. `acknowledged` is the clock of its own that the server said is saved; `lost` what it then lacked."""

    def __init__(self, address: str, design: str, headers: dict[str, str], seed: int) -> None:
        self.address = f"ws{address.removeprefix('http')}/ws/v1/designs/{design}/"
        self.headers = headers
        self.random = random.Random(seed)
        self.doc: Doc[Any] = Doc()
        for root in ("meta", "nodes", "edges", "flows"):
            self.doc.get(root, type=Map)
        self.node = f"p{seed}"
        self.edits = self.acknowledged = self.lost = self.returns = 0
        self.delays: list[float] = []
        self.refused = ""
        self.left = self.returned = 0.0
        self.return_within_s = 0.5
        self.synced = asyncio.Event()
        self._socket: Any = None
        self._sent = 0
        self._caught_up = False
        self._under_way: deque[tuple[int, int, float]] = deque()

    @property
    def own(self) -> int:
        """The clock of what was done here."""
        return clocks(self.doc.get_state()).get(self.doc.client_id, 0)

    @property
    def settled(self) -> bool:
        """Everything that was done here is acknowledged."""
        return self.acknowledged == self.own

    async def stay(self) -> None:
        """Be there, and come back when the connection is lost, until cancelled or refused for good."""
        while True:
            with suppress(OSError, TimeoutError, websockets.WebSocketException):
                async with websockets.connect(
                    self.address, additional_headers=self.headers, max_size=None, compression=None, ping_interval=2,
                    ping_timeout=3, open_timeout=5, close_timeout=0.2,
                ) as socket:  # fmt: skip
                    self._begin(socket)
                    await socket.send(create_sync_message(self.doc))
                    async for message in socket:
                        await self._hear(message)
            self.synced.clear()
            self._socket, socket = None, self._socket
            code = getattr(socket, "close_code", None)
            if code is not None and 4400 <= code < 4500 and code not in (4408, 4429):
                self.refused, self.left = f"{code} {socket.close_reason}", time.monotonic()
                return
            await asyncio.sleep(self.return_within_s * self.random.random())

    def _begin(self, socket: Any) -> None:
        self._socket, self._sent, self._caught_up, self.returns = socket, 0, False, self.returns + 1
        self._under_way.clear()

    async def edit(self) -> None:
        """Change a param of a node of its own, and send it if there is a connection."""
        before = self.doc.get_state()
        nodes = self.doc.get("nodes", type=Map)
        if self.node not in nodes:
            nodes[self.node] = Map({"kind": "cache", "order": 99, "params": Map({})})
        nodes[self.node]["params"][f"k{self.edits % 20}"] = self.edits
        self.edits += 1
        if self._socket is not None:
            with suppress(websockets.ConnectionClosed):
                await self._send(create_update_message(self.doc.get_update(before)))

    async def _send(self, message: bytes) -> None:
        self._sent += 1
        # An acknowledgement covers what was done before this connection only once that was sent on it.
        self._under_way.append((self._sent, self.own if self._caught_up else 0, time.monotonic()))
        await self._socket.send(message)

    async def _hear(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        reader = Reader(message)
        kind = reader.uint()
        if kind == SYNC:
            step, data = reader.uint(), reader.bytes()
            if step == STEP_1:
                self.lost += max(0, self.acknowledged - clocks(data).get(self.doc.client_id, 0))
                self._caught_up = True
                await self._send(bytes((SYNC, STEP_2)) + array(self.doc.get_update(data)))
            else:
                self.doc.apply_update(data)
                if step == STEP_2:
                    self.synced.set()
                    self.returned = time.monotonic()
        elif kind == CUSTOM:
            told = json.loads(reader.bytes())
            self.return_within_s = told.get("return_within_s", self.return_within_s)
            if told["type"] == "saved":
                self._acknowledge(told["received"])

    def _acknowledge(self, received: int) -> None:
        while self._under_way and self._under_way[0][0] <= received:
            _, clock, at = self._under_way.popleft()
            self.acknowledged = max(self.acknowledged, clock)
            self.delays.append(time.monotonic() - at)
