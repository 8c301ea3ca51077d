"""A loopback proxy whose connections can be cut and stalled; it changes and doubles nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random


class Proxy:
    """Passes on between a port of its own and a server's."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = 0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        """Both ends of what is open, counted one by one."""
        return len(self._writers)

    def cut(self, share: float, draw: Random) -> None:
        """Reset that share of the connections, whatever is under way in them."""
        for writer in list(self._writers):
            if draw.random() < share:
                writer.transport.abort()

    async def stall(self, seconds: float) -> None:
        """Pass on nothing for so long; nobody is told."""
        self._flowing.clear()
        await asyncio.sleep(seconds)
        self._flowing.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            there, to = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        self._writers += [writer, to]
        await asyncio.gather(self._pass(reader, to), self._pass(there, writer))

    async def end(self) -> None:
        """Reset everything that is open, and wait until it is gone."""
        self._flowing.set()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.gather(*self._serving)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
        with suppress(ValueError):
            self._writers.remove(writer)


@asynccontextmanager
async def between(port: int) -> AsyncIterator[Proxy]:
    """A proxy before the port, for as long as the block."""
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy
        await proxy.end()
