"""Where every random number begins: one stream for each (entity, purpose), from the seed; see `random_numbers`."""

import hashlib

import numpy as np

#: What a stream's state grows by with every number.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def stream(seed: int, entity: str, purpose: str) -> int:
    """The first state of the stream of an entity's purpose; 64 bits."""
    name = f"linchpin/1\n{seed}\n{entity}\n{purpose}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "little")
