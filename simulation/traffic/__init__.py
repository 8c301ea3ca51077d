"""Exact discrete-event simulation of a topology's traffic: `simulate` for a whole run, `Session` for a live one.

Whoever only reads scenarios or results does not load the engine.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.traffic.replications import simulate
    from simulation.traffic.session import Session

__all__ = ["Session", "simulate"]


def __getattr__(name: str) -> Any:
    if name == "simulate":
        from simulation.traffic.replications import simulate

        return simulate
    if name == "Session":
        from simulation.traffic.session import Session

        return Session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
