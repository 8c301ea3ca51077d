"""The rooms that are open in this process, one for each design that somebody edits or looks at."""

import asyncio
from uuid import UUID

from designer import limits
from designer.sessions.room import Member, Room

_rooms: dict[tuple[int, UUID], Room] = {}
_doors: dict[int, asyncio.Lock] = {}


async def enter(design_id: UUID, member: Member) -> Room | None:
    """Take the member into the design's room, which the first opens; None when it is full. Raises Hidden."""
    loop = id(asyncio.get_running_loop())
    async with _doors.setdefault(loop, asyncio.Lock()):
        room = _rooms.get((loop, design_id))
        if room is None or room.is_over:
            room = Room(design_id)
            await room.open()
            _rooms[loop, design_id] = room
        if len(room.members) >= limits.EDITORS_PER_DESIGN:
            return None
        room.members.add(member)
        return room


async def depart(room: Room, member: Member) -> None:
    """A member leaves; the last closes the room."""
    loop = id(asyncio.get_running_loop())
    async with _doors.setdefault(loop, asyncio.Lock()):
        room.leave(member)
        if not room.members:
            if _rooms.get((loop, room.design_id)) is room:
                del _rooms[loop, room.design_id]
            await room.close()
