"""Where HTTP, sockets and the server's life come in: `uvicorn designer.asgi:application`."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "designer.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from designer.background import Background
from designer.limits import BODY_BYTES
from designer.sockets import sockets

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

TOO_LARGE = (
    b'{"type":"/problems/too-large","title":"The request is too large","status":413,'
    b'"detail":"The body is larger than 5 MB.","errors":[{"pointer":"","detail":"the body is larger than 5 MB"}]}'
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Every connection, by its type."""
    if scope["type"] == "http":
        await _limited(scope, receive, send)
    elif scope["type"] == "websocket":
        await sockets(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _live(receive, send)


async def _limited(scope: Scope, receive: Receive, send: Send) -> None:
    """HTTP with bounded bodies: what says that it is too large is refused before anything is read."""
    given = dict(scope["headers"]).get(b"content-length", b"0")
    if given.isdigit() and int(given) > BODY_BYTES:
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": TOO_LARGE, "more_body": True})
        await _drained(receive)
        await send({"type": "http.response.body", "body": b""})
        return
    received = 0

    async def bounded() -> Any:
        nonlocal received
        message = await receive()
        if received > BODY_BYTES:
            while message["type"] == "http.request":  # the rest of what is refused
                message = await receive()
            return message
        body = message.get("body", b"")[: BODY_BYTES + 1 - received]
        received += len(body)
        if received > BODY_BYTES:
            # One byte too many stays, so that whoever reads the body says that it is too large.
            return {"type": "http.request", "body": body, "more_body": False}
        return message

    await http(scope, bounded, send)


async def _drained(receive: Receive) -> None:
    """Read on and drop it, for a while: closing on what is unread would reset the connection, answer and all."""
    left = 8 * BODY_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(10):
            while left > 0:
                message = await receive()
                if not message.get("more_body"):
                    return
                left -= len(message["body"])


async def _live(receive: Receive, send: Send) -> None:
    """Start and stop of the server: the reaper and the health of sockets run beside it."""
    background = Background()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            background.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await background.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
