"""Waiting at one station in closed form, and the laws of times that are put together."""
