"""What Linchpin knows: topologies, their analysis and their simulated traffic. Pure Python, no web."""

__version__ = "0.1.0"
