"""Peers of a design in one process: the real room and writer, sockets that are queues, and a check after every step."""

import json
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from django.utils import timezone
from pycrdt import Doc, Map

from designer.designs import living, services
from designer.designs.models import Design, DesignUpdate
from designer.sessions import protocol
from designer.sessions.editing import Editing
from designer.sessions.protocol import CUSTOM, STEP_1, STEP_2, SYNC, UPDATE, Reader
from designer.sessions.room import Room
from designer.sharing.principals import Principal, still
from designer.sharing.services import make_link, new_guest
from simulation.topology import parsing
from tests.people import shop
from tests.promises.page import State, clocks


class Violation(AssertionError):
    """Something that was promised did not hold."""


class Wire:
    """The server's end of a socket whose messages lie in a queue until they are delivered."""

    def __init__(self) -> None:
        self.down: deque[bytes] = deque()
        self.closed = False
        self.code: int | None = None

    async def send(self, message: bytes) -> None:
        """Queue a message to the client."""
        self.down.append(message)

    async def close(self, code: int, reason: str = "") -> None:
        """End the connection; what is under way to the client may still arrive."""
        self.closed, self.code = True, self.code or code


@dataclass(eq=False)
class Connection:
    """One socket of a peer: what is under way in both directions, and what the server was sent so far."""

    editing: Editing
    room: Room
    wire: Wire
    up: deque[bytes] = field(default_factory=deque)
    sent: int = 0
    under_way: deque[tuple[int, int]] = field(default_factory=deque)
    synchronised: bool = False  # everything of before this socket was sent on it
    denied: bool = False


class Peer:
    """Somebody who edits, with a link that may be revoked, over as many sockets as are open."""

    def __init__(self, number: int, principal: Principal) -> None:
        self.number = number
        self.principal = principal
        self.begun = 0
        self.acknowledged = 0
        self.connections: list[Connection] = []
        self.begin(None)

    def begin(self, history: str | None) -> None:
        """An empty document, as of a page that is opened."""
        self.history = history
        self.begun += 1
        self.doc: Doc[Any] = Doc(client_id=1000 * self.begun + self.number)
        self.maps = {root: self.doc.get(root, type=Map) for root in living.ROOTS}
        self._done: list[tuple[str, Any, Any]] = []  # params of one's own: of which node, what was there, what is
        self._updates: list[bytes] = []
        self._observed = self.doc.observe(lambda event: self._updates.append(event.update))

    @property
    def own(self) -> int:
        """The clock of its own operations."""
        return clocks(self.doc.get_state()).get(self.doc.client_id, 0)

    def change(self, draw: random.Random) -> None:
        """One edit of some kind, sent over all sockets."""
        self._updates.clear()
        with self.doc.transaction():
            self._change(draw)
        self._pass_on(None)

    def _change(self, draw: random.Random) -> None:
        nodes, edges = self.maps["nodes"], self.maps["edges"]
        ids = sorted(nodes.keys())
        kind = draw.choice(("add", "add", "param", "param", "param", "remove", "connect", "rename", "move"))
        if kind == "add" or not ids:
            zone = draw.random() < 0.3
            nodes[f"n{draw.randrange(12)}"] = Map(
                {"kind": "zone" if zone else "cache", "order": draw.randrange(9), "params": Map({})}
            )
        elif kind == "param":
            id_ = draw.choice(ids)
            params = nodes[id_].get("params")
            if isinstance(params, Map) and nodes[id_].get("kind") == "cache":
                self._done.append((id_, params.get("hit_ratio"), draw.random()))
                params["hit_ratio"] = self._done[-1][2]
        elif kind == "remove":
            del nodes[draw.choice(ids)]
        elif kind == "connect":
            source, target = draw.choice(ids), draw.choice(ids)
            edges[f"e{draw.randrange(6)}"] = Map({"source": source, "target": target, "params": Map({})})
        elif kind == "rename":
            self.maps["meta"]["name"] = f"name {draw.randrange(1000)}"
        else:
            nodes[draw.choice(ids)]["parent"] = draw.choice(ids)

    def undo(self) -> None:
        """Take back the last param of one's own, unless somebody has changed it since."""
        self._updates.clear()
        if self._done:
            id_, before, after = self._done.pop()
            node = self.maps["nodes"].get(id_)
            params = node.get("params") if isinstance(node, Map) else None
            if isinstance(params, Map) and params.get("hit_ratio") == after:
                params["hit_ratio"] = before
        self._pass_on(None)

    def again(self) -> None:
        """Send everything once more, as a client that lost an acknowledgement."""
        for connection in self.connections:
            self.say(connection, protocol.sync(UPDATE, self.doc.get_update()))

    def say(self, connection: Connection, message: bytes) -> None:
        """Send an edit, to be acknowledged."""
        connection.sent += 1
        connection.up.append(message)
        connection.under_way.append((connection.sent, self.own if connection.synchronised else 0))

    def _pass_on(self, source: Connection | None) -> None:
        updates, self._updates = self._updates, []
        for update in updates:
            for connection in self.connections:
                if connection is not source:
                    self.say(connection, protocol.sync(UPDATE, update))

    def hear(self, connection: Connection, message: bytes) -> None:
        """Take in a message of the server."""
        reader = Reader(message)
        kind = reader.uint()
        if kind == CUSTOM:
            self._told(connection, json.loads(reader.bytes()))
        elif kind == SYNC:
            step, data = reader.uint(), reader.bytes()
            if step == STEP_1:
                connection.synchronised = True
                self.say(connection, protocol.sync(STEP_2, living.missing(self.doc, data)))
            else:
                self._updates.clear()
                living.apply(self.doc, data)
                self._pass_on(connection)

    def _told(self, connection: Connection, told: dict[str, Any]) -> None:
        if told["type"] == "hello":
            self.history = told["history"]
        elif told["type"] == "denied":
            connection.denied = True
        elif told["type"] == "saved" and not connection.denied:
            if told["received"] > connection.sent:
                raise Violation(f"{told['received']} messages acknowledged, {connection.sent} sent")
            while connection.under_way and connection.under_way[0][0] <= told["received"]:
                self.acknowledged = max(self.acknowledged, connection.under_way.popleft()[1])


class World:
    """A design, two processes with a room each, and the peers; `check` is called after every step."""

    def __init__(self, seed: int, peers: int) -> None:
        self.draw = random.Random(seed)
        self.owner = new_guest()
        self.design: Design = services.create(self.owner, parsing.from_object(shop()))
        self.rooms: list[Room | None] = [None, None]
        self.peers = [Peer(number, self._invited()) for number in range(peers)]
        self.frozen: dict[Peer, int] = {}
        self.ended: set[int] = set()  # who wrote in histories that are over

    def _invited(self) -> Principal:
        link, _ = make_link(self.design, "edit", "", None, "*")
        return Principal(links=(link,))

    @property
    def key(self) -> UUID:
        """Of the design."""
        return self.design.pk

    def log(self) -> "Doc[Any]":
        """What the record amounts to."""
        return living.load(services.log_after(self.key, 0)[1])

    def check(self) -> None:
        """What is acknowledged is in the record, what was forbidden is not."""
        held: State = clocks(self.log().get_state())
        if self.ended & set(held):
            raise Violation("something of another history was merged")
        for peer in self.peers:
            stored = held.get(peer.doc.client_id, 0)
            if stored < peer.acknowledged:
                raise Violation(f"peer {peer.number}: {peer.acknowledged} acknowledged, {stored} stored")
            if peer in self.frozen and stored > self.frozen[peer]:
                raise Violation(f"peer {peer.number}: an edit was stored after the right to it had ended")

    async def connect(self, peer: Peer, which: int) -> None:
        """Open a socket of the peer to one of the processes; what it may not is refused as the server does."""
        design = Design.objects.get(pk=self.key)
        now = still(peer.principal)
        if not now.links:
            return
        wire = Wire()
        editing = Editing(wire, now, design, "edit", peer.history)  # type: ignore[arg-type]
        if editing.foreign:
            peer.begin(None)
            peer.acknowledged = 0
            return
        room = self.rooms[which]
        if room is None:
            room = self.rooms[which] = Room(self.key)
            await room.load()
        room.members.add(editing.member)
        room.welcome(editing.member)
        connection = Connection(editing, room, wire)
        peer.connections.append(connection)
        connection.up.append(protocol.sync(STEP_1, peer.doc.get_state()))

    async def take(self, connection: Connection, count: int) -> None:
        """Deliver so many messages to the server."""
        for _ in range(min(count, len(connection.up))):
            if not connection.wire.closed:
                connection.editing._take(connection.room, connection.up.popleft())

    async def give(self, peer: Peer, connection: Connection, count: int) -> None:
        """Deliver so many messages to the peer; a socket that was closed ends after the last."""
        outbox = connection.editing.member.outbox
        while outbox._items and not connection.wire.closed:
            connection.wire.down.append(await outbox.take())
        for _ in range(min(count, len(connection.wire.down))):
            peer.hear(connection, connection.wire.down.popleft())
        if connection.wire.closed and not connection.wire.down:
            self.part(peer, connection)

    def part(self, peer: Peer, connection: Connection) -> None:
        """The socket is gone, with everything that was under way in it."""
        peer.connections.remove(connection)
        connection.wire.closed = True
        connection.room.members.discard(connection.editing.member)

    def crash(self, which: int) -> None:
        """A process is gone, with everything that it had not committed."""
        room = self.rooms[which]
        for peer in self.peers:
            for connection in list(peer.connections):
                if connection.room is room:
                    self.part(peer, connection)
        self.rooms[which] = None

    def revoke(self, peer: Peer) -> None:
        """End the peer's link; from here on nothing of it may be stored."""
        for link in peer.principal.links:
            type(link).objects.filter(pk=link.pk).update(revoked_at=timezone.now())
        self.frozen[peer] = clocks(self.log().get_state()).get(peer.doc.client_id, 0)

    def grant(self, peer: Peer) -> None:
        """A new link for a peer that lost its own; it comes back with what it has."""
        for connection in list(peer.connections):
            self.part(peer, connection)
        peer.principal = self._invited()
        self.frozen.pop(peer, None)

    def begin_anew(self) -> None:
        """The log begins anew with the document that it held, as after a restore by hand: this is another history."""
        record, history = self.log(), uuid4()
        self.ended |= set(clocks(record.get_state())) | {peer.doc.client_id for peer in self.peers}
        update = living.write(living.load([]), living.read(record), str(history))
        DesignUpdate.objects.filter(design=self.key).delete()
        DesignUpdate.objects.create(design_id=self.key, data=update)
        Design.objects.filter(pk=self.key).update(history=history, version=F("version") + 1)
        for which in range(len(self.rooms)):
            self.crash(which)
        for peer in self.peers:
            peer.acknowledged = 0
            if peer.history is None:  # it never was connected, so its work belongs to none yet
                peer.begin(None)
        self.frozen = dict.fromkeys(self.frozen, 0)

    def replace(self) -> None:
        """The owner writes a whole document over the API, or restores one."""
        nodes = [{"id": "users", "kind": "client"}, {"id": f"n{self.draw.randrange(12)}", "kind": "cache"}]
        if self.draw.random() < 0.5:
            services.restore(Principal(user=self.owner), self.key, 1, None)
        else:
            topology = parsing.from_object({"format": "linchpin/1", "name": "Written", "nodes": nodes})
            services.replace(Principal(user=self.owner), self.key, topology, None)
