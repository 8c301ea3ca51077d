"""The fluid engine: the same tables, in the mean."""
