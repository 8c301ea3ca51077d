"""Runs: simulations with an owner, a lease, live commands, frames and a recording. The one Django part."""
