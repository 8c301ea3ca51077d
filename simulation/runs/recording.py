"""The recording of a run: kept frames and events, appended in blocks."""

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from simulation.runs import wire
from simulation.runs.models import Run, RunBlock

_LENGTH = struct.Struct("<I")


def pack(frames: Sequence[bytes]) -> bytes:
    """Frames as one compressed block."""
    return zlib.compress(b"".join(_LENGTH.pack(len(frame)) + frame for frame in frames), 1)


def unpack(data: bytes) -> Iterator[bytes]:
    """The frames of a block, in order."""
    found = zlib.decompress(data)
    offset = 0
    while offset < len(found):
        (length,) = _LENGTH.unpack_from(found, offset)
        offset += _LENGTH.size
        yield found[offset : offset + length]
        offset += length


def append(run: Run, first: int, last: int, frames: Sequence[bytes], events: Sequence[dict[str, Any]]) -> None:
    """Add a block; one that is there already, from a worker taken for dead, stays: it says the same."""
    RunBlock.objects.bulk_create(
        [RunBlock(run=run, first=first, last=last, data=pack(frames), events=json.dumps(list(events)))],
        ignore_conflicts=True,
    )


def blocks_after(run_id: UUID, after: int) -> list[int]:
    """The rows of the blocks that hold what came after a frame, in order."""
    return list(RunBlock.objects.filter(run=run_id, last__gt=after).order_by("first").values_list("pk", flat=True))


def read_block(row: int, after: int) -> list[tuple[int, bytes | dict[str, Any]]]:
    """What a block holds after a frame, each with its frame number: encoded frames, and events before their frame."""
    block = RunBlock.objects.filter(pk=row).first()
    if block is None:
        return []
    found: list[tuple[int, bytes | dict[str, Any]]] = [
        (wire.number(frame), frame) for frame in unpack(bytes(block.data))
    ]
    found += [(event["n"], event) for event in json.loads(block.events)]
    return sorted((item for item in found if item[0] > after), key=lambda item: (item[0], isinstance(item[1], bytes)))


def frames_after(run: Run, after: int, limit: int) -> list[bytes]:
    """At most `limit` kept frames after a number, encoded."""
    frames: list[bytes] = []
    for row in blocks_after(run.pk, after):
        frames += [item for _, item in read_block(row, after) if isinstance(item, bytes)]
        if len(frames) >= limit:
            return frames[:limit]
    return frames


def as_json(run: Run, frame: bytes) -> bytes:
    """A kept frame as its JSON message."""
    return wire.as_json(frame, json.loads(run.hello))


def number_of(frame: bytes) -> int:
    """The number of a kept frame."""
    return wire.number(frame)
