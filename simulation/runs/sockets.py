"""What sockets of all kinds share: bounded outboxes, bounded input, threads for the database."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakSet

from django.conf import settings
from django.db import close_old_connections

T = TypeVar("T")

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

# Close codes. A client takes 4400 to 4499 as final, but for 4408 and 4429; everything else is a reason to come back.
BAD_MESSAGES, NOT_AUTHENTIC, FORBIDDEN, NOT_FOUND, TOO_MANY = 4400, 4401, 4403, 4404, 4429
OTHER_HISTORY, TOO_SLOW, TOO_BIG, NORMAL = 4409, 4503, 1009, 1000

RETURN_FIRST_S, RETURN_EACH_S, RETURN_S = 0.5, 0.03, 15.0

_threads = ThreadPoolExecutor(16, thread_name_prefix="socket-db")


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Call something that uses the database without holding up the loop."""

    def call() -> T:
        close_old_connections()
        try:
            return function(*arguments)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, call)


@dataclass
class Frame:
    """A frame on its way to a watcher."""

    number: int
    data: bytes


class Outbox:
    """What waits to be sent to one client. Frames give way to newer ones; anything else never gets lost silently."""

    FRAMES = 32
    MESSAGES = 2_000
    BYTES = 8 * 2**20

    def __init__(self) -> None:
        self._items: deque[Any] = deque()
        self._frames = 0
        self._bytes = 0
        self._filled = asyncio.Event()
        self.overflown = False

    def put(self, message: Any, size: int = 0) -> None:
        """Append a message; an outbox that is full overflows, and its client is to be closed."""
        if len(self._items) >= self.MESSAGES or self._bytes + size > self.BYTES:
            self.overflown = True
        else:
            self._items.append((message, size))
            self._bytes += size
        self._filled.set()

    def put_frame(self, frame: Frame) -> None:
        """Append a frame; a watcher that is slow misses the oldest that wait."""
        if self._frames >= self.FRAMES:
            waiting = next(i for i, (item, _) in enumerate(self._items) if isinstance(item, Frame))
            del self._items[waiting]
            self._frames -= 1
        self._items.append((frame, 0))
        self._frames += 1
        self._filled.set()

    async def take(self) -> Any:
        """The next message, waiting for one; None after an overflow."""
        while not self._items or self.overflown:
            if self.overflown:
                return None
            self._filled.clear()
            await self._filled.wait()
        item, size = self._items.popleft()
        self._bytes -= size
        if isinstance(item, Frame):
            self._frames -= 1
        return item


_sockets: "WeakSet[Socket]" = WeakSet()


def return_within_s() -> float:
    """Told to clients: when the server goes, come back at a random moment within so many seconds.

    As many as are here now would otherwise all come at once, again and again, and none would get in.
    """
    return min(RETURN_S, RETURN_FIRST_S + RETURN_EACH_S * len(_sockets))


class Socket:
    """One accepted WebSocket."""

    def __init__(self, receive: Receive, send: Send) -> None:
        _sockets.add(self)
        self._receive, self._send = receive, send
        self._allowed = 10.0 * settings.RUN_LIMITS["messages_per_second"]
        self._counted = time.monotonic()
        self.closed = False
        self._ahead: asyncio.Future[Any] | None = None

    async def gone(self) -> bool:
        """Whether the client has left already, as many have that a server finds waiting when it starts."""
        if self._ahead is None:
            self._ahead = asyncio.ensure_future(self._receive())
            await asyncio.sleep(0)
        return self._ahead.done() and self._ahead.result()["type"] != "websocket.receive"

    async def _next(self) -> Any:
        ahead, self._ahead = self._ahead, None
        return await (self._receive() if ahead is None else ahead)

    async def send(self, message: str | bytes) -> None:
        """Send one message, waiting while the client does not read; on a closed socket nothing happens."""
        if self.closed:
            return
        kind = "text" if isinstance(message, str) else "bytes"
        try:
            await self._send({"type": "websocket.send", kind: message})
        except (OSError, RuntimeError):
            self.closed = True

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code."""
        if self.closed:
            return
        self.closed = True
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason[:120]})
        except (OSError, RuntimeError):
            return

    async def messages(self) -> AsyncIterator[str | bytes]:
        """What the client sends, until it leaves; too large or too many messages close the socket."""
        while not self.closed:
            event = await self._next()
            if event["type"] != "websocket.receive":
                self.closed = True
                return
            text = event.get("text")
            message = text if text is not None else event.get("bytes") or b""
            if len(message) > settings.RUN_LIMITS["message_bytes"]:
                await self.close(TOO_BIG, "messages are at most 256 KB")
            elif not self._within_rate():
                await self.close(TOO_MANY, "too many messages")
            else:
                yield message

    def _within_rate(self) -> bool:
        rate = settings.RUN_LIMITS["messages_per_second"]
        now = time.monotonic()
        self._allowed = min(10.0 * rate, self._allowed + (now - self._counted) * rate) - 1
        self._counted = now
        return self._allowed >= 0
