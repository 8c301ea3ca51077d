"""The y-websocket protocol: sync, awareness, and messages of our own as JSON text (type 4)."""

from typing import Any

import msgspec

SYNC, AWARENESS, QUERY_AWARENESS, CUSTOM = 0, 1, 3, 4
STEP_1, STEP_2, UPDATE = 0, 1, 2

MAX_STATES = 200
MAX_STATE_BYTES = 32 * 1024


class Malformed(ValueError):
    """Bytes that are no message of the protocol."""


class Reader:
    """Reads lib0's encoding: variable-length integers, byte arrays and texts."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def uint(self) -> int:
        """An unsigned integer below 2^53."""
        value = shift = 0
        while True:
            if self.at >= len(self.data) or shift > 49:
                raise Malformed("the message is cut off")
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def bytes(self) -> bytes:
        """A byte array."""
        length = self.uint()
        if length > len(self.data) - self.at:
            raise Malformed("the message is cut off")
        self.at += length
        return self.data[self.at - length : self.at]


def uint(value: int) -> bytes:
    """An unsigned integer, written."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def array(data: bytes) -> bytes:
    """A byte array, written."""
    return uint(len(data)) + data


def sync(step: int, data: bytes) -> bytes:
    """A sync message."""
    return bytes((SYNC, step)) + array(data)


def custom(message: dict[str, Any]) -> bytes:
    """A message of our own."""
    return bytes((CUSTOM,)) + array(msgspec.json.encode(message))


def awareness(states: dict[int, tuple[int, bytes]]) -> bytes:
    """A presence message: by client the clock and the state as JSON."""
    parts = [uint(len(states))]
    parts += [uint(client) + uint(clock) + array(state) for client, (clock, state) in states.items()]
    return bytes((AWARENESS,)) + array(b"".join(parts))


def read_awareness(data: bytes) -> dict[int, tuple[int, bytes]]:
    """The clients, clocks and states of a presence update. Raises Malformed."""
    reader = Reader(data)
    count = reader.uint()
    if count > MAX_STATES:
        raise Malformed("too many states in one message")
    states: dict[int, tuple[int, bytes]] = {}
    for _ in range(count):
        client, clock, state = reader.uint(), reader.uint(), reader.bytes()
        if len(state) > MAX_STATE_BYTES:
            raise Malformed("a state is at most 32 KB")
        try:
            msgspec.json.decode(state)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Malformed("a state is not JSON") from None
        states[client] = clock, state
    return states
