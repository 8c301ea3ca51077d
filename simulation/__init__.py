"""What Linchpin knows: topologies, their analysis and their simulated traffic. Pure Python, no web."""
