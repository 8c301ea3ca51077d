"""Frames as bytes and as JSON (contract section 6).

A binary frame is a little-endian header (u8 version 1, u8 type 1, u16 0, u32 n, f64 t_s) and the columns in the
order of `columns()`, each aligned to 8 bytes: `u16` has an f32 scale and a reserved u32 before its values (65535 is
NaN, otherwise value = raw * scale), `f64` is plain. Scales are powers of two, so that 1 stays 1 and counts stay whole.
"""

import math
import struct
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from simulation.traffic.frame import COLUMNS, Frame

MISSING = 65535
GREATEST = 65534
_HEADER = struct.Struct("<BBHId")
_SCALE = struct.Struct("<fI")


def columns() -> list[dict[str, str]]:
    """The columns of every frame, in the order of the bytes."""
    return [
        {"group": group, "name": name, "type": "f64" if group == "flows" else "u16"}
        for group, names in COLUMNS.items()
        for name in names
    ]


def encode(n: int, t_s: float, frame: Frame) -> bytes:
    """The frame as bytes, under the number and at the time given."""
    parts = [_HEADER.pack(1, 1, 0, n, t_s)]
    for group, names in COLUMNS.items():
        held = getattr(frame, group)
        for name in names:
            values = np.asarray(held[name], dtype=np.float64)
            if group == "flows":
                parts.append(values.astype("<f8").tobytes())
            else:
                packed = _scaled(values)
                parts.append(packed + bytes(-len(packed) % 8))
    return b"".join(parts)


def _scaled(values: np.ndarray[Any, np.dtype[np.float64]]) -> bytes:
    finite = np.where(np.isfinite(values), values, 0.0)
    most = float(finite.max(initial=0.0))
    scale = 2.0 ** math.ceil(math.log2(most / GREATEST)) if most > 0 else 1.0
    raw = np.clip(np.rint(finite / scale), 0, GREATEST).astype("<u2")
    raw[~np.isfinite(values)] = MISSING
    return _SCALE.pack(scale, 0) + raw.tobytes()


def number(data: bytes) -> int:
    """The number of an encoded frame."""
    return int(_HEADER.unpack_from(data)[3])


def as_json(data: bytes, hello: Mapping[str, Any]) -> bytes:
    """An encoded frame as the JSON message that says the same; NaN is null."""
    _, _, _, n, t_s = _HEADER.unpack_from(data)
    message: dict[str, Any] = {"type": "frame", "n": n, "t_s": t_s, "nodes": {}, "edges": {}, "flows": {}}
    offset = _HEADER.size
    for group, names in COLUMNS.items():
        count = len(hello[group])
        for name in names:
            offset += -offset % 8
            if group == "flows":
                values: Any = np.frombuffer(data, "<f8", count, offset)
                offset += 8 * count
            else:
                scale, _ = _SCALE.unpack_from(data, offset)
                raw = np.frombuffer(data, "<u2", count, offset + 8)
                values = np.where(raw == MISSING, np.nan, raw * scale)
                offset += 8 + 2 * count
            message[group][name] = values.tolist()
    return msgspec.json.encode(message)
