"""A second engine, plain and slow, that shares no code with the kernel nor with what prepares its tables.

It reads a small document by itself and walks every request through it in callbacks. Given the same seed it must
count what the kernel counts, request by request: both draw from the same named streams in the same order.
"""

from tests.traffic.oracle.engine import Oracle

__all__ = ["Oracle"]
