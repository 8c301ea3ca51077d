"""Where HTTP, sockets and the server's life come in: `uvicorn designer.asgi:application`."""

import os
from collections.abc import Awaitable, Callable
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
        await send({"type": "http.response.body", "body": TOO_LARGE})
        return
    received = 0

    async def bounded() -> Any:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > BODY_BYTES + 1:
            # One byte too many stays, so that whoever reads the body says that it is too large.
            return {"type": "http.request", "body": b" ", "more_body": False}
        return message

    await http(scope, bounded, send)


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
