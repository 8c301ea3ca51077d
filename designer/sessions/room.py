"""One room a process and design: the living document in memory, and one writer that commits what comes in.

What a client sends is applied, committed with everything else that waited, and only then acknowledged and passed on.
The log in the database is the record: rooms of other processes, and changes over the API, are read from it when the
channel layer says so, and every few seconds in case it did not.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from designer.designs import living, services
from designer.nudges import design_group
from designer.sessions import protocol
from designer.sessions.presence import Presence, States
from designer.sharing.access import Forbidden, Hidden, access_design, scope_on
from designer.sharing.principals import Principal, still
from simulation.runs.publishing import RIGHTS, publish
from simulation.runs.sockets import (
    BAD_MESSAGES,
    FORBIDDEN,
    NOT_FOUND,
    TOO_SLOW,
    Outbox,
    Socket,
    in_thread,
    return_within_s,
)

log = logging.getLogger("linchpin.sessions")

COLLECT_S = 0.04  # how long edits are gathered for one commit
LOOK_S = 1.0  # rights, should a message about them be lost
HEARTBEAT_S = 2.0
AGAIN_S = 1.0  # after a commit that failed
HEAL_S = 10.0  # the log, should a message about it be lost
SNAPSHOT_S = 60.0
PROCESS = uuid.uuid4().hex


@dataclass(eq=False)
class Member:
    """One socket in a room. `received` counts its edits, and is told back with every acknowledgement."""

    socket: Socket
    principal: Principal
    scope: str
    outbox: Outbox = field(default_factory=Outbox)
    received: int = 0

    def put(self, message: bytes) -> None:
        """Queue a message."""
        self.outbox.put(message, len(message))


class Room:
    """A design that somebody has open in this process."""

    def __init__(self, design_id: UUID) -> None:
        self.design_id = design_id
        self.members: set[Member] = set()
        self.is_over = False  # it takes nobody in any more
        self.presence = Presence()
        self.version = 0
        self._row = 0
        self._pending: list[tuple[Member, bytes]] = []
        self._batch: list[tuple[Member, bytes]] = []  # applied, and not committed yet
        self._asking: list[tuple[Member, bytes]] = []
        self._news: list[bytes] = []
        self._wake, self._changed, self._recheck = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._committing = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Subscribe, then load; in this order nothing is missed. Raises Hidden."""
        self._layer = get_channel_layer()
        self._channel = await self._layer.new_channel("design")
        await self._layer.group_add(design_group(self.design_id), self._channel)
        await self._layer.group_add(RIGHTS, self._channel)
        await self.load()
        self._tasks = [
            asyncio.create_task(self._kept_alive(work))
            for work in (self._write, self._listen, self._follow, self._guard, self._beat)
        ]

    async def load(self) -> None:
        """Read the log from its beginning. Raises Hidden."""
        self._row, updates = await in_thread(services.log_after, self.design_id, 0)
        self._doc = living.load(updates)
        self._observed = self._doc.observe(lambda event: self._news.append(event.update))

    async def close(self) -> None:
        """Commit what waits, keep a revision, and unsubscribe."""
        async with self._committing:  # a commit that is under way is not cut off
            for task in self._tasks:
                task.cancel()
        with contextlib.suppress(Exception):
            await self.commit()
            await in_thread(services.snapshot, self.design_id, True)
        with contextlib.suppress(Exception):
            await self._layer.group_discard(design_group(self.design_id), self._channel)
            await self._layer.group_discard(RIGHTS, self._channel)

    def welcome(self, member: Member) -> None:
        """What a new member is told first."""
        history = living.history_of(self._doc)
        hello = {"type": "hello", "history": history, "scope": member.scope, "return_within_s": return_within_s()}
        member.put(protocol.custom(hello))
        member.put(protocol.sync(protocol.STEP_1, self._doc.get_state()))
        if self.presence.states:
            member.put(protocol.awareness(self.presence.states))

    def synchronise(self, member: Member, state: bytes) -> None:
        """Send what a client with this state vector does not have, as soon as all of it is committed.

        Raises Unreadable.
        """
        if self._batch:
            living.missing(self._doc, state)
            self._asking.append((member, state))
        else:
            member.put(protocol.sync(protocol.STEP_2, living.missing(self._doc, state)))

    def edit(self, member: Member, update: bytes) -> None:
        """Take an edit; it is acknowledged when it is committed. Raises Unreadable."""
        living.check(update)
        member.received += 1
        self._pending.append((member, update))
        self._wake.set()

    def _applied(self, updates: Iterable[bytes]) -> bytes:
        """Apply updates; answers what was new in them, merged."""
        new = []
        for update in updates:
            self._news.clear()
            living.apply(self._doc, update)
            # An update that waits for an earlier one, as from the other of two sockets, is new but changes nothing yet.
            new += [update if news == living.NOTHING else news for news in self._news]
        return living.merged(new) if new else b""

    def announce(self, member: Member, states: States) -> None:
        """Pass a member's presence on, to itself too: clients take silence for a dead connection."""
        self._spread(self.presence.take(member, states), everywhere=True)

    def leave(self, member: Member) -> None:
        """A member is gone."""
        self.members.discard(member)
        self._spread(self.presence.leave(member), everywhere=True)

    def _spread(self, states: States, *, everywhere: bool) -> None:
        if not states:
            return
        message = protocol.awareness(states)
        self._tell(message)
        if everywhere:
            publish(design_group(self.design_id), {"type": "presence", "from": PROCESS, "data": message})

    def _tell(self, message: bytes) -> None:
        for member in self.members:
            member.put(message)

    async def _write(self) -> None:
        """The one writer: gather, commit, acknowledge, pass on."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(COLLECT_S)
            self._wake.clear()
            if not await self.commit():
                await asyncio.sleep(AGAIN_S)
            if self._batch or self._pending:  # what came while another batch was tried again has woken nobody
                self._wake.set()

    async def commit(self) -> bool:
        """Commit what waits, acknowledge it and pass it on; False when it has to be tried again.

        Meanwhile the document holds what nobody may see yet, and may never: who asks for it waits.
        """
        async with self._committing:
            if not self._batch:
                await self._gather()
            if not self._batch:
                return True
            edits = [(member.principal, update) for member, update in self._batch]
            try:
                self.version, _, allowed = await in_thread(services.append, self.design_id, edits)
            except Hidden:
                await self._dismiss(NOT_FOUND, "the design was deleted")
                return True
            except Exception as error:
                # Whatever failed, nothing of it is acknowledged.
                log.warning("design %s cannot be saved yet: %s", self.design_id, error)
                return False
            if all(allowed):
                self._conclude()
            else:
                # The document in memory holds an edit that nobody else may see: everyone begins anew from the record.
                self._recheck.set()
                self.is_over = True
                await self._dismiss(TOO_SLOW, "come back and synchronise")
            return True

    async def _gather(self) -> None:
        """Apply what waits, as the next batch, each edit with what was new in it."""
        waiting, self._pending = self._pending, []
        for member, update in waiting:
            try:
                self._batch.append((member, self._applied([update])))
            except living.Unreadable:
                await member.socket.close(BAD_MESSAGES, "this edit cannot be read")

    def _conclude(self) -> None:
        """Pass on what was committed, and tell each author how much of what it sent that covers."""
        batch, self._batch = self._batch, []
        updates = [update for _, update in batch if update]
        if updates:
            self._tell(protocol.sync(protocol.UPDATE, living.merged(updates)))
        for member in {member for member, _ in batch}:
            waiting = sum(1 for other, _ in self._pending if other is member)
            saved = {"type": "saved", "version": self.version, "received": member.received - waiting}
            member.put(protocol.custom(saved))
        asking, self._asking = self._asking, []
        for member, state in asking:
            self.synchronise(member, state)

    async def _dismiss(self, code: int, reason: str) -> None:
        for member in list(self.members):
            await self._expel(member) if code == TOO_SLOW else await member.socket.close(code, reason)

    async def _expel(self, member: Member) -> None:
        """Close a member that lost the right for good, any other so that it comes back."""
        scope: str | None = member.scope
        with contextlib.suppress(Exception):  # who cannot be looked up now is when it comes back
            scope = await in_thread(current_scope, member.principal, self.design_id)
        if scope is None:
            await member.socket.close(FORBIDDEN, "the right to see this design was taken away")
        else:
            await member.socket.close(TOO_SLOW, "come back and synchronise")

    async def _listen(self) -> None:
        while True:
            message = await self._layer.receive(self._channel)
            if message["type"] == "log":
                self._changed.set()
            elif message["type"] == "rights":
                self._recheck.set()
            elif message["type"] == "presence" and message["from"] != PROCESS:
                reader = protocol.Reader(message["data"][1:])
                self._spread(self.presence.merge(protocol.read_awareness(reader.bytes())), everywhere=False)

    async def _follow(self) -> None:
        """Read what others appended to the log, when told to and now and then."""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), HEAL_S)
            self._changed.clear()
            try:
                await self.catch_up()
            except Hidden:
                await self._dismiss(NOT_FOUND, "the design was deleted")
                return
            await asyncio.sleep(COLLECT_S)

    async def catch_up(self) -> None:
        """Read what others appended to the log since one looked, and pass it on. Raises Hidden."""
        self._row, updates = await in_thread(services.log_after, self.design_id, self._row)
        new = self._applied(updates)
        if new:
            self._tell(protocol.sync(protocol.UPDATE, new))

    async def _guard(self) -> None:
        """Look again at every member's rights: when told to, and every second."""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._recheck.wait(), LOOK_S)
            self._recheck.clear()
            await self.look_at_rights()

    async def look_at_rights(self) -> None:
        """Close members that lost the right, and tell those whose scope is another one now."""
        scopes = await in_thread(_scopes, {member.principal for member in self.members}, self.design_id)
        for member in list(self.members):
            scope = scopes.get(member.principal, member.scope)
            if scope is None:
                await member.socket.close(FORBIDDEN, "the right to see this design was taken away")
            elif scope != member.scope:
                member.scope = scope
                member.put(protocol.custom({"type": "access", "scope": scope}))

    async def _beat(self) -> None:
        kept = time.monotonic()
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self._tell(protocol.custom({"type": "heartbeat", "return_within_s": return_within_s()}))
            if time.monotonic() - kept > SNAPSHOT_S:
                kept = time.monotonic()
                await in_thread(services.snapshot, self.design_id, False)

    async def _kept_alive(self, work: Any) -> None:
        """A background task that fails says so and goes on; a silent saver would lose what people draw."""
        while True:
            try:
                return await work()  # type: ignore[no-any-return]
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("room %s: %s failed", self.design_id, work.__name__)
                await asyncio.sleep(1)


def current_scope(principal: Principal, design_id: UUID) -> str | None:
    """What the principal may do with the design now; None for nothing."""
    now = still(principal)
    try:
        return scope_on(now, access_design(now, design_id))
    except (Hidden, Forbidden):
        return None


def _scopes(principals: Collection[Principal], design_id: UUID) -> dict[Principal, str | None]:
    return {principal: current_scope(principal, design_id) for principal in principals}
