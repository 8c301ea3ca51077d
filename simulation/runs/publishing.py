"""Sending into the channel layer from threads and tasks, over one long-lived loop a process.

Nothing that is published is needed for correctness: a message that is lost is read from the database later.
"""

import asyncio
import logging
import os
import threading
from typing import Any

from channels.layers import get_channel_layer

log = logging.getLogger("linchpin.publishing")
#: The group that is told when rights were taken away.
RIGHTS = "rights"
WAITING = 2_000  # messages that may wait to be sent

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_pid = 0
_waiting = 0
_turn: asyncio.Lock | None = None


def _sending_loop() -> asyncio.AbstractEventLoop:
    global _loop, _turn, _pid
    with _lock:
        if _loop is None or _pid != os.getpid():
            _loop, _turn, _pid = asyncio.new_event_loop(), asyncio.Lock(), os.getpid()
            threading.Thread(target=_loop.run_forever, name="publishing", daemon=True).start()
        return _loop


def publish(group: str, message: dict[str, Any]) -> None:
    """Send to a group and return at once; what cannot be sent is logged and forgotten."""
    asyncio.run_coroutine_threadsafe(_send(group, message), _sending_loop())


async def _send(group: str, message: dict[str, Any]) -> None:
    global _waiting
    if _waiting >= WAITING or _turn is None:
        return
    _waiting += 1
    try:
        async with _turn:  # in the order in which it was published
            await asyncio.wait_for(get_channel_layer().group_send(group, message), 2)
    except Exception as error:
        log.warning("could not publish to %s: %s", group, error or type(error).__name__)
    finally:
        _waiting -= 1
