"""`/ws/v1/designs/{id}/`: one socket that edits a design together with others, or looks on."""

import asyncio

from designer.designs.living import Unreadable
from designer.designs.models import Design
from designer.sessions import protocol
from designer.sessions.protocol import Malformed, Reader
from designer.sessions.room import Member, Room
from designer.sessions.rooms import depart, enter
from designer.sharing.access import Hidden
from designer.sharing.principals import Principal
from simulation.runs.sockets import BAD_MESSAGES, NORMAL, NOT_FOUND, OTHER_HISTORY, TOO_MANY, TOO_SLOW, Socket

BAD = 3


class Editing:
    """One connection to a room."""

    def __init__(self, socket: Socket, principal: Principal, design: Design, scope: str, history: str | None) -> None:
        self.socket = socket
        self.design = design
        self.member = Member(socket, principal, scope)
        self.history = history
        self.bad = 0

    @property
    def foreign(self) -> bool:
        """What this client holds belongs to another history; merged, everything would stand twice."""
        return bool(self.history) and self.history != str(self.design.history)

    async def serve(self) -> None:
        """Serve until one side leaves."""
        if self.foreign:
            await self.socket.send(protocol.custom({"type": "reload", "history": str(self.design.history)}))
            return await self.socket.close(OTHER_HISTORY, "this design's history is another one; load it anew")
        try:
            room = await enter(self.design.pk, self.member)
        except Hidden:
            return await self.socket.close(NOT_FOUND)
        if room is None:
            return await self.socket.close(TOO_MANY, "as many have this design open as may")
        room.welcome(self.member)
        work = [asyncio.create_task(self._send()), asyncio.create_task(self._read(room))]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await asyncio.shield(depart(room, self.member))
            await self.socket.close(NORMAL)

    async def _send(self) -> None:
        while (message := await self.member.outbox.take()) is not None:
            await self.socket.send(message)
        await self.socket.close(TOO_SLOW, "too slow; come back")

    async def _read(self, room: Room) -> None:
        async for message in self.socket.messages():
            try:
                if isinstance(message, str):
                    raise Malformed("messages are binary")
                self._take(room, message)
            except (Malformed, Unreadable) as error:
                self.bad += 1
                await self.socket.send(
                    protocol.custom({"type": "error", "code": "unreadable", "detail": str(error)[:500]})
                )
                if self.bad >= BAD:
                    await self.socket.close(BAD_MESSAGES, "too many bad messages")

    def _take(self, room: Room, message: bytes) -> None:
        reader = Reader(message)
        kind = reader.uint()
        if kind == protocol.SYNC:
            self._sync(room, reader.uint(), reader.bytes())
        elif kind == protocol.AWARENESS:
            room.announce(self.member, protocol.read_awareness(reader.bytes()))
        elif kind == protocol.QUERY_AWARENESS:
            self.member.put(protocol.awareness(room.presence.states))
        elif kind != protocol.CUSTOM:  # newer clients may say more than this server knows
            raise Malformed(f"there is no message of type {kind}")

    def _sync(self, room: Room, step: int, data: bytes) -> None:
        if step == protocol.STEP_1:
            room.synchronise(self.member, data)
        elif step not in (protocol.STEP_2, protocol.UPDATE):
            raise Malformed(f"there is no sync step {step}")
        elif self.member.scope in ("edit", "own"):
            room.edit(self.member, data)
        elif step == protocol.UPDATE:
            self.member.received += 1
            denied = {"type": "denied", "reason": "you may look at this design, not change it"}
            self.member.put(protocol.custom(denied | {"received": self.member.received}))
