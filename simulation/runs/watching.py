"""`/ws/v1/runs/{id}/`: hello, kept frames, live frames and events, commands and their answers, end."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from simulation.runs import hub, recording, services, wire
from simulation.runs.hub import Over, Watcher
from simulation.runs.models import Run, RunCommand
from simulation.runs.sockets import (
    BAD_MESSAGES,
    FORBIDDEN,
    NORMAL,
    NOT_FOUND,
    TOO_MANY,
    TOO_SLOW,
    Frame,
    Socket,
    in_thread,
    return_within_s,
)
from simulation.topology import strict_json
from simulation.topology.document import InvalidInput

ANSWER_S = 5.0
CATCH_UP_S = 2.0
EVENT = '{"type":"event"'


@dataclass
class Permit:
    """What a watcher may do with a run; `renew` looks again and answers None when it may not watch any more."""

    run: Run
    may_act: bool
    name: str
    renew: Callable[[], "Permit | None"]


class Watch:
    """One socket that watches a run."""

    def __init__(self, socket: Socket, permit: Permit, after: int, binary: bool) -> None:
        self.socket = socket
        self.permit = permit
        self.run = permit.run
        self.last = after
        self.watcher = Watcher(binary)
        self.bad = 0
        self.tasks: set[asyncio.Task[Any]] = set()

    async def serve(self) -> None:
        """Serve until one side leaves or the run is over."""
        if hub.watching(self.run.pk) >= settings.RUN_LIMITS["watchers"]:
            return await self.socket.close(TOO_MANY, "as many watch this run as may")
        feed = await hub.join(self.run, self.watcher)
        work = [asyncio.create_task(part) for part in (self._stream(), self._read(), self._check())]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*work, *self.tasks):
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await hub.leave(feed, self.watcher)
            await self.socket.close(NORMAL)

    async def _stream(self) -> None:
        """Hello, what was kept, and then what comes, without a gap between."""
        run = await in_thread(_fresh, self.run.pk)
        if run is None:
            return await self.socket.close(NOT_FOUND)
        self.run = run
        hello = json.loads(run.hello)
        await self._say(
            {
                "type": "hello",
                "run": _described(run),
                "scenario": json.loads(run.scenario),
                **{group: hello[group] for group in ("nodes", "edges", "flows")},
                "columns": wire.columns(),
                "may_act": self.permit.may_act,
                "return_within_s": return_within_s(),
            }
        )
        await self._replay()
        if run.over:
            return await self._end()
        await self._follow()

    async def _follow(self) -> None:
        """What comes in; the first frame waits for what was published before this watcher came."""
        held: list[str] = []  # events before the first frame: the recording may tell them too
        caught_up = False
        while (item := await self.watcher.outbox.take()) is not None:
            if isinstance(item, Over):
                return await self._end()
            if isinstance(item, Frame):
                if not caught_up:
                    caught_up = True
                    await self._catch_up(item.number)
                    for event in held:
                        if json.loads(event)["n"] > self.last:
                            await self.socket.send(event)
                if item.number > self.last:
                    self.last = item.number
                    await self.socket.send(item.data if self.watcher.binary else item.data.decode())
            elif not caught_up and item.startswith(EVENT):
                held.append(item)
            else:
                await self.socket.send(item)
        await self.socket.close(TOO_SLOW, "too slow; come back")

    async def _catch_up(self, coming: int) -> None:
        """Send what lies between the last frame that was sent and the one that is coming, once it is recorded."""
        until = asyncio.get_running_loop().time() + CATCH_UP_S
        while self.last + self.run.keep_every < coming and asyncio.get_running_loop().time() < until:
            await self._replay()
            if self.last + self.run.keep_every < coming:
                await asyncio.sleep(0.05)

    async def _replay(self) -> None:
        for row in await in_thread(recording.blocks_after, self.run.pk, self.last):
            for number, item in await in_thread(recording.read_block, row, self.last):
                if isinstance(item, bytes):
                    self.last = number
                    hello = json.loads(self.run.hello) if not self.watcher.binary else {}
                    await self.socket.send(item if self.watcher.binary else wire.as_json(item, hello).decode())
                else:
                    await self._say(item)

    async def _end(self) -> None:
        """What is still kept, and the end."""
        run = await in_thread(_fresh, self.run.pk)
        if run is None:
            return await self.socket.close(NOT_FOUND)
        await self._replay()
        await self._say({"type": "end", "state": run.state, "reason": run.reason or None, "frame": run.frame})

    async def _check(self) -> None:
        """Look again at the right to watch whenever told to."""
        while True:
            await self.watcher.recheck.wait()
            self.watcher.recheck.clear()
            permit = await in_thread(self.permit.renew)
            if permit is None:
                return await self.socket.close(FORBIDDEN, "the right to watch this run was taken away")
            self.permit = permit

    async def _read(self) -> None:
        async for message in self.socket.messages():
            try:
                if isinstance(message, bytes):
                    strict_json.refuse("commands are JSON text")
                body = strict_json.loads(message)
                if not isinstance(body, dict):
                    strict_json.refuse("a command is an object with an action")
                strict_json.refuse_unstorable(body)
            except InvalidInput as error:
                await self._bad(None, "unreadable", str(error))
                continue
            if body.get("type") in ("ack", "pong") and "action" not in body:
                continue
            id_ = body.get("id")
            if not isinstance(id_, int | str | None) or (isinstance(id_, str) and len(id_) > 100):
                await self._bad(None, "invalid", "id is neither a number nor a short text")
            elif not isinstance(body.get("action"), str):
                await self._bad(id_, "invalid", "/action: missing; name what to do")
            else:
                task = asyncio.create_task(self._command(id_, body))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def _bad(self, id_: Any, code: str, detail: str) -> None:
        self.bad += 1
        self._error(id_, code, detail)
        if self.bad >= settings.RUN_LIMITS["bad_messages"]:
            await asyncio.sleep(0.05)  # let the reason go out before the door shuts
            await self.socket.close(BAD_MESSAGES, "too many bad messages")

    def _error(self, id_: Any, code: str, detail: str) -> None:
        self._put({"type": "error", "id": id_, "code": code, "detail": detail[:1000]})

    async def _command(self, id_: Any, body: dict[str, Any]) -> None:
        if not self.permit.may_act:
            return self._error(id_, "forbidden", "you may watch this run, not act on it")
        try:
            command = await in_thread(_order, self.run.pk, body, self.permit.name)
        except InvalidInput as error:
            return self._error(id_, "over" if error.status == 409 else "invalid", str(error))
        outcome = await self._outcome(command)
        if outcome is None:
            self._error(id_, "waiting", "the run has not taken it up yet; it will")
        elif outcome.get("error"):
            self._error(id_, "invalid", _reason(outcome["error"]))
        else:
            self._put({"type": "ack", "id": id_, "frame": outcome["frame"], "t_s": outcome["t_s"]})

    async def _outcome(self, command: RunCommand) -> dict[str, Any] | None:
        """What became of a command: told by the run, or else found in its row."""
        told: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.watcher.answers[command.pk] = told
        until = asyncio.get_running_loop().time() + ANSWER_S
        try:
            while asyncio.get_running_loop().time() < until:
                with contextlib.suppress(asyncio.TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(told), 0.25)
                await in_thread(command.refresh_from_db)
                if command.frame is not None or command.error:
                    return {"frame": command.frame, "t_s": command.t_s, "error": command.error}
            return None
        finally:
            self.watcher.answers.pop(command.pk, None)

    def _put(self, message: dict[str, Any]) -> None:
        self.watcher.outbox.put(msgspec.json.encode(message).decode())

    async def _say(self, message: dict[str, Any]) -> None:
        await self.socket.send(msgspec.json.encode(message).decode())


def _fresh(run_id: UUID) -> Run | None:
    return Run.objects.filter(pk=run_id).first()


def _order(run_id: UUID, body: dict[str, Any], name: str) -> RunCommand:
    return services.order(Run.objects.get(pk=run_id), body, name)


def _reason(error: str) -> str:
    if not error.startswith("["):
        return error
    return "; ".join(f"{problem['pointer']}: {problem['detail']}" for problem in json.loads(error))


def _described(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.pk),
        "design": None if run.design_id is None else str(run.design_id),
        "state": run.state,
        "live": run.live,
        "speed": run.speed,
        "frame": run.frame,
        "t_s": run.t_s,
        "frame_s": run.frame_s,
        "keep_every": run.keep_every,
        "topology_digest": run.topology_digest,
    }
