"""Exact discrete-event simulation of a topology's traffic: `simulate` for a whole run, `Session` for a live one."""

from pathlib import Path

from simulation.traffic import code_cache

code_cache.use(Path(__file__).parent)

from simulation.traffic.replications import simulate  # noqa: E402
from simulation.traffic.session import Session  # noqa: E402

__all__ = ["Session", "simulate"]
