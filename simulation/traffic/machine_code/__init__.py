"""Compiled functions: how they are compiled, kept and called."""
