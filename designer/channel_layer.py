"""The channel layer of one process: every operation happens on the loop that receives."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from channels.layers import InMemoryChannelLayer


class EmbeddedLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """An in-memory layer that other threads may send into.

    Its queues belong to the loop that first receives or joins a group (the server's); a sender on another
    loop, such as a run's worker thread, hands its message over to that loop.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.home: asyncio.AbstractEventLoop | None = None

    async def receive(self, channel: str) -> Any:
        self._settle()
        return await super().receive(channel)

    async def group_add(self, group: str, channel: str) -> None:
        self._settle()
        await super().group_add(group, channel)

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        await self._at_home(super().send(channel, message))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._at_home(super().group_send(group, message))

    def _settle(self) -> None:
        self.home = asyncio.get_running_loop()

    async def _at_home(self, operation: Coroutine[Any, Any, None]) -> None:
        home = self.home
        if home is None or home is asyncio.get_running_loop() or home.is_closed():
            await operation
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(operation, home))
