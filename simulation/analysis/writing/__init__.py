"""The readings of a model written down: figures, and why one is null."""
