"""The code with one rule left out: a test of convergence that does not catch each of these is none."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import PropertyMock, patch

from designer.designs import living, services
from designer.designs.models import DesignUpdate
from designer.sessions import protocol
from designer.sessions.editing import Editing
from designer.sessions.room import Member, Room

Mutant = Callable[[], AbstractContextManager[Any]]

_commit, _edit, _append, _conclude = Room.commit, Room.edit, services.append, Room._conclude
_log_after, _load = services.log_after, living.load


async def _acknowledged_first(room: Room) -> bool:
    for member, _ in room._pending:
        member.put(protocol.custom({"type": "saved", "version": 0, "received": member.received}))
    return await _commit(room)


def _all_counts(room: Room) -> None:
    """Acknowledge what waits for the next commit as well."""
    pending, room._pending = room._pending, []
    _conclude(room)
    room._pending = pending


def _never_stored(design: Any, edits: Sequence[tuple[Any, bytes]]) -> Any:
    return _append(design, [(who, b"") for who, _ in edits])


def _first_only(design: Any, edits: Sequence[tuple[Any, bytes]]) -> Any:
    return _append(design, [(who, update if i == 0 else b"") for i, (who, update) in enumerate(edits)])


async def _dropped_when_it_fails(room: Room) -> bool:
    done = await _commit(room)
    if not done:
        room._batch = []
    return True


def _raw(room: Room, updates: Any) -> bytes:
    """Without a look at whether anything is new."""
    held = list(updates)
    for update in held:
        living.apply(room._doc, update)
    return living.merged(held) if held else b""


def _at_once(room: Room, member: Member, state: bytes) -> None:
    """Show what is not committed."""
    member.put(protocol.sync(protocol.STEP_2, living.missing(room._doc, state)))


async def _stay(room: Room, code: int, reason: str) -> None:
    """Go on with a document that holds what was denied."""
    room._conclude()


def _lossy(design_id: Any) -> int:
    rows = DesignUpdate.objects.filter(design=design_id)
    held = services._log(design_id)
    last = services._last_row(design_id)
    row = DesignUpdate.objects.create(design_id=design_id, data=living.load(held[:-1]).get_update())
    rows.filter(pk__lte=last).delete()
    return row.pk


def _appended(design_id: Any) -> int:
    """Compact by writing the document anew, as a stranger to those who hold it."""
    document = living.read(living.load(services._log(design_id)))
    DesignUpdate.objects.filter(design=design_id).delete()
    row = DesignUpdate.objects.create(design_id=design_id, data=living.write(living.load([]), document, "x"))
    return row.pk


def _skipping(design_id: Any, row: int) -> tuple[int, list[bytes]]:
    """Miss the first of several rows."""
    last, updates = _log_after(design_id, row)
    return last, updates[1:] if row and len(updates) > 1 else updates


ALL: dict[str, Mutant] = {
    "acknowledged before it is committed": lambda: patch.object(Room, "commit", _acknowledged_first),
    "acknowledged with what waits for the next commit": lambda: patch.object(Room, "_conclude", _all_counts),
    "acknowledged and never stored": lambda: patch.object(services, "append", _never_stored),
    "only the first edit of a commit is stored": lambda: patch.object(services, "append", _first_only),
    "dropped when the database fails": lambda: patch.object(Room, "commit", _dropped_when_it_fails),
    "stored again when it is sent again": lambda: patch.object(Room, "_applied", _raw),
    "uncommitted edits are shown": lambda: patch.object(Room, "synchronise", _at_once),
    "the right is not checked where it is stored": lambda: patch.object(services, "_may_edit", lambda *_: True),
    "revoked links count": lambda: patch.object(services, "still", lambda principal: principal),
    "a denied edit stays in the room": lambda: patch.object(Room, "_dismiss", _stay),
    "compaction loses the last row": lambda: patch.object(services, "_compact", _lossy),
    "compaction begins a new history": lambda: patch.object(services, "_compact", _appended),
    "rows of other processes are skipped": lambda: patch.object(services, "log_after", _skipping),
    "another history is merged": lambda: patch.object(Editing, "foreign", PropertyMock(return_value=False)),
}
