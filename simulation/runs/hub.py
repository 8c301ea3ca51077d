"""One subscription a process and run, however many watch: frames come in once and go to every outbox."""

import asyncio
import contextlib
import json
import logging
from typing import Any
from uuid import UUID

import msgspec
from channels.layers import get_channel_layer

from simulation.runs import wire
from simulation.runs.models import Run
from simulation.runs.publishing import RIGHTS
from simulation.runs.services import group_of
from simulation.runs.sockets import Frame, Outbox, in_thread, return_within_s

log = logging.getLogger("linchpin.hub")

HEARTBEAT_S = 2.0
LOOK_S = 1.0  # how often rights are looked at, should a message be lost


class Over:
    """In an outbox: the run is over."""


class Watcher:
    """One socket's place in a feed."""

    def __init__(self, binary: bool) -> None:
        self.outbox = Outbox()
        self.binary = binary
        self.recheck = asyncio.Event()
        self.answers: dict[int, asyncio.Future[dict[str, Any]]] = {}


class Feed:
    """A run's frames, events and answers for all its watchers in this process."""

    def __init__(self, run: Run) -> None:
        self.run_id: UUID = run.pk
        self.hello = json.loads(run.hello)
        self.newest = run.frame
        self.watchers: set[Watcher] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Subscribe."""
        layer = get_channel_layer()
        self._channel = await layer.new_channel("run")
        await layer.group_add(group_of(self.run_id), self._channel)
        await layer.group_add(RIGHTS, self._channel)
        self._tasks = [
            asyncio.create_task(_reported(self._listen(layer))),
            asyncio.create_task(_reported(self._beat())),
        ]

    async def close(self) -> None:
        """Unsubscribe."""
        for task in self._tasks:
            task.cancel()
        layer = get_channel_layer()
        with contextlib.suppress(Exception):
            await layer.group_discard(group_of(self.run_id), self._channel)
            await layer.group_discard(RIGHTS, self._channel)

    async def _listen(self, layer: Any) -> None:
        while True:
            try:
                message = await layer.receive(self._channel)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("run %s: the channel layer fails: %s", self.run_id, error)
                await asyncio.sleep(0.5)
                continue
            self._pass_on(message)

    def _pass_on(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "frame":
                self._frame(message["n"], message["data"])
            case "text":
                self._text(message["text"])
            case "answer":
                for watcher in self.watchers:
                    waiting = watcher.answers.pop(message["command"], None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(message)
            case "rights":
                for watcher in self.watchers:
                    watcher.recheck.set()

    def _frame(self, n: int, data: bytes) -> None:
        self.newest = max(self.newest, n)
        as_json = b""
        for watcher in self.watchers:
            if not watcher.binary and not as_json:
                as_json = wire.as_json(data, self.hello)
            watcher.outbox.put_frame(Frame(n, data if watcher.binary else as_json))

    def _text(self, text: str) -> None:
        over = text.startswith('{"type":"end"')
        for watcher in self.watchers:
            watcher.outbox.put(Over() if over else text)

    async def _beat(self) -> None:
        """Every two seconds the run's own state, so that a deaf layer or a lost end is noticed."""
        since = 0.0
        while True:
            await asyncio.sleep(LOOK_S)
            for watcher in self.watchers:
                watcher.recheck.set()
            since += LOOK_S
            if since < HEARTBEAT_S:
                continue
            since = 0.0
            run = await in_thread(_look, self.run_id)
            if run is None or run.over:
                for watcher in self.watchers:
                    watcher.outbox.put(Over())
                continue
            self.newest = max(self.newest, run.frame)
            beat = {"type": "heartbeat", "n": self.newest, "state": run.state, "return_within_s": return_within_s()}
            self._text(msgspec.json.encode(beat).decode())


def _look(run_id: UUID) -> Run | None:
    return Run.objects.only("state", "frame").filter(pk=run_id).first()


async def _reported(work: Any) -> None:
    """A background task that fails says so."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("a feed failed")


_feeds: dict[tuple[int, UUID], Feed] = {}
_joining: dict[int, asyncio.Lock] = {}


def watching(run_id: UUID) -> int:
    """How many watch the run in this process."""
    feed = _feeds.get((id(asyncio.get_running_loop()), run_id))
    return len(feed.watchers) if feed else 0


async def join(run: Run, watcher: Watcher) -> Feed:
    """Add a watcher to the run's feed, which is opened for the first."""
    loop = id(asyncio.get_running_loop())
    async with _joining.setdefault(loop, asyncio.Lock()):
        feed = _feeds.get((loop, run.pk))
        if feed is None:
            feed = Feed(run)
            await feed.open()
            _feeds[loop, run.pk] = feed
        feed.watchers.add(watcher)
        return feed


async def leave(feed: Feed, watcher: Watcher) -> None:
    """Remove a watcher; the feed is closed with its last."""
    loop = id(asyncio.get_running_loop())
    async with _joining.setdefault(loop, asyncio.Lock()):
        feed.watchers.discard(watcher)
        if not feed.watchers and _feeds.get((loop, feed.run_id)) is feed:
            del _feeds[loop, feed.run_id]
            await feed.close()
